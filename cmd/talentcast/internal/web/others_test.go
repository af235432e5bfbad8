package web

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"talentcast/analytics/outlook"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/datasets"
)

// hand sends a file as a form; the token is in the head, as scripts send it.
func (v *visitor) hand(t *testing.T, at, file, text string) (answer, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", file)
	if err == nil {
		_, err = io.WriteString(part, text)
	}
	if err != nil || w.Close() != nil {
		t.Fatal("write the form", err)
	}
	r := httptest.NewRequest(http.MethodPost, at, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("X-CSRF-Token", v.token)
	return v.send(t, r)
}

const talentHead = "姓名,身份证号,人才类别,认定日期,退出日期,部门\n"

// TestOthersDataStay: an account of a department hands in its own department's rows
// only, and can't correct what another has handed in.
func TestOthersDataStay(t *testing.T) {
	g := guardOn(t, scratch(t), access.Clerk, access.Department)
	const theirs = "演示甲," + clerkID + ",硕士研究生,2014-05-06,,区委组织部\n"
	if res, body := g.enter(t, "clerk").hand(t, "/api/v1/policies/liwan-555/batches", "甲.csv", talentHead+theirs); res.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	dept := g.enter(t, "department") // of rsj
	res, body := dept.hand(t, "/api/v1/policies/liwan-555/batches", "乙.csv", talentHead+
		"演示乙,440103198601011235,硕士研究生,2014-05-07,,区委组织部\n"+
		"演示甲,"+clerkID+",硕士研究生,2014-05-06,2014-06-06,\n"+
		"演示丙,440103198601011251,硕士研究生,2014-05-08,,\n")
	var got struct {
		datasets.Receipt
		Refusals []datasets.Refusal
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	refusals, err := g.store.Refusals(t.Context(), got.Batch)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[int]string{}
	for _, r := range refusals {
		codes[r.Row] = r.Code
	}
	if got.Read != 3 || got.Loaded != 1 || got.Superseded != 0 || got.Refused != 2 || codes[2] != "department_other" || codes[3] != "department_holds" {
		t.Errorf("%+v, refused %v", got.Receipt, codes)
	}
	if _, body = dept.hand(t, "/api/v1/policies/liwan-555/batches", "丙.csv", "指标编号,日期,数值\nG-01,2014-12-31,5\n05-01,2014-12-31,5\n"); !strings.Contains(body, `"loaded":1`) || !strings.Contains(body, `"refused":1`) {
		t.Errorf("figures of targets that others lead: %s", body)
	}
}

// TestCheckTellsNoMoreThanRows: a look at a file is no way to ask after a person.
func TestCheckTellsNoMoreThanRows(t *testing.T) {
	g := guardOn(t, scratch(t), access.Clerk, access.Department)
	g.user(t, "clerk2", access.Clerk)
	g.user(t, "both", access.Clerk, access.Planner)
	for _, row := range []string{"硕士研究生,2014-05-06,,区委组织部\n", "企业创新人才,2014-05-06,,区人力资源和社会保障局\n"} {
		if res, body := g.enter(t, "clerk").hand(t, "/api/v1/policies/liwan-555/batches", "甲.csv", talentHead+"演示甲,"+clerkID+","+row); res.StatusCode != http.StatusCreated {
			t.Fatalf("%d %s", res.StatusCode, body)
		}
	}
	for who, want := range map[string]string{"clerk2": "", "department": "rsj", "both": "zzb"} {
		_, body := g.enter(t, who).hand(t, "/api/v1/policies/liwan-555/checks", "问.csv", talentHead+"演示甲,"+clerkID+",博士研究生,2014-05-06,,\n")
		var got struct {
			Check datasets.Check
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err, body)
		}
		k := got.Check
		if want == "" && (k.Elsewhere+k.Near > 0 || len(k.ElsewhereShown)+len(k.NearShown) > 0) {
			t.Errorf("%s is told of others' rows: %s", who, body)
		}
		if want != "" && (k.Elsewhere != 1 || len(k.ElsewhereShown) != 1 || who == "department" && k.ElsewhereShown[0].OtherDept != want) {
			t.Errorf("%s is told of %+v, want rows of %s", who, k, want)
		}
	}
}

// TestWaitingFilesAreTheirOwners: a file that waits is nobody else's, whoever has its
// address.
func TestWaitingFilesAreTheirOwners(t *testing.T) {
	g := guardOn(t, scratch(t), access.Clerk, access.Department)
	g.user(t, "clerk2", access.Clerk)
	v := g.enter(t, "clerk")
	res, body := v.hand(t, "/p/liwan-555/data", "甲.csv", talentHead+"演示甲,"+clerkID+",硕士研究生,2014-05-06,,\n演示乙,440103199001011231,硕士研究生,2014-05-06,,\n")
	at, _, _ := strings.Cut(res.Header.Get("Location"), "?")
	if res.StatusCode != http.StatusSeeOther || !strings.Contains(at, "/data/check/") {
		t.Fatalf("%d %s", res.StatusCode, text(body))
	}
	for _, who := range []string{"clerk2", "department"} {
		other := g.enter(t, who)
		for _, sub := range []string{"", "/status", "/refused.xlsx"} {
			if res, _ := other.get(t, at+sub); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s reads %s: %d", who, sub, res.StatusCode)
			}
		}
		for _, do := range []string{"load", "drop"} {
			if res, _ := other.post(t, at, url.Values{"do": {do}}); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s may %s it: %d", who, do, res.StatusCode)
			}
		}
	}
	if res, body := v.get(t, at); res.StatusCode != http.StatusOK || !strings.Contains(body, "甲.csv") {
		t.Errorf("its owner: %d", res.StatusCode)
	}
}

// TestExcessIsSeenAsARow: what exceeds a cap may be a person. Whoever sees its name
// leaves an entry, and takes it away only with the right to.
func TestExcessIsSeenAsARow(t *testing.T) {
	g := guardOn(t, server(t), access.Leader, access.Planner, access.Department)
	o, err := g.cfg.Outlooks.Of(t.Context(), outlook.Query{Policy: liwan})
	if err != nil {
		t.Fatal(err)
	}
	x, _ := o.Target("04-05")
	if len(x.Excess) == 0 {
		t.Fatal("nothing exceeds the cap in the demonstration data")
	}
	name := x.Excess[0].What
	for _, tt := range []struct {
		who, at string
		named   bool
	}{
		{"leader", "/p/liwan-555/t/04-05", true},
		{"leader", "/p/liwan-555/t/04-05", true}, // printed before
		{"leader", "/p/liwan-555/commitments", true},
		{"leader", "/api/v1/policies/liwan-555/targets/04-05", true},
		{"leader", "/p/liwan-555/t/04-05/table/excess.csv", false},
		{"leader", "/p/liwan-555/t/04-05/table/excess.json", false},
		{"planner", "/p/liwan-555/t/04-05/table/excess.csv", true},
		{"department", "/p/liwan-555/t/04-05", false},
	} {
		before := len(g.entries(t, audit.Filter{Action: "rows"}))
		_, body := g.enter(t, tt.who).get(t, tt.at)
		if strings.Contains(body, name) != tt.named {
			t.Errorf("%s at %s: named %t, want %t", tt.who, tt.at, !tt.named, tt.named)
		}
		seen := len(g.entries(t, audit.Filter{Action: "rows"})) > before
		if export := strings.Contains(tt.at, "/table/"); !export && seen != tt.named {
			t.Errorf("%s at %s: an entry %t, want %t", tt.who, tt.at, seen, tt.named)
		}
	}
}

// TestReportsAreTheirMakers: an auditor has none written, and nobody but a planner
// ends another's.
func TestReportsAreTheirMakers(t *testing.T) {
	g := guardOn(t, server(t), access.Leader, access.Planner, access.Department, access.Auditor)
	if res, _ := g.enter(t, "auditor").post(t, "/p/liwan-555/reports", url.Values{"kind": {"brief"}, "format": {"md"}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("an auditor has a report written: %d", res.StatusCode)
	}
	if res, _ := g.enter(t, "auditor").get(t, "/p/liwan-555/reports"); res.StatusCode != http.StatusOK {
		t.Errorf("an auditor looks at reports: %d", res.StatusCode)
	}
	job := func(who string) string {
		t.Helper()
		res, body := g.enter(t, who).post(t, "/p/liwan-555/reports", url.Values{"kind": {"brief"}, "format": {"md"}})
		at, err := url.Parse(res.Header.Get("Location"))
		if err != nil || at.Query().Get("job") == "" {
			t.Fatalf("%s: %d %s", who, res.StatusCode, text(body))
		}
		return "/p/liwan-555/reports/job/" + at.Query().Get("job") + "/cancel"
	}
	for _, tt := range []struct {
		of, by string
		want   int
	}{{"leader", "department", 403}, {"planner", "leader", 403}, {"leader", "leader", 303}, {"department", "planner", 303}, {"planner", "auditor", 403}} {
		if res, _ := g.enter(t, tt.by).post(t, job(tt.of), nil); res.StatusCode != tt.want {
			t.Errorf("%s ends a report of %s: %d, want %d", tt.by, tt.of, res.StatusCode, tt.want)
		}
	}
}

// TestColumnsAreTheirOffices: remembered columns are forgotten by who remembered them,
// by their department, and by planners.
func TestColumnsAreTheirOffices(t *testing.T) {
	g := guardOn(t, scratch(t), access.Planner, access.Department, access.Clerk)
	g.user(t, "clerk2", access.Clerk)
	for _, office := range []string{"rsj", "zzb"} {
		if err := g.store.SaveProfile(t.Context(), liwan, datasets.Profile{Office: office, Signature: "甲|乙", Kind: datasets.Talent, Columns: map[string]string{"甲": "name"}, SavedAt: now(), SavedBy: "clerk"}); err != nil {
			t.Fatal(err)
		}
	}
	all, err := g.store.Profiles(t.Context(), liwan)
	if err != nil || len(all) != 2 {
		t.Fatalf("%v %v", all, err)
	}
	at := func(office string) string {
		i := slices.IndexFunc(all, func(p datasets.Profile) bool { return p.Office == office })
		return "/p/liwan-555/profile/" + string(rune('0'+all[i].ID)) + "/delete"
	}
	for _, tt := range []struct {
		who, office string
		want        int
	}{{"clerk2", "rsj", 403}, {"department", "zzb", 403}, {"department", "rsj", 303}, {"clerk", "zzb", 303}} {
		if res, _ := g.enter(t, tt.who).post(t, at(tt.office), nil); res.StatusCode != tt.want {
			t.Errorf("%s forgets columns of %s: %d, want %d", tt.who, tt.office, res.StatusCode, tt.want)
		}
	}
}
