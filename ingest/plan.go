package ingest

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// planColumns are the headers of a file of plans; a column headed by a year holds
// what is planned for its end.
var planColumns = map[string]string{
	"编号": "id", "目标编号": "id", "id": "id", "target": "id",
	"版次": "revision", "revision": "revision",
	"确定日期": "known", "known from": "known", "known": "known",
	"理由": "reason", "reason": "reason",
}

var planYear = regexp.MustCompile(`^((?:19|20)\d{2})年?(?:底|计划|计划数)?(?:（.*）|\(.*\))?$`)

// MaxPlanFile bounds a file of plans, in bytes.
const MaxPlanFile = 4 << 20

// Plans reads a file of plans by year, CSV or XLSX, as `talentcast plan export`
// writes it: a row a target, a column a year. A row without a figure is left out.
// revision is the one the figures were written from, which a change is based on.
//
// Faults: Unreadable for what is no such file, Invalid for a row that can't be
// used, named by its number and column; nothing is half read.
func Plans(ctx context.Context, name string, data []byte, p datasets.Policy, by string) ([]datasets.PlanRevision, error) {
	if len(data) > MaxPlanFile {
		return nil, fault.Newf(fault.TooLarge, "%[1]s 太大（至多 %[2]d MB）；请只保留年度计划表。", "%[1]s is too large (%[2]d MB at most); keep only the table of plans.", baseName(name), MaxPlanFile>>20)
	}
	b, err := open(ctx, name, data, Options{Limits: Limits{}.orDefault()})
	if err != nil {
		return nil, err
	}
	defer func() { _ = b.close() }()
	f := planFile{name: baseName(name), policy: p, by: by}
	for _, s := range b.sheets {
		if s.hidden {
			continue
		}
		f.float, f.epoch1904, f.head = s.float, s.epoch1904, nil
		for l, err := range s.lines {
			if err != nil {
				return nil, err
			}
			if err := f.read(l); err != nil {
				return nil, err
			}
		}
	}
	if !f.found {
		return nil, fault.Newf(fault.Unreadable, "%[1]s 里找不到年度计划表：表头须有“编号”和年份（如 2015年）；请用 talentcast plan export 导出的表。",
			"%[1]s has no table of plans: the header needs “id” and years such as 2015; use the table that talentcast plan export writes.", f.name)
	}
	return f.out, nil
}

type planFile struct {
	name             string
	policy           datasets.Policy
	by               string
	float, epoch1904 bool

	head  map[int]string // by column: a name of planColumns, or a year
	found bool
	out   []datasets.PlanRevision
}

func (f *planFile) read(l line) error {
	if f.head == nil {
		head, id, years := map[int]string{}, false, 0
		for i, c := range l.cells {
			c = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(c, "\ufeff")))
			if k := planColumns[c]; k != "" {
				head[i], id = k, id || k == "id"
			} else if m := planYear.FindStringSubmatch(c); m != nil {
				head[i] = m[1]
				years++
			}
		}
		if id && years > 0 {
			f.head, f.found = head, true
		}
		return nil
	}
	return f.row(l)
}

func (f *planFile) row(l line) error {
	x := datasets.PlanRevision{By: f.by}
	texts := map[int]string{}
	for i, c := range l.cells {
		c = strings.TrimSpace(c)
		if c == "" {
			continue
		}
		switch k := f.head[i]; k {
		case "":
		case "id":
			x.Target = c
		case "reason":
			x.Reason = strings.TrimPrefix(c, "'")
		case "revision":
			n, ok := parseNumber(c, f.float)
			if !ok || !n.IsInteger() || n.IsNegative() {
				return f.wrong(l, "版次 revision", c)
			}
			x.Base = int(n.IntPart())
		case "known":
			d, ok := parseDate(c, closes, f.epoch1904)
			if !ok {
				return f.wrong(l, "确定日期 known from", c)
			}
			x.Known = d
		default:
			year, _ := strconv.Atoi(k) // four digits
			texts[year] = c
		}
	}
	if x.Target == "" || len(texts) == 0 {
		return nil
	}
	t, ok := f.policy.Target(x.Target)
	if !ok {
		return f.wrong(l, "编号 id", x.Target)
	}
	years := make([]int, 0, len(texts))
	for y := range texts {
		years = append(years, y)
	}
	slices.Sort(years)
	for _, y := range years {
		v, ok := PlanAmount(texts[y], t.Unit)
		if !ok {
			return f.wrong(l, strconv.Itoa(y), texts[y])
		}
		x.Years = append(x.Years, datasets.YearPlan{Year: y, Amount: v})
	}
	f.out = append(f.out, x)
	return nil
}

func (f *planFile) wrong(l line, column, value string) error {
	if r := []rune(value); len(r) > 40 {
		value = string(r[:40]) + "…"
	}
	return fault.Newf(fault.Invalid, "%[1]s 第%[2]d行“%[3]s”列的“%[4]s”不能用；请改正后重新导入（没有写入任何内容）。",
		"%[1]s, row %[2]d, column %[3]q: %[4]q can't be used; correct it and import again (nothing was written).", f.name, l.no, column, scrub(value))
}

// PlanAmount reads a planned figure as people write it: 1,200, 45.5%, 5亿元. The
// unit is the target's; money without one is in 元.
func PlanAmount(s, unit string) (decimal.Decimal, bool) {
	s = strings.TrimSpace(s)
	if unit == "元" {
		d, code := amountOf(s, "元", true)
		return d, code == ""
	}
	s = strings.TrimSuffix(s, unit)
	if unit == "%" {
		s = strings.TrimRight(s, "%％")
	}
	return parseNumber(s, true)
}

// PlanDay reads a date as people write it; ok is false for what is none.
func PlanDay(s string) (time.Time, bool) { return parseDate(strings.TrimSpace(s), closes, false) }
