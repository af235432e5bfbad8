package demo

import (
	"fmt"
	"time"

	"talentcast/analytics"
)

// institutions: agencies and headhunters that open and now and then close,
// postdoc stations, and some that stood before the policy.
func (g *generator) institutions() {
	header := []string{"机构名称", "统一社会信用代码", "机构类别", "设立日期", "撤销日期", "登记日期", "部门"}
	f := file{name: "机构_演示数据.xlsx", title: "人才服务机构登记表（演示数据）", header: header}
	n := 0
	open := func(category string, on time.Time, closed time.Time) {
		n++
		known := g.registered(on)
		if on.Before(g.first.Start()) {
			known = on.AddDate(0, 0, 10)
		}
		if g.known(known) {
			f.rows = append(f.rows, []string{fmt.Sprintf("演示机构%03d", n), "", category, iso(on), iso(closed), iso(known), "区人力社保局"})
		}
	}
	before := analytics.Date(2009, 3, 1)
	for i := range 19 {
		open("人才中介服务机构", before.AddDate(0, i, i%20), time.Time{})
	}
	open("国际知名猎头机构", before.AddDate(1, 2, 3), time.Time{})
	open("博士后工作站", before.AddDate(0, 8, 0), time.Time{})
	g.months(func(m analytics.Period) {
		for range g.poisson(0.32) {
			on := g.dayIn(m)
			closed := time.Time{}
			if g.r.Float64() < 0.1 {
				if c := on.AddDate(1, g.r.IntN(12), 0); g.known(c) {
					closed = c
				}
			}
			open("人才中介服务机构", on, closed)
		}
	})
	for _, x := range []struct{ category, on string }{
		{"国际知名猎头机构", "2013-08-20"}, {"国际知名猎头机构", "2014-10-09"}, {"博士后工作站", "2013-06-18"}, {"博士后工作站", "2014-12-03"},
		{"创新创业团队", "2013-12-02"}, {"特色人才传承基地", "2014-06-14"}, {"人才实践基地", "2013-09-10"},
	} {
		if on := day(x.on); !on.Before(g.first.Start()) {
			open(x.category, on, time.Time{})
		}
	}
	g.add(f)
}

func day(s string) time.Time {
	t, err := analytics.ParseDate(s)
	if err != nil {
		panic(err) // a constant of this file
	}
	return t
}

// activities: what comes round every year or two, mostly done; the job fair of
// 2014 is missing.
func (g *generator) activities() {
	header := []string{"活动编号", "活动名称", "活动类别", "活动日期", "人数", "金额（元）", "登记日期", "部门"}
	f := file{name: "活动_演示数据.csv", header: header}
	n := 0
	put := func(category string, on time.Time, persons, yuan int, dept string) {
		known := on.AddDate(0, 0, 5+g.r.IntN(20))
		if on.Before(g.first.Start()) || !g.known(known) {
			return
		}
		n++
		money, people := "", ""
		if yuan > 0 {
			money = fmt.Sprintf("%d", yuan)
		}
		if persons > 0 {
			people = fmt.Sprintf("%d", persons)
		}
		f.rows = append(f.rows, []string{fmt.Sprintf("HD-%d-%03d", on.Year(), n), category + "（演示）", category, iso(on), people, money, iso(known), dept})
	}
	for y := g.first.Year(); y <= g.last.Year(); y++ {
		at := func(m time.Month, d int) time.Time { return analytics.Date(y, m, d) }
		put("公选党政干部", at(time.May, 20), 3+y%2, 0, "区委组织部")
		if y != 2014 {
			put("荔湾人才招聘会", at(time.March, 16), 1200+g.r.IntN(800), 0, "区人力社保局")
		}
		put("企业人才需求调查", at(time.February, 25), 0, 0, "区人力社保局")
		put("高端人才交流会", at(time.April, 11), 60+g.r.IntN(40), 0, "区人力社保局")
		put("菁英俱乐部经费安排", at(time.January, 28), 0, 0, "区人力社保局")
		put("花卉种植能手评选", at(time.December, 8), 0, 0, "区文化广电局")
		if y != 2013 {
			put("花卉种植能手", at(time.December, 8), 10, 0, "区文化广电局")
		} else {
			put("花卉种植能手", at(time.December, 8), 9, 0, "区文化广电局")
		}
		put("薪酬补贴发放", at(time.November, 25), 0, 0, "区人力社保局")
		put("紧缺人才目录", at(time.December, 20), 0, 0, "区人力社保局")
		put("年底检查评估", at(time.December, 26), 0, 0, "区委组织部")
		put("名师荔湾讲坛", at(time.June, 6), 150, 0, "区人力社保局")
		put("名师荔湾讲坛", at(time.October, 17), 180, 0, "区人力社保局")
		put("人才满意度调查", at(time.November, 12), 320, 0, "区委组织部")
		if y%2 == 0 {
			put("西关奖评选", at(time.October, 10), 0, 0, "区委组织部")
			put("西关功勋奖个人奖", at(time.October, 10), 1, 1_000_000, "区委组织部")
			put("西关创新奖个人奖", at(time.October, 10), 1, 500_000, "区委组织部")
			put("西关创新奖个人奖", at(time.October, 10), 1, 500_000, "区委组织部")
			put("西关创新奖团队奖", at(time.October, 10), 1, 500_000, "区委组织部")
			put("二级班子人才工作考核", at(time.December, 15), 0, 0, "区委组织部")
		}
	}
	g.add(f)
}

// posts: the share of social-work posts rises slowly in service institutions
// and a little faster in organisations; two senior posts.
func (g *generator) posts() {
	header := []string{"单位名称", "单位类别", "统计日期", "岗位总量", "社会工作岗位数", "登记日期", "部门"}
	f := file{name: "岗位_演示数据.xlsx", title: "社会工作岗位设置情况（演示数据）", header: header}
	for m := g.first.Add(5); m.Sub(g.last) <= 0; m = m.Add(6) {
		years := float64(m.Sub(g.first)) / 12
		on := m.End()
		known := on.AddDate(0, 0, 12)
		if !g.known(known) {
			known = on
		}
		for i := range 6 {
			total := 60 + 9*i
			share := 0.085 + 0.026*years + 0.004*g.r.NormFloat64()
			f.rows = append(f.rows, []string{fmt.Sprintf("演示事业单位%d", i+1), "事业单位社工岗位", iso(on), fmt.Sprint(total), fmt.Sprint(int(share*float64(total) + 0.5)), iso(known), "区民政局"})
		}
		for i := range 5 {
			total := 24 + 5*i
			share := 0.17 + 0.052*years + 0.01*g.r.NormFloat64()
			f.rows = append(f.rows, []string{fmt.Sprintf("演示社会组织%d", i+1), "社会组织社工岗位", iso(on), fmt.Sprint(total), fmt.Sprint(int(share*float64(total) + 0.5)), iso(known), "区民政局"})
		}
	}
	if on := day("2013-07-31"); !on.Before(g.first.Start()) && g.known(on) {
		f.rows = append(f.rows, []string{"区委组织部（演示）", "高级雇员岗位", iso(on), "", "2", iso(on), "区委组织部"})
	}
	g.add(f)
}

// indicators: what departments report as figures: milestones done, directions
// followed, the least served community; and two rows that can't be taken.
func (g *generator) indicators() {
	header := []string{"指标编号", "指标名称", "日期", "数值", "单位", "发布日期", "来源", "部门", "备注"}
	f := file{name: "指标_演示数据.csv", header: header}
	put := func(id string, on time.Time, value, unit string) {
		t, ok := g.policy.Target(id)
		published := on.AddDate(0, 0, 20)
		if !ok || on.Before(g.first.Start()) || !g.known(published) {
			return
		}
		dept := ""
		if len(t.Lead) > 0 {
			d, _ := g.policy.Department(t.Lead[0])
			dept = d.NameZh
		}
		f.rows = append(f.rows, []string{id, t.NameZh, iso(on), value, unit, iso(published), "演示", dept, ""})
	}
	for _, m := range []struct{ id, on, value string }{
		{"H-06", "2012-06-30", "12"}, {"G-03", "2013-12-31", "3"}, {"G-03", "2014-12-31", "4"}, {"24-04", "2012-03-31", "1"}, {"24-05", "2013-01-31", "1"}, {"25-01", "2012-05-31", "1"},
		{"26-01", "2013-06-30", "1"}, {"18-01", "2013-09-30", "1"}, {"18-03", "2013-09-30", "1"}, {"18-04", "2014-03-31", "1"}, {"19-01", "2013-11-30", "1"}, {"19-02", "2014-02-28", "1"},
		{"29-01", "2014-04-30", "3"}, {"23-09", "2014-06-30", "1"}, {"28-01", "2014-08-31", "1"}, {"01-04", "2013-05-31", "1"},
		{"11-05", "2013-10-31", "1"}, {"11-06", "2014-09-30", "1"}, {"27-01", "2013-12-31", "1"}, {"15-01", "2014-11-30", "1"},
	} {
		t, _ := g.policy.Target(m.id)
		put(m.id, day(m.on), m.value, t.Unit)
	}
	for y := g.first.Year(); y <= g.last.Year(); y++ {
		k := float64(y - 2012)
		end := analytics.Date(y, time.December, 31)
		put("05-06", end, fmt.Sprintf("%.1f", 24.5+1.1*k), "%")
		put("05-07", end, fmt.Sprintf("%.1f", 31.0-0.4*k), "%")
		put("24-03", end, fmt.Sprintf("%.2f", 1.12+0.05*k), "%")
		for _, half := range []time.Time{analytics.Date(y, time.June, 30), end} {
			put("14-02", half, fmt.Sprintf("%d", 120+int(40*k)+int(half.Month())*2), "人")
			put("11-02", half, fmt.Sprintf("%d", min(5, 1+(y-2012)/2+int(half.Month())/12)), "人/社区")
		}
	}
	f.rows = append(f.rows,
		[]string{"99-99", "没有这项指标", iso(g.last.Start()), "1", "项", "", "演示", "", "编号写错"},
		[]string{"14-02", "菁英俱乐部会员", iso(g.last.Start()), "约二百", "人", "", "演示", "区人力社保局", "数值不是数字"})
	g.add(f)
}
