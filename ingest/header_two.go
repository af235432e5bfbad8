package ingest

import (
	"slices"
	"strings"
)

// twoRows are the headers that pairs of rows make of which the upper groups the
// columns of the lower, as merged cells do: 个人信息 over 姓名 and 身份证号, or 岗位
// over 总量. Each is a line with the number of the lower row and one name a
// column: the lower cell, or both joined where that is known to the layout, or
// the upper one where it stands over both rows.
func twoRows(l Layout, head []line) []line {
	known := map[string]bool{}
	for _, c := range l.Columns {
		for _, n := range append([]string{c.Header}, c.Synonyms...) {
			known[fold(n)] = true
		}
	}
	var out []line
	for i := 1; i < len(head); i++ {
		upper, lower := head[i-1], head[i]
		if lower.no != upper.no+1 || !groups(upper.cells, lower.cells) {
			continue
		}
		out = append(out, line{no: lower.no, cells: joinHeaders(known, upper.cells, lower.cells), done: lower.done})
	}
	return out
}

// groups tells whether the lower row can be the second of a header: it has names
// below cells of the upper that are followed by an empty one, and no numbers.
func groups(upper, lower []string) bool {
	some := false
	for at, c := range lower {
		if c = clean(c); c == "" {
			continue
		}
		if strings.ContainsAny(c[:1], "0123456789-.¥￥") {
			return false
		}
		if at >= len(upper) || clean(upper[at]) == "" || at+1 >= len(upper) || clean(upper[at+1]) == "" {
			some = true
		}
	}
	return some
}

func joinHeaders(known map[string]bool, upper, lower []string) []string {
	names := make([]string, max(len(upper), len(lower)))
	over := ""
	for at := range names {
		up, low := cellOf(upper, at), cellOf(lower, at)
		if up != "" {
			over = up
		}
		if low == "" { // one cell over both rows, or nothing
			names[at] = up
			continue
		}
		names[at] = low
		for _, n := range []string{low, over + low} {
			forms, _ := headerNames(n)
			if slices.ContainsFunc(forms, func(f string) bool { return known[f] }) {
				names[at] = n
				break
			}
		}
		_, unit := headerNames(over)
		if _, own := headerNames(names[at]); own == "" && unit != "" { // 金额（万元） over its columns
			names[at] += "（" + unit + "）"
		}
	}
	return names
}

func cellOf(cells []string, at int) string {
	if at >= len(cells) {
		return ""
	}
	return clean(cells[at])
}

// withJoined is the head with the line of a joined header in place of the lower
// row of it.
func withJoined(head []line, h header) []line {
	if h.joined == nil {
		return head
	}
	out := slices.Clone(head)
	for i, l := range out {
		if l.no == h.row {
			out[i].cells = h.joined
		}
	}
	return out
}
