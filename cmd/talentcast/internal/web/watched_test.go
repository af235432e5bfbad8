package web

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/audit"
)

// TestEntriesSayWhatTheyAreAbout: what has no address yet is told by its form, and
// what is typed without being anything stays out.
func TestEntriesSayWhatTheyAreAbout(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator, access.Planner, access.Leader)
	planner, chief := g.enter(t, "planner"), g.enter(t, "administrator")
	type object = map[string]string
	for name, tt := range map[string]struct {
		do     func() (answer, string)
		action string
		want   object
	}{
		"a token": {func() (answer, string) {
			return planner.post(t, "/account/tokens", url.Values{"name": {"月报程序440106199001011234"}, "role": {"planner"}, "readonly": {"1"}, "days": {"30"}})
		}, "token_add", object{"name": "月报程序4401************34", "roles": "planner", "readonly": "1", "days": "30"}},
		"a token of nothing": {func() (answer, string) {
			return planner.post(t, "/account/tokens", url.Values{"role": {"张伟"}, "days": {"张伟"}})
		}, "token_add", object{"roles": "?", "days": "?"}},
		"a report": {func() (answer, string) {
			return planner.post(t, "/p/liwan-555/reports", url.Values{"kind": {"brief"}, "format": {"md"}, "organ": {"张伟"}})
		}, "report_make", object{"policy": "liwan-555", "kind": "brief", "format": "md"}},
		"a report by a program": {func() (answer, string) {
			r := httptest.NewRequest(http.MethodPost, "/api/v1/policies/liwan-555/reports", bytes.NewBufferString(`{"kind":"supervision","department":"rsj","format":"md"}`))
			r.Header.Set(tokenHeader, planner.token)
			return planner.send(t, r)
		}, "report_make", object{"policy": "liwan-555", "kind": "supervision", "department": "rsj", "format": "md"}},
		"an account": {func() (answer, string) { return chief.post(t, "/users/LEADER/reset", nil) }, "user_reset", object{"user": "leader"}},
		"nobody":     {func() (answer, string) { return chief.post(t, "/users/zhangwei/reset", nil) }, "user_reset", object{"user": "?"}},
		"a new one": {func() (answer, string) {
			return chief.post(t, "/users", url.Values{"login": {"qian"}, "role": {"clerk"}})
		}, "user_add", object{"user": "qian", "roles": "clerk"}},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(g.entries(t, audit.Filter{Action: tt.action}))
			if _, body := tt.do(); strings.Contains(body, "系统内部出错") {
				t.Fatal(text(body))
			}
			all := g.entries(t, audit.Filter{Action: tt.action})
			if len(all) != before+2 {
				t.Fatalf("%d entries", len(all)-before)
			}
			if got := all[0].Object; !maps.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}
