package scenario

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

// known is a policy with one plan and one target.
type known struct{}

func (known) Known(id string) bool { return id == "P" || id == "T" }

var first = analytics.PeriodOf(analytics.Date(2015, 7, 1), analytics.Monthly)

func subject(space analytics.Space, h int) Subject {
	return Subject{Within: []string{"P", "T"}, Space: space, Leaves: space == analytics.Count, First: first, H: h}
}

func lever(t *testing.T, s string) Lever {
	t.Helper()
	ls, err := Parse(s)
	if err != nil || len(ls) != 1 {
		t.Fatalf("%q: %v, %v", s, ls, err)
	}
	return ls[0]
}

func TestLeversReadWhatTheyWrite(t *testing.T) {
	for _, s := range []string{
		"intake:times=1.2", "intake@P:times=0.85,start=2016-01,end=2018-12,ramp=6,sd=0.1", "growth:points=-5",
		"exam@T:candidates=1200,candidates_now=1000,lag=-3,pass=22.5,pass_now=20", "fund:base=9049,growth=5,share=20,start=2016-01",
		"shock:lost=100,months=12,start=2016-01", "renewal@T:share=70,years=5", "cost@P:amount=12.5,low=10,high=15",
	} {
		l := lever(t, s)
		if l.String() != s {
			t.Errorf("%q is written %q", s, l)
		}
		if err := Of(l).Validate(known{}); err != nil {
			t.Errorf("%q: %v", s, err)
		}
		var doc bytes.Buffer
		d := Document{Scenario: Scenario{Name: "甲：“试”", Note: "一\n二", Levers: []Lever{l}}, Policy: "p", AsOf: analytics.Date(2015, 6, 30), Seed: 7, Paths: 500, State: "9-ab", Program: "v1"}
		if err := d.Write(&doc); err != nil {
			t.Fatal(err)
		}
		back, err := Read(&doc)
		if err != nil || !reflect.DeepEqual(d, back) {
			t.Errorf("%q comes back as %+v, %v", s, back, err)
		}
		j, err := d.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if back, err = Read(bytes.NewReader(j)); err != nil || !reflect.DeepEqual(d, back) {
			t.Errorf("%s comes back as %+v, %v", j, back, err)
		}
	}
}

func TestUnmovedLeversDoNothing(t *testing.T) {
	for _, s := range Specs() {
		if s.Always {
			continue
		}
		l := Lever{Kind: s.Kind, Values: map[string]float64{}}
		for _, f := range s.Fields {
			l.Values[f.ID] = f.Still
		}
		for _, space := range []analytics.Space{analytics.Count, analytics.Money, analytics.Level, analytics.Ratio, analytics.Real} {
			if e := Of(l).Effect(subject(space, 24)); l.Moved() || !e.None() || !Of(l).Baseline() {
				t.Errorf("%s at rest does something to a %v", s.Kind, space)
			}
		}
	}
}

func TestBounds(t *testing.T) {
	for s, want := range map[string]string{
		"intake:times=-1":  "0 到 10",
		"intake:times=NaN": "0 到 10",
		"intake:times=1.2,start=2016-05,end=2016-01": "早于开始",
		"intake@X:times=2":                           "没有编号",
		"intake:times=2,sd=3":                        "不确定度",
		"intake:times=2,ramp=-3":                     "渐进",
		"intake:times=2,ramp=1.5":                    "渐进",
		"intake:speed=2":                             "没有“speed”",
		"lottery:times=2":                            "不认识",
		"delay:months=1.5":                           "整数",
		"delay:months=3,sd=0.1":                      "不确定度",
		"intake:times=2,low=3,high=1":                "下限",
		"fund:base=1;fund:base=2":                    "矛盾",
		strings.Repeat("intake:times=2;", 41):        "最多 40",
	} {
		ls, err := Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		err = Of(ls...).Validate(known{})
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.As(err).Zh, want) {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, s := range []string{"intake:times=zwei", "intake:times=2,start=2016-13", "intake:times=Inf", strings.Repeat("x", 9000)} {
		if _, err := Parse(s); !fault.Is(err, fault.Invalid) {
			t.Errorf("%.40q: %v", s, err)
		}
	}
}

func TestFilesThatAreNone(t *testing.T) {
	for text, code := range map[string]fault.Code{
		"":                                   fault.Unreadable,
		"levers: []":                         fault.Unreadable,
		"talentcast_scenario: 9\nlevers: []": fault.Unreadable,
		"talentcast_scenario: 1\nlever: []":  fault.Unreadable,
		"talentcast_scenario: 1\npaths: 1000000000\nlevers: []":                            fault.Invalid,
		"talentcast_scenario: 1\nas_of: yesterday\nlevers: []":                             fault.Invalid,
		"talentcast_scenario: 1\nlevers: [{kind: intake, times: [1]}]":                     fault.Invalid,
		"talentcast_scenario: 1\nlevers: [{kind: intake, times: much}]":                    fault.Invalid,
		"talentcast_scenario: 1\nlevers: " + strings.Repeat("[", 50):                       fault.Unreadable,
		"{\"talentcast_scenario\": 1, \"levers\": [], \"more\": 2}":                        fault.Unreadable,
		"talentcast_scenario: 1\nnote: " + strings.Repeat("长", MaxFile/3) + "\nlevers: []": fault.TooLarge,
	} {
		if _, err := Read(strings.NewReader(text)); !fault.Is(err, code) {
			t.Errorf("%.60q: %v, want %v", text, err, code)
		}
	}
}

func TestRampsStartAndEnd(t *testing.T) {
	e := Of(lever(t, "intake:times=3,start=2015-09,end=2015-12,ramp=2")).Effect(subject(analytics.Count, 8))
	for k, want := range []float64{1, 1, 2, 3, 3, 3, 1, 1} {
		if got := e.Factors[0].At(k, 1); got != want {
			t.Errorf("month %d is multiplied by %v, want %v", k, got, want)
		}
	}
	yearly := Subject{Space: analytics.Count, First: analytics.PeriodOf(analytics.Date(2016, 1, 1), analytics.Yearly), H: 3}
	e = Of(lever(t, "intake:times=3,start=2016-07")).Effect(yearly)
	for k, want := range []float64{2, 3, 3} {
		if got := e.Factors[0].At(k, 1); math.Abs(got-want) > 1e-12 {
			t.Errorf("year %d is multiplied by %v, want %v", k, got, want)
		}
	}
}

func TestGrowthCompounds(t *testing.T) {
	f := Of(Growth(5)).Effect(subject(analytics.Money, 24)).Factors[0]
	if math.Abs(f.At(11, 1)-1.05) > 1e-12 || math.Abs(f.At(23, 1)-1.1025) > 1e-12 || f.At(0, 1) <= 1 {
		t.Errorf("5 %% a year multiplies month 12 by %v and month 24 by %v", f.At(11, 1), f.At(23, 1))
	}
	if e := Of(Growth(5)).Effect(subject(analytics.Count, 24)); !e.None() {
		t.Errorf("money's growth moves people: %+v", e)
	}
}

func TestScopesHold(t *testing.T) {
	for scope, in := range map[string]bool{"": true, "P": true, "T": true, "Q": false} {
		l := Intake(2)
		l.Scope = scope
		if got := !Of(l).Effect(subject(analytics.Count, 3)).None(); got != in {
			t.Errorf("a lever on %q acts on the series: %v", scope, got)
		}
	}
}

func TestShifts(t *testing.T) {
	for _, c := range []struct {
		s    Shift
		want []float64
	}{
		{Shift{0, 2}, []float64{0, 0, 1, 2, 3, 4}},
		{Shift{3, 1}, []float64{1, 2, 3, 0, 4, 5}},
		{Shift{0, 99}, []float64{0, 0, 0, 0, 0, 0}},
		{Shift{9, 2}, []float64{1, 2, 3, 4, 5, 6}},
		// What is passed over comes at once; the last are those of a year (3) before.
		{Shift{0, -2}, []float64{6, 4, 5, 6, 4, 5}},
	} {
		v := []float64{1, 2, 3, 4, 5, 6}
		c.s.Apply(v, 3)
		if !reflect.DeepEqual(v, c.want) {
			t.Errorf("%+v gives %v, want %v", c.s, v, c.want)
		}
	}
	Shift{0, -5}.Apply([]float64{1}, 12) // nothing to move
	Shift{0, -5}.Apply(nil, 12)
}

func TestDoubtHasMeanOne(t *testing.T) {
	sum, n := 0.0, 20000
	for i := range n { // the midpoints of equal parts of the normal
		z := math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/float64(n)-1)
		sum += Doubt(0.3, z)
	}
	if mean := sum / float64(n); math.Abs(mean-1) > 1e-3 || Doubt(0, 3) != 1 {
		t.Errorf("a doubt of 0.3 has the mean %v", mean)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("talentcast_scenario: 1\npolicy: p\nlevers:\n  - {kind: intake, times: 1.2}\n")
	f.Add(`{"talentcast_scenario":1,"levers":[{"kind":"fund","base":100}]}`)
	f.Add("a: &x [*x, *x]")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Read(strings.NewReader(text))
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("%q: %v is no fault", text, err)
			}
			return
		}
		_ = d.Validate(known{})
		var b bytes.Buffer
		if err := d.Write(&b); err != nil {
			t.Fatalf("%q can't be written: %v", text, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("intake@P:times=1.2,start=2016-01;growth:points=5")
	f.Fuzz(func(t *testing.T, s string) {
		ls, err := Parse(s)
		if err != nil {
			return
		}
		sc := Of(ls...)
		if sc.Validate(known{}) == nil {
			again, err := Parse(sc.Key())
			if err != nil || Of(again...).Key() != sc.Key() {
				t.Fatalf("%q is written %q and read as %q, %v", s, sc.Key(), Of(again...).Key(), err)
			}
			sc.Effect(subject(analytics.Count, 30))
			sc.Effect(subject(analytics.Money, 30))
			_ = sc.Text("zh", strings.ToUpper) + sc.Text("en", strings.ToUpper)
		}
	})
}
