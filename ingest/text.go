package ingest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes a cell's text fit to keep: full-width digits and letters become
// ordinary ones, control characters and odd spaces become spaces, and those at
// the ends go. Chinese punctuation stays.
func clean(s string) string {
	if plainText(s) {
		return strings.Trim(s, " ")
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９', r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ':
			return r - 0xFEE0
		case r == '\u200b', r == '\ufeff', r == utf8.RuneError:
			return -1
		case unicode.IsControl(r), unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s))
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// plainText tells text of printable ASCII and Chinese characters alone (U+4000
// to U+9FFF), of which nothing needs to be changed.
func plainText(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= ' ' && c <= '~':
		case c >= 0xE4 && c <= 0xE9 && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
			i += 2
		default:
			return false
		}
	}
	return true
}

// fold is the form in which names are compared: all of full width narrowed,
// spaces gone, letters small.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= 0xFEE0
		case r == '、' || r == '，':
			return ','
		case r == '—' || r == '–' || r == '－':
			return '-'
		case r == '“' || r == '”' || r == '"':
			return -1
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// blank tells whether a cleaned cell stands for nothing.
func blank(s string) bool {
	switch s {
	case "", "-", "--", "—", "——", "－", "/", "／", "无", "N/A", "n/a", "NULL", "null":
		return true
	}
	return false
}

// short cuts a value for a refusal.
func short(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// nearest returns up to n of the names, those most like s first.
func nearest(s string, names []string, n int) []string {
	type scored struct {
		name string
		d    int
	}
	f := fold(s)
	var all []scored
	for _, name := range names {
		g := fold(name)
		d := 10 * distance([]rune(f), []rune(g)) / max(1, utf8.RuneCountInString(f), utf8.RuneCountInString(g))
		if f != "" && (strings.Contains(g, f) || strings.Contains(f, g)) {
			d = min(d, 2)
		}
		all = append(all, scored{name, d})
	}
	slices.SortStableFunc(all, func(a, b scored) int { return a.d - b.d })
	var out []string
	for _, x := range all {
		if len(out) == n {
			break
		}
		if !slices.Contains(out, x.name) {
			out = append(out, x.name)
		}
	}
	return out
}

// distance is the least number of characters to add, drop or change to make a
// into b (Levenshtein). Long texts are compared by their first 64.
func distance(a, b []rune) int {
	a, b = a[:min(64, len(a))], b[:min(64, len(b))]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, ra := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, rb := range b {
			cost := 1
			if ra == rb {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
