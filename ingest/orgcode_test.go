package ingest

import "testing"

// The worked examples of the standards, and numbers in public registers.
func TestCheckOrgCode(t *testing.T) {
	for _, c := range []struct{ in, code, rule string }{
		{"91350100M000100Y43", "91350100M000100Y43", ""}, // GB 32100-2015
		{"91350100m000100y43", "91350100M000100Y43", ""},
		{" 9135 0100 M000 100Y 43", "91350100M000100Y43", ""},
		{"９１３５０１００Ｍ０００１００Ｙ４３", "91350100M000100Y43", ""},
		{"D2143569-X", "D2143569X", ""}, // GB 11714-1997
		{"D2143569X", "D2143569X", ""},
		{"110108000000016", "110108000000016", ""}, // GS 15-2006
		{"91350100M000100Y44", "", codeCodeChecksum},
		{"19350100M000100Y43", "", codeCodeChecksum}, // two digits swapped
		{"D2143569-1", "", codeCodeChecksum},
		{"110108000000017", "", codeCodeChecksum},
		{"91350100I000100Y43", "", codeCodeForm}, // I is no character of it
		{"9.1350100E+17", "", codeCodeForm},
		{"1234567", "", codeCodeForm},
		{"", "", codeCodeForm},
	} {
		code, rule := checkOrgCode(c.in)
		if code != c.code || rule != c.rule {
			t.Errorf("%q: %q, %q; want %q, %q", c.in, code, rule, c.code, c.rule)
		}
	}
}

// Of any code, one changed character is noticed.
func TestOrgCodeNoticesSlips(t *testing.T) {
	for _, good := range []string{"91350100M000100Y43", "D2143569X", "110108000000016"} {
		for i := range good {
			for _, c := range []byte("0123456789") {
				if good[i] == c || good[i] >= 'A' {
					continue
				}
				bad := good[:i] + string(c) + good[i+1:]
				if code, _ := checkOrgCode(bad); code != "" {
					t.Errorf("%s passes for %s", bad, good)
				}
			}
		}
	}
}

func FuzzCheckOrgCode(f *testing.F) {
	f.Add("91350100M000100Y43")
	f.Add("D2143569-X")
	f.Fuzz(func(t *testing.T, s string) {
		if code, rule := checkOrgCode(s); (code == "") == (rule == "") {
			t.Fatalf("%q: %q, %q", s, code, rule)
		}
	})
}
