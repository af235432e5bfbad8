package document

import (
	"strconv"
	"strings"
)

// Labels numbers tables and figures in the order of the text: 表1, 图2; by their
// ids.
func (d Document) Labels() map[string]string {
	out := map[string]string{}
	tables, figures := 0, 0
	for _, b := range d.Blocks {
		switch b := b.(type) {
		case Table:
			if b.Caption != "" {
				tables++
				out[b.ID] = label(d.Lang, "表", "Table ", tables)
			}
		case Figure:
			figures++
			out[b.ID] = label(d.Lang, "图", "Figure ", figures)
		}
	}
	return out
}

func label(lang, zh, en string, n int) string {
	if lang == "en" {
		return en + strconv.Itoa(n)
	}
	return zh + strconv.Itoa(n)
}

// Sign is what stands in front of a light's word, so that it reads without colour;
// "" for none.
func (l Light) Sign() string {
	switch l {
	case Met:
		return "√"
	case Green:
		return "●"
	case Yellow:
		return "◐"
	case Orange:
		return "▲"
	case Red:
		return "×"
	case Grey:
		return "○"
	}
	return ""
}

// Color is a light's colour for words on white, as rrggbb.
func (l Light) Color() string {
	switch l {
	case Met:
		return "075A79"
	case Green:
		return "0A6B3D"
	case Yellow:
		return "7A5500"
	case Orange:
		return "9A3F00"
	case Red:
		return "A81C14"
	case Grey:
		return "4F5B66"
	}
	return "000000"
}

// Line is the stamp in one line: policy, as-of date, data, scenario, version.
func (s Stamp) Line(lang string) string {
	asOf := "截至" + s.AsOf.Format("2006年1月2日")
	if lang == "en" {
		asOf = "as of " + s.AsOf.Format("2 Jan 2006")
	}
	parts := []string{s.Policy, asOf, s.Data}
	if s.Scenario != "" {
		parts = append(parts, s.Scenario)
	}
	if s.Version != "" {
		parts = append(parts, s.Version)
	}
	return strings.Join(parts, " · ")
}

// DemoWord marks synthetic data.
func DemoWord(lang string) string {
	if lang == "en" {
		return "Demonstration data"
	}
	return "演示数据"
}

// DemoMark is DemoWord in the brackets of its language, to stand before a line.
func DemoMark(lang string) string {
	if lang == "en" {
		return "[" + DemoWord(lang) + "]"
	}
	return "【" + DemoWord(lang) + "】"
}

// Plain is the text of runs, references by their labels.
func Plain(runs []Run, labels map[string]string) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.In(labels))
	}
	return b.String()
}

// In is what the run reads: a reference by its label, a light with its sign.
func (r Run) In(labels map[string]string) string {
	if r.Ref != "" {
		return labels[r.Ref]
	}
	if s := r.Light.Sign(); s != "" {
		return s + " " + r.Text
	}
	return r.Text
}

// Shown is what the cell reads, its light's sign in front.
func (c Cell) Shown() string {
	if s := c.Light.Sign(); s != "" {
		return s + " " + c.Text
	}
	return c.Text
}

// Clean drops what XML and printers have no place for: control characters and
// broken UTF-8.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n':
			return ' '
		case r < ' ', r == 0x7f, r == 0xfffe, r == 0xffff, r == '\uFFFD', r >= 0x80 && r < 0xa0:
			return -1
		}
		return r
	}, s)
}
