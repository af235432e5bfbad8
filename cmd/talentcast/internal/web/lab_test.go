package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"talentcast/analytics/scenario"
)

// keptSaid is as much of a saved scenario as tests look at.
type keptSaid struct {
	ID        int64        `json:"id"`
	Levers    string       `json:"levers"`
	AsOf      string       `json:"as_of"`
	Latest    bool         `json:"latest"`
	Seed      int          `json:"seed"`
	Paths     int          `json:"paths"`
	DataState string       `json:"data_state"`
	Program   string       `json:"program"`
	Then      []keptFigure `json:"then"`
	MovedOn   bool         `json:"moved_on"`
	Now       []keptFigure `json:"now"`
	Change    string       `json:"change"`
}

// postJSON sends a body to the API, wants the status and reads the answer.
func postJSON[T any](t *testing.T, h http.Handler, method, address string, body any, code int) (out T) {
	t.Helper()
	text := sendJSON(t, h, method, address, body, code)
	if text == "" {
		return out
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return out
}

func sendJSON(t *testing.T, h http.Handler, method, address string, body any, code int) string {
	t.Helper()
	var b io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		b = strings.NewReader(body)
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.NewReader(raw)
	}
	r := httptest.NewRequest(method, address, b)
	r.Header.Set("Content-Type", "application/json")
	res, text := send(t, h, r)
	if res.StatusCode != code {
		t.Fatalf("%s %s: status %d, want %d: %s", method, address, res.StatusCode, code, text)
	}
	return text
}

// TestLabAnswersAreAsDescribed asks everything of the laboratory and holds the
// answers against the description.
func TestLabAnswersAreAsDescribed(t *testing.T) {
	s := scratchDemo(t)
	doc := readDescription(t, s)
	const api, described = "/api/v1/policies/liwan-555", "/api/v1/policies/{policy}"
	says := func(path, method, code, body string) {
		t.Helper()
		check(t, doc, described+path, method, code, body)
	}
	_, body := get(t, s, "/api/v1/levers")
	check(t, doc, "/api/v1/levers", "get", "200", body)
	full := "?as_of=2015-06-30&target=G-01&levers=" + "intake:times=1.3;retention:times=1.2;cost:amount=2;budget:base=600"
	_, body = get(t, s, api+"/scenario"+full)
	says("/scenario", "get", "200", body)
	for _, want := range []string{`"bill_table":{`, `"budget_table":{`, `"held_table":{`, `"tiles":[{`, `"cost_with":`} {
		if !strings.Contains(body, want) {
			t.Errorf("the answer lacks %s", want)
		}
	}
	levers := "?as_of=2015-06-30&levers=intake:times=1.1,sd=0.1"
	says("/scenario/seek", "post", "200", sendJSON(t, s, "POST", api+"/scenario/seek"+levers, map[string]any{"target": "H-01", "early": true, "lever": "intake"}, 200))
	says("/scenario/seek", "post", "200", sendJSON(t, s, "POST", api+"/scenario/seek"+levers, map[string]any{"target": "H-01", "lever": "intake", "second": "retention", "p": 0.9, "ceiling": 1.5}, 200))
	says("/scenario/why", "post", "200", sendJSON(t, s, "POST", api+"/scenario/why"+levers, map[string]any{"target": "G-01", "early": true, "points": 8}, 200))
	says("/scenario/spend", "post", "200", sendJSON(t, s, "POST", api+"/scenario/spend"+levers, map[string]any{"budget": 500, "early": true, "over": []map[string]any{{"target": "G-01", "price": 2}, {"target": "11-01", "price": 1}}}, 200))

	saved := sendJSON(t, s, "POST", api+"/scenarios"+levers, map[string]any{"name": "甲", "note": "说明"}, 201)
	says("/scenarios", "post", "201", saved)
	says("/scenarios/{scenario}/duplicate", "post", "201", sendJSON(t, s, "POST", api+"/scenarios/1/duplicate", nil, 201))
	says("/scenarios/{scenario}/lock", "post", "200", sendJSON(t, s, "POST", api+"/scenarios/1/lock", nil, 200))
	sendJSON(t, s, "PUT", api+"/scenarios/1", map[string]any{"name": "乙"}, 409)
	sendJSON(t, s, "DELETE", api+"/scenarios/1", nil, 409)
	says("/scenarios/{scenario}/unlock", "post", "200", sendJSON(t, s, "POST", api+"/scenarios/1/unlock", nil, 200))
	says("/scenarios/{scenario}", "put", "200", sendJSON(t, s, "PUT", api+"/scenarios/1", map[string]any{"name": "乙", "levers": "intake:times=2"}, 200))
	_, body = get(t, s, api+"/scenarios")
	says("/scenarios", "get", "200", body)
	_, body = get(t, s, api+"/scenarios/compare?as_of=2015-06-30&ids=1,2")
	says("/scenarios/compare", "get", "200", body)
	says("/scenarios/{scenario}", "get", "200", sendJSON(t, s, "GET", api+"/scenarios/2", nil, 200))
	sendJSON(t, s, "DELETE", api+"/scenarios/2", nil, 204)
	sendJSON(t, s, "GET", api+"/scenarios/2", nil, 404)
}

// TestScenarioFileRoundTrips: what is taken away comes back and says the same.
func TestScenarioFileRoundTrips(t *testing.T) {
	s := scratchDemo(t)
	const api = "/api/v1/policies/liwan-555/scenarios"
	a := postJSON[keptSaid](t, s, "POST", api+"?as_of=2015-06-30", map[string]any{"name": "多引进", "levers": "intake@P01:times=1.3,start=2016-01,ramp=6;growth:points=5"}, 201)
	if a.Seed != 555 || a.Paths != 2000 || a.DataState == "" || a.Program != "test" || a.Latest || a.MovedOn || len(a.Then) == 0 {
		t.Errorf("saved as %+v", a)
	}
	file := sendJSON(t, s, "GET", fmt.Sprintf("%s/%d.yaml", api, a.ID), nil, 200)
	for _, want := range []string{"talentcast_scenario: 1", "as_of: ", "2015-06-30", "seed: 555", "start: "} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %s:\n%s", want, file)
		}
	}
	b := postJSON[keptSaid](t, s, "POST", api+"/import", file, 201)
	if b.Levers != a.Levers || b.AsOf != a.AsOf || fmt.Sprint(b.Then[0].Target, *b.Then[0].Late) != fmt.Sprint(a.Then[0].Target, *a.Then[0].Late) {
		t.Errorf("it came back as %+v, was %+v", b, a)
	}
	for body, code := range map[string]int{
		"": 422, "talentcast_scenario: 9\n": 422, "talentcast_scenario: 1\npolicy: cn-rd\nlevers: []\n": 400,
		"talentcast_scenario: 1\nlevers:\n- kind: intake\n  times: 99\n": 400, strings.Repeat("#", 200_000): 413,
	} {
		text := sendJSON(t, s, "POST", api+"/import", body, code)
		checkError(t, readDescription(t, s), text)
	}
	res, _ := get(t, s, "/p/liwan-555/scenario?id=1")
	if to := res.Header.Get("Location"); res.StatusCode != 303 || !strings.Contains(to, "as_of=2015-06-30") || !strings.Contains(to, "levers=intake%40P01") {
		t.Errorf("opened at %s", to)
	}
}

// TestScenarioSaysThatDataMovedOn: new rows make a saved answer old.
func TestScenarioSaysThatDataMovedOn(t *testing.T) {
	s := scratchDemo(t)
	const api = "/api/v1/policies/liwan-555/scenarios"
	a := postJSON[keptSaid](t, s, "POST", api, map[string]any{"name": "现状", "levers": "intake:times=1.2"}, 201)
	if !a.Latest || a.MovedOn {
		t.Errorf("saved as %+v", a)
	}
	batches, err := s.store.Batches(t.Context(), liwan)
	if err != nil || len(batches) == 0 {
		t.Fatal(err)
	}
	sendJSON(t, s, "POST", fmt.Sprintf("/api/v1/policies/liwan-555/batches/%d/undo", batches[0].ID), nil, 200)
	b := postJSON[keptSaid](t, s, "GET", fmt.Sprintf("%s/%d", api, a.ID), nil, 200)
	if !b.MovedOn || b.Change == "" || len(b.Now) == 0 || b.DataState != a.DataState {
		t.Errorf("after a change of data %+v", b)
	}
}

func TestLabRefuses(t *testing.T) {
	s := server(t)
	doc := readDescription(t, s)
	const api = "/api/v1/policies/liwan-555"
	for _, x := range []struct {
		method, path string
		body         any
		code         int
	}{
		{"POST", "/scenario/seek", map[string]any{"target": "ZZ", "lever": "intake"}, 404},
		{"POST", "/scenario/seek", map[string]any{"target": "G-01", "lever": ""}, 400},
		{"POST", "/scenario/seek", map[string]any{"target": "G-01", "lever": "luck"}, 400},
		{"POST", "/scenario/seek", map[string]any{"target": "G-01", "lever": "intake", "p": 2}, 400},
		{"POST", "/scenario/seek", `{"target":"G-01","leever":"intake"}`, 400},
		{"POST", "/scenario/seek", `{"target":`, 400},
		{"POST", "/scenario/seek", `{"target":"` + strings.Repeat("x", 300_000) + `"}`, 413},
		{"POST", "/scenario/why", map[string]any{"target": "G-01", "points": 1_000_000_000}, 400},
		{"POST", "/scenario/why?levers=intake:times=NaN", map[string]any{"target": "G-01"}, 400},
		{"POST", "/scenario/why?levers=intake@ZZ:times=2", map[string]any{"target": "G-01"}, 400},
		{"POST", "/scenario/spend", map[string]any{"budget": 1}, 400},
		{"POST", "/scenario/spend", map[string]any{"budget": 100, "over": []map[string]any{{"target": "G-01", "price": 1}, {"target": "H-01", "price": 1}}}, 400},
		{"POST", "/scenarios", map[string]any{"name": ""}, 400},
		{"POST", "/scenarios", map[string]any{"name": strings.Repeat("长", 200)}, 400},
		{"POST", "/scenarios", map[string]any{"name": "x", "levers": "intake:start=2016-05,end=2015-01,times=2"}, 400},
		{"GET", "/scenarios/none", nil, 404},
		{"GET", "/scenarios/999999", nil, 404},
		{"GET", "/scenarios/999999.yaml", nil, 404},
		{"PUT", "/scenarios/999999", map[string]any{"name": "x"}, 404},
		{"DELETE", "/scenarios/999999", nil, 404},
		{"GET", "/scenarios/compare?ids=1,1", nil, 400},
		{"GET", "/scenarios/compare?ids=x", nil, 400},
		{"GET", "/scenario?levers=delay:months=3;delay:months=4", nil, 400},
	} {
		checkError(t, doc, sendJSON(t, s, x.method, api+x.path, x.body, x.code))
	}
	// Another site's page can't change what is kept.
	r := httptest.NewRequest("POST", api+"/scenarios", strings.NewReader(`{"name":"x"}`))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if res, _ := send(t, s, r); res.StatusCode != http.StatusForbidden {
		t.Errorf("from another site: %d", res.StatusCode)
	}
}

// TestAskEndsWithItsReader: who has left gets no answer computed.
func TestAskEndsWithItsReader(t *testing.T) {
	s := server(t)
	for path, body := range map[string]string{
		"seek": `{"target":"G-01","lever":"intake"}`, "why": `{"target":"G-01","points":512}`, "spend": `{"budget":100,"over":[{"target":"G-01","price":1}]}`,
	} {
		ctx, cancel := context.WithCancel(t.Context())
		r := httptest.NewRequest("POST", "/api/v1/policies/liwan-555/scenario/"+path+"?levers=intake:times=1.4", strings.NewReader(body)).WithContext(ctx)
		cancel()
		if res, text := send(t, s, r); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(text, "取消") {
			t.Errorf("%s: %d %s", path, res.StatusCode, text)
		}
	}
	if len(s.asks) != 0 {
		t.Errorf("%d questions still hold their place", len(s.asks))
	}
}

// TestSemicolonsStandBetweenLevers: an address typed by hand keeps all its levers.
func TestSemicolonsStandBetweenLevers(t *testing.T) {
	_, body := get(t, server(t), "/api/v1/policies/liwan-555/scenario?as_of=2015-06-30&levers=intake@P01:times=1.2;growth:points=5")
	if !strings.Contains(body, `"levers":"intake@P01:times=1.2;growth:points=5"`) {
		t.Errorf("the levers came as %.300s", body)
	}
}

// TestLeverFormBecomesAnAddress: the form works without script.
func TestLeverFormBecomesAnAddress(t *testing.T) {
	s := server(t)
	for query, want := range map[string]string{
		"l0.kind=intake&l0.scope=&l0.times=1.5&l1.kind=growth&l1.points=0&target=G-01":      "levers=intake%3Atimes%3D1.5&target=G-01",
		"l0.kind=intake&l0.times=1&l1.kind=growth&l1.points=2&add=delay":                    "levers=growth%3Apoints%3D2%3Bdelay",
		"l0.kind=intake&l0.times=1&l2.kind=delay&l2.scope=P01&l2.months=3&l2.start=2016-01": "levers=delay%40P01%3Amonths%3D3%2Cstart%3D2016-01",
		"l0.kind=intake&l0.times=1.2&l0.sd=10&l2.kind=delay&l2.months=3&drop=2":             "levers=intake%3Atimes%3D1.2%2Csd%3D0.1",
		"add=retention&levers=intake:times=1.2":                                             "levers=intake%3Atimes%3D1.2%3Bretention",
		"growth_pct=5":                                                                      "growth=0.05",
	} {
		res, _ := get(t, s, "/p/liwan-555/scenario?"+query)
		if to := res.Header.Get("Location"); res.StatusCode != 303 || !strings.HasSuffix(to, "?"+want) {
			t.Errorf("%s: %d %s, want %s", query, res.StatusCode, to, want)
		}
	}
	for _, bad := range []string{"l0.kind=intake&l0.times=lots", "l0.kind=delay&l0.start=soon", "l0.kind=intake&l0.sd=x"} {
		if res, _ := get(t, s, "/p/liwan-555/scenario?"+bad); res.StatusCode != 400 {
			t.Errorf("%s: %d", bad, res.StatusCode)
		}
	}
}

// TestLeversAreDocumented: the document has every kind and field, and its example is
// a scenario file.
func TestLeversAreDocumented(t *testing.T) {
	b, err := os.ReadFile("../../../../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(b)
	for _, spec := range scenario.Specs() {
		if !strings.Contains(doc, "| `"+string(spec.Kind)+"` "+spec.Zh+" |") {
			t.Errorf("no row of %s %s", spec.Kind, spec.Zh)
		}
		for _, f := range spec.Fields {
			if !strings.Contains(doc, "`"+f.ID+"`") {
				t.Errorf("nothing on %s of %s", f.ID, spec.Kind)
			}
		}
	}
	_, rest, _ := strings.Cut(doc, "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	d, err := scenario.Read(strings.NewReader(example))
	if err != nil || len(d.Levers) != 3 || d.Validate(nil) != nil {
		t.Errorf("the example is read as %+v: %v", d, err)
	}
}
