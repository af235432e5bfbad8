package web

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// Every actual on the overview leads to the rows behind it, and there are rows,
// each with its file and row number.
func TestActualsOpenToRows(t *testing.T) {
	s := server(t)
	_, page := get(t, s, "/p/liwan-555?as_of=2015-06-30")
	links := regexp.MustCompile(`class="to-rows" href="/p/liwan-555/t/([^"?]+)\?as_of=2015-06-30#rows"`).FindAllStringSubmatch(page, -1)
	if len(links) < 60 {
		t.Fatalf("%d figures lead to rows", len(links))
	}
	if n := strings.Count(page, `<b><a class="to-rows"`); n == 0 {
		t.Error("no tile leads to rows")
	}
	seen := map[string]bool{}
	for _, l := range links {
		if seen[l[1]] {
			continue
		}
		seen[l[1]] = true
		_, body := get(t, s, "/api/v1/policies/liwan-555/targets/"+l[1]+"/rows?as_of=2015-06-30&limit=5")
		var rows struct {
			Total int `json:"total"`
			Rows  []struct {
				File string `json:"file"`
				Row  int    `json:"row"`
			} `json:"rows"`
		}
		if err := json.Unmarshal([]byte(body), &rows); err != nil {
			t.Fatalf("%s: %v\n%s", l[1], err, body)
		}
		if rows.Total == 0 || len(rows.Rows) == 0 {
			t.Errorf("%s has a figure and no rows", l[1])
		}
		for _, r := range rows.Rows {
			if r.File == "" || r.Row == 0 {
				t.Errorf("%s: a row without file or number: %+v", l[1], r)
			}
		}
	}
	_, page = get(t, s, "/p/liwan-555/t/G-01?as_of=2015-06-30")
	if !strings.Contains(page, `id="rows"`) || strings.Count(page, `class="to-rows"`) < 2 {
		t.Error("the target's figure and its parts do not lead to rows")
	}
}
