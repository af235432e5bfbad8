package demo

import (
	"fmt"
	"time"

	"talentcast/analytics"
	"talentcast/datasets"
)

// The yearly share of people who leave.
const (
	talentLeaves = 0.015
	workerLeaves = 0.07
)

// joined is a row about a person, as first entered.
type joined struct {
	person
	plan, category string
	event, known   time.Time
	end, endKnown  time.Time
	dept, place    string
}

// arrivals draws people at a mean monthly rate times the month's pace.
func (g *generator) arrivals(rate, leaves float64, plan, category, dept string) []joined {
	var out []joined
	g.months(func(m analytics.Period) {
		for range g.poisson(rate * g.pace(m)) {
			j := joined{person: g.person(), plan: plan, category: category, dept: dept}
			j.event = g.dayIn(m)
			j.known = g.registered(j.event)
			j.place = fmt.Sprintf("演示单位%02d", g.r.IntN(40)+1)
			if g.r.Float64() < leaves*g.end.Sub(j.event).Hours()/24/365 {
				days := int(g.end.Sub(j.event).Hours() / 24)
				j.end = j.event.AddDate(0, 0, 30+g.r.IntN(max(1, days)))
				j.endKnown = g.registered(j.end)
			}
			if g.known(j.known) {
				out = append(out, j)
			}
		}
	})
	return out
}

// talent: the 500 by its five classes, and the plans' own headcounts at paces
// from far behind to done.
func (g *generator) talent() {
	var all []joined
	for _, c := range []struct {
		category string
		rate     float64
	}{{"硕士研究生", 1.85}, {"博士研究生", 0.48}, {"名医", 1.14}, {"名师", 0.96}, {"其他高层次高技能人才", 1.09}} {
		all = append(all, g.arrivals(c.rate, talentLeaves, "五百优才计划", c.category, "区人力社保局")...)
	}
	// How much of a target is to be there by the end of 2021 at the pace of the
	// demonstration: around 1 is touch and go.
	ambition := []float64{1.05, 0.8, 1.6, 0.55, 1.2, 0.9, 2.2, 1.0, 0.7, 1.35, 1.15, 0.4}
	i := 0
	for _, c := range g.policy.Categories {
		t, ok := g.policy.Target(c.Target)
		if !ok || c.Kind != datasets.Talent || c.Plan == "P00" || t.Low == nil || g.policy.Root(t.ID) == g.policy.Canonical("G-01") {
			continue
		}
		lead := ""
		if len(t.Lead) > 0 {
			d, _ := g.policy.Department(t.Lead[0])
			lead = d.NameZh
		}
		switch t.ID {
		case "12-07", "12-08": // never handed in: these stay without data
			continue
		case "10-02": // two people in all
			all = append(all, g.two(c, lead)...)
			continue
		}
		all = append(all, g.arrivals(*t.Low*ambition[i%len(ambition)]/120, talentLeaves, g.planName(c.Plan), c.Name, lead)...)
		i++
	}
	g.talentFiles(all)
}

func (g *generator) two(c datasets.Category, dept string) []joined {
	var out []joined
	for _, d := range []time.Time{analytics.Date(2013, 11, 6), analytics.Date(2015, 3, 12)} {
		if g.known(d.AddDate(0, 0, 20)) && !d.Before(g.first.Start()) {
			out = append(out, joined{person: g.person(), plan: g.planName(c.Plan), category: c.Name, event: d, known: d.AddDate(0, 0, 20), dept: dept, place: "演示单位01"})
		}
	}
	return out
}

func (g *generator) planName(id string) string {
	for _, p := range g.policy.Plans {
		if p.ID == id {
			return p.NameZh
		}
	}
	return id
}

// talentFiles hands people in by the year in which they were entered: workbooks
// with a title above the header at first, later CSV in the office's encoding;
// then a file of corrections.
func (g *generator) talentFiles(all []joined) {
	header := []string{"姓名", "身份证号", "所属计划", "人才类别", "引进方式", "学历", "工作单位", "认定日期", "登记日期", "退出日期", "牵头部门", "备注"}
	ways := []string{"引进", "培养", "支持"}
	line := func(j joined, format func(time.Time) string, end time.Time, known time.Time, note string) []string {
		return []string{j.name, j.id, j.plan, j.category, ways[len(j.place+j.name)%3], "", j.place, format(j.event), format(known), format(end), j.dept, note}
	}
	for y := g.first.Year(); y <= g.last.Year(); y++ {
		f := file{name: fmt.Sprintf("人才_%d_演示数据.xlsx", y), title: fmt.Sprintf("荔湾区%d年人才认定登记表（演示数据）", y), header: header}
		format := iso
		if y == g.last.Year() {
			f.name, f.title, f.gbk, format = fmt.Sprintf("人才_%d_演示数据.csv", y), "", true, chinese
		}
		for _, j := range all {
			if j.known.Year() == y {
				f.rows = append(f.rows, line(j, format, time.Time{}, j.known, ""))
			}
		}
		if y == g.last.Year() && len(f.rows) > 4 {
			f.rows = append(f.rows, g.badTalent(f.rows)...)
		}
		g.add(f)
	}
	c := file{name: "人才_退出与更正_演示数据.csv", header: header}
	for i, j := range all {
		switch {
		case !j.end.IsZero() && g.known(j.endKnown):
			c.rows = append(c.rows, line(j, iso, j.end, j.endKnown, "退出"))
		case i%97 == 5 && g.known(j.known.AddDate(0, 4, 0)):
			// The date of recognition turns out to be a month earlier.
			j.event = j.event.AddDate(0, -1, 0)
			if !j.event.Before(g.first.Start()) {
				c.rows = append(c.rows, line(j, iso, time.Time{}, j.known.AddDate(0, 4, 0), "更正认定日期"))
			}
		}
	}
	g.add(c)
}

// badTalent is what goes wrong at a clerk's desk: a mistyped number, a date in
// the future, a category no one knows, a person twice, a number that Excel has
// rounded away, a row without a date.
func (g *generator) badTalent(good [][]string) [][]string {
	spoil := func(from []string, at int, with string) []string {
		row := append([]string(nil), from...)
		row[at] = with
		return row
	}
	a, b := g.person(), g.person()
	base := spoil(spoil(good[0], 1, a.id), 0, a.name)
	return [][]string{
		spoil(base, 1, wrongCheck(a.id)),
		spoil(base, 7, "2035年3月1日"),
		spoil(base, 3, "超级人才"),
		good[1],
		spoil(base, 1, "4.40103E+17"),
		spoil(spoil(base, 1, b.id), 7, ""),
	}
}

// socialWorkers: newcomers by the month of the exam's results, certified or not,
// in the communities of six made-up streets.
func (g *generator) socialWorkers() {
	header := []string{"姓名", "身份证号", "人员类别", "街道", "社区", "在册日期", "登记日期", "退出日期", "部门", "备注"}
	var all []joined
	for _, c := range []struct {
		category string
		rate     float64
	}{{"社会工作者（持证）", 11}, {"社会工作人员", 18}} {
		all = append(all, g.arrivals(c.rate, workerLeaves, "", c.category, "区民政局")...)
	}
	line := func(j joined, end, known time.Time, note string) []string {
		k := int(j.id[16]-'0')*10 + int(j.id[15]-'0')
		return []string{j.name, j.id, j.category, fmt.Sprintf("演示%d街", k%6+1), fmt.Sprintf("演示社区%02d", k%60+1), iso(j.event), iso(known), iso(end), j.dept, note}
	}
	for y := g.first.Year(); y <= g.last.Year(); y++ {
		f := file{name: fmt.Sprintf("社工_%d_演示数据.csv", y), header: header, gbk: y%2 == 0}
		for _, j := range all {
			if j.known.Year() == y {
				f.rows = append(f.rows, line(j, time.Time{}, j.known, ""))
			}
		}
		g.add(f)
	}
	c := file{name: "社工_退出_演示数据.csv", header: header}
	for _, j := range all {
		if !j.end.IsZero() && g.known(j.endKnown) {
			c.rows = append(c.rows, line(j, j.end, j.endKnown, "退出"))
		}
	}
	g.add(c)
}
