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
	"sync"
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
	batch   datasets.Batch
	keys    *keySet // of the good rows
	sheets  []string
	tables  []found
	skipped []string // sheets without a known header
	tops    []top    // of every sheet that has rows
	profile *datasets.Profile
	notes   int

	put func([]datasets.Record, func()) error // takes the good records; nil to keep them in the batch
	// unchanged, if set, tells at the end whether the file is still as it was.
	unchanged func() error
	spares    sync.Pool
	unlisted  map[string]int    // refusals beyond those that are kept, by code
	totals    bool              // the sheet has total rows, to be looked at when all others are known
	figures   []datasets.Record // of indicators, to be held against each other
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
	r, err := newReading(name, o)
	if err != nil {
		return nil, err
	}
	inner, data, err := onlyTable(name, data, r.o.Limits)
	if err != nil {
		return r, err
	}
	r.name = baseName(inner)
	sum := sha256.Sum256(data)
	if err := r.start(int64(len(data)), hex.EncodeToString(sum[:])); err != nil {
		return r, err
	}
	b, err := open(ctx, r.name, data, r.o)
	if err != nil {
		return r, err
	}
	defer func() { _ = b.close() }() // it was only read
	if err := r.find(b); err != nil {
		return r, err
	}
	return r, r.rows(ctx)
}

func newReading(name string, o Options) (*reading, error) {
	if o.Now.IsZero() {
		return nil, errors.New("ingest: Options.Now is not set")
	}
	o.Limits = o.Limits.orDefault()
	r := &reading{o: o, name: baseName(name), today: dayOf(o.Now), rules: map[string]Rule{}, keys: newKeySet()}
	for _, rule := range Rules() {
		r.rules[rule.Code] = rule
	}
	return r, nil
}

// find looks for the tables of an open file.
func (r *reading) find(b book) (err error) {
	r.batch.Encoding = b.encoding
	if r.tables, err = r.findTables(b.sheets); err != nil {
		return err
	}
	if err := r.prepare(r.tables); err != nil {
		return err
	}
	r.batch.Distinct = r.batch.Kind != datasets.Indicator
	return nil
}

// rows reads the rows of the tables found.
func (r *reading) rows(ctx context.Context) error {
	for i := range r.tables {
		if err := r.table(ctx, &r.tables[i], r.batch.Bytes); err != nil {
			return err
		}
	}
	r.jumps()
	r.tellUnlisted()
	if r.unchanged != nil {
		if err := r.unchanged(); err != nil {
			return err
		}
	}
	if r.o.Progress != nil {
		r.o.Progress(r.batch.Bytes, r.batch.Bytes)
	}
	return nil
}

// start checks what can be checked before the file is opened.
func (r *reading) start(size int64, sum string) error {
	if _, ok := LayoutOf(r.o.Kind); r.o.Kind != "" && !ok {
		zh, en := kindNames()
		return fault.New(fault.Invalid,
			fmt.Sprintf("没有“%s”这一类数据；可以用的有：%s。", r.o.Kind, zh),
			fmt.Sprintf("There is no kind of input %q; there are: %s.", r.o.Kind, en))
	}
	if size > r.o.Limits.Bytes {
		return tooLarge(r.name, r.o.Limits.Bytes)
	}
	if size == 0 {
		return emptyFile(r.name)
	}
	r.batch = datasets.Batch{
		Policy: r.o.Policy.ID, Jurisdiction: r.o.Policy.Jurisdiction, File: r.name,
		SHA256: sum, Bytes: size, Demo: r.o.Demo,
		LoadedAt: r.o.Now, LoadedBy: r.o.User, Dept: r.o.Department,
	}
	if r.o.Department != "" {
		w := r.rules[codeWithheld]
		r.batch.Withheld = datasets.Refusal{Code: w.Code, ReasonZh: w.ReasonZh, ReasonEn: w.ReasonEn, RemedyZh: w.RemedyZh, RemedyEn: w.RemedyEn}
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
		if c := cells[n-1]; visible(c) || strings.TrimSpace(c) != "" {
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
	if surelyData(cells) {
		return ""
	}
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

// surelyData tells most rows of data without a closer look: more than four cells
// are filled, and none that may be among the first three has a character that a
// word for a total must have.
func surelyData(cells []string) bool {
	used, looked := 0, 0
	for _, c := range cells {
		if c == "" {
			continue
		}
		seen := visible(c)
		if seen {
			used++
		}
		if looked < 3 {
			if mayBeTotal(c) {
				return false
			}
			if seen {
				looked++
			}
		}
		if used > 4 && looked == 3 {
			return true
		}
	}
	return false
}

// visible tells most cells that hold something: they begin with a letter, a
// digit or a Chinese character.
func visible(s string) bool {
	return s != "" && (s[0] > ' ' && s[0] <= '~' && s[0] != '"' || s[0] >= 0xE4 && s[0] <= 0xE9)
}

// mayBeTotal tells cells that have what every word for a total has: the letter t,
// or 计 with one of the characters before it. Full width is left open.
func mayBeTotal(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c|0x20 == 't', c == 0xEF:
			return true
		case c == 0xE8 && strings.HasPrefix(s[i:], "计"):
			return strings.ContainsAny(s, "合小总共累")
		}
	}
	return false
}
