package settings_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/settings"
)

func TestRead(t *testing.T) {
	got, err := settings.Read(strings.NewReader("# where\ndata: /var/lib/talentcast\naddr: \"0.0.0.0:8555\"\ngrace: 5\nsamples: true\nsession-idle: 20m\ntrusted-proxies:\n  - 10.0.0.1\n  - 10.0.0.2\noidc-issuer:\n"))
	want := map[string][]string{
		"data": {"/var/lib/talentcast"}, "addr": {"0.0.0.0:8555"}, "grace": {"5"}, "samples": {"true"}, "session-idle": {"20m"},
		"trusted-proxies": {"10.0.0.1", "10.0.0.2"}, "oidc-issuer": {""},
	}
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v, %v", cmp.Diff(want, got), err)
	}
	if got, err := settings.Read(strings.NewReader("")); err != nil || len(got) != 0 {
		t.Errorf("empty: %v, %v", got, err)
	}
	for name, text := range map[string]string{
		"twice": "a: 1\na: 2\n", "nested": "a: {b: c}\n", "a list of lists": "a: [[1]]\n", "no mapping": "- a\n", "torn": "a: [1", "large": "a: " + strings.Repeat("x", 70_000),
	} {
		if _, err := settings.Read(strings.NewReader(text)); fault.As(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestValuesAreAsWritten: YAML would take passwords and numbers of versions for
// numbers and give others back.
func TestValuesAreAsWritten(t *testing.T) {
	for text, want := range map[string]string{
		"00123": "00123", "1_000": "1_000", "0x1F": "0x1F", "0o17": "0o17", "1.10": "1.10", "1e3": "1e3", "2012-05-01": "2012-05-01", "0.0.0.0:8555": "0.0.0.0:8555",
		"true": "true", "True": "True", "yes": "yes", "on": "on", ".inf": ".inf", "-7": "-7", "+7": "+7", "20m": "20m", "(uid=%s)": "(uid=%s)", "a # b": "a", "a#b": "a#b",
		`"00123"`: "00123", `'it''s'`: "it's", `"a\tb"`: "a\tb", "null": "", "~": "", "": "", `""`: "", "管理员": "管理员", "|\n  two\n  lines\n": "two\nlines\n",
	} {
		got, err := settings.Read(strings.NewReader("ldap-password: " + text + "\n"))
		if err != nil || !cmp.Equal(got, map[string][]string{"ldap-password": {want}}) {
			t.Errorf("%q: %q, want %q, %v", text, got, want, err)
		}
		got, err = settings.Read(strings.NewReader("\ufeffoidc-role:\n  - " + strings.ReplaceAll(text, "\n  ", "\n    ") + "\n  - b\n"))
		if err != nil || !cmp.Equal(got, map[string][]string{"oidc-role": {want, "b"}}) {
			t.Errorf("listed, %q: %q, want %q, %v", text, got, want, err)
		}
	}
	for name, text := range map[string]string{"a mark": "\ufeffa: b\n", "a beginning": "---\na: b\n", "an end": "a: b\n...\n", "comments": "# x\n\na: b # y\n# z\n", "lines of Windows": "a: b\r\n", "in braces": "{a: b}\n", "a comment after": "a: b\n---\n# nothing\n"} {
		if got, err := settings.Read(strings.NewReader(text)); err != nil || !cmp.Equal(got, map[string][]string{"a": {"b"}}) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// TestTroubleShowsNothing: what can't be read is told by line and column, never by
// what stands there or beside it.
func TestTroubleShowsNothing(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"torn":              {"ldap-password: hunter2\naddr: [1\noidc-secret: hunter2\n", "line "},
		"a tab":             {"ldap-password: hunter2\n\taddr: x\noidc-secret: hunter2\n", "line "},
		"no colon":          {"oidc-secret: hunter2\naddr\nldap-password: hunter2\n", "line "},
		"a quote":           {"oidc-secret: \"hunter2\nldap-password: hunter2\n", "line "},
		"twice":             {"oidc-secret: hunter2\noidc-secret: hunter2\n", "line 2, column 1: "},
		"nested":            {"oidc-secret: {a: hunter2}\n", `"oidc-secret"`},
		"a second document": {"oidc-secret: hunter2\n---\nldap-password: hunter2\n", "line 3"},
		"an indent":         {"oidc-secret: hunter2\n  ldap-password: hunter2\n", "line "},
	} {
		_, err := settings.Read(strings.NewReader(c.text))
		f := fault.As(err)
		if f == nil || f.Code != fault.Invalid || !strings.Contains(f.En, c.says) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if all := f.Zh + f.Error(); strings.Contains(all, "hunter") || strings.Contains(all, "\n") {
			t.Errorf("%s shows %q", name, all)
		}
		if strings.HasPrefix(c.says, "line") && !regexp.MustCompile(`第\d+行第\d+列`).MatchString(f.Zh) {
			t.Errorf("%s: %s", name, f.Zh)
		}
	}
}

func TestSecretsAreMasked(t *testing.T) {
	for name, secret := range map[string]bool{"oidc-secret": true, "ldap-password": true, "oidc-secret-file": false, "tls-key": false, "data": false} {
		if settings.Secret(name) != secret {
			t.Errorf("%s is a secret: %v", name, !secret)
		}
	}
	if s := settings.Shown("oidc-secret", "hunter2"); strings.Contains(s, "hunter") || s == "" {
		t.Errorf("shown as %q", s)
	}
	if s := settings.Shown("oidc-secret", ""); s != "" {
		t.Errorf("an empty one is shown as %q", s)
	}
}

func TestAddressesAreShownWithoutSecrets(t *testing.T) {
	for value, want := range map[string]string{
		"ldaps://dc.example":                              "ldaps://dc.example",
		"ldaps://user:hunter2@dc.example:636/":            "ldaps://••••••@dc.example:636/",
		"ldaps://user:hun/ter2@dc.example":                "ldaps://••••••@dc.example",
		"ldaps://user:hun@ter2@dc.example":                "ldaps://••••••@dc.example",
		"smtp://hunter2@mail.example":                     "smtp://••••••@mail.example",
		"[https://u:hunter2@a.example,https://b.example]": "[https://••••••@a.example,https://b.example]",
		"https://x.example/send?access_token=hunter2&a=1": "https://x.example/send?access_token=••••••&a=1",
		"https://x.example/send?a=1&KEY=hunter2":          "https://x.example/send?a=1&KEY=••••••",
		"cn=reader,dc=example":                            "cn=reader,dc=example",
		"人才办 <rcb@example.org>":                           "人才办 <rcb@example.org>",
		"":                                                "",
	} {
		if got := settings.Shown("ldap-url", value); got != want {
			t.Errorf("%q is shown as %q, want %q", value, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("a: 1\n")
	f.Add("a: [1, b]\n&x {*x}")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := settings.Read(strings.NewReader(text)); err != nil && fault.As(err) == nil {
			t.Errorf("no fault: %v", err)
		}
	})
}
