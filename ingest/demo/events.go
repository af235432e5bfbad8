package demo

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"talentcast/analytics"
	"talentcast/datasets"
)

// courses: how many people of each category are trained by 2015-06, how many to
// a course, the fee in 元 and the most of it that is paid for them, in percent.
var courses = []struct {
	category, code, title, department string
	total, size, fee, share           int
	shape                             shape
}{
	{"境外培训", "JW", "境外培训班", "区经贸局", 16, 4, 38000, 50, steady},
	{"国内高校研修", "GX", "高校专题研修班", "区工商联", 58, 8, 16000, 50, grows},
	{"业务能力培训", "YW", "业务能力培训班", "区经贸局", 252, 14, 2400, 80, steady},
	{"国外深造", "SZ", "国外深造", "区卫生局", 6, 2, 60000, 60, grows},
}

// training: people join courses of a week or two. One subsidy of 2014 is 55 % of
// the fee, over the limit of 50 %.
func (w *world) training() {
	over := true
	for _, c := range courses {
		var start time.Time
		number, inCourse := 0, c.size
		for _, e := range w.happened(c.total, c.shape) {
			if inCourse >= c.size || e.day.Year() != start.Year() {
				number, inCourse, start = number+1, 0, e.day
			}
			inCourse++
			who := w.person(55, 25)
			percent := c.share - 20 + w.rng.IntN(21)
			if over && c.code == "GX" && start.Year() == 2014 {
				percent, over = 55, false
			}
			known := start.AddDate(0, 0, 12+w.rng.IntN(30))
			if known.After(w.end) {
				known = w.end
			}
			as := xlsx
			if known.Year()%2 == 0 {
				as = utf8BOM
			}
			w.file(datasets.Training, year(known), as).add(known, map[string]string{
				"number": fmt.Sprintf("PX-%s-%02d", c.code, number), "title": fmt.Sprintf("演示%s第%d期", c.title, number),
				"category": c.category, "name": who.name, "id": who.id,
				"date": ymd(start), "end": ymd(start.AddDate(0, 0, 9)), "fee": strconv.Itoa(c.fee),
				"subsidy": strconv.Itoa(c.fee / 100 * percent), "known": ymd(known), "department": c.department,
			})
		}
	}
}

// institutions: what existed when the programme began, what was added since, and
// three agencies that closed.
func (w *world) institutions() {
	type founded struct {
		category string
		before   int // existing at the start
		total    int // added by 2015-06
		shape    shape
		dept     string
	}
	n := 0
	add := func(category, dept string, day, known time.Time) {
		n++
		cells := map[string]string{
			"name": fmt.Sprintf("演示%s%02d", category, n), "category": category,
			"date": ymd(day), "known": ymd(known), "department": dept,
		}
		w.file(datasets.Institution, year(known), utf8BOM).add(known, cells)
		if closed := known.AddDate(2, 3, 0); n%12 == 5 && closed.Before(w.end.AddDate(0, -1, 0)) {
			gone := map[string]string{}
			for k, v := range cells {
				gone[k] = v
			}
			gone["end"], gone["known"] = ymd(closed), ymd(closed.AddDate(0, 0, 20))
			w.file(datasets.Institution, "更正_"+year(closed), xlsx).add(closed.AddDate(0, 0, 20), gone)
		}
	}
	for _, x := range []founded{
		{"人才中介服务机构", 22, 13, grows, "区人力社保局"},
		{"国际知名猎头机构", 1, 1, later, "区人力社保局"},
		{"博士后工作站", 1, 2, steady, "区人力社保局"},
		{"创新创业团队", 0, 3, grows, "区科技信息局"},
		{"特色人才传承基地", 0, 1, later, "区文化广电局"},
		{"人才实践基地", 0, 2, later, "区人力社保局"},
	} {
		known := w.from.Start().AddDate(0, 0, 24)
		for range x.before {
			add(x.category, x.dept, w.from.Start().AddDate(-1-w.rng.IntN(12), -w.rng.IntN(12), w.rng.IntN(28)), known)
		}
		for _, e := range w.happened(x.total, x.shape) {
			add(x.category, x.dept, e.day, e.known)
		}
	}
}

// duty is an activity held in the same months every so many years.
type duty struct {
	category, code string
	dept           string
	months         []time.Month
	first, every   int   // first year, and years from one to the next
	skip           []int // years in which it was not held
	persons        int   // about how many took part; 0 for none reported
	amount         int   // 元; 0 for none
}

// duties are mostly done. The year-end inspection of 2014 was missed, and only
// two cadres were selected in 2014 where three are due.
var duties = []duty{
	{"企业人才需求调查", "DC", "区人力社保局", []time.Month{3}, 2013, 1, nil, 0, 0},
	{"荔湾人才招聘会", "ZP", "区人力社保局", []time.Month{3, 9, 11}, 2012, 1, nil, 1200, 80000},
	{"高端人才交流会", "JL", "区人力社保局", []time.Month{5, 12}, 2013, 1, nil, 40, 0},
	{"菁英俱乐部经费安排", "JY", "区人力社保局", []time.Month{2}, 2013, 1, nil, 0, 300000},
	{"薪酬补贴发放", "BT", "区人力社保局", []time.Month{12}, 2012, 1, nil, 0, 0},
	{"紧缺人才目录", "ML", "区人力社保局", []time.Month{12}, 2013, 1, nil, 0, 0},
	{"花卉种植能手评选", "HH", "区文化广电局", []time.Month{11}, 2013, 1, nil, 10, 20000},
	{"名师荔湾讲坛", "JT", "区人力社保局", []time.Month{3, 6, 9, 12}, 2013, 1, nil, 180, 15000},
	{"年底检查评估", "JC", "区委组织部", []time.Month{12}, 2013, 1, []int{2014}, 0, 0},
	{"二级班子人才工作考核", "KH", "区委组织部", []time.Month{12}, 2014, 2, nil, 0, 0},
	{"常委会听取人才工作报告", "BG", "区委组织部", []time.Month{4, 10}, 2013, 1, nil, 0, 0},
	{"人才满意度调查", "MY", "区委组织部", []time.Month{11}, 2013, 1, nil, 350, 0},
	{"管理期考核", "GL", "区人力社保局", []time.Month{12}, 2013, 1, nil, 90, 0},
	{"企业经营管理人才大讲堂", "DJ", "区经贸局", []time.Month{6, 10}, 2013, 1, nil, 160, 20000},
	{"境外培训项目与荔湾大讲坛", "LW", "区委组织部", []time.Month{7}, 2012, 1, nil, 120, 0},
	{"资格考试资助", "ZG", "区民政局", []time.Month{6}, 2013, 1, nil, 260, 52000},
	{"专家体检和学习考察", "TJ", "区人力社保局", []time.Month{9}, 2013, 1, nil, 60, 90000},
	{"专家联谊慰问座谈", "LY", "区人力社保局", []time.Month{1, 9}, 2013, 1, nil, 55, 30000},
	{"人才工作宣传", "XC", "区委宣传部", []time.Month{5, 11}, 2012, 1, nil, 0, 0},
	{"文化旅游策划项目", "LC", "区文化广电局", []time.Month{8}, 2014, 1, nil, 0, 150000},
}

func (w *world) activities() {
	for _, d := range duties {
		for y := w.from.Year(); y <= w.to.Year(); y++ {
			if y < d.first || (y-d.first)%d.every != 0 || slices.Contains(d.skip, y) {
				continue
			}
			for i, m := range d.months {
				persons := d.persons
				if d.category != "花卉种植能手评选" {
					persons = persons * (85 + w.rng.IntN(31)) / 100
				}
				w.activity(d.category, fmt.Sprintf("HD-%s-%d-%d", d.code, y, i+1), d.dept, y, m, persons, d.amount)
			}
		}
	}
	for y := w.from.Year(); y <= w.to.Year(); y++ {
		selected := 3 + y%2
		if y == 2014 {
			selected = 2
		}
		w.activity("公选党政干部", fmt.Sprintf("HD-GX-%d-1", y), "区委组织部", y, time.October, selected, 0)
		if y >= 2014 && y%2 == 0 {
			w.prizes(y)
		}
	}
}

// prizes of a round: one and one of 100 万元, two and one of 50 万元; a second
// team prize was not awarded.
func (w *world) prizes(y int) {
	w.activity("西关奖评选", fmt.Sprintf("HD-XG-%d-0", y), "区委组织部", y, time.November, 0, 0)
	for i, p := range []struct {
		category string
		amount   int
	}{{"西关功勋奖个人奖", 1000000}, {"西关功勋奖团队奖", 1000000}, {"西关创新奖个人奖", 500000}, {"西关创新奖个人奖", 500000}, {"西关创新奖团队奖", 500000}} {
		w.activity(p.category, fmt.Sprintf("HD-XG-%d-%d", y, i+1), "区委组织部", y, time.November, 0, p.amount)
	}
}

func (w *world) activity(category, number, dept string, y int, m time.Month, persons, amount int) {
	day := w.dayIn(analytics.PeriodOf(analytics.Date(y, m, 1), analytics.Monthly))
	known := day.AddDate(0, 0, 3+w.rng.IntN(25))
	if !w.within(day, known) {
		return
	}
	cells := map[string]string{
		"number": number, "title": "演示" + category, "category": category, "date": ymd(day),
		"known": ymd(known), "department": dept,
	}
	if persons > 0 {
		cells["persons"] = strconv.Itoa(persons)
	}
	if amount > 0 {
		cells["amount"] = strconv.Itoa(amount)
	}
	as := xlsx
	if y%2 == 1 {
		as = gb18030
	}
	w.file(datasets.Activity, strconv.Itoa(y), as).add(known, cells)
}

// posts: twelve units of each sort report every quarter. Of public institutions
// the share rises from 8 % to about 16 %, of social organisations from 20 % to
// about 31 %.
func (w *world) posts() {
	for _, x := range []struct {
		category, unit string
		from, to       float64 // shares in 2012 and in mid-2015
	}{{"事业单位社工岗位", "演示事业单位", 0.08, 0.16}, {"社会组织社工岗位", "演示社会组织", 0.20, 0.315}} {
		for u := range 12 {
			total := 14 + w.rng.IntN(50)
			level := w.rng.NormFloat64() * 0.02
			for m := w.from; m.Sub(w.to) <= 0; m = m.Add(1) {
				if m.Start().Month()%3 != 0 {
					continue
				}
				day := m.End()
				known := day.AddDate(0, 0, 6+w.rng.IntN(20))
				if !w.within(day, known) {
					continue
				}
				share := x.from + (x.to-x.from)*min(1.5, max(0, float64(m.Sub(baseFrom))/42)) + level
				posts := min(total, max(0, int(share*float64(total)+w.rng.Float64())))
				w.file(datasets.Post, year(day), utf8BOM).add(known, map[string]string{
					"name": fmt.Sprintf("%s%02d", x.unit, u+1), "category": x.category, "date": ymd(day),
					"total": strconv.Itoa(total), "posts": strconv.Itoa(posts), "known": ymd(known), "department": "区民政局",
				})
			}
		}
	}
}
