package web

import (
	"net/http"
	"strings"
	"testing"
)

func TestTargetPageTellsTheChange(t *testing.T) {
	s := server(t)
	for address, want := range map[string][]string{
		"/p/liwan-555/t/G-01?as_of=2015-06-30&change=1":                                        {"变化原因", "与2015年5月31日相比，按期完成概率由", "修订数据", "164人", "173人"},
		"/p/liwan-555/t/G-01?as_of=2015-06-30&change=1&lang=en":                                {"What changed, and why", "Since 31 May 2015", "revised data"},
		"/p/liwan-555/t/G-01?as_of=2015-06-30&since=2014-12-31":                                {"与2014年12月31日相比", "其间新增"},
		"/p/liwan-555/t/H-06?as_of=2015-06-30&change=1":                                        {"没有变化：其间没有新增或修订的数据"},
		"/p/en-health-visitors/t/" + firstOf(t, s, "en-health-visitors") + "?change=1&lang=en": {"No change since"},
	} {
		_, body := get(t, s, address)
		i := strings.Index(body, `id="change"`)
		if i < 0 {
			t.Errorf("%s does not tell the change", address)
			continue
		}
		block := body[i:]
		block = block[:strings.Index(block, "</section>")]
		for _, w := range want {
			if !strings.Contains(block, w) {
				t.Errorf("%s: %q is not in %s", address, w, block)
			}
		}
	}
	for _, bad := range []string{"soon", "2015-06-30"} {
		if res, _ := get(t, s, "/p/liwan-555/t/G-01?as_of=2015-06-30&since="+bad); res.StatusCode != http.StatusBadRequest {
			t.Errorf("since=%s: %d", bad, res.StatusCode)
		}
	}
}

// What changed takes long to compute: the page comes without it, asks for it by
// itself, and has it in place once it is known.
func TestTargetPageComesBeforeItsChange(t *testing.T) {
	s := server(t)
	const at = "/p/liwan-555/t/G-01"
	const day = "as_of=2015-05-20" // which no other test asks for
	const waits = `data-part="/p/liwan-555/t/G-01/change?as_of=2015-05-20"`
	if _, body := get(t, s, at+"?"+day); !strings.Contains(body, waits) || !strings.Contains(body, `href="/p/liwan-555/t/G-01?as_of=2015-05-20&amp;change=1#change"`) {
		t.Error("the page does not ask for its change")
	}
	res, part := get(t, s, at+"/change?"+day)
	if res.StatusCode != http.StatusOK || strings.Contains(part, "<html") {
		t.Fatalf("the part: %d", res.StatusCode)
	}
	for _, want := range []string{"变化原因", "与2015年4月30日相比", `action="/p/liwan-555/t/G-01#change"`} {
		if !strings.Contains(part, want) {
			t.Errorf("%q is not in %s", want, part)
		}
	}
	if _, body := get(t, s, at+"?"+day); strings.Contains(body, waits) || !strings.Contains(body, part) {
		t.Error("the page does not have its change once it is known")
	}
	for address, code := range map[string]int{at + "/change?since=soon": http.StatusBadRequest, "/p/liwan-555/t/none/change": http.StatusNotFound, "/p/none/t/G-01/change": http.StatusNotFound} {
		if res, _ := get(t, s, address); res.StatusCode != code {
			t.Errorf("%s: %d", address, res.StatusCode)
		}
	}
}

func TestTargetPageHasSecondOpinions(t *testing.T) {
	s := server(t)
	for address, want := range map[string][]string{
		"/p/liwan-555/t/G-01?as_of=2015-06-30":         {"欧盟统计局", "进展显著", "实际增速为所需的99.0%", "联合国亚太经社会", "保持即可"},
		"/p/liwan-555/t/H-02?as_of=2015-06-30":         {"≠ 比红绿灯乐观"},
		"/p/liwan-555/t/H-02?as_of=2015-06-30&lang=en": {"Eurostat", "significant progress", "more hopeful than the light"},
	} {
		_, body := get(t, s, address)
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s: %q is not there", address, w)
			}
		}
	}
	if _, body := get(t, s, "/p/liwan-555/t/H-06?as_of=2015-06-30"); strings.Contains(body, "欧盟统计局") {
		t.Error("a target without a forecast has second opinions")
	}
}

// firstOf is the first target of a policy.
func firstOf(t *testing.T, s *fixture, policy string) string {
	t.Helper()
	p, err := s.store.Policy(t.Context(), policy)
	if err != nil {
		t.Fatal(err)
	}
	return p.Targets[0].ID
}
