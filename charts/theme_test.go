package charts_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"talentcast/charts"
)

var colorText = regexp.MustCompile(`^(#[0-9a-fA-F]{3,8}|rgba?\(.*\))$`)

// colors collects every colour in an option.
func colors(t *testing.T, option []byte) map[string]bool {
	t.Helper()
	var o any
	if err := json.Unmarshal(option, &o); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if colorText.MatchString(v) {
				out[v] = true
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(o)
	return out
}

func TestEveryColourHasItsPlaceInTheDark(t *testing.T) {
	for name, build := range samples() {
		c, err := build()
		if err != nil {
			t.Fatal(name, err)
		}
		before := string(c.Option)
		dark, err := c.In(charts.OnDark)
		if err != nil {
			t.Fatal(name, err)
		}
		if string(c.Option) != before {
			t.Fatalf("%s: the chart itself changed", name)
		}
		light := colors(t, c.Option)
		if len(light) == 0 {
			t.Errorf("%s: no colour found", name)
		}
		for col := range colors(t, dark.Option) {
			if light[col] && col != "#f0c808" { // yellow is as bright in both
				t.Errorf("%s: %s is the same in the dark", name, col)
			}
		}
	}
}

func TestThemeOf(t *testing.T) {
	for name, want := range map[string]charts.Theme{"": charts.OnLight, "light": charts.OnLight, "dark": charts.OnDark, "print": charts.OnPaper} {
		if got, err := charts.ThemeOf(name); err != nil || got != want {
			t.Errorf("ThemeOf(%q) = %q, %v; want %q", name, got, err, want)
		}
	}
	if _, err := charts.ThemeOf("neon"); err == nil {
		t.Error("an unknown theme is taken")
	}
}
