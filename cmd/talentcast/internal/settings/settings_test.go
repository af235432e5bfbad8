package settings_test

import (
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
