package render

import (
	"math"
	"testing"
	"time"

	"github.com/dop251/goja"

	"talentcast/analytics/phrase"
)

func script(t *testing.T) *goja.Runtime {
	t.Helper()
	vm := goja.New()
	if _, err := vm.RunString(formatters); err != nil {
		t.Fatal(err)
	}
	return vm
}

func format(t *testing.T, vm *goja.Runtime, kind string, v any, lang, unit string) string {
	t.Helper()
	for name, value := range map[string]any{"v": v, "lang": lang, "unit": unit, "kind": kind} {
		if err := vm.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	out, err := vm.RunString(`talentcast.formatters[kind](v, lang, unit)`)
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A figure on a chart reads as it does in the sentence beside it.
func TestFormattersReadLikePhrase(t *testing.T) {
	vm := script(t)
	values := []float64{
		0, 1, -1, 0.5, 2.5, 12.25, 12.35, 1.005, 0.125, 0.375, 99.95, 99.99, 100.5, 101.5, 999.5, 1234, -1234.5,
		9999.99, 9999.995, 10000, 12345.678, 99999999, 1e8, 163000000, 1.634e8, 1e12, -3e8, 0.001, -0.001, 1e-9,
	}
	for _, lang := range []string{phrase.Zh, phrase.En} {
		for _, v := range values {
			for kind, want := range map[string]string{
				"people": phrase.Amount(v, "人", lang),
				"yuan":   phrase.Amount(v, "元", lang),
				"number": phrase.Number(v, 2),
			} {
				if got := format(t, vm, kind, v, lang, ""); got != want {
					t.Errorf("%s %s %v: %q, phrase says %q", lang, kind, v, got, want)
				}
			}
		}
		for _, p := range []float64{0, 0.001, 0.0095, 0.01, 0.3455, 0.346, 0.5, 0.12345, 0.99, 0.991, 1} {
			if got, want := format(t, vm, "percent", p, lang, ""), phrase.Percent(p); got != want {
				t.Errorf("percent %v: %q, phrase says %q", p, got, want)
			}
			if got, want := format(t, vm, "probability", p, lang, ""), phrase.Probability(p); got != want {
				t.Errorf("probability %v: %q, phrase says %q", p, got, want)
			}
		}
		day := time.Date(2015, 6, 30, 0, 0, 0, 0, time.UTC)
		if got, want := format(t, vm, "month", "2015-06", lang, ""), phrase.Month(day, lang); got != want {
			t.Errorf("month: %q, phrase says %q", got, want)
		}
		if got, want := format(t, vm, "date", "2015-06-30", lang, ""), phrase.Date(day, lang); got != want {
			t.Errorf("date: %q, phrase says %q", got, want)
		}
	}
}

func TestFormatters(t *testing.T) {
	vm := script(t)
	tests := []struct {
		kind       string
		v          any
		lang, unit string
		want       string
	}{
		{"number", 12, "zh", "所", "12所"},
		{"number", 12, "en", "stations", "12 stations"},
		{"number", "-", "zh", "", phrase.Missing},
		{"people", nil, "zh", "", phrase.Missing},
		{"yuan", math.NaN(), "zh", "", phrase.Missing},
		{"percent", math.Inf(1), "zh", "", phrase.Missing},
		{"people", "1234", "zh", "", "1,234人"},
		{"month", "2015-06-30T00:00:00", "zh", "", "2015年6月"},
		{"month", "2015", "en", "", "Jan 2015"},
		{"month", "合计", "zh", "", "合计"},
		{"month", "2015-13", "zh", "", "2015-13"},
		{"month", time.Date(2015, 6, 3, 0, 0, 0, 0, time.Local).UnixMilli(), "zh", "", "2015年6月"},
		{"year", "2015-06", "zh", "", "2015年"},
		{"year", "2015-06", "en", "", "2015"},
		{"name", "博士", "zh", "", "博士"},
	}
	for _, tt := range tests {
		if got := format(t, vm, tt.kind, tt.v, tt.lang, tt.unit); got != tt.want {
			t.Errorf("%s(%v, %s, %q) = %q, want %q", tt.kind, tt.v, tt.lang, tt.unit, got, tt.want)
		}
	}
}

func TestPrepare(t *testing.T) {
	vm := script(t)
	got, err := vm.RunString(`
		var o = talentcast.prepare({
			"tc:lang": "en",
			title: {text: "tc:fmt:people"},
			yAxis: [{axisLabel: {formatter: "tc:fmt:number:posts"}}],
			tooltip: {valueFormatter: "tc:fmt:percent"},
			series: [{name: "tc:fmt:yuan", label: {formatter: "tc:fmt:people"}, data: [{value: 1, label: {formatter: "{b}"}}]}]
		});
		var params = {name: "n", value: [3, 1234], encode: {y: [1]}};
		JSON.stringify([
			o["tc:lang"] === undefined, o.title.text, o.yAxis[0].axisLabel.formatter(12),
			o.tooltip.valueFormatter(0.5), o.series[0].name, o.series[0].label.formatter(params),
			o.series[0].label.formatter({value: 7}), o.series[0].data[0].label.formatter,
			talentcast.prepare({yAxis: {axisLabel: {formatter: "tc:fmt:people"}}}, "zh").yAxis.axisLabel.formatter(5)
		])`)
	if err != nil {
		t.Fatal(err)
	}
	want := `[true,"tc:fmt:people","12 posts","50.0%","tc:fmt:yuan","1,234 people","7 people","{b}","5人"]`
	if got.String() != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
