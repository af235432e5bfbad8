package batch

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

func monthly(t testing.TB, values ...float64) Series {
	t.Helper()
	p, err := ParsePeriod("2012-01", analytics.Monthly)
	if err != nil {
		t.Fatal(err)
	}
	return Series{ID: "x", Row: 1, Dated: true, Series: analytics.Series{Start: p, Values: values}}
}

func wave(n int, level, height float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = level + height*math.Sin(float64(i)) + 0.3*float64(i*7%5)
	}
	return out
}

func options(h int) Options {
	return Options{Freq: analytics.Monthly, Horizon: h, Levels: []float64{80, 95}, Seed: 555}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, c := range []struct {
		h      int
		levels []float64
		ok     bool
	}{
		{1, []float64{80}, true},
		{MaxHorizon, []float64{50, 80, 99.9}, true},
		{0, []float64{80}, false},
		{-1, []float64{80}, false},
		{MaxHorizon + 1, []float64{80}, false},
		{1, nil, false},
		{1, []float64{95, 80}, false},
		{1, []float64{80, 80}, false},
		{1, []float64{0}, false},
		{1, []float64{100}, false},
		{1, []float64{math.NaN()}, false},
	} {
		o := Options{Freq: analytics.Yearly, Horizon: c.h, Levels: c.levels}
		err := o.Check()
		if c.ok != (err == nil) || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%d and %v: %v", c.h, c.levels, err)
		}
		if err != nil { // Run must not write a header first
			var b bytes.Buffer
			if _, err := run(t, "a,1,2,3\n", o, &b); err == nil || b.Len() > 0 {
				t.Errorf("%d and %v: ran with %v and wrote %q", c.h, c.levels, err, b.String())
			}
		}
	}
}

func run(t testing.TB, in string, o Options, w *bytes.Buffer) (Summary, error) {
	t.Helper()
	rd, err := NewReader(strings.NewReader(in), o.Freq)
	if err != nil {
		t.Fatal(err)
	}
	return Run(context.Background(), rd, w, o, func(Refusal) {}, func() {})
}

// The space is told from the values, unless it is given.
func TestSpaceOf(t *testing.T) {
	nan, level := math.NaN(), analytics.Level
	for _, c := range []struct {
		values []float64
		asked  *analytics.Space
		want   analytics.Space
	}{
		{[]float64{0, 1, 0, 3}, nil, analytics.Count},
		{[]float64{0, nan, 0}, nil, analytics.Count},
		{[]float64{9, 9, 11}, nil, analytics.Count},
		{[]float64{10, 10, 10}, nil, analytics.Level},
		{[]float64{500, 600}, nil, analytics.Level},
		{[]float64{1.5, 2}, nil, analytics.Level},
		{[]float64{nan, 2, -1}, nil, analytics.Real},
		{[]float64{0, 1, 2}, &level, analytics.Level},
	} {
		if got := spaceOf(analytics.Series{Values: c.values}, c.asked); got != c.want {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
}

// Small whole values stay whole and none is negative, in the middle and at the
// bounds.
func TestSmallCountsStayWhole(t *testing.T) {
	s := monthly(t, 0, 2, 1, 0, 0, 3, 1, 2, 0, 1, 0, 0, 4, 1, 0, 2, 1, 1, 0, 0, 2, 3, 0, 1)
	f, err := One(s, options(24))
	if err != nil {
		t.Fatal(err)
	}
	for h, v := range f.Point {
		for _, v := range []float64{v, f.Lo[0][h], f.Lo[1][h], f.Hi[0][h], f.Hi[1][h]} {
			if v < 0 || v != math.Trunc(v) {
				t.Fatalf("step %d: %v", h+1, v)
			}
		}
	}
}

func TestIntervalsNest(t *testing.T) {
	for _, s := range []Series{monthly(t, wave(60, 100, 9)...), monthly(t, wave(9, 3, 1)...), monthly(t, wave(40, -50, 30)...)} {
		o := options(36)
		o.Levels = []float64{50, 80, 95, 99}
		f, err := One(s, o)
		if err != nil {
			t.Fatal(err)
		}
		for h, v := range f.Point {
			lo, hi := v, v
			for l := range o.Levels {
				if f.Lo[l][h] > lo || f.Hi[l][h] < hi {
					t.Fatalf("step %d, level %v: [%v, %v] does not hold [%v, %v]", h+1, o.Levels[l], f.Lo[l][h], f.Hi[l][h], lo, hi)
				}
				lo, hi = f.Lo[l][h], f.Hi[l][h]
			}
		}
	}
}

// The mean is asked for by name, the median otherwise: they differ where the
// distribution is skew.
func TestPointForecast(t *testing.T) {
	s := monthly(t, wave(30, 12, 9)...)
	o := options(12)
	median, err := One(s, o)
	if err != nil {
		t.Fatal(err)
	}
	o.Mean = true
	mean, err := One(s, o)
	if err != nil {
		t.Fatal(err)
	}
	if median.Point[11] == mean.Point[11] || median.Hi[0][11] != mean.Hi[0][11] {
		t.Errorf("median %v, mean %v", median.Point[11], mean.Point[11])
	}
}

// The probability of having reached a height never falls with the steps given for
// it, falls with the height, and is at least that of holding it.
func TestProbabilities(t *testing.T) {
	for name, s := range map[string]Series{
		"level": monthly(t, wave(48, 100, 9)...), "count": monthly(t, 0, 2, 1, 0, 0, 3, 1, 2, 0, 1, 0, 0, 4, 1, 0, 2),
		"real": monthly(t, wave(48, 0, 9)...),
	} {
		last := s.Values[len(s.Values)-1]
		before := []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
		apart := false // a height may be reached and lost again
		for _, value := range []float64{-1e9, last - 5, last, last + 2, last + 5, last + 20, 1e9} {
			o := options(12)
			o.Target = &Target{Value: value}
			reached := probability(t, s, o)
			o.Target = &Target{Value: value, Held: true}
			held := probability(t, s, o)
			for h, p := range reached {
				switch {
				case p < 0 || p > 1+1e-9 || held[h] < 0 || held[h] > p:
					t.Fatalf("%s, %v: step %d: reached %v, held %v", name, value, h+1, p, held[h])
				case h > 0 && p < reached[h-1]:
					t.Fatalf("%s, %v: reached by step %d with %v, by the next with %v", name, value, h, reached[h-1], p)
				case p > before[h]+1e-9:
					t.Fatalf("%s, %v: step %d: %v, for a lower value %v", name, value, h+1, p, before[h])
				}
			}
			before = reached
			apart = apart || held[11] < reached[11]
			if held[0] != reached[0] {
				t.Errorf("%s, %v: one step: reached %v, held %v", name, value, reached[0], held[0])
			}
			// By a number of steps it is that of the step, in every row; the same by
			// the date.
			by := s.Start.Add(len(s.Values) - 1 + 5)
			for _, target := range []Target{{Value: value, Steps: 5}, {Value: value, By: &by}} {
				o.Target = &target
				for h, p := range probability(t, s, o) {
					if math.Abs(p-reached[4]) > 0.05 {
						t.Fatalf("%s, %v by step 5: row %d says %v, the row of step 5 %v", name, value, h+1, p, reached[4])
					}
				}
			}
		}
		if !apart {
			t.Errorf("%s: holding is as likely as reaching at every height", name)
		}
		if before[11] != 0 {
			t.Errorf("%s: a thousand million with the probability %v", name, before[11])
		}
	}
}

func probability(t testing.TB, s Series, o Options) []float64 {
	t.Helper()
	f, err := One(s, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.P) != o.Horizon {
		t.Fatalf("%d probabilities for %d steps", len(f.P), o.Horizon)
	}
	return f.P
}

func TestOneRefuses(t *testing.T) {
	nan := math.NaN()
	early, ahead := monthly(t, 1).Start.Add(2), monthly(t, 1).Start.Add(MaxHorizon+9)
	undated := monthly(t, 1, 2, 3)
	undated.Dated = false
	cause := errors.New("the cause")
	for name, c := range map[string]struct {
		s      Series
		target *Target
		want   string
	}{
		"an error":             {Series{Err: cause}, nil, "the cause"},
		"no values":            {monthly(t), nil, "no value"},
		"gaps only":            {monthly(t, nan, nan), nil, "no value"},
		"a date without dates": {undated, &Target{Value: 1, By: &ahead}, "no dates"},
		"a date in the past":   {monthly(t, 1, 2, 3), &Target{Value: 1, By: &early}, "not after"},
		"a date too far":       {monthly(t, 1, 2, 3), &Target{Value: 1, By: &ahead}, "at most 10000"},
	} {
		o := options(3)
		o.Target = c.target
		if _, err := One(c.s, o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ratio := analytics.Ratio
	o := options(3)
	o.Space = &ratio
	if _, err := One(monthly(t, 0.5, 1.5), o); err == nil {
		t.Error("a share of 1.5 was taken")
	}
}

// Many series of very different cost on all processors come out in the order they
// went in, refusals as well, and the same bytes each time.
func TestRunKeepsTheOrder(t *testing.T) {
	var in strings.Builder
	var want, refusedWant []string
	for i := range 120 {
		id := fmt.Sprintf("s %d, \"%d\"", i, i)
		fmt.Fprintf(&in, "\"%s\"", strings.ReplaceAll(id, `"`, `""`))
		for k := range 1 + i*13%40 {
			fmt.Fprintf(&in, ",%d", 3+k*i%9)
		}
		if i%17 == 4 {
			in.WriteString(",oops")
			refusedWant = append(refusedWant, id)
		} else {
			want = append(want, id)
		}
		in.WriteString("\n")
	}
	o := options(3)
	o.Target = &Target{Value: 5}
	o.Paths = 100
	var first string
	for range 2 {
		rd, err := NewReader(strings.NewReader(in.String()), o.Freq)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		var refused []string
		n := 0
		sum, err := Run(context.Background(), rd, &b, o, func(r Refusal) {
			refused = append(refused, r.ID)
			if r.Err == nil || r.Row < 1 {
				t.Errorf("%+v", r)
			}
		}, func() { n++ })
		if err != nil {
			t.Fatal(err)
		}
		if sum.Series != len(want) || sum.Refused != len(refusedWant) || n != 120 || fmt.Sprint(refused) != fmt.Sprint(refusedWant) {
			t.Errorf("%+v, %d done, refused %v", sum, n, refused)
		}
		rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(rows[0], ","); got != "id,h,mean,lo80,hi80,lo95,hi95,p" {
			t.Errorf("header %s", got)
		}
		for i, row := range rows[1:] {
			if row[0] != want[i/3] || row[1] != strconv.Itoa(i%3+1) {
				t.Fatalf("row %d is of %s, step %s; want %s, step %d", i+2, row[0], row[1], want[i/3], i%3+1)
			}
		}
		if first == "" {
			first = b.String()
		} else if first != b.String() {
			t.Error("a second run gives other bytes")
		}
	}
}

// A file that breaks off in the middle, and a disk that is full, end the run with
// an error.
func TestRunEndsWithTheFilesError(t *testing.T) {
	rd, err := NewReader(strings.NewReader("a,1,2\n\"b,1\n"), analytics.Yearly)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := Run(context.Background(), rd, &b, options(1), func(Refusal) {}, func() {}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an open quote: %v", err)
	}
	rd, err = NewReader(strings.NewReader(strings.Repeat("a,1,2\n", 500)), analytics.Yearly)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), rd, full{}, options(1), func(Refusal) {}, func() {}); !errors.Is(err, errFull) {
		t.Errorf("a full disk: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	rd, err = NewReader(strings.NewReader(strings.Repeat("a,1,2\n", 500)), analytics.Yearly)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(ctx, rd, &b, options(1), func(Refusal) {}, func() {}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

// Whatever the values, One answers with numbers that rise with the level and stay
// in the space, or says why not.
func FuzzOne(f *testing.F) {
	f.Add([]byte{1, 2, 3, 250, 255}, uint8(12), uint8(0), 5.0)
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0}, uint8(60), uint8(1), 0.0)
	f.Add([]byte{200, 30, 200, 30, 200, 30, 200}, uint8(30), uint8(2), 1e9)
	f.Add([]byte{100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113}, uint8(3), uint8(4), -3.0)
	f.Fuzz(func(t *testing.T, raw []byte, h, kind uint8, target float64) {
		values := make([]float64, min(len(raw), 70))
		for i := range values {
			values[i] = fuzzed(raw[i], kind)
		}
		s := monthly(t, values...)
		o := options(1 + int(h)%60)
		o.Paths = 50
		if math.Abs(target) < Largest {
			o.Target = &Target{Value: target}
		}
		a, err := One(s, o)
		if err != nil {
			if s.Observed() > 0 {
				t.Fatalf("%v: %v", values, err)
			}
			return
		}
		space := spaceOf(s.Series, nil)
		for i, v := range a.Point {
			for _, v := range []float64{a.Lo[1][i], a.Lo[0][i], v, a.Hi[0][i], a.Hi[1][i]} {
				if math.IsNaN(v) || math.IsInf(v, 0) || space != analytics.Real && v < 0 || space == analytics.Count && v != math.Trunc(v) {
					t.Fatalf("%v: step %d of a %v is %v", values, i+1, space, v)
				}
			}
			if a.Lo[1][i] > a.Lo[0][i] || a.Lo[0][i] > v || v > a.Hi[0][i] || a.Hi[0][i] > a.Hi[1][i] {
				t.Fatalf("%v: step %d: the intervals [%v, %v] and [%v, %v] around %v don't nest", values, i+1, a.Lo[1][i], a.Hi[1][i], a.Lo[0][i], a.Hi[0][i], v)
			}
			if a.P != nil && !(a.P[i] >= 0 && a.P[i] <= 1+1e-9) {
				t.Fatalf("%v: step %d: the probability %v", values, i+1, a.P[i])
			}
		}
	})
}

// fuzzed turns a byte into a value: small counts, or sizes from 1e-9 to 1e9 of
// one sign or both, some of them missing.
func fuzzed(b, kind uint8) float64 {
	switch {
	case b >= 250:
		return math.NaN()
	case kind%4 == 1:
		return float64(b % 8)
	case b == 0:
		return 0
	}
	v := math.Pow(10, float64(b%19)-9)
	if kind%4 == 2 {
		v = float64(b)
	}
	if kind%4 == 3 && b%2 == 1 {
		v = -v
	}
	return v
}
