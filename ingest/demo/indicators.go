package demo

import (
	"fmt"
	"time"

	"talentcast/analytics"
	"talentcast/datasets"
)

// figure is one reported value.
type figure struct {
	target      string
	y           int
	m           time.Month
	value, unit string
	dept        string
}

// figures that departments report. 11-02 has two points only. Milestones are
// reported as 1 in the month in which they were done; those not listed were not
// done, or not reported.
var figures = []figure{
	{"05-06", 2012, 12, "21.4", "%", "区人力社保局"},
	{"05-06", 2013, 12, "22.3", "%", "区人力社保局"},
	{"05-06", 2014, 12, "23.6", "%", "区人力社保局"},
	{"05-07", 2012, 12, "31.0", "%", "区人力社保局"},
	{"05-07", 2013, 12, "30.6", "%", "区人力社保局"},
	{"05-07", 2014, 12, "31.9", "%", "区人力社保局"},
	{"11-02", 2013, 12, "1.6", "人/社区", "区民政局"},
	{"11-02", 2014, 12, "2.1", "人/社区", "区民政局"},
	{"14-02", 2013, 6, "96", "人", "区人力社保局"},
	{"14-02", 2013, 12, "131", "人", "区人力社保局"},
	{"14-02", 2014, 6, "158", "人", "区人力社保局"},
	{"14-02", 2014, 12, "187", "人", "区人力社保局"},
	{"18-02", 2013, 12, "9", "名", "区人力社保局"},
	{"18-02", 2014, 12, "12", "名", "区人力社保局"},
	{"24-03", 2012, 12, "0.72", "%", "区财政局"},
	{"24-03", 2013, 12, "0.74", "%", "区财政局"},
	{"24-03", 2014, 12, "0.77", "%", "区财政局"},

	{"24-04", 2012, 3, "1", "项", "区财政局"},
	{"24-05", 2012, 6, "1", "项", "区财政局"},
	{"24-08", 2012, 6, "1", "项", "区财政局"},
	{"25-01", 2012, 2, "1", "个", "区委组织部"},
	{"25-03", 2013, 5, "1", "项制度", "区委组织部"},
	{"26-01", 2013, 7, "1", "份文件", "区委组织部"},
	{"27-05", 2014, 1, "1", "份文件", "区委组织部"},
	{"27-07", 2014, 3, "1", "项制度", "区委组织部"},
	{"18-01", 2013, 5, "1", "个", "区人力社保局"},
	{"18-03", 2013, 6, "1", "个", "区人力社保局"},
	{"18-04", 2013, 6, "1", "条", "区人力社保局"},
	{"19-01", 2013, 11, "1", "个", "区人力社保局"},
	{"19-02", 2014, 9, "1", "个", "区人力社保局"},
	{"19-03", 2014, 1, "1", "项制度", "区人力社保局"},
	{"22-02", 2014, 4, "1", "项", "区人力社保局"},
	{"22-04", 2014, 3, "1", "份文件", "区人力社保局"},
	{"23-09", 2013, 12, "1", "份文件", "区委组织部"},
	{"23-10", 2014, 12, "1", "项", "区委组织部"},
	{"28-01", 2014, 6, "1", "份文件", "区人力社保局"},
	{"29-01", 2013, 10, "3", "个层次", "区人力社保局"},
	{"29-02", 2013, 10, "5", "年", "区人力社保局"},
	{"29-04", 2014, 8, "1", "份文件", "区人力社保局"},
	{"15-01", 2013, 8, "1", "个", "区人力社保局"},
	{"15-02", 2014, 5, "1", "项制度", "区人力社保局"},
	{"16-02", 2014, 7, "1", "项", "区人力社保局"},
	{"11-05", 2013, 4, "1", "级", "区民政局"},
	{"11-05", 2014, 2, "2", "级", "区民政局"},
	{"11-06", 2014, 10, "1", "项制度", "区民政局"},
	{"11-07", 2014, 5, "1", "项制度", "区民政局"},
	{"G-03", 2013, 12, "3", "个平台", "区委组织部"},
	{"G-03", 2014, 12, "4", "个平台", "区委组织部"},
	{"H-06", 2013, 12, "12", "项", "区委组织部"},
	{"04-06", 2014, 11, "1", "个", "区经贸局"},
	{"01-04", 2014, 9, "1", "项制度", "区委组织部"},
}

func (w *world) indicators() {
	for _, x := range figures {
		day := analytics.PeriodOf(analytics.Date(x.y, x.m, 1), analytics.Monthly).End()
		known := day.AddDate(0, 0, 15+w.rng.IntN(40))
		if !w.within(day, known) {
			continue
		}
		w.figure(x, day, known, marker)
		if x.target == "14-02" && x.y == 2013 && x.m == 12 { // published, then revised
			if later := known.AddDate(0, 4, 0); w.within(day, later) {
				x.value = "128"
				w.figure(x, day, later, marker+"：修订")
			}
		}
	}
}

// figure files a value under the year in which it became known.
func (w *world) figure(x figure, day, known time.Time, note string) {
	t, _ := w.policy.Target(x.target)
	w.file(datasets.Indicator, year(known), utf8BOM).add(known, map[string]string{
		"target": x.target, "title": t.NameZh, "date": ymd(day), "value": x.value, "unit": x.unit,
		"known": ymd(known), "source": "演示年报", "department": x.dept, "note": note,
	})
}

// spoil adds the rows that are wrong on purpose: one for each mistake that
// offices make, beside good rows of the same file. Files outside the range get
// none.
func (w *world) spoil() {
	who := func() person { return w.person(50, 25) }
	talent := func(y string, change map[string]string) (map[string]string, bool) {
		p := who()
		return w.like(datasets.Talent, y, merge(map[string]string{"name": p.name, "id": p.id}, change))
	}
	bad := func(code string, kind datasets.Kind, part string, c map[string]string, ok bool) {
		if ok {
			f := w.file(kind, part, xlsx)
			f.addWrong(code, w.end, c)
		}
	}
	c, ok := talent("2012", map[string]string{"id": who().invalidID()})
	bad("id_checksum", datasets.Talent, "2012", c, ok)
	c, ok = talent("2012", map[string]string{"date": ""})
	bad("required", datasets.Talent, "2012", c, ok)
	c, ok = talent("2013", map[string]string{"date": "2104-03-12", "known": ""})
	bad("date_future", datasets.Talent, "2013", c, ok)
	c, ok = talent("2013", map[string]string{"id": "9.90103198505061E+17"})
	bad("id_damaged", datasets.Talent, "2013", c, ok)
	c, ok = talent("2014", map[string]string{"category": "海外英才"})
	bad("category_unknown", datasets.Talent, "2014", c, ok)
	c, ok = w.like(datasets.Talent, "2014", nil)
	bad("duplicate_person", datasets.Talent, "2014", c, ok)
	c, ok = talent("2015", map[string]string{"plan": "", "category": "领军人才"})
	bad("category_ambiguous", datasets.Talent, "2015", c, ok)

	c, ok = w.like(datasets.SocialWorker, "2013", map[string]string{"id": "990103850506123"})
	bad("id_form", datasets.SocialWorker, "2013", c, ok)
	p := who()
	c, ok = w.like(datasets.SocialWorker, "2014", map[string]string{"name": p.name, "id": p.id, "end": "2011-06-30"})
	bad("date_order", datasets.SocialWorker, "2014", c, ok)
	p = who()
	c, ok = w.like(datasets.SocialWorker, "2014", map[string]string{"name": p.name, "id": p.id, "department": "区老龄办"})
	bad("department_unknown", datasets.SocialWorker, "2014", c, ok)

	c, ok = w.like(datasets.Fund, "2013", map[string]string{"number": "ZC-CZ-TK", "amount": "-35.2"})
	bad("amount_negative", datasets.Fund, "2013", c, ok)
	c, ok = w.like(datasets.Fund, "2014", map[string]string{"number": "ZC-CZ-JE", "amount": "12.3456789"})
	bad("amount_fine", datasets.Fund, "2014", c, ok)
	w.unitless()

	p = who()
	c, ok = w.like(datasets.Training, "2014", map[string]string{"name": p.name, "id": p.id, "fee": "1000", "subsidy": "2400"})
	bad("subsidy_over_fee", datasets.Training, "2014", c, ok)
	c, ok = w.like(datasets.Institution, "2013", map[string]string{"name": "演示机构（日期有误）", "date": "2013-02-30"})
	bad("date_form", datasets.Institution, "2013", c, ok)
	c, ok = w.like(datasets.Activity, "2014", map[string]string{"number": "HD-CW-2014-1", "persons": "-5"})
	bad("count_form", datasets.Activity, "2014", c, ok)
	c, ok = w.like(datasets.Post, "2014", map[string]string{"name": "演示事业单位99", "total": "6", "posts": "60"})
	bad("part_over_whole", datasets.Post, "2014", c, ok)
	c, ok = w.like(datasets.Indicator, "2014", map[string]string{"target": "99-01"})
	bad("target_unknown", datasets.Indicator, "2014", c, ok)
	c, ok = w.like(datasets.Indicator, "2014", map[string]string{"target": "14-02", "date": "2013-03-31", "unit": "平方米"})
	bad("unit_unknown", datasets.Indicator, "2014", c, ok)
}

// unitless is a list whose header states no unit: two amounts state their own,
// the third does not.
func (w *world) unitless() {
	day := analytics.Date(2013, time.September, 18)
	if !w.within(day, day) {
		return
	}
	f := w.file(datasets.Fund, "社会捐赠_2013", gb18030)
	f.bare = true
	for i, amount := range []string{"8万元", "125000元", "6.5"} {
		c := map[string]string{
			"number": fmt.Sprintf("DW-JZ-2013-%d", i+1), "date": ymd(day), "stage": "到位", "source": "社会",
			"purpose": "捐赠", "amount": amount, "known": ymd(day.AddDate(0, 0, 2)), "department": "区财政局", "note": marker,
		}
		if i < 2 {
			f.add(day, c)
		} else {
			f.addWrong("amount_unit", day, c)
		}
	}
}

// like is the first row of a file, changed. ok is false where there is no such
// file.
func (w *world) like(kind datasets.Kind, part string, change map[string]string) (map[string]string, bool) {
	for _, f := range w.files {
		if f.kind == kind && f.part == part && len(f.rows) > 0 {
			return merge(f.rows[0].cells, change), true
		}
	}
	return nil, false
}

func merge(base, change map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range base {
		out[k] = v
	}
	for k, v := range change {
		out[k] = v
	}
	return out
}
