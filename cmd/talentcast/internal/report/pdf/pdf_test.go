package pdf

import "testing"

// TestQuotesOfEnglish: quotes around English are as wide as English, those around
// Chinese stay as Chinese has them.
func TestQuotesOfEnglish(t *testing.T) {
	for in, want := range map[string]string{
		"Liwan “555” Talent Programme": `Liwan "555" Talent Programme`,
		"a master’s degree":            "a master's degree",
		"关于“人才”的意见 (the ‘Opinion’)":    "关于“人才”的意见 (the 'Opinion')",
		"“": `"`,
	} {
		if got := narrow(in); got != want {
			t.Errorf("narrow(%q) = %q, want %q", in, got, want)
		}
	}
}
