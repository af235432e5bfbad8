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

func FuzzRead(f *testing.F) {
	f.Add("a: 1\n")
	f.Add("a: [1, b]\n&x {*x}")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := settings.Read(strings.NewReader(text)); err != nil && fault.As(err) == nil {
			t.Errorf("no fault: %v", err)
		}
	})
}
