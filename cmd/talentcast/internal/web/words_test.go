package web

import (
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"talentcast/analytics/target"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/report/compose"
)

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

var verb = regexp.MustCompile(`%(\[\d\])?[sdvq]`)

func TestWordsAgree(t *testing.T) {
	w, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	zh, en := w["zh"], w["en"]
	if a, b := slices.Sorted(maps.Keys(zh)), slices.Sorted(maps.Keys(en)); !slices.Equal(a, b) {
		t.Errorf("the languages have different keys:\n%v\n%v", a, b)
	}
	for k, text := range en {
		if text == "" || zh[k] == "" {
			t.Errorf("%s is empty in a language", k)
		}
		if hasHan(text) {
			t.Errorf("%s has Chinese in English: %s", k, text)
		}
		if a, b := len(verb.FindAllString(text, -1)), len(verb.FindAllString(zh[k], -1)); a != b {
			t.Errorf("%s takes %d arguments in English and %d in Chinese", k, a, b)
		}
	}
}

// TestEveryKeyIsThere walks templates and code for keys, and the families of
// keys that are put together at run time.
func TestEveryKeyIsThere(t *testing.T) {
	w, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]string{}
	call := regexp.MustCompile(`\bT\(?\s?"([a-z._]+)"`)
	for _, file := range sources(t, ".", "*.go", "templates/*.html") {
		for _, m := range call.FindAllStringSubmatch(file.text, -1) {
			used[m[1]] = file.name
		}
	}
	for _, p := range pageNames {
		used["title."+p] = "page.go"
	}
	for _, k := range helpTerms() {
		used["help.term."+k], used["help.meaning."+k] = "help.go", "help.go"
	}
	for _, s := range target.Statuses() {
		used["help.light."+string(s)] = "help.go"
	}
	for _, k := range []string{"lab.tab.lab", "lab.tab.seek", "lab.tab.why", "lab.tab.spend", "lab.tab.compare", "lab.tab.saved", "help.step.series", "help.step.models", "help.step.paths", "help.step.count", "source.records", "source.reported"} {
		used[k] = "put together"
	}
	for _, r := range access.Roles() {
		used["role."+string(r)] = "rights.go"
	}
	for _, r := range access.Table() {
		used["right."+string(r.Action)] = "rights.go"
	}
	for _, k := range compose.Kinds() {
		used["reports.about."+string(k)] = "reports.go"
	}
	for _, k := range []string{
		"reports.waiting", "reports.gathering", "reports.cancelled", "reach.none", "reach.own", "reach.all", "source.account.local", "source.account.oidc", "source.account.ldap",
		"account.changed", "account.code.off", "account.sessions.ended", "account.token.gone", "users.changed",
	} {
		used[k] = "put together"
	}
	for k, where := range used {
		if strings.HasSuffix(k, ".") {
			continue // the head of a family, listed above
		}
		if w["zh"][k] == "" {
			t.Errorf("%s uses the text %q, which there is not", where, k)
		}
	}
	for k := range w["zh"] {
		if used[k] == "" {
			t.Errorf("the text %q is used nowhere", k)
		}
	}
	if len(used) < 100 {
		t.Errorf("only %d keys found: the search is broken", len(used))
	}
}

// TestTemplatesHaveNoWords: what people read is in i18n, so that no language
// leaks into the other's pages.
func TestTemplatesHaveNoWords(t *testing.T) {
	for _, f := range sources(t, ".", "templates/*.html", "static/*.js", "static/*.css") {
		if hasHan(f.text) {
			t.Errorf("%s has Chinese in it", f.name)
		}
		if strings.Contains(f.text, "style=\"") || strings.Contains(f.text, "onclick") || strings.Contains(f.text, "javascript:") {
			t.Errorf("%s has what the security policy refuses", f.name)
		}
		if outside := regexp.MustCompile(`https?://`).FindString(f.text); outside != "" && strings.HasSuffix(f.name, ".html") {
			t.Errorf("%s has an address outside the server", f.name)
		}
	}
}

type source struct{ name, text string }

func sources(t *testing.T, dir string, patterns ...string) []source {
	t.Helper()
	var out []source
	for _, p := range patterns {
		names, err := fs.Glob(osDir(dir), p)
		if err != nil || len(names) == 0 {
			t.Fatalf("no files %s: %v", p, err)
		}
		for _, n := range names {
			if strings.HasSuffix(n, "_test.go") {
				continue
			}
			b, err := fs.ReadFile(osDir(dir), n)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, source{n, string(b)})
		}
	}
	return out
}

// marked is what a page says is Chinese: the switch to it, the name of a source.
var marked = regexp.MustCompile(`<(a|span)[^>]* lang="zh[^"]*"[^>]*>[^<]*<`)

// TestEnglishPagesAreEnglish: outside the data of the rows, an English page has
// no Chinese but what is marked as such.
func TestEnglishPagesAreEnglish(t *testing.T) {
	s := server(t)
	for _, address := range []string{
		"/p/liwan-555?lang=en", "/p/liwan-555/t/G-01?lang=en", "/p/liwan-555/scenario?lang=en&intake=1.2", "/help?lang=en", "/api?lang=en", "/p/en-health-visitors/health?lang=en",
		"/p/liwan-555/t/none?lang=en", "/p/cn-rd/t/cn-rd-2015?lang=en", "/p/liwan-555/t/13-01?lang=en", "/p/liwan-555/dept/rsj?lang=en&target=05-01", "/p/liwan-555/dept/rsj/review?lang=en&year=2014", "/p/liwan-555/t/05-01/model?lang=en", "/p/liwan-555/model?lang=en",
	} {
		_, body := get(t, s, address)
		body = marked.ReplaceAllString(body, "")
		if i := strings.Index(body, `id="rows"`); i >= 0 {
			body = body[:i]
		}
		if i := strings.IndexFunc(body, func(r rune) bool { return unicode.Is(unicode.Han, r) }); i >= 0 {
			t.Errorf("%s has Chinese: …%s…", address, body[max(0, i-80):min(len(body), i+80)])
		}
	}
}

func osDir(dir string) fs.FS { return os.DirFS(dir) }
