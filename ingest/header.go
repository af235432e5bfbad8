package ingest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// header is the row of a sheet that names a kind's columns.
type header struct {
	layout  Layout
	row     int      // its number, as in line.no
	at      []int    // of each column of the layout: its cell, or -1
	units   []string // of each column of the layout: "元", "万元", …; "" for none
	titles  []string // of each column of the layout: as the file writes it
	missing []string // required columns that are not there
	unknown []string // headers that belong to no column
	doubled []string // headers that name a column again
	joined  []string // the names, where two rows make the header; else nil
}

func (h header) matched() int {
	n := 0
	for _, at := range h.at {
		if at >= 0 {
			n++
		}
	}
	return n
}

func (h header) complete() bool { return len(h.at) > 0 && len(h.missing) == 0 }

// better orders headers: complete before not, then by columns matched.
func (h header) better(than header) bool {
	if h.complete() != than.complete() {
		return h.complete()
	}
	return h.matched() > than.matched()
}

var (
	// A unit of money in a header: 金额（万元）, 金额(单位:元), 金额/万元, 金额 万元.
	headerUnit = regexp.MustCompile(`(?:[(\[/:,]|单位:?)?([亿万千百]*元)[)\]]?$`)
	// A remark in brackets at the end of a header.
	headerHint = regexp.MustCompile(`[(\[][^()\[\]]*[)\]]$`)
	// A unit for the whole table, in a line above the header.
	tableUnit = regexp.MustCompile(`(?:金额)?单位:(?:人民币)?([亿万千百]*元)`)
	// Columns that number the rows and hold nothing.
	// and those that were written beside refused rows.
	numbering = []string{"序号", "no.", "no", "编号序号", "行号", mendReason, mendRemedy}
)

// headerNames returns the forms in which a header may be known, and the unit of
// money it states.
func headerNames(cell string) (names []string, unit string) {
	full := strings.NewReplacer("*", "", "★", "", "[", "(", "]", ")", "【", "(", "】", ")").Replace(fold(cell))
	names = []string{full}
	if m := headerUnit.FindStringSubmatch(full); m != nil {
		unit = m[1]
	}
	if cut := headerHint.ReplaceAllString(full, ""); cut != full {
		names = append(names, cut)
	} else if unit != "" {
		names = append(names, strings.TrimRight(strings.TrimSuffix(full, unit), "/:,"))
	}
	return names, unit
}

// matchHeader matches one row against one kind.
func matchHeader(l Layout, row line, unit string) header { return matchHeaderBy(l, row, unit, nil) }

// matchHeaderBy is matchHeader with what was said of columns, which goes before
// what their names say.
func matchHeaderBy(l Layout, row line, unit string, columns map[string]string) header {
	h := header{layout: l, row: row.no}
	byName := map[string]int{}
	for i, c := range l.Columns {
		h.at, h.units, h.titles = append(h.at, -1), append(h.units, unit), append(h.titles, c.Header)
		for _, s := range c.Synonyms {
			if _, taken := byName[fold(s)]; !taken {
				byName[fold(s)] = i
			}
		}
	}
	for i, c := range l.Columns { // a column's own header goes before others' synonyms
		byName[fold(c.Header)] = i
	}
	told := h.assign(row.cells, columns)
	for at, cell := range row.cells {
		names, u := headerNames(cell)
		if names[0] == "" || told[at] || slices.Contains(numbering, names[0]) {
			continue
		}
		i, ok := byName[names[0]]
		for _, n := range names[1:] {
			if !ok {
				i, ok = byName[n]
			}
		}
		switch {
		case !ok:
			h.unknown = append(h.unknown, clean(cell))
		case h.at[i] >= 0 && told[h.at[i]]:
			h.unknown = append(h.unknown, clean(cell))
		case h.at[i] >= 0:
			h.doubled = append(h.doubled, clean(cell))
		default:
			h.at[i], h.titles[i] = at, clean(cell)
			if u != "" {
				h.units[i] = u
			}
		}
	}
	for i, c := range l.Columns {
		if c.Required && h.at[i] < 0 {
			h.missing = append(h.missing, c.Header)
		}
	}
	return h
}

// bestHeader finds, in the top rows of a sheet, the first that matches a kind's
// columns best. Without one the header has no columns.
func bestHeader(head []line, kind datasets.Kind) header { return bestHeaderBy(head, kind, nil) }

// bestHeaderBy is bestHeader with what was said of columns.
func bestHeaderBy(head []line, kind datasets.Kind, columns map[string]string) header {
	var best header
	for _, l := range Templates() {
		if kind != "" && l.Kind != kind {
			continue
		}
		unit := ""
		for _, row := range head {
			if h := matchHeaderBy(l, row, unit, columns); h.matched() >= 2 && h.better(best) {
				best = h
			}
			unit = tableUnitIn(row, unit)
		}
		unit = ""
		for _, row := range twoRows(l, head) {
			for _, above := range head { // only a header in two rows needs it twice
				if above.no < row.no {
					unit = tableUnitIn(above, unit)
				}
			}
			if h := matchHeaderBy(l, row, unit, columns); h.matched() >= 3 && h.better(best) {
				best, best.joined = h, row.cells
			}
		}
	}
	return best
}

// tableUnitIn is the unit of money that a line above the header states for the
// whole table, or else the one stated before.
func tableUnitIn(row line, before string) string {
	for _, c := range row.cells {
		if m := tableUnit.FindStringSubmatch(fold(c)); m != nil {
			before = m[1]
		}
	}
	return before
}

// found is a sheet with the header that was found in it.
type found struct {
	sheet  sheet
	header header
	wide   int // columns that a row may fill
}

// findTables looks for the header of every sheet. It returns those of one kind;
// sheets that are no table of it are noted. Sheets of several kinds are a fault.
func (r *reading) findTables(sheets []sheet) ([]found, error) {
	var tables []found
	var closest header
	var names []string
	for _, s := range sheets {
		head, err := headOf(s)
		if err != nil {
			return nil, err
		}
		if len(head) == 0 {
			continue
		}
		kind, columns := r.mapping(head)
		h := bestHeaderBy(head, kind, columns)
		r.tops = append(r.tops, top{s.name, withJoined(head, h), h})
		switch {
		case h.complete() && s.hidden:
			r.note(codeHiddenSheet, s.name, "", s.name)
		case h.complete():
			tables = append(tables, found{s, h, h.wide(head)})
			r.noteSheet(s, h.row)
		default:
			r.skipped = append(r.skipped, s.name)
			if h.better(closest) {
				closest = h
			}
			if names == nil {
				names = seenHeaders(head)
			}
		}
	}
	switch {
	case len(tables) == 0 && names == nil:
		return nil, emptyFile(r.name)
	case len(tables) == 0:
		return nil, r.noHeader(closest, names)
	}
	for _, t := range tables {
		if len(t.header.doubled) > 0 {
			return nil, r.doubledHeader(t)
		}
		if t.header.layout.Kind != tables[0].header.layout.Kind {
			return nil, fault.Newf(fault.Unreadable,
				"%[1]s 里有几种表：工作表“%[2]s”是%[3]s，“%[4]s”是%[5]s；一个文件只放一种，请分开另存后再交。",
				"%[1]s holds tables of several kinds: sheet %[2]q is %[6]s, %[4]q is %[7]s; put one kind in a file and send them apart.",
				r.name, tables[0].sheet.name, tables[0].header.layout.NameZh, t.sheet.name, t.header.layout.NameZh,
				tables[0].header.layout.NameEn, t.header.layout.NameEn)
		}
	}
	return tables, nil
}

// wide is up to which column rows may be filled: that of the header's last cell.
func (h header) wide(head []line) int {
	n := 0
	for _, at := range h.at {
		n = max(n, at+1)
	}
	for _, l := range head {
		if l.no == h.row {
			n = max(n, filled(l.cells))
		}
	}
	return n
}

func headOf(s sheet) ([]line, error) {
	var head []line
	for l, err := range s.lines {
		if err != nil {
			return nil, err
		}
		if !blankRow(l.cells) {
			head = append(head, l)
		}
		if l.no > 10*headRows || len(head) == headRows {
			break
		}
	}
	return head, nil
}

func blankRow(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// seenHeaders lists the cells of the row that looks most like a header, unless
// it holds an ID number: then it is a row of data and none of it is repeated.
func seenHeaders(head []line) []string {
	var best []string
	for _, l := range head {
		var cells []string
		for _, c := range l.cells {
			if c = clean(c); c != "" {
				cells = append(cells, short(c))
			}
		}
		if len(cells) > len(best) {
			best = cells
		}
	}
	for _, c := range best {
		if scrub(c) != c {
			return []string{}
		}
	}
	return best[:min(len(best), 30)]
}

func (r *reading) noHeader(closest header, top []string) error {
	if column, words := r.spread(closest); len(words) > 0 {
		return fault.Newf(fault.Unreadable,
			"%[1]s 把“%[2]s”摆成了几列（%[3]s）；请改成每笔一行，用“%[2]s”一列写明是哪一种，金额一列。%[4]s模板（talentcast template %[5]s）就是这样排的。",
			"%[1]s spreads %[2]q over several columns (%[3]s); give each flow a row of its own with one column %[2]q and one for the amount, as the template %[6]q has it (talentcast template %[5]s).",
			r.name, column, strings.Join(words, "、"), closest.layout.NameZh, closest.layout.Kind, closest.layout.NameEn)
	}
	if n := closest.matched(); n >= 2 {
		return fault.Newf(fault.Unreadable,
			"%[1]s 最像“%[2]s”表，但缺少必需的列：%[3]s。请补上这些列，或下载%[2]s模板（talentcast template %[4]s）填写后再交。",
			"%[1]s looks most like the template %[5]q but lacks the required columns %[3]s; add them, or fill in that template (talentcast template %[4]s) and send it.",
			r.name, closest.layout.NameZh, strings.Join(closest.missing, "、"), closest.layout.Kind, closest.layout.NameEn)
	}
	kindsZh, kindsEn := kindNames()
	seenZh, seenEn := "前 20 行里没有看到表头", "No header was seen in the first 20 rows"
	if len(top) > 0 {
		list := strings.Join(top, "、")
		seenZh, seenEn = "看到的是："+list, "What was seen: "+list
	}
	return fault.New(fault.Unreadable,
		fmt.Sprintf("%s 的表头认不出是哪一类。%s。可以读入的有：%s。请在“数据”页或用命令 talentcast template 下载模板，对照改好列名再交。",
			r.name, seenZh, kindsZh),
		fmt.Sprintf("The header of %s matches no kind of input. %s. There are: %s. Download a template on the data page or with talentcast template, name the columns as it does and send the file again.",
			r.name, seenEn, kindsEn))
}

// spread finds a missing column whose words are headers themselves, as where 金额
// stands over 预算 and 到位.
func (h header) spread() (column string, words []string) {
	for i, c := range h.layout.Columns {
		if !c.Required || h.at[i] >= 0 || c.Type != OneOf {
			continue
		}
		words = nil
		for _, u := range h.unknown {
			names, _ := headerNames(u)
			if _, _, ok := c.choose(names[len(names)-1]); ok {
				words = append(words, short(scrub(u)))
			}
		}
		if len(words) > 1 {
			return c.Header, words
		}
	}
	return "", nil
}

// spread is that of the header found, or of one in two rows.
func (r *reading) spread(closest header) (column string, words []string) {
	if column, words = closest.spread(); len(words) > 0 {
		return column, words
	}
	for _, t := range r.tops {
		for _, l := range twoRows(closest.layout, t.head) {
			if column, words = matchHeader(closest.layout, l, "").spread(); len(words) > 0 {
				return column, words
			}
		}
	}
	return "", nil
}

func kindNames() (zh, en string) {
	var z, e []string
	for _, l := range Templates() {
		z = append(z, fmt.Sprintf("%s（%s）", l.NameZh, l.Kind))
		e = append(e, fmt.Sprintf("%s (%s)", l.NameEn, l.Kind))
	}
	return strings.Join(z, "、"), strings.Join(e, ", ")
}

func (r *reading) doubledHeader(t found) error {
	return fault.Newf(fault.Unreadable,
		"%[1]s 里有两列是同一个意思：%[2]s 与前面的列重复。请删去一列，或把列名改开再交。",
		"%[1]s names a column twice: %[2]s repeats an earlier one; delete or rename one of them and send the file again.",
		r.name, strings.Join(t.header.doubled, "、"))
}
