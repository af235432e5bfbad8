package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mayCallOut names the files that may open a connection, and to where: each goes
// to addresses that the settings name and never to one that a request or a file
// holds.
var mayCallOut = map[string]string{
	"cmd/talentcast/internal/access/oidc.go":     "the provider of --oidc-issuer",
	"cmd/talentcast/internal/access/ldap.go":     "the directory of --ldap-url",
	"cmd/talentcast/internal/bench/main.go":      "the server that it starts itself, for the developer",
	"cmd/talentcast/internal/soak/main.go":       "the server that it starts itself, for the developer",
	"cmd/talentcast/internal/control/control.go": "the socket beside the database",
	"cmd/talentcast/internal/alert/webhook.go":   "the webhooks of --alerts",
	"cmd/talentcast/internal/alert/watcher.go":   "the webhooks of --alerts",
	"cmd/talentcast/ping.go":                     "the service named on the command line",
}

// calls are what opens a connection to somewhere, by package and name.
var calls = map[string][]string{
	"net/http":   {"Get", "Post", "PostForm", "Head", "Client", "DefaultClient", "Transport", "DefaultTransport", "NewRequest", "NewRequestWithContext"},
	"net":        {"Dial", "DialTimeout", "Dialer", "DialTCP", "DialUDP", "DialIP", "LookupHost", "LookupIP", "LookupAddr", "Resolver"},
	"crypto/tls": {"Dial", "DialWithDialer", "Dialer"},
	"net/smtp":   {"Dial", "SendMail", "NewClient"},
	"net/rpc":    {"Dial", "DialHTTP"},
	"os/exec":    {"Command", "CommandContext"},
}

// mayStart names the files that may start another program, and which.
var mayStart = map[string]string{
	"cmd/talentcast/internal/office/office.go":    "LibreOffice of --soffice",
	"cmd/talentcast/internal/licences/main.go":    "go, for the developer",
	"cmd/talentcast/internal/bench/main.go":       "the program itself, for the developer",
	"cmd/talentcast/internal/benchingest/main.go": "the program itself, for the developer",
	"cmd/talentcast/internal/soak/main.go":        "the program itself, for the developer",
	"cmd/talentcast/internal/bench/pictures.go":   "node and chromium, for the developer",
}

// TestNothingCallsOut looks through the program for what opens connections: no
// address that somebody types, and none in a file, is ever called (SSRF).
func TestNothingCallsOut(t *testing.T) {
	root := filepath.Join("..", "..")
	files := 0
	for _, dir := range []string{"analytics", "charts", "cmd", "datasets", "ingest"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") {
				return err
			}
			files++
			name, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			name = filepath.ToSlash(name)
			for _, use := range uses(t, path) {
				starts := strings.HasPrefix(use, "os/exec.")
				if starts && mayStart[name] == "" || !starts && mayCallOut[name] == "" {
					t.Errorf("%s uses %s: say in this test where it goes, and see that no request or file can change that", name, use)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 200 {
		t.Errorf("only %d files were looked through", files)
	}
	for _, name := range slices.Sorted(maps.Keys(mayCallOut)) {
		if len(uses(t, filepath.Join(root, name))) == 0 {
			t.Errorf("%s opens no connection any more: take it off the list", name)
		}
	}
}

// uses are the calls of the file, as package.Name.
func uses(t *testing.T, path string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, imp := range f.Imports {
		p := strings.Trim(imp.Path.Value, `"`)
		name := p[strings.LastIndexByte(p, '/')+1:]
		if imp.Name != nil {
			name = imp.Name.Name
		}
		names[name] = p
	}
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		if x, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := x.X.(*ast.Ident); ok && id.Obj == nil && slices.Contains(calls[names[id.Name]], x.Sel.Name) {
				out = append(out, names[id.Name]+"."+x.Sel.Name)
			}
		}
		return true
	})
	return out
}
