package demo

import (
	"fmt"
	"time"

	"talentcast/datasets"
)

// intake is how many people a category takes in by 2015-06, and how.
type intake struct {
	plan, category string
	total          int
	shape          shape
	department     string
	way            string
}

// intakes make the headcounts of the plans differ on purpose: some met, some on
// track, some late, some out of reach. 12-08 岭南民俗文化研究人才 has none at all.
var intakes = []intake{
	{"五百优才计划", "硕士研究生", 52, grows, "区人力社保局", "引进"},
	{"五百优才计划", "博士研究生", 17, grows, "区人力社保局", "引进"},
	{"优秀卫生人才计划", "名医", 38, grows, "区卫生局", "培养"},
	{"拔尖教育人才计划", "名师", 42, grows, "区教育局", "培养"},
	{"五百优才计划", "其他高层次高技能人才", 24, grows, "区人力社保局", "支持"},
	{"党政精英人才计划", "处级干部（硕士以上）", 58, grows, "区委组织部", "培养"},
	{"创新创业领军人才计划", "创新创业人才", 13, grows, "区科技信息局", "引进"},
	{"创新创业领军人才计划", "领军人才", 7, later, "区科技信息局", "支持"},
	{"战略性主导产业紧缺人才计划", "专业技术人才", 420, grows, "区发改局", "引进"},
	{"战略性主导产业紧缺人才计划", "企业创新人才", 96, grows, "区发改局", "引进"},
	{"高技能人才计划", "技能突出人才", 32, steady, "区人力社保局", "支持"},
	{"高技能人才计划", "技能重点人才", 80, steady, "区人力社保局", "支持"},
	{"文化产业人才计划", "领军人才", 3, grows, "区文化广电局", "引进"},
	{"文化产业人才计划", "重点人才", 21, grows, "区文化广电局", "培养"},
	{"拔尖教育人才计划", "教授级中学高级教师", 6, early, "区教育局", "培养"},
	{"拔尖教育人才计划", "特级教师", 4, steady, "区教育局", "培养"},
	{"拔尖教育人才计划", "名校长", 5, steady, "区教育局", "培养"},
	{"拔尖教育人才计划", "学科建设领军人才", 2, later, "区教育局", "培养"},
	{"拔尖教育人才计划", "广州市学科带头人", 3, grows, "区教育局", "培养"},
	{"优秀卫生人才计划", "医学专业高级人才", 15, steady, "区卫生局", "引进"},
	{"优秀卫生人才计划", "名中医", 4, grows, "区卫生局", "培养"},
	{"高端旅游人才计划", "领军人才", 2, steady, "区文化广电局", "引进"},
	{"高端旅游人才计划", "重点人才", 13, grows, "区文化广电局", "培养"},
	{"新型城市建设管理人才计划", "领军人才", 2, early, "区建设园林局", "引进"},
	{"新型城市建设管理人才计划", "重点人才", 9, steady, "区水务农业局", "培养"},
	{"地方特色人才计划", "岭南画派绘画人才", 5, early, "区文化广电局", "培养"},
	{"地方特色人才计划", "岭南传统建筑设计人才", 1, early, "区文化广电局", "培养"},
	{"地方特色人才计划", "岭南传统建筑建设和维护人才", 4, grows, "区文化广电局", "培养"},
	{"地方特色人才计划", "三雕一彩一绣人才", 12, steady, "区文化广电局", "培养"},
	{"地方特色人才计划", "粤剧人才", 11, steady, "区文化广电局", "培养"},
	{"地方特色人才计划", "广东小曲表演唱人才", 4, early, "区文化广电局", "培养"},
	{"地方特色人才计划", "广州地方历史研究人才", 7, later, "区文化广电局", "培养"},
}

// skilled is a person who is paid a yearly subsidy.
type skilled struct {
	person
	category string // 技能突出人才, 技能重点人才
	since    time.Time
}

// talent writes a file a year, by the year of registration, and one a year of
// corrections: people who left and dates put right.
func (w *world) talent() {
	var all []intaken
	for _, in := range intakes {
		for _, e := range w.happened(in.total, in.shape) {
			all = append(all, intaken{in, w.person(55, 26), e})
		}
	}
	for i, x := range all {
		w.file(datasets.Talent, year(x.known), w.talentFormat(x.known)).add(x.known, w.talentCells(x))
		if x.in.category == "技能突出人才" || x.in.category == "技能重点人才" {
			w.skilled = append(w.skilled, skilled{x.person, x.in.category, x.day})
		}
		switch i % 40 {
		case 7: // left after a year and a half
			w.correctTalent(x, x.day.AddDate(0, 18, w.rng.IntN(60)), true)
		case 23: // the date was wrong by some days
			w.correctTalent(x, x.known.AddDate(0, 2, w.rng.IntN(90)), false)
		}
	}
}

// intaken is one person recognised in one category.
type intaken struct {
	in intake
	person
	event
}

func (w *world) talentFormat(known time.Time) format {
	if known.Year() == 2014 {
		return gb18030
	}
	return xlsx
}

func (w *world) talentCells(x intaken) map[string]string {
	education, degree := "大学本科", "学士"
	switch x.in.category {
	case "硕士研究生", "处级干部（硕士以上）", "企业创新人才":
		education, degree = "硕士研究生", "硕士"
	case "博士研究生":
		education, degree = "博士研究生", "博士"
	}
	return map[string]string{
		"name": x.name, "id": x.id, "plan": x.in.plan, "category": x.in.category, "way": x.in.way,
		"education": education, "degree": degree, "place": fmt.Sprintf("演示单位%02d", 1+w.rng.IntN(60)),
		"date": ymd(x.day), "known": ymd(x.known), "department": x.in.department, "note": marker,
	}
}

// correctTalent adds a later version of the row, if the files go that far: with
// an end, or with the day of recognition a few days earlier.
func (w *world) correctTalent(x intaken, at time.Time, left bool) {
	known := at.AddDate(0, 0, 5+w.rng.IntN(25))
	if known.After(w.end) {
		return
	}
	if !left {
		x.day = x.day.AddDate(0, 0, -1-w.rng.IntN(4))
	}
	cells := w.talentCells(x)
	cells["known"] = ymd(known)
	if left {
		cells["end"] = ymd(at)
		cells["note"] = marker + "：调离"
	} else {
		cells["note"] = marker + "：更正认定日期"
	}
	w.file(datasets.Talent, "更正_"+year(known), utf8BOM).add(known, cells)
}

// streets and communities of the demonstration.
const (
	streets     = 22
	communities = 186
)

// socialWorkers: about two thirds of 1,800 by 2015-06; two in five certified;
// six in a hundred leave within a year.
func (w *world) socialWorkers() {
	for _, x := range []struct {
		category string
		total    int
		shape    shape
	}{{"社会工作者（持证）", 470, autumns}, {"社会工作人员", 720, grows}} {
		for _, e := range w.happened(x.total, x.shape) {
			who, community := w.person(50, 20), w.rng.IntN(communities)
			cells := func() map[string]string {
				return map[string]string{
					"name": who.name, "id": who.id, "category": x.category,
					"street": fmt.Sprintf("演示街道%02d", 1+community%streets), "community": fmt.Sprintf("演示社区%03d", 1+community),
					"date": ymd(e.day), "known": ymd(e.known), "department": "区民政局", "note": marker,
				}
			}
			as := utf8BOM
			if e.known.Year()%2 == 1 {
				as = gb18030
			}
			w.file(datasets.SocialWorker, year(e.known), as).add(e.known, cells())
			months := w.rng.ExpFloat64() * 12 / 0.062
			if months > 240 {
				continue
			}
			left := e.known.AddDate(0, 1+int(months), 0)
			if known := left.AddDate(0, 0, w.rng.IntN(40)); !known.After(w.end) {
				c := cells()
				c["end"], c["known"], c["note"] = ymd(left), ymd(known), marker+"：离岗"
				w.file(datasets.SocialWorker, "更正_"+year(known), xlsx).add(known, c)
			}
		}
	}
}
