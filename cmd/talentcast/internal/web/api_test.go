package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// schema is as much of JSON Schema as openapi.json uses.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"` // a name or several
	Enum       []any              `json:"enum"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Extra      any                `json:"additionalProperties"`
	Items      *schema            `json:"items"`
	OneOf      []*schema          `json:"oneOf"`
}

type openAPI struct {
	Paths map[string]map[string]struct {
		Summary    string `json:"summary"`
		Zh         string `json:"x-summary-zh"`
		Parameters []struct {
			Ref string `json:"$ref"`
		} `json:"parameters"`
		Responses map[string]struct {
			Ref     string `json:"$ref"`
			Content map[string]struct {
				Schema *schema `json:"schema"`
			} `json:"content"`
		} `json:"responses"`
	} `json:"paths"`
	Components struct {
		Schemas    map[string]*schema `json:"schemas"`
		Parameters map[string]any     `json:"parameters"`
		Responses  map[string]any     `json:"responses"`
	} `json:"components"`
}

func readDescription(t *testing.T, h http.Handler) openAPI {
	t.Helper()
	res, body := get(t, h, "/api/v1/openapi.json")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("status %d", res.StatusCode)
	}
	var doc openAPI
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestDescriptionHasEveryRoute(t *testing.T) {
	s := server(t)
	doc := readDescription(t, s)
	routed := map[string]bool{}
	param := regexp.MustCompile(`:(\w+)`)
	for _, r := range s.engine.Routes() {
		if strings.HasPrefix(r.Path, "/api/v1") {
			routed[strings.ToLower(r.Method)+" "+param.ReplaceAllString(r.Path, "{$1}")] = true
		}
	}
	described := map[string]bool{}
	for path, ops := range doc.Paths {
		for method, op := range ops {
			described[method+" "+path] = true
			if op.Summary == "" || op.Zh == "" {
				t.Errorf("%s %s has no summary in a language", method, path)
			}
			for _, p := range op.Parameters {
				if doc.Components.Parameters[strings.TrimPrefix(p.Ref, "#/components/parameters/")] == nil {
					t.Errorf("%s %s names a parameter %s that is not there", method, path, p.Ref)
				}
			}
			for _, in := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(op.Parameters, func(p struct {
					Ref string `json:"$ref"`
				},
				) bool {
					return strings.HasSuffix(p.Ref, "/"+in[1])
				}) {
					t.Errorf("%s %s does not describe {%s}", method, path, in[1])
				}
			}
		}
	}
	for r := range routed {
		if !described[r] {
			t.Errorf("%s is served and not described", r)
		}
	}
	for r := range described {
		if !routed[r] {
			t.Errorf("%s is described and not served", r)
		}
	}
}

func TestAnswersAreAsDescribed(t *testing.T) {
	s := server(t)
	doc := readDescription(t, s)
	batch, _ := s.refused(t)
	for _, tt := range []struct{ path, address string }{
		{"/api/v1/policies", "/api/v1/policies"},
		{"/api/v1/policies/{policy}", "/api/v1/policies/liwan-555"},
		{"/api/v1/policies/{policy}/outlook", "/api/v1/policies/liwan-555/outlook?as_of=2015-06-30"},
		{"/api/v1/policies/{policy}/outlook", "/api/v1/policies/en-health-visitors/outlook"},
		{"/api/v1/policies/{policy}/outlook", "/api/v1/policies/liwan-555/outlook?intake=2"},
		{"/api/v1/policies/{policy}/outlook", "/api/v1/policies/cn-rd/outlook?as_of=2014-12-31"},
		{"/api/v1/policies/{policy}/health", "/api/v1/policies/liwan-555/health?as_of=2015-03-31"},
		{"/api/v1/policies/{policy}/health", "/api/v1/policies/en-health-visitors/health"},
		{"/api/v1/policies/{policy}/changes", "/api/v1/policies/liwan-555/changes?as_of=2015-06-30"},
		{"/api/v1/policies/{policy}/changes", "/api/v1/policies/cn-rd/changes?as_of=2014-12-31&since=2010-12-31"},
		{"/api/v1/policies/{policy}/changes", "/api/v1/policies/en-health-visitors/changes"},
		{"/api/v1/policies/{policy}/charts/{chart}", "/api/v1/policies/liwan-555/charts/status?lang=en"},
		{"/api/v1/policies/{policy}/targets/{target}", "/api/v1/policies/liwan-555/targets/G-01"},
		{"/api/v1/policies/{policy}/targets/{target}", "/api/v1/policies/liwan-555/targets/01-05"},
		{"/api/v1/policies/{policy}/targets/{target}/rows", "/api/v1/policies/liwan-555/targets/G-02/rows?limit=3&offset=2"},
		{"/api/v1/policies/{policy}/targets/{target}/charts/{chart}", "/api/v1/policies/liwan-555/targets/G-01/charts/fan?intake=1.5"},
		{"/api/v1/policies/{policy}/scenario", "/api/v1/policies/liwan-555/scenario?intake=1.5&growth=0.05"},
		{"/api/v1/policies/{policy}/batches", "/api/v1/policies/liwan-555/batches"},
		{"/api/v1/policies/{policy}/batches/{batch}/refusals", "/api/v1/policies/liwan-555/batches/" + batch + "/refusals"},
	} {
		t.Run(tt.address, func(t *testing.T) {
			res, body := get(t, s, tt.address)
			if res.StatusCode != http.StatusOK {
				t.Fatalf("status %d: %s", res.StatusCode, body)
			}
			check(t, doc, tt.path, "get", "200", body)
		})
	}
	for address, code := range map[string]string{
		"/api/v1/policies/nowhere":                              "404",
		"/api/v1/policies/liwan-555/targets/ZZ":                 "404",
		"/api/v1/policies/liwan-555/targets/G-01/charts/pie":    "404",
		"/api/v1/policies/liwan-555/charts/pie":                 "404",
		"/api/v1/policies/liwan-555/outlook?as_of=soon":         "400",
		"/api/v1/policies/liwan-555/outlook?as_of=2999-01-01":   "400",
		"/api/v1/policies/liwan-555/outlook?intake=-1":          "400",
		"/api/v1/policies/liwan-555/scenario?growth=Inf":        "400",
		"/api/v1/policies/liwan-555/changes?since=soon":         "400",
		"/api/v1/policies/liwan-555/changes?since=2999-01-01":   "400",
		"/api/v1/policies/nowhere/changes":                      "404",
		"/api/v1/policies/liwan-555/targets/G-01/rows?limit=0":  "400",
		"/api/v1/policies/liwan-555/targets/G-01/rows?offset=z": "400",
		"/api/v1/policies/liwan-555/batches/999/refusals":       "404",
		"/api/v1/nothing": "404",
	} {
		res, body := get(t, s, address)
		if fmt.Sprint(res.StatusCode) != code {
			t.Errorf("%s: status %d, want %s: %s", address, res.StatusCode, code, body)
			continue
		}
		checkError(t, doc, body)
	}
}

// checkError sees to it that an error says what is wrong in both languages.
func checkError(t *testing.T, doc openAPI, body string) {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Errorf("%s: %v", body, err)
		return
	}
	conform(t, doc, doc.Components.Schemas["Error"], v, "error")
	if zh, _ := v["message_zh"].(string); !hasHan(zh) {
		t.Errorf("message_zh %q", zh)
	}
	if en, _ := v["message_en"].(string); en == "" {
		t.Errorf("no message_en in %s", body)
	}
}

func check(t *testing.T, doc openAPI, path, method, code, body string) {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	sch := doc.Paths[path][method].Responses[code].Content["application/json"].Schema
	if sch == nil {
		t.Fatalf("%s %s has no schema of %s", method, path, code)
	}
	conform(t, doc, sch, v, "")
}

// conform walks an answer along its schema: every key described, every
// required one there, every value of a type allowed.
func conform(t *testing.T, doc openAPI, sch *schema, v any, at string) {
	t.Helper()
	if sch.Ref != "" {
		name := strings.TrimPrefix(sch.Ref, "#/components/schemas/")
		if doc.Components.Schemas[name] == nil {
			t.Fatalf("%s: there is no schema %s", at, name)
		}
		conform(t, doc, doc.Components.Schemas[name], v, at)
		return
	}
	if len(sch.OneOf) > 0 {
		if v != nil {
			conform(t, doc, sch.OneOf[0], v, at)
		}
		return
	}
	if !typed(sch.Type, v) {
		t.Errorf("%s is %T, described as %v", at, v, sch.Type)
		return
	}
	if len(sch.Enum) > 0 && !slices.Contains(sch.Enum, v) {
		t.Errorf("%s is %v, described as one of %v", at, v, sch.Enum)
	}
	switch v := v.(type) {
	case []any:
		for i, x := range v {
			conform(t, doc, sch.Items, x, fmt.Sprintf("%s[%d]", at, i))
		}
	case map[string]any:
		for k, x := range v {
			if p := sch.Properties[k]; p != nil {
				conform(t, doc, p, x, at+"."+k)
			} else if sch.Extra == false {
				t.Errorf("%s.%s is not described", at, k)
			}
		}
		for _, k := range sch.Required {
			if _, ok := v[k]; !ok {
				t.Errorf("%s.%s is not there", at, k)
			}
		}
	}
}

func typed(want, v any) bool {
	if several, ok := want.([]any); ok {
		return slices.ContainsFunc(several, func(w any) bool { return typed(w, v) })
	}
	switch v := v.(type) {
	case nil:
		return want == "null"
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case float64:
		return want == "number" || want == "integer" && v == float64(int64(v))
	case []any:
		return want == "array"
	}
	return want == "object"
}

func TestTypedTellsKinds(t *testing.T) {
	for _, tt := range []struct {
		want any
		v    any
		ok   bool
	}{
		{"integer", 1.0, true}, {"integer", 1.5, false}, {"number", "1", false}, {[]any{"number", "null"}, nil, true}, {"string", nil, false}, {"object", []any{}, false},
	} {
		if typed(tt.want, tt.v) != tt.ok {
			t.Errorf("typed(%v, %v) is not %v", tt.want, tt.v, tt.ok)
		}
	}
}

func TestOptionsHaveNoMarkup(t *testing.T) {
	_, body := get(t, server(t), "/api/v1/policies/liwan-555/targets/G-01/charts/fan")
	if strings.Contains(body, "<") || strings.Contains(body, "://") {
		t.Error("a chart's option has markup or an address in it")
	}
}

func TestScenarioMovesProbabilities(t *testing.T) {
	s := server(t)
	var a, b comparison
	for address, to := range map[string]*comparison{
		"/api/v1/policies/liwan-555/scenario":          &a,
		"/api/v1/policies/liwan-555/scenario?intake=2": &b,
	} {
		_, body := get(t, s, address)
		var raw struct {
			Changes []struct {
				Target              string
				LateBase, EarlyWith *float64 `json:"-"`
				EB                  *float64 `json:"early_base"`
				EW                  *float64 `json:"early_with"`
			} `json:"changes"`
		}
		if err := json.Unmarshal([]byte(body), &raw); err != nil {
			t.Fatal(err)
		}
		for _, c := range raw.Changes {
			to.Changes = append(to.Changes, change{Target: c.Target, EarlyBase: c.EB, EarlyWith: c.EW})
		}
	}
	at := func(c comparison) change {
		i := slices.IndexFunc(c.Changes, func(x change) bool { return x.Target == "G-01" })
		if i < 0 {
			t.Fatal("no G-01 in the comparison")
		}
		return c.Changes[i]
	}
	if x := at(a); *x.EarlyBase != *x.EarlyWith {
		t.Errorf("without levers %v became %v", *x.EarlyBase, *x.EarlyWith)
	}
	if x := at(b); *x.EarlyWith <= *x.EarlyBase || *x.EarlyBase != *at(a).EarlyBase {
		t.Errorf("with twice the intake %v became %v", *x.EarlyBase, *x.EarlyWith)
	}
}

func TestHeadAndMethods(t *testing.T) {
	s := server(t)
	res, body := send(t, s, httptest.NewRequest(http.MethodHead, "/p/liwan-555", nil))
	if res.StatusCode != http.StatusOK {
		t.Errorf("HEAD: %d %s", res.StatusCode, body)
	}
	r := httptest.NewRequest(http.MethodDelete, "/p/liwan-555", nil)
	if res, _ := send(t, s, r); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: %d", res.StatusCode)
	}
}
