package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// reading is one file while it is read.
type reading struct {
	o       Options
	name    string
	today   time.Time
	rules   map[string]Rule
	words   *resolver
	batch   datasets.Batch
	seen    map[string]place // where each key stands, of the good rows
	skipped []string         // sheets without a known header
	tops    []top            // of every sheet that has rows
	profile *datasets.Profile
	notes   int
	done    int // rows since the last look at the context
}

// Read reads a file's rows and checks them against the policy. name is the
// file's own and decides the format; a folder before it is dropped. A file that
// is wrong as a whole is a [fault.Error]: Unreadable, TooLarge, or Invalid for
// an option. Bad rows are the batch's refusals, in the order of the file.
func Read(ctx context.Context, name string, data []byte, o Options) (datasets.Batch, error) {
	r, err := read(ctx, name, data, o)
	if err != nil {
		return datasets.Batch{}, err
	}
	return r.batch, nil
}

// read is Read. What it found out before a fault is in the reading, which is
// nil only for a fault of the options.
func read(ctx context.Context, name string, data []byte, o Options) (*reading, error) {
	if o.Now.IsZero() {
		return nil, errors.New("ingest: Options.Now is not set")
	}
	o.Limits = o.Limits.orDefault()
	inner, data, notOne := onlyTable(name, data, o.Limits)
	if notOne == nil {
		name = inner
	}
	r := &reading{o: o, name: baseName(name), today: dayOf(o.Now), rules: map[string]Rule{}, seen: map[string]place{}}
	for _, rule := range Rules() {
		r.rules[rule.Code] = rule
	}
	if notOne != nil {
		return r, notOne
	}
	if err := r.start(data); err != nil {
		return r, err
	}
	b, err := open(ctx, r.name, data, o)
	if err != nil {
		return r, err
	}
	defer func() { _ = b.close() }() // it was only read
	r.batch.Encoding = b.encoding
	tables, err := r.findTables(b.sheets)
	if err != nil {
		return r, err
	}
	if err := r.prepare(tables); err != nil {
		return r, err
	}
	for _, t := range tables {
		if err := r.table(ctx, t, int64(len(data))); err != nil {
			return r, err
		}
	}
	r.jumps()
	if o.Progress != nil {
		o.Progress(int64(len(data)), int64(len(data)))
	}
	return r, nil
}

// start checks what can be checked before the file is opened.
func (r *reading) start(data []byte) error {
	if _, ok := LayoutOf(r.o.Kind); r.o.Kind != "" && !ok {
		zh, en := kindNames()
		return fault.New(fault.Invalid,
			fmt.Sprintf("没有“%s”这一类数据；可以用的有：%s。", r.o.Kind, zh),
			fmt.Sprintf("There is no kind of input %q; there are: %s.", r.o.Kind, en))
	}
	if n := int64(len(data)); n > r.o.Limits.Bytes {
		return tooLarge(r.name, r.o.Limits.Bytes)
	}
	if len(data) == 0 {
		return emptyFile(r.name)
	}
	sum := sha256.Sum256(data)
	r.batch = datasets.Batch{
		Policy: r.o.Policy.ID, Jurisdiction: r.o.Policy.Jurisdiction, File: r.name,
		SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(data)), Demo: r.o.Demo,
		LoadedAt: r.o.Now, LoadedBy: r.o.User,
	}
	return nil
}

func tooLarge(name string, limit int64) error {
	return fault.Newf(fault.TooLarge,
		"%[1]s 超过 %[2]d MB 的上限；请删去图片和多余的工作表，或按年份分成几个文件再交。",
		"%[1]s is over the limit of %[2]d MB; remove pictures and sheets that are not needed, or split it by year, and send it again.",
		name, limit>>20)
}

// prepare sets up what depends on the kind.
func (r *reading) prepare(tables []found) error {
	layout := tables[0].header.layout
	r.batch.Kind = layout.Kind
	r.words = newResolver(r.o.Policy, layout.Kind)
	for _, s := range r.skipped {
		if !slices.Contains([]string{sheetGuide, sheetChoices}, s) {
			r.note(codeSkipSheet, s, "", s)
		}
	}
	for _, t := range tables {
		for _, u := range t.header.unknown {
			r.note(codeColumn, t.sheet.name, short(scrub(u)))
		}
		for i, c := range layout.Columns {
			if c.Type == PersonID && t.header.at[i] >= 0 && len(r.o.Key) < minKey {
				return fault.Newf(fault.Invalid,
					"没有设置人员密钥（至少 %[1]d 字节），不能读入带身份证号的表；请由管理员在配置里设好再导入。",
					"No key for persons is set (%[1]d bytes at least), so tables with ID numbers can't be read; have it configured and load the file again.",
					minKey)
			}
		}
	}
	return nil
}

// table reads the rows below the header of one sheet.
func (r *reading) table(ctx context.Context, t found, size int64) error {
	width := 0
	for _, at := range t.header.at {
		width = max(width, at+1)
	}
	w := &row{r: r, sheet: &t.sheet, header: &t.header, at: t.header.at, cells: make([]string, len(t.header.at))}
	wide, totals := width, false
	for l, err := range t.sheet.lines {
		if err != nil {
			return err
		}
		if r.done++; r.done%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("read %s: %w", r.name, err)
			}
			if r.o.Progress != nil {
				r.o.Progress(min(l.done, size), size)
			}
		}
		n := filled(l.cells)
		if n > r.o.Limits.Columns {
			return tooManyColumns(r.name, l.no, n, r.o.Limits.Columns)
		}
		if l.no == t.header.row {
			wide = max(width, n)
		}
		if l.no <= t.header.row || n == 0 {
			continue
		}
		if code := notData(l.cells[:n]); code != "" {
			if code == codeTotalRow { // looked at when all rows are known
				totals = true
			} else {
				r.note(code, t.sheet.name, "", strconv.Itoa(l.no))
			}
			continue
		}
		if r.batch.Read++; r.batch.Read > r.o.Limits.Rows {
			return fault.Newf(fault.TooLarge, "%[1]s 的数据超过 %[2]d 行的上限；请按年份分成几个文件再交。",
				"%[1]s has more than %[2]d rows of data; split it by year and send the parts.", r.name, r.o.Limits.Rows)
		}
		w.take(l, wide)
		r.row(w)
	}
	if totals {
		return r.checkTotals(ctx, t)
	}
	return nil
}

// row checks one row and adds it to the batch, as a record or as refusals.
func (r *reading) row(w *row) {
	rec := w.record()
	if len(w.bad) == 0 {
		k := rec.Key
		if rec.Kind == datasets.Indicator { // each revision of a figure is a row of its own
			k += "|" + rec.Known.Format(time.DateOnly)
		}
		first, double := r.seen[k]
		switch {
		case !double:
			r.seen[k] = place{w.sheet.name, w.no}
			r.batch.Records = append(r.batch.Records, rec)
		case rec.Kind == datasets.Talent || rec.Kind == datasets.SocialWorker || rec.Kind == datasets.Training:
			i := w.column("id")
			w.refuse(codeDoublePerson, i, w.cells[i], first.from(w.sheet.name))
		default:
			w.refuse(codeDouble, 0, w.cells[0], first.from(w.sheet.name))
		}
	}
	r.batch.Refusals = append(r.batch.Refusals, w.bad...)
}

// place is a row of a sheet.
type place struct {
	sheet string
	row   int
}

// from names the row, and the sheet if it is not the one it is named in.
func (p place) from(sheet string) string {
	if p.sheet == sheet {
		return strconv.Itoa(p.row)
	}
	return fmt.Sprintf("%d (%s)", p.row, p.sheet)
}

// filled is the number of cells up to the last that is not blank.
func filled(cells []string) int {
	for n := len(cells); n > 0; n-- {
		if strings.TrimSpace(cells[n-1]) != "" {
			return n
		}
	}
	return 0
}

var (
	totalWords    = []string{"合计", "小计", "总计", "共计", "累计", "本页合计", "本页小计", "合计数", "total", "subtotal"}
	footnoteWords = []string{"注:", "注1", "备注:", "说明:", "填表人", "制表人", "制表:", "填表:", "审核人", "审核:", "填报人", "填报日期:", "单位负责人"}
)

// isTotal tells whether a folded cell says that its row is a total: 合计, or
// 昌华街小计.
func isTotal(word string) bool {
	if slices.Contains(totalWords, word) {
		return true
	}
	return len(word) <= 36 && (strings.HasSuffix(word, "小计") || strings.HasSuffix(word, "合计") || strings.HasSuffix(word, "总计"))
}

// notData recognises total rows and footnotes: a total says so in one of its
// first three cells that are not blank; a footnote begins with one of the usual
// words and has few cells.
func notData(cells []string) string {
	looked, used := 0, 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			used++
		}
	}
	for _, c := range cells {
		f := fold(c)
		if f == "" {
			continue
		}
		if looked++; looked > 3 {
			break
		}
		word, _, _ := strings.Cut(strings.ReplaceAll(f, "(", ":"), ":")
		if isTotal(word) {
			return codeTotalRow
		}
		if looked == 1 && used <= 4 {
			for _, p := range footnoteWords {
				if strings.HasPrefix(f, p) {
					return codeFootnote
				}
			}
		}
	}
	return ""
}
