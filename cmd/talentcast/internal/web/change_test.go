package web

import (
	"net/http"
	"strings"
	"testing"
)

func TestTargetPageTellsTheChange(t *testing.T) {
	s := server(t)
	for address, want := range map[string][]string{
		"/p/liwan-555/t/G-01?as_of=2015-06-30":                                        {"变化原因", "与2015年5月31日相比，按期完成概率由", "修订数据", "164人", "173人"},
		"/p/liwan-555/t/G-01?as_of=2015-06-30&lang=en":                                {"What changed, and why", "Since 31 May 2015", "revised data"},
		"/p/liwan-555/t/G-01?as_of=2015-06-30&since=2014-12-31":                       {"与2014年12月31日相比", "其间新增"},
		"/p/liwan-555/t/H-06?as_of=2015-06-30":                                        {"没有变化：其间没有新增或修订的数据"},
		"/p/en-health-visitors/t/" + firstOf(t, s, "en-health-visitors") + "?lang=en": {"No change since"},
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
