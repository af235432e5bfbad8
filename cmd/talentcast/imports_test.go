package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport is the import table of the design: what each package of the module
// may import of the module. Imports only descend.
var mayImport = map[string][]string{
	"analytics":          {},
	"analytics/fault":    {},
	"analytics/phrase":   {},
	"analytics/flight":   {},
	"analytics/backtest": {"analytics"},
	"analytics/forecast": {"analytics", "analytics/fault", "analytics/phrase", "analytics/backtest"},
	"analytics/target":   {"analytics"},
	"analytics/scenario": {"analytics", "analytics/fault", "analytics/phrase"},
	"analytics/outlook": {
		"analytics", "analytics/fault", "analytics/phrase", "analytics/backtest", "analytics/forecast",
		"analytics/target", "analytics/scenario", "analytics/flight", "datasets",
	},
	"datasets":      {"analytics", "analytics/fault", "analytics/flight"},
	"datasets/bulk": {},
	"ingest":        {"analytics", "analytics/fault", "datasets"},
	"ingest/demo":   {"analytics", "analytics/fault", "datasets", "ingest"},
	"charts":        {"analytics", "analytics/fault", "analytics/phrase"},
	"charts/render": {"analytics/fault", "analytics/flight"},
	// What the notebooks share.
	"notebooks/figure": {"charts", "charts/render"},
}

// onlyIn names the packages that alone may import a module.
var onlyIn = map[string][]string{
	"github.com/duckdb/duckdb-go":     {"datasets"},
	"github.com/gin-gonic/gin":        {"cmd/talentcast/internal/web"},
	"github.com/go-echarts":           {"charts"},
	"gonum.org/v1/gonum":              {"analytics"},
	"github.com/dop251/goja":          {"charts/render"},
	"github.com/spf13/cobra":          {"cmd/talentcast"},
	"github.com/chromedp/chromedp":    {"charts/render", "cmd/talentcast/internal/web"},
	"github.com/rogpeppe/go-internal": {"cmd/talentcast"},
	"github.com/coreos/go-oidc":       {"cmd/talentcast/internal/access"},
	"github.com/go-ldap/ldap":         {"cmd/talentcast/internal/access"},
	"golang.org/x/crypto":             {"cmd/talentcast/internal/access"},
}

type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestImportsDescend(t *testing.T) {
	const module = "talentcast/"
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		allowed, known := mayImport[name]
		if !known && !strings.HasPrefix(name, "cmd/talentcast") {
			t.Errorf("package %s is not in the import table", name)
		}
		for _, imp := range p.Imports {
			own, ok := strings.CutPrefix(imp, module)
			if ok && known && !slices.Contains(allowed, own) {
				t.Errorf("%s imports %s, which the table does not allow", name, own)
			}
			if ok && strings.HasPrefix(own, "cmd/") && !strings.HasPrefix(name, "cmd/") {
				t.Errorf("%s imports %s: nothing below cmd knows of it", name, own)
			}
			if ok && name == "cmd/talentcast/internal/access" && own != "datasets" && own != "analytics/fault" {
				t.Errorf("access imports %s: it knows of accounts only", own)
			}
			if ok && strings.HasPrefix(name, "cmd/talentcast/internal/report") && strings.HasPrefix(own, "cmd/") &&
				!strings.HasPrefix(own, "cmd/talentcast/internal/report") {
				t.Errorf("report imports %s", own)
			}
		}
		for _, imp := range append(append(p.Imports, p.TestImports...), p.XTestImports...) {
			for module, homes := range onlyIn {
				if strings.HasPrefix(imp, module) && !under(name, homes) {
					t.Errorf("%s imports %s, which only %v may", name, imp, homes)
				}
			}
		}
	}
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "talentcast/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list found %d packages only", len(all))
	}
	return all
}

func under(name string, homes []string) bool {
	for _, h := range homes {
		if name == h || strings.HasPrefix(name, h+"/") {
			return true
		}
	}
	return false
}
