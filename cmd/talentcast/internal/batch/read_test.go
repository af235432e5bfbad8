package batch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

func zipped(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// shown is what was read, a series a line: its id, its row, the first period of a
// dated one, and its values or what is wrong.
func shown(all []Series) string {
	var b strings.Builder
	for _, s := range all {
		fmt.Fprintf(&b, "%s@%d", s.ID, s.Row)
		if s.Dated && s.Err == nil {
			fmt.Fprintf(&b, " %v", s.Start)
		}
		if s.Err != nil {
			fmt.Fprintf(&b, " ! %v\n", s.Err)
			continue
		}
		fmt.Fprintf(&b, " %v\n", s.Values)
	}
	return b.String()
}

func TestReading(t *testing.T) {
	for _, c := range []struct {
		name, in string
		freq     analytics.Frequency
		want     string
	}{
		{"wide", "id,v1,v2\na,1,2\nb,3,4\n", 1, "a@2 [1 2]\nb@3 [3 4]\n"},
		{"wide without a header", "a,1,2\nb,3,4", 1, "a@1 [1 2]\nb@2 [3 4]\n"},
		{"one series of three cells is wide", "a,2015,7\n", 1, "a@1 [2015 7]\n"},
		{"an id alone", "a\nb,1\n", 1, "a@1 []\nb@2 [1]\n"},
		{"rows of several lengths", "id,v1\na,1,2,3\nb,4\n", 1, "a@2 [1 2 3]\nb@3 [4]\n"},
		{"missing values", "a,NA,1,,NaN,2,null,-\n", 1, "a@1 [NaN 1 NaN NaN 2]\n"},
		{"padding", "a,1,2,,,\nb,,,\n", 1, "a@1 [1 2]\nb@2 []\n"},
		{"byte order mark", "\ufeffid,v1\na,1\n", 1, "a@2 [1]\n"},
		{"carriage returns", "id,v1\r\na,1\r\n", 1, "a@2 [1]\n"},
		{"spaces", " a , 1 ,\t2\n", 1, "a@1 [1 2]\n"},
		{"quoted ids", "\"a, b\",1\n\"c \"\"d\"\"\",2\n", 1, "a, b@1 [1]\nc \"d\"@2 [2]\n"},
		{"thousands", "a,\"1,234\",2\n", 1, "a@1 [1234 2]\n"},
		{"exponents and signs", "a,-1e3,+2.5\n", 1, "a@1 [-1000 2.5]\n"},
		{"a bad series among good ones", "a,1\nb,x,2\nc,3\n", 1, "a@1 [1]\nb@2 ! column 2: \"x\" is not a number\nc@3 [3]\n"},
		{"infinite", "a,1,Inf\nb,1,1e101\n", 1, "a@1 ! column 3: \"Inf\" is beyond what can be forecast (±1e+100)\nb@2 ! column 3: \"1e101\" is beyond what can be forecast (±1e+100)\n"},
		{"empty rows", "a,1\n\n,\nb,2\n", 1, "a@1 [1]\n@2 []\nb@3 [2]\n"},
		{"Chinese header", "编号,2019,2020\n甲,1,2\n", 1, "甲@2 [1 2]\n"},

		{"long", "id,date,value\na,2015-01-31,1\na,2015-02-28,2\nb,2015-01-31,3\n", 12, "a@2 2015-01 [1 2]\nb@4 2015-01 [3]\n"},
		{"long without a header", "a,2015-01,1\na,2015-02,2\n", 12, "a@1 2015-01 [1 2]\n"},
		{"unsorted and mixed", "id,date,value\nb,2016,2\na,2015,1\nb,2015,1\na,2016,5\n", 1, "b@2 2015 [1 2]\na@3 2015 [1 5]\n"},
		{"a gap", "id,date,value\na,2015-01,1\na,2015-04,4\n", 12, "a@2 2015-01 [1 NaN NaN 4]\n"},
		{"a missing value", "id,date,value\na,2015-01,NA\na,2015-02,4\n", 12, "a@2 2015-01 [NaN 4]\n"},
		{"two values for a month", "id,date,value\na,2015-01-01,1\na,2015-01-31,2\nb,2015-01,3\n", 12, "a@2 ! two values for 2015-01\nb@4 2015-01 [3]\n"},
		{"a bad date", "id,date,value\na,yesterday,1\na,2015-01,2\nb,2015-01,3\n", 12, "a@2 ! row 2: date \"yesterday\" is not of the form 2015-06-30, 2015-06, 2015Q2 or 2015\nb@4 2015-01 [3]\n"},
		{"a bad value", "id,date,value\na,2015-01,one\nb,2015-01,3\n", 12, "a@2 ! row 2: \"one\" is not a number\nb@3 2015-01 [3]\n"},
		{"a row too short", "id,date,value\na,2015-01\nb,2015-01,3\n", 12, "a@2 ! row 2 has 2 columns instead of 3\nb@3 2015-01 [3]\n"},
		{"a mistyped year", "id,date,value\na,0015-01-01,1\na,9999-12-01,1\n", 12, "a@2 0015-01 [1"},
		{"quarters", "id,date,value\na,2015Q1,1\na,2015-06-30,2\n", 4, "a@2 2015Q1 [1 2]\n"},
		{"Chinese dates", "序列,日期,数值\n甲,2015年6月,1\n甲,2015年7月31日,2\n", 12, "甲@2 2015-06 [1 2]\n"},
		{"only a header", "id,v1,v2\n", 1, ""},
	} {
		for _, in := range []string{c.in, zipped(t, c.in)} {
			all, err := ReadAll(context.Background(), strings.NewReader(in), c.freq)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if got := shown(all); got != c.want && (!strings.HasSuffix(c.want, "[1") || !strings.HasPrefix(got, c.want)) {
				t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
			}
		}
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	for name, in := range map[string]string{
		"nothing":             "",
		"an open quote":       "a,1\n\"b,2\n",
		"a quote inside":      "a,1\nb\"c,2\n",
		"half a gzip":         zipped(t, "a,1,2,3\n")[:20],
		"gzip's sign alone":   "\x1f\x8b",
		"an empty gzip":       zipped(t, ""),
		"a picture":           "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\"x",
		"a workbook, zipped":  "PK\x03\x04\x14\x00\x06\x00\"\x00",
		"UTF-16, as by Excel": "\xff\xfea\x00,\x001\x00\n\x00\"\x00b\x00",
	} {
		all, err := ReadAll(context.Background(), strings.NewReader(in), analytics.Yearly)
		var f *fault.Error
		if !errors.As(err, &f) {
			t.Errorf("%s: no fault, but %v and %v", name, err, shown(all))
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ReadAll(ctx, strings.NewReader("a,1\n"), 1); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled reading: %v", err)
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct {
		in, monthly, quarterly, yearly string
	}{
		{"2015-06-30", "2015-06", "2015Q2", "2015"},
		{"2015/6/30", "2015-06", "2015Q2", "2015"},
		{"2015.6.30", "2015-06", "2015Q2", "2015"},
		{"2015-06-30T23:59:59Z", "2015-06", "2015Q2", "2015"},
		{"2015-06-30 23:59", "2015-06", "2015Q2", "2015"},
		{"20150630", "2015-06", "2015Q2", "2015"},
		{"201506", "2015-06", "2015Q2", "2015"},
		{"2015-6", "2015-06", "2015Q2", "2015"},
		{"2015Q2", "2015-06", "2015Q2", "2015"},
		{"2015-q2", "2015-06", "2015Q2", "2015"},
		{"2015 Q 2", "2015-06", "2015Q2", "2015"},
		{"2015年6月30日", "2015-06", "2015Q2", "2015"},
		{"2015年6月", "2015-06", "2015Q2", "2015"},
		{"2015年", "2015-01", "2015Q1", "2015"},
		{"2015", "2015-01", "2015Q1", "2015"},
		{" 2015 ", "2015-01", "2015Q1", "2015"},
	} {
		for freq, want := range map[analytics.Frequency]string{analytics.Monthly: c.monthly, analytics.Quarterly: c.quarterly, analytics.Yearly: c.yearly} {
			p, err := ParsePeriod(c.in, freq)
			if err != nil || p.String() != want {
				t.Errorf("%q by %v: %v, %v, want %s", c.in, freq, p, err, want)
			}
		}
	}
	for _, in := range []string{"", "x", "2015-13", "2015-02-30", "2015Q5", "2015Q0", "0Q1", "99999", "15-06", "-", "Q1", "2015-06-30-01"} {
		if p, err := ParsePeriod(in, analytics.Monthly); err == nil {
			t.Errorf("%q was read as %v", in, p)
		}
	}
}

// Whatever the bytes, the reader ends, and what it gives is what One can take.
func FuzzReader(f *testing.F) {
	f.Add([]byte("id,v1,v2\na,1,2\nb,NA,4\n"), uint8(0))
	f.Add([]byte("id,date,value\na,2015年6月,1\na,2015-07,\n"), uint8(2))
	f.Add([]byte("\x1f\x8b\x08"), uint8(1))
	f.Add([]byte("a,1\n\"b,2\n"), uint8(1))
	f.Fuzz(func(t *testing.T, raw []byte, freq uint8) {
		frequency := []analytics.Frequency{analytics.Yearly, analytics.Quarterly, analytics.Monthly}[freq%3]
		all, err := ReadAll(context.Background(), bytes.NewReader(raw), frequency)
		if err != nil {
			var known *fault.Error
			if !errors.As(err, &known) {
				t.Fatalf("an error that is no fault: %v", err)
			}
			return
		}
		for _, s := range all {
			if s.Row < 1 {
				t.Fatalf("row %d", s.Row)
			}
			if s.Err != nil {
				if len(s.Values) > 0 {
					t.Fatalf("values beside the error %v", s.Err)
				}
				continue
			}
			for _, v := range s.Values {
				if math.Abs(v) > Largest {
					t.Fatalf("the value %v", v)
				}
			}
			if n := len(s.Values); n > 0 && s.Start.Freq != frequency {
				t.Fatalf("the frequency %v", s.Start.Freq)
			}
		}
	})
}
