package demo

import (
	"fmt"
	"math"
	"time"

	"talentcast/analytics"
	"talentcast/datasets"
)

// budgets are the yearly fiscal budgets in 万元: up by 5.6 %, 4.1 % (the one year
// below the 5 % that the policy asks) and 7.2 %.
var budgets = []int{3900, 4120, 4290, 4600}

// budget of a year, in 万元; years beyond the table grow by 5 %.
func budget(y int) int {
	i := y - 2012
	switch {
	case i < 0:
		return int(float64(budgets[0]) * math.Pow(1.05, float64(i)))
	case i < len(budgets):
		return budgets[i]
	}
	return int(float64(budgets[len(budgets)-1]) * math.Pow(1.05, float64(i-len(budgets)+1)))
}

// paid is the share of a year's budget that arrives in each month.
var paid = [12]float64{0.03, 0.03, 0.11, 0.08, 0.08, 0.12, 0.08, 0.08, 0.11, 0.07, 0.08, 0.13}

// wan is an amount in 万元 from one in 元.
func wan(yuan int) string { return fmt.Sprintf("%.4f", float64(yuan)/1e4) }

// funds: budgets in January in five items; money arriving every month from the
// treasury, smaller sums from enterprises and society; four fifths of it spent
// two to four months later.
func (w *world) funds() {
	for y := w.from.Year(); y <= w.to.Year(); y++ {
		w.budgetItems(y)
		w.subsidies(y)
	}
	for i, m := range w.months() {
		total := float64(budget(m.Year())) * 1e4
		share := paid[m.Start().Month()-1] * (0.96 + 0.08*w.rng.Float64())
		w.arrive(m, "财政", int(total*share/100)*100)
		w.arrive(m, "企业", int(w.rng.Float64()*float64(20+i)*1.6e4/100)*100)
		if i%3 == 1 {
			w.arrive(m, "社会", int((5+w.rng.Float64()*float64(50+i))*1e4/100)*100)
		}
		if i%6 == 4 {
			w.arrive(m, "其他", int((3+w.rng.Float64()*12)*1e4/100)*100)
		}
	}
}

// budgetItems are decided before the year: registered in December.
func (w *world) budgetItems(y int) {
	day := analytics.Date(y, time.January, 15)
	left := budget(y)
	uses := []string{"高层次人才引进", "人才培养培训", "创业扶持", "安家和租房补贴", "服务平台建设"}
	for i, use := range uses {
		part := left
		if i < len(uses)-1 {
			part = budget(y) * (30 - 5*i) / 100
		}
		left -= part
		known := day.AddDate(0, 0, -20)
		if y == w.from.Year() {
			known = day
		}
		if !w.within(day, known) {
			continue
		}
		w.file(datasets.Fund, year(day), xlsx).add(known, map[string]string{
			"number": fmt.Sprintf("YS-%d-%02d", y, i+1), "date": ymd(day), "stage": "预算", "source": "财政",
			"purpose": use, "amount": fmt.Sprint(part), "known": ymd(known), "department": "区财政局", "note": marker,
		})
	}
}

// arrive adds money that arrived in the month and what is spent of it later.
func (w *world) arrive(m analytics.Period, source string, yuan int) {
	if yuan <= 0 {
		return
	}
	day := w.dayIn(m)
	code := map[string]string{"财政": "CZ", "企业": "QY", "社会": "SH", "其他": "QT"}[source]
	w.voucher("DW-"+code, "到位", source, day, day.AddDate(0, 0, w.rng.IntN(20)), yuan)
	spent := w.dayIn(m.Add(2 + w.rng.IntN(3)))
	w.voucher("ZC-"+code, "支出", source, spent, spent.AddDate(0, 0, w.rng.IntN(35)), int(float64(yuan)*(0.72+0.16*w.rng.Float64())/100)*100)
}

// voucher writes one flow, and one time in thirty a correction of its amount.
func (w *world) voucher(prefix, stage, source string, day, known time.Time, yuan int) {
	if !w.within(day, known) {
		return
	}
	f := w.file(datasets.Fund, year(day), xlsx)
	f.total = true
	department := "区财政局"
	if stage == "支出" {
		department = "区人力社保局"
	}
	cells := func(yuan int, known time.Time, note string) map[string]string {
		return map[string]string{
			"number": fmt.Sprintf("%s-%s", prefix, day.Format("200601")), "date": ymd(day), "stage": stage, "source": source,
			"purpose": "人才发展专项资金", "amount": wan(yuan), "known": ymd(known), "department": department, "note": note,
		}
	}
	// Two lots can be spent in one month; the number tells them apart.
	c := cells(yuan, known, marker)
	for n := 2; w.vouchers[c["number"]]; n++ {
		c["number"] = fmt.Sprintf("%s-%s-%d", prefix, day.Format("200601"), n)
	}
	w.vouchers[c["number"]] = true
	f.add(known, c)
	if later := known.AddDate(0, 3, 0); w.rng.IntN(30) == 0 && !later.After(w.end) {
		fixed := cells(yuan+yuan/50/100*100, later, marker+"：更正金额")
		fixed["number"] = c["number"]
		w.file(datasets.Fund, "更正_"+year(later), gb18030).add(later, fixed)
	}
}

// subsidies are paid in December to the skilled recognised by then, within the
// limits of 10,000 and 5,000 元 but for one payment of 12,000 元 in 2014.
func (w *world) subsidies(y int) {
	day := analytics.Date(y, time.December, 12)
	known := day.AddDate(0, 0, 10)
	if !w.within(day, known) {
		return
	}
	f := w.file(datasets.Fund, fmt.Sprintf("技能人才补贴_%d", y), utf8BOM)
	f.yuan = true
	over := y == 2014
	for i, s := range w.skilled {
		if s.since.After(day) {
			continue
		}
		yuan := 300 + 100*w.rng.IntN(48)
		if s.category == "技能突出人才" {
			yuan = 5000 + 100*w.rng.IntN(51)
			if over {
				yuan, over = 12000, false
			}
		}
		f.add(known, map[string]string{
			"number": fmt.Sprintf("BT-%d-%03d", y, i+1), "date": ymd(day), "stage": "支出", "source": "财政",
			"category": s.category + "补贴", "purpose": "薪酬补贴", "amount": fmt.Sprint(yuan), "id": s.id,
			"known": ymd(known), "department": "区人力社保局", "note": marker,
		})
	}
}
