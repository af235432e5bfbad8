package web

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/cmd/talentcast/internal/spool"
	"talentcast/datasets"
)

const clerkID = "11010519491231002X"

// foreignTalent has headers that nobody knows but the office that wrote them,
// one good row and one with a wrong ID number.
const foreignTalent = "谁,公民号,哪类,哪天\n" +
	"演示甲," + clerkID + ",硕士研究生,2014-05-06\n" +
	"演示乙,440103199001011231,硕士研究生,2014-05-06\n"

func assigned(do string) url.Values {
	return url.Values{
		"do": {do}, "kind": {"talent"}, "remember": {"1"}, "by": {"李工"},
		"key": {"谁", "公民号", "哪类", "哪天"}, "to": {"name", "id", "category", "date"},
	}
}

func TestCheckAssignConfirmUndo(t *testing.T) {
	s := scratch(t)
	res, _ := send(t, s, form(t, "/p/liwan-555/data", "外来.csv", []byte(foreignTalent), nil))
	at := res.Header.Get("Location")
	_, body := get(t, s, at)
	for _, w := range []string{`role="alert"`, "先选数据种类"} {
		if !strings.Contains(body, w) {
			t.Errorf("%q is not on the page\n%s", w, text(body))
		}
	}
	// What was never looked at is not loaded: the first answer only looks again.
	send(t, s, post(at, url.Values{"do": {"check"}, "kind": {"talent"}}))
	if _, body = get(t, s, at); !strings.Contains(body, "还缺必需的列") || !strings.Contains(body, `name="to"`) {
		t.Errorf("with the kind:\n%s", text(body))
	}
	res, _ = send(t, s, post(at, assigned("load")))
	if to := res.Header.Get("Location"); !strings.Contains(to, "again=1") {
		t.Errorf("a changed assignment was loaded unseen: %s", to)
	}
	_, body = get(t, s, at)
	if strings.Contains(body, clerkID) || strings.Contains(body, "440103199001011231") || strings.Contains(body, "演示甲") {
		t.Error("the preview shows a person")
	}
	if !strings.Contains(body, "校验位") || !strings.Contains(body, "演*甲") {
		t.Errorf("assigned:\n%s", text(body))
	}
	if st, err := s.store.State(t.Context(), liwan); err != nil || st.Rows != 0 {
		t.Fatalf("something was loaded: %+v, %v", st, err)
	}
	res, mend := get(t, s, at+"/refused.xlsx")
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(mend, "PK") {
		t.Errorf("refused rows: status %d", res.StatusCode)
	}
	send(t, s, post(at, assigned("load")))
	res, _ = get(t, s, at)
	receipt := strings.TrimSuffix(res.Header.Get("Location"), "#receipt")
	_, body = get(t, s, receipt)
	for _, w := range []string{"总览上的变化", "500优才", "1人", "refused.xlsx", "记住的列名对应", "公民号 → 身份证号", "确认撤销"} {
		if !strings.Contains(body, w) {
			t.Errorf("%q is not on the receipt\n%s", w, text(body))
		}
	}
	if res, mend = get(t, s, at+"/refused.xlsx"); res.StatusCode != http.StatusOK || !strings.HasPrefix(mend, "PK") {
		t.Errorf("refused rows after loading: status %d", res.StatusCode)
	}
	if f, err := s.waiting.get(liwan, strings.TrimPrefix(at, "/p/liwan-555/data/check/"), audit.Nobody); err != nil || f.file != nil {
		t.Errorf("the file's bytes are still held: %v", err)
	}
	if log := s.log.all(); strings.Contains(log, "440103") || strings.Contains(log, strings.TrimPrefix(at, "/p/liwan-555/data/check/")) {
		t.Errorf("the log holds a number or the token: %s", log)
	}
	checkUndo(t, s, body)

	// The same headers again are known, and the profile can be forgotten.
	res, _ = send(t, s, form(t, "/p/liwan-555/data", "再来.csv", []byte(strings.Replace(foreignTalent, "05-06", "06-06", 1)), nil))
	if _, body = get(t, s, res.Header.Get("Location")); !strings.Contains(body, "记住的设置") || !strings.Contains(body, "确认载入") {
		t.Errorf("a profile is not applied:\n%s", text(body))
	}
	if res, _ = send(t, s, post("/p/liwan-555/profile/1/delete", nil)); res.StatusCode != http.StatusSeeOther {
		t.Errorf("delete: status %d", res.StatusCode)
	}
	if res, _ = send(t, s, post("/p/liwan-555/profile/1/delete", nil)); res.StatusCode != http.StatusNotFound {
		t.Errorf("delete again: status %d", res.StatusCode)
	}
}

// checkUndo takes the batch of a receipt back by its form.
func checkUndo(t *testing.T, s *fixture, receipt string) {
	t.Helper()
	m := regexp.MustCompile(`action="([^"]*/undo)"`).FindStringSubmatch(receipt)
	if m == nil {
		t.Fatal("the receipt has no form to undo")
	}
	res, _ := send(t, s, post(m[1], url.Values{"by": {"李工"}}))
	if res.StatusCode != http.StatusSeeOther {
		t.Errorf("undo answers with a page: %d", res.StatusCode)
	}
	res, body := get(t, s, res.Header.Get("Location"))
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "已撤销批次 1") || !strings.Contains(body, "500优才") {
		t.Errorf("undo: status %d\n%s", res.StatusCode, text(body))
	}
	if res, _ = send(t, s, post(m[1], nil)); res.StatusCode != http.StatusConflict {
		t.Errorf("undo again: status %d", res.StatusCode)
	}
	if res, _ = send(t, s, post("/p/cn-rd/batch/1/undo", nil)); res.StatusCode != http.StatusNotFound {
		t.Errorf("undo under another policy: status %d", res.StatusCode)
	}
	if _, body = get(t, s, "/p/liwan-555/data?batch=1"); strings.Contains(body, "确认撤销") || !strings.Contains(body, "不再计入") {
		t.Error("the receipt does not say that the batch was undone")
	}
}

// TestAmountsAreInYuan: what a file says in 万元 is shown as understood, with its unit.
func TestAmountsAreInYuan(t *testing.T) {
	s := scratch(t)
	res, _ := send(t, s, form(t, "/p/liwan-555/data", "资金.csv", []byte("凭证号,日期,环节,资金来源,金额（万元）,登记日期\nF-1,2015-05-04,到位,财政,120.5,2015-05-10\n"), map[string]string{"kind": "fund"}))
	_, body := get(t, s, res.Header.Get("Location"))
	wants(t, "the check", body, `金额（元）</th>`, `1,205,000`)
}

func TestWaitingFilesAreBounded(t *testing.T) {
	w := newWaiting(100)
	defer w.close()
	file, err := spool.Take(bytes.NewReader(make([]byte, 100)), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	up := uploaded{name: "a.csv", file: file}
	var tokens []string
	for range waitingSizes {
		token, err := w.add("p", "li", up, settings{})
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	if _, err := w.add("p", "li", up, settings{}); err == nil {
		t.Error("more than the bound is held")
	}
	if _, err := w.get("other", tokens[0], "li"); err == nil {
		t.Error("another policy sees the file")
	}
	if _, err := w.get("p", tokens[0], "wang"); err == nil {
		t.Error("somebody else sees the file")
	}
	w.drop(tokens[0])
	if _, err := w.get("p", tokens[0], "li"); err == nil {
		t.Error("a dropped file is there")
	}
	w.hold = 10 * time.Millisecond
	token, err := w.add("p", "li", up, settings{})
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		if _, err := w.get("p", token, "li"); err != nil {
			break
		}
		if i > 500 {
			t.Fatal("a file outlives its time")
		}
		time.Sleep(5 * time.Millisecond)
	}
	if w.bytes != 300 {
		t.Errorf("%d bytes are counted", w.bytes)
	}
}

func TestCheckAndUndoByAPI(t *testing.T) {
	s := scratch(t)
	doc := readDescription(t, s)
	for _, f := range []struct{ name, body string }{{"rd.csv", badIndicators}, {"what.csv", "甲,乙,丙\n1,2,3\n"}} {
		res, body := send(t, s, form(t, "/api/v1/policies/cn-rd/checks", f.name, []byte(f.body), nil))
		if res.StatusCode != http.StatusOK {
			t.Fatalf("status %d: %s", res.StatusCode, body)
		}
		check(t, doc, "/api/v1/policies/{policy}/checks", "post", "200", body)
	}
	if st, _ := s.store.State(t.Context(), "cn-rd"); st.Rows != 0 {
		t.Error("a check loaded something")
	}
	send(t, s, form(t, "/api/v1/policies/cn-rd/batches", "rd.csv", []byte(goodIndicators), nil))
	res, body := send(t, s, post("/api/v1/policies/cn-rd/batches/1/undo", url.Values{"everywhere": {"1"}}))
	if res.StatusCode != http.StatusOK {
		t.Fatalf("undo: status %d: %s", res.StatusCode, body)
	}
	check(t, doc, "/api/v1/policies/{policy}/batches/{batch}/undo", "post", "200", body)
	if !strings.Contains(body, `"now":null`) {
		t.Errorf("the effects are not told: %s", body)
	}
	_, body = get(t, s, "/api/v1/policies/cn-rd/batches")
	check(t, doc, "/api/v1/policies/{policy}/batches", "get", "200", body)
	if res, body = send(t, s, post("/api/v1/policies/cn-rd/batches/1/undo", nil)); res.StatusCode != http.StatusConflict {
		t.Errorf("undo again: status %d", res.StatusCode)
	}
	checkError(t, doc, body)
	if r, err := s.store.Batches(t.Context(), "cn-rd"); err != nil || len(r) != 1 || r[0].Kind != datasets.Indicator {
		t.Errorf("batches %+v, %v", r, err)
	}
}

// People in two categories are allowed and counted, near-duplicates are counted
// and left to the clerk; a file that lacks columns leads to its template.
func TestCheckShowsDuplicates(t *testing.T) {
	s := scratch(t)
	look := func(name, csv string) string {
		t.Helper()
		res, body := send(t, s, form(t, "/p/liwan-555/data", name, []byte(csv), nil))
		if at := res.Header.Get("Location"); at != "" {
			_, body = get(t, s, at)
		}
		return body
	}
	body := look("重复.csv", "姓名,身份证号,人才类别,认定日期\n"+
		"王小明,"+clerkID+",名医,2013-05-01\n王小明,"+clerkID+",名师,2013-05-01\n王大明,440103198501121007,名医,2013-05-01\n")
	for _, w := range []string{
		`<dt>别处也有（允许）</dt><dd><a class="to-rows" href="#elsewhere">1</a>`, `<dt>相近（请核对）</dt><dd><a class="to-rows" href="#near">1</a>`,
		"1 人在别处也有记录", "这是允许的", "1 行与别的行相近", "系统不会合并", "本文件 第2行", "确认载入",
	} {
		if !strings.Contains(body, w) {
			t.Errorf("%q is not on the page\n%s", w, text(body))
		}
	}
	if body = look("缺列.csv", "姓名,身份证号,所属计划,人才类别\n王小明,"+clerkID+",五百优才计划,名医\n"); !strings.Contains(body, `/template/talent.xlsx" download>下载该种类的模板`) {
		t.Errorf("no way to the template\n%s", text(body))
	}
}
