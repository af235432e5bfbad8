package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// wants checks an answer for texts that must be in it.
func wants(t *testing.T, what, body string, texts ...string) {
	t.Helper()
	for _, x := range texts {
		if !strings.Contains(body, x) {
			t.Errorf("%s lacks %q", what, x)
		}
	}
}

func TestDepartmentPlansAndSays(t *testing.T) {
	s := scratchDemo(t)
	const dept = "/p/liwan-555/dept/rsj"
	_, body := get(t, s, dept+"?target=05-01")
	wants(t, "the page", body, "匀速推进", "年度计划完成率", `name="revision" value="0"`, "预测中位数", "本年应增", "还没有说明", "/dept/rsj/review?year=2015")
	if !regexp.MustCompile(`<td class="num">[^<]*% / [^<]*%</td>`).MatchString(body) {
		t.Error("a target with two deadlines has one probability")
	}

	// What is wrong stands at its field, and what was typed is still there.
	form := url.Values{"revision": {"0"}, "y2012": {"30"}, "y2013": {"20"}, "y2014": {"很多"}, "known": {"2999-01-01"}, "by": {""}, "reason": {"区里下达 <2015>"}}
	res, body := send(t, s, post(dept+"/plan/05-01", form))
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", res.StatusCode)
	}
	wants(t, "the form with errors", body, `id="y2013-problem"`, `id="y2014-problem"`, `id="by-problem"`, `id="known-problem"`, `value="很多"`, "区里下达 &lt;2015&gt;", `aria-invalid="true"`, "<details class=\"edit\" open>")
	if strings.Contains(body, `id="reason-problem"`) {
		t.Error("a reason is asked for though it is there")
	}
	_, body = send(t, s, post(dept+"/plan/05-01?lang=en", form))
	wants(t, "the English form", body, "a total can&#39;t fall", "Say who you are", "is not a number")

	form = url.Values{"revision": {"0"}, "y2012": {"10"}, "y2013": {"20"}, "y2014": {"30"}, "y2015": {"40"}, "known": {"2015-01-31"}, "by": {"李工"}, "reason": {"区里下达"}}
	res, _ = send(t, s, post(dept+"/plan/05-01", form))
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.Contains(to, "saved=plan") {
		t.Fatalf("status %d, to %s", res.StatusCode, to)
	}
	_, body = get(t, s, dept+"?target=05-01&saved=plan")
	wants(t, "the page with its plan", body, "年度计划已保存", "第1版", "李工：区里下达", "低于目标", `name="revision" value="1"`, "恢复默认")
	_, body = get(t, s, dept+"?target=05-01&as_of=2014-12-31")
	wants(t, "the page of a day before the plan", body, "匀速推进", "只能查看")
	_, body = get(t, s, dept+"?target=05-01&as_of=2015-02-28")
	wants(t, "the page of a day after it", body, "李工：区里下达")

	// Someone else has changed it since.
	form.Set("y2015", "41")
	res, body = send(t, s, post(dept+"/plan/05-01", form))
	if res.StatusCode != http.StatusConflict {
		t.Errorf("status %d", res.StatusCode)
	}
	wants(t, "the conflict", body, "已由他人改为第1版", `value="41"`, `name="revision" value="1"`)
	form.Set("revision", "1")
	form.Set("do", "even")
	if res, _ := send(t, s, post(dept+"/plan/05-01", form)); res.StatusCode != http.StatusSeeOther {
		t.Errorf("back to even progress: status %d", res.StatusCode)
	}
	_, body = get(t, s, dept+"?target=05-01")
	wants(t, "the page back at even progress", body, "匀速推进", "各版计划（2版）")
	for address, code := range map[string]int{dept + "/plan/05-03": 404, dept + "/plan/none": 404, "/p/nowhere/dept/rsj/plan/05-01": 404} {
		if res, _ := send(t, s, post(address, form)); res.StatusCode != code {
			t.Errorf("%s: status %d, want %d", address, res.StatusCode, code)
		}
	}
	testNotes(t, s, dept)
}

func testNotes(t *testing.T, s *fixture, dept string) {
	t.Helper()
	res, body := send(t, s, post(dept+"/note/05-03", url.Values{"text": {"已核实"}}))
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("a note of nobody: status %d", res.StatusCode)
	}
	wants(t, "the note with an error", body, `id="by-problem"`, ">已核实</textarea>")
	if res, _ := send(t, s, post(dept+"/note/05-03", url.Values{"text": {"已核实 <b>一笔</b>"}, "by": {"李工"}})); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d", res.StatusCode)
	}
	_, body = get(t, s, "/p/liwan-555/t/05-03")
	wants(t, "the target's page", body, "已核实 &lt;b&gt;一笔&lt;/b&gt;", "李工")
	_, body = get(t, s, dept+"?target=05-03")
	wants(t, "the department's page", body, "/note/05-03/1/withdraw", "没有可按年分解的数值")
	if res, _ := send(t, s, post(dept+"/note/05-03/1/withdraw", url.Values{"text": {""}, "by": {"王工"}})); res.StatusCode != http.StatusBadRequest {
		t.Errorf("withdrawn for no reason: status %d", res.StatusCode)
	}
	if res, _ := send(t, s, post(dept+"/note/05-03/1/withdraw", url.Values{"text": {"有误"}, "by": {"王工"}})); res.StatusCode != http.StatusSeeOther {
		t.Errorf("withdrawn: status %d", res.StatusCode)
	}
	_, body = get(t, s, "/p/liwan-555/t/05-03")
	wants(t, "the target's page", body, "<s>已核实", "王工撤回：有误")
	_, csv := get(t, s, "/p/liwan-555/t/05-03/table/notes.csv")
	wants(t, "the file of notes", csv, "已核实", "王工", "有误")
	if res, _ := send(t, s, post(dept+"/note/05-03/77/withdraw", url.Values{"text": {"x"}, "by": {"王工"}})); res.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown note: status %d", res.StatusCode)
	}
}

func TestSelfReviewIsKept(t *testing.T) {
	s := scratchDemo(t)
	const at = "/p/liwan-555/dept/rsj/review?year=2014"
	_, body := get(t, s, at)
	wants(t, "the form", body, "2014年度人才工作目标自评表", "未达计划", "超限", "单位负责人（盖章）", `name="score-05-01"`)
	form := url.Values{"by": {"李工"}, "revision-05-01": {"0"}, "score-05-01": {"一百"}, "reason-05-01": {"编制不足"}, "measures-05-01": {"补充引进"}}
	res, body := send(t, s, post(at, form))
	if res.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", res.StatusCode)
	}
	wants(t, "the form with errors", body, `id="score-05-01-problem"`, `value="一百"`, "编制不足</textarea>")
	form.Set("score-05-01", "92.5")
	if res, _ := send(t, s, post(at, form)); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d", res.StatusCode)
	}
	res, body = send(t, s, post(at, url.Values{"by": {"王工"}, "revision-05-01": {"0"}, "score-05-01": {"80"}}))
	if res.StatusCode != http.StatusConflict {
		t.Errorf("an unseen revision is overwritten: status %d", res.StatusCode)
	}
	wants(t, "the conflict", body, "已由他人改为第1版", `value="80"`, `name="revision-05-01" value="1"`)
	_, csv := get(t, s, "/p/liwan-555/dept/rsj/table/review.csv?year=2014")
	wants(t, "the file", csv, "92.5", "编制不足", "补充引进", "李工")
	if res, xlsx := get(t, s, "/p/liwan-555/dept/rsj/table/review.xlsx?year=2014"); res.StatusCode != http.StatusOK || !strings.HasPrefix(xlsx, "PK") {
		t.Errorf("the sheet: status %d", res.StatusCode)
	}
	for address, code := range map[string]int{
		"/p/liwan-555/dept/rsj/review?year=1900": 400, "/p/liwan-555/dept/none/review": 404, "/p/liwan-555/dept/rsj/table/what.csv": 404,
		"/p/liwan-555/dept/rsj/table/plans.csv": 200, "/p/liwan-555/dept/none/table/plans.csv": 404,
	} {
		if res, _ := get(t, s, address); res.StatusCode != code {
			t.Errorf("%s: status %d, want %d", address, res.StatusCode, code)
		}
	}
	_, body = get(t, s, at+"&lang=en")
	wants(t, "the English form", body, "self-review of 2014", "plan missed", "Head of department")
}

func TestPlanningOverTheAPI(t *testing.T) {
	s := scratchDemo(t)
	doc := readDescription(t, s)
	const target = "/api/v1/policies/liwan-555/targets/05-01"
	question := map[string]any{"revision": 0, "years": map[string]string{"2014": "30", "2015": "40", "2016": "50"}, "by": "李工", "reason": "下达"}
	body := sendJSON(t, s, http.MethodPut, target+"/plan", question, http.StatusCreated)
	check(t, doc, "/api/v1/policies/{policy}/targets/{target}/plan", "put", "201", body)
	wants(t, "the answer", body, `"revision":1`, `"own":true`)
	checkError(t, doc, sendJSON(t, s, http.MethodPut, target+"/plan", question, http.StatusConflict))
	for _, bad := range []map[string]any{
		{"revision": 1, "years": map[string]string{"1999": "3"}, "by": "李工", "reason": "x"},
		{"revision": 1, "years": map[string]string{"2015": "x"}, "by": "李工", "reason": "x"},
		{"revision": 1, "known": "soon", "by": "李工", "reason": "x"},
		{"revision": 1, "by": "李工"},
	} {
		checkError(t, doc, sendJSON(t, s, http.MethodPut, target+"/plan", bad, http.StatusBadRequest))
	}
	_, body = get(t, s, target+"/plan")
	check(t, doc, "/api/v1/policies/{policy}/targets/{target}/plan", "get", "200", body)
	_, body = get(t, s, target+"/plan?as_of=2014-12-31")
	wants(t, "the plan before it was known", body, `"own":false`)

	body = sendJSON(t, s, http.MethodPost, target+"/notes", map[string]string{"text": "说明", "by": "李工"}, http.StatusCreated)
	check(t, doc, "/api/v1/policies/{policy}/targets/{target}/notes", "post", "201", body)
	body = sendJSON(t, s, http.MethodPost, target+"/notes/1/withdraw", map[string]string{"text": "有误", "by": "李工"}, http.StatusCreated)
	check(t, doc, "/api/v1/policies/{policy}/targets/{target}/notes/{note}/withdraw", "post", "201", body)
	checkError(t, doc, sendJSON(t, s, http.MethodPost, target+"/notes/1/withdraw", map[string]string{"text": "有误", "by": "李工"}, http.StatusConflict))

	const review = "/api/v1/policies/liwan-555/departments/rsj/review"
	said := map[string]any{"by": "李工", "lines": []map[string]any{{"target": "05-01", "score": 92.5, "reason": "a"}, {"target": "05-02", "measures": "b"}}}
	body = sendJSON(t, s, http.MethodPut, review+"?year=2014", said, http.StatusCreated)
	check(t, doc, "/api/v1/policies/{policy}/departments/{dept}/review", "put", "201", body)
	wants(t, "the review", body, `"score":92.5`, `"score":null`)
	checkError(t, doc, sendJSON(t, s, http.MethodPut, review+"?year=2014", said, http.StatusConflict))
	_, body = get(t, s, review)
	check(t, doc, "/api/v1/policies/{policy}/departments/{dept}/review", "get", "200", body)
}
