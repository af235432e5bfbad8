package ingest

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

func TestParseDate(t *testing.T) {
	for _, c := range []struct {
		in    string
		which side
		want  string // "" for no date
	}{
		{"2013-04-12", opens, "2013-04-12"},
		{"2013/4/12", opens, "2013-04-12"},
		{"2013.4.12", opens, "2013-04-12"},
		{"2013年4月12日", opens, "2013-04-12"},
		{"２０１３年４月１２日", opens, "2013-04-12"},
		{"2013 年 4 月 12 日", opens, "2013-04-12"},
		{"2013-04-12 00:00:00", opens, "2013-04-12"},
		{"2013-04-12T08:30", opens, "2013-04-12"},
		{"20130412", opens, "2013-04-12"},
		{"41376", opens, "2013-04-12"},
		{"41376.75", opens, "2013-04-12"},
		{"2013-04", opens, "2013-04-01"},
		{"2013-04", closes, "2013-04-30"},
		{"2012年2月", holds, "2012-02-29"},
		{"2013年", holds, "2013-12-31"},
		{"2013", holds, "2013-12-31"},
		{"2013", opens, ""},
		{"2013年", closes, ""},
		{"2013.1", opens, ""}, // January, or October that lost its zero
		{"2013.10", opens, "2013-10-01"},
		{"2013-02-30", opens, ""},
		{"2013-13-01", opens, ""},
		{"20130230", opens, ""},
		{"12/4/2013", opens, ""},
		{"13-04-12", opens, ""},
		{"民国102年4月", opens, ""},
		{"1e5", opens, ""},
		{"NaN", opens, ""},
		{"Inf", opens, ""},
		{"", opens, ""},
	} {
		d, ok := parseDate(c.in, c.which, false)
		got := ""
		if ok {
			got = d.Format(time.DateOnly)
		}
		if got != c.want {
			t.Errorf("parseDate(%q, %d) = %q, want %q", c.in, c.which, got, c.want)
		}
	}
	if d, ok := parseDate("39914", opens, true); !ok || d.Format(time.DateOnly) != "2013-04-12" {
		t.Errorf("in the 1904 system 39914 is %v", d)
	}
}

func TestParseMoney(t *testing.T) {
	for _, c := range []struct {
		in, unit string
		float    bool
		want     string // 元, or the code
	}{
		{"120.5", "万元", false, "1205000"},
		{"120.5", "元", false, "120.5"},
		{"1.2", "亿元", false, "120000000"},
		{"120.5万元", "", false, "1205000"},
		{"120.5万", "", false, "1205000"},
		{"3千元", "万元", false, "3000"}, // the cell's own unit goes first
		{"1,234,567.89", "元", false, "1234567.89"},
		{"¥1,234.50元", "", false, "1234.5"},
		{"人民币12万元整", "", false, "120000"},
		{"１２．５", "万元", false, "125000"},
		{"0.1", "元", false, "0.1"},
		{"12.300000000000001", "元", true, "12.3"},
		{"1.23E2", "元", true, "123"},
		{"12.300000000000001", "元", false, codeAmountFine},
		{"120.5", "", false, codeAmountUnit},
		{"¥120.5", "", false, codeAmountUnit},
		{"-3", "元", false, codeAmountNegative},
		{"(3)", "元", false, codeAmountNegative},
		{"0.001", "元", false, codeAmountFine},
		{"99999999999", "亿元", false, codeTooLarge},
		{"1,23", "元", false, codeAmountForm},
		{"十二", "元", false, codeAmountForm},
		{"12美元", "", false, codeAmountForm},
		{"", "元", false, codeAmountForm},
		{"1e999999999", "元", false, codeAmountForm},
	} {
		d, code := parseMoney(c.in, c.unit, c.float)
		got := code
		if code == "" {
			got = d.String()
		}
		if got != c.want {
			t.Errorf("parseMoney(%q, %q) = %q, want %q", c.in, c.unit, got, c.want)
		}
	}
}

func TestConvert(t *testing.T) {
	for _, c := range []struct{ value, from, to, want string }{
		{"1.6", "亿元", "元", "160000000"},
		{"29.06", "亿元", "元", "2906000000"},
		{"160000000", "元", "亿元", "1.6"},
		{"15.99", "万人", "人", "159900"},
		{"12", "名", "人", "12"},
		{"3.2", "万人年", "人年", "32000"},
		{"5", "‰", "%", "0.5"},
		{"3", "家", "个", "3"},
		{"3", "％", "%", "3"},
		{"3", "人", "元", ""},
		{"3", "%", "个", ""},
		{"3", "个百分点", "%", ""},
		{"3", "人/社区", "人", ""},
	} {
		d, ok := convert(decimal.RequireFromString(c.value), c.from, c.to)
		got := ""
		if ok {
			got = d.String()
		}
		if got != c.want {
			t.Errorf("%s %s in %s is %q, want %q", c.value, c.from, c.to, got, c.want)
		}
	}
}

// The number is the worked example of GB 11643-1999; the others vary it.
func TestCheckID(t *testing.T) {
	today := time.Date(2015, 7, 15, 0, 0, 0, 0, time.UTC)
	for in, want := range map[string]string{
		"11010519491231002X": "",
		"11010519491231002x": "",
		"１１０１０５１９４９１２３１００２Ｘ": "",
		"110105 19491231 002X": "",
		"'11010519491231002X":  "",
		"110105194912310021":   codeIDChecksum,
		"110105491231002":      codeIDForm,
		"01010519491231002X":   codeIDForm,
		"11010519491231002":    codeIDForm,
		"1.10105194912310E+17": codeIDDamaged,
		"1.1E17":               codeIDDamaged,
		"110105194912310000":   codeIDDamaged,
		"990103190002319992":   codeIDBirth,
		"无":                    codeIDForm,
	} {
		id, code := checkID(in, today)
		if code != want {
			t.Errorf("checkID(%q): code %q, want %q", in, code, want)
		}
		if code == "" && id != "11010519491231002X" {
			t.Errorf("checkID(%q) = %q", in, id)
		}
	}
	if _, code := checkID("11010519491231002X", time.Date(1940, 1, 1, 0, 0, 0, 0, time.UTC)); code != codeIDBirth {
		t.Errorf("born after today: %q", code)
	}
	if hashID(testKey, "a") == hashID([]byte("another key, 16 bytes"), "a") {
		t.Error("the hash does not depend on the key")
	}
}

func TestMasks(t *testing.T) {
	for in, want := range map[string]string{"张明": "张*", "张小明": "张*明", "欧阳小明": "欧**明", "张": "张", "": "", "张 明": "张*", "John Smith": "J*******h"} {
		if got := maskName(in); got != want {
			t.Errorf("maskName(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"11010519491231002X": "1101************2X", "12345": "12***", "1": "1", "": ""} {
		if got := maskID(in); got != want {
			t.Errorf("maskID(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"号码11010519491231002X。":     "号码1101************2X。",
		"凭证 2013041200000123456789": "凭证 2013041200000123456789",
		"110105 19491231 002X":      "1101**************2X",
	} {
		if got := scrub(in); got != want {
			t.Errorf("scrub(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"硕士研究生", "博士研究生", "名医", "名师"}
	if got := nearest("硕士", names, 1); len(got) != 1 || got[0] != "硕士研究生" {
		t.Errorf("nearest to 硕士 is %v", got)
	}
	if got := nearest("名 师", names, 1); got[0] != "名师" {
		t.Errorf("nearest to 名 师 is %v", got)
	}
	if got := distance([]rune("kitten"), []rune("sitting")); got != 3 {
		t.Errorf("distance = %d", got)
	}
}

func TestHeaderNames(t *testing.T) {
	for in, want := range map[string]string{
		"金额（万元）": "金额 万元", "金额(单位：元)": "金额 元", "金额/亿元": "金额 亿元", "金额 万元": "金额 万元",
		"* 金额": "金额 ", "岗位总量（个）": "岗位总量 ", "金额": "金额 ",
	} {
		names, unit := headerNames(in)
		if got := names[len(names)-1] + " " + unit; got != want {
			t.Errorf("headerNames(%q) ends in %q, want %q", in, got, want)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		name, in, want, enc, text string
	}{
		{"plain", "姓名", "", UTF8, "姓名"},
		{"mark", "\ufeff姓名", "", UTF8BOM, "姓名"},
		{"gb18030", "\xd0\xd5\xc3\xfb", "", GB18030, "姓名"},
		{"gbk asked for", "\xd0\xd5\xc3\xfb", "gbk", GB18030, "姓名"},
		{"utf-16", "\xff\xfe\xd3\x59\x0d\x54", "", UTF16LE, "姓名"},
		{"utf-16 big", "\xfe\xff\x59\xd3\x54\x0d", "", UTF16BE, "姓名"},
	} {
		b, enc, err := decode("x.csv", []byte(c.in), c.want)
		if err != nil || enc != c.enc || string(b) != c.text {
			t.Errorf("%s: %q in %q, %v", c.name, b, enc, err)
		}
	}
	for _, c := range []struct{ in, want string }{{"\xff\xff\xff", ""}, {"\xd0\xd5", "utf-8"}, {"a", "latin-1"}} {
		if _, _, err := decode("x.csv", []byte(c.in), c.want); err == nil {
			t.Errorf("%q as %q is read", c.in, c.want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2013-04-12", "2013年4月", "41376", "2013.1", "20130412", "99999999999", "2013-04-12 08:00:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, which := range []side{opens, closes, holds} {
			d, ok := parseDate(s, which, false)
			if !ok {
				continue
			}
			if h, m, sec := d.Clock(); h+m+sec != 0 || d.Location() != time.UTC || d.Year() > 9999 {
				t.Fatalf("parseDate(%q) = %v", s, d)
			}
			again, ok := parseDate(d.Format(time.DateOnly), which, false)
			if d.Year() >= 1000 && (!ok || !again.Equal(d)) {
				t.Fatalf("parseDate(%q) = %v, which reads as %v", s, d, again)
			}
		}
	})
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"120.5万元", "1,234.50", "-3", "¥12", "1e20", "12.300000000000001", "(5)", "1e-99"} {
		f.Add(s, "万元", true)
	}
	f.Fuzz(func(t *testing.T, s, unit string, float bool) {
		d, code := parseMoney(s, unit, float)
		if code == "" && (d.IsNegative() || !d.Shift(2).IsInteger() || d.GreaterThan(decimal.New(1, 16))) {
			t.Fatalf("parseMoney(%q, %q) = %s", s, unit, d)
		}
	})
}

func FuzzCheckID(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "1.1E+17", "", "110105 19491231 002X", "１"} {
		f.Add(s)
	}
	today := time.Date(2015, 7, 15, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		id, code := checkID(s, today)
		if code == "" && (len(id) != 18 || IDCheck(id[:17]) != id[17]) {
			t.Fatalf("checkID(%q) = %q", s, id)
		}
		if m := maskID(s); len([]rune(s)) > 9 && strings.Count(m, "*") < len([]rune(s))-6 {
			t.Fatalf("maskID(%q) = %q", s, m)
		}
	})
}
