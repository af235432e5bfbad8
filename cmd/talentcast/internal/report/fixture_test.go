package report

import (
	"time"

	"talentcast/analytics"
	"talentcast/analytics/outlook"
	lights "talentcast/analytics/target"
	"talentcast/datasets"
)

func ptr(v float64) *float64 { return &v }

func day(y int, m time.Month, d int) outlook.Day { return outlook.Day{Time: analytics.Date(y, m, d)} }

// fixture is an outlook with one target of each sort, made by hand.
func fixture() *outlook.Outlook {
	people := datasets.Target{
		ID: "G-01", PlanID: "P1", NameZh: "高层次创新型人才", NameEn: "talent", ShortZh: "500优才", ShortEn: "500 talents", Measure: datasets.Cumulative,
		Low: ptr(500), High: ptr(600), Unit: "人", Start: analytics.Date(2012, 1, 1), Early: analytics.Date(2016, 12, 31), Late: analytics.Date(2021, 12, 31),
		Lead: []string{"zzb"}, Headline: 1,
	}
	main := outlook.Target{
		Target: people, Canonical: "G-01", Status: lights.Late, Freq: analytics.Monthly, Source: "records",
		Reason: outlook.Text{Zh: "近12个月月均4.1人。", En: "4.1 people a month."},
		Actual: ptr(173), ActualDate: day(2015, 6, 30), Completion: ptr(0.346), Elapsed: ptr(0.35),
		Attainment: &lights.Attainment{
			EarlyLow: lights.Probability{P: 0.02}, LateLow: lights.Probability{P: 0.97},
			Passage: lights.Passage{Lo80: analytics.Date(2018, 1, 31), Median: analytics.Date(2018, 9, 30), NotByHorizon: 0.03},
		},
		Pace:     &lights.Pace{RequiredEarly: 18.2, RequiredLate: 4.19, Recent: 4.1, RecentPeriods: 12},
		History:  []outlook.Point{{Date: day(2015, 5, 31), Value: 170}, {Date: day(2015, 6, 30), Value: 173}},
		Periodic: []outlook.Point{{Date: day(2015, 5, 31), Value: 4}, {Date: day(2015, 6, 30), Value: 3}},
		Fan:      []outlook.Band{{Date: day(2015, 7, 31), Mean: 177.123456, Q: [7]float64{174, 175, 176, 177, 178, 179, 180}}},
		Model: &outlook.Model{
			Name: "x", Text: outlook.Text{Zh: "组合。", En: "A combination."},
			Past: []outlook.PastForecast{{Origin: day(2014, 6, 30), Date: day(2015, 6, 30), Mean: 50, Lo80: 40, Hi80: 60, Actual: 49}},
		},
	}
	again := main
	again.ID, again.SameAs, again.Headline = "H-00", "G-01", 0
	duty := outlook.Target{
		Target: datasets.Target{ID: "13-02", NameZh: "招聘会", NameEn: "fair", Measure: datasets.PerPeriod, Low: ptr(1), Unit: "次/年"}, Canonical: "13-02", Status: lights.OffTrack,
		Duties: []outlook.Duty{{From: day(2013, 1, 1), To: day(2013, 12, 31), Need: 1, Done: 1, State: outlook.DutyDone}, {From: day(2014, 1, 1), To: day(2014, 12, 31), Need: 1, State: outlook.DutyMissed}},
	}
	limit := outlook.Target{
		Target: datasets.Target{ID: "04-05", NameZh: "补贴上限", NameEn: "cap", Measure: datasets.Cap, High: ptr(50), Unit: "%"}, Canonical: "04-05", Status: lights.OffTrack,
		Excess: []datasets.Excess{{Date: analytics.Date(2014, 3, 1), What: "=HYPERLINK()", Value: 55, Limit: 50}},
	}
	growth := outlook.Target{
		Target: datasets.Target{ID: "24-01", NameZh: "递增", NameEn: "growth", Measure: datasets.Growth, Low: ptr(5), Unit: "%"}, Canonical: "24-01", Status: lights.AtRisk,
		Growth: []outlook.Point{{Date: day(2013, 12, 31), Value: 4}, {Date: day(2014, 12, 31), Value: 7}},
	}
	none := outlook.Target{Target: datasets.Target{ID: "25-01", NameZh: "领导小组", NameEn: "group", Measure: datasets.Milestone, Low: ptr(1), Unit: "个"}, Canonical: "25-01", Status: lights.NoData}
	return &outlook.Outlook{
		Policy: datasets.Policy{
			ID: "liwan-555", NameZh: "荔湾555", NameEn: "Liwan 555",
			Plans: []datasets.Plan{{ID: "P1", NameZh: "五百优才", NameEn: "500"}}, Departments: []datasets.Department{{ID: "zzb", NameZh: "区委组织部", NameEn: "Organisation"}},
		},
		AsOf: day(2015, 6, 30), State: datasets.State{Version: "9-ab", Demo: true}, Seed: 555, Paths: 10000,
		Money:   []datasets.Money{{Year: 2013, Stage: "预算", Source: "财政", Amount: 500_00}, {Year: 2013, Stage: "到位", Source: "财政", Amount: 400_00}, {Year: 2014, Stage: "支出", Source: "财政", Plan: "P1", Purpose: "引进", Amount: 150_00}},
		Targets: []outlook.Target{main, again, duty, limit, growth, none}, Counts: map[lights.Status]int{},
		Verdict: outlook.Text{Zh: "结论", En: "verdict"},
	}
}
