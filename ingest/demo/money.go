package demo

import (
	"fmt"
	"math"

	"talentcast/analytics"
)

// fund: a fiscal budget each January that grows by about 5 % a year, once by
// less; money that comes in by month with a rush in December; small shares of
// enterprises and society; spending that lags; subsidies to people, one over
// the limit.
func (g *generator) fund() {
	header := []string{"凭证号", "日期", "环节", "资金来源", "类别", "用途", "金额（万元）", "受益人身份证号", "登记日期", "部门", "备注"}
	season := [12]float64{0.6, 0.4, 0.9, 0.8, 0.8, 1.0, 0.8, 0.8, 1.0, 0.9, 1.2, 2.8}
	budget := 3980.0
	growth := map[int]float64{2013: 1.061, 2014: 1.032, 2015: 1.075}
	n := 0
	for y := g.first.Year(); y <= g.last.Year(); y++ {
		if up, ok := growth[y]; ok {
			budget *= up
		} else if y > 2015 {
			budget *= 1.055
		}
		f := file{name: fmt.Sprintf("资金_%d_演示数据.xlsx", y), title: fmt.Sprintf("人才发展专项资金台账（%d年，演示数据）", y), header: header}
		put := func(stage, source, category, purpose string, wan float64, who string, m analytics.Period) {
			n++
			d := g.dayIn(m)
			f.rows = append(f.rows, []string{
				fmt.Sprintf("YS-%d-%04d", y, n), iso(d), stage, source, category, purpose,
				fmt.Sprintf("%.2f", wan), who, iso(d), "区财政局", "",
			})
		}
		jan := analytics.PeriodOf(analytics.Date(y, 1, 1), analytics.Monthly)
		put("预算", "财政", "", "年度预算", budget, "", jan)
		for k := range 12 {
			m := jan.Add(k)
			if m.Sub(g.first) < 0 || m.Sub(g.last) > 0 {
				continue
			}
			in := budget / 12 * season[k] * (0.85 + 0.3*g.r.Float64())
			put("到位", "财政", "", "专项资金拨付", in, "", m)
			if k%3 == 2 {
				put("到位", "企业", "", "企业配套", in*0.12*(0.5+g.r.Float64()), "", m)
			}
			if k%6 == 5 {
				put("到位", "社会", "", "社会资助", in*0.08*(0.5+g.r.Float64()), "", m)
			}
			put("支出", "财政", "", "项目支出", in*0.75*(0.8+0.3*g.r.Float64()), "", m)
		}
		g.subsidies(y, put)
		g.add(f)
	}
	g.badFund(header)
}

// subsidies are paid to skilled people each November: 8,000 to 10,000 元 or up
// to 5,000 元 a person, and in 2014 one of 12,000 元, over the limit.
func (g *generator) subsidies(y int, put func(stage, source, category, purpose string, wan float64, who string, m analytics.Period)) {
	nov := analytics.PeriodOf(analytics.Date(y, 11, 1), analytics.Monthly)
	if nov.Sub(g.last) > 0 {
		return
	}
	for i := range 3 + y - 2012 {
		wan := 0.8 + 0.1*float64(g.r.IntN(3))
		if y == 2014 && i == 0 {
			wan = 1.2
		}
		put("支出", "财政", "技能突出人才补贴", "薪酬补贴", wan, g.person().id, nov)
		put("支出", "财政", "技能重点人才补贴", "薪酬补贴", 0.3+0.1*float64(g.r.IntN(3)), g.person().id, nov)
	}
}

// badFund are two files gone wrong: one that states no unit of money, so that
// none of it can be taken, and one with a negative amount and one finer than a
// cent among good rows.
func (g *generator) badFund(header []string) {
	bare := append([]string(nil), header...)
	bare[6] = "金额"
	day := iso(g.last.Start())
	row := func(no, amount string) []string {
		return []string{no, day, "到位", "企业", "", "企业配套", amount, "", day, "区财政局", ""}
	}
	g.add(file{name: "资金_缺单位_演示数据.csv", header: bare, rows: [][]string{row("QD-0001", "12.5"), row("QD-0002", "8")}})
	g.add(file{name: "资金_补录_演示数据.csv", header: header, rows: [][]string{
		row("BL-0001", "3.50"), row("BL-0002", "-6.00"), row("BL-0003", "1.2345678"), row("BL-0004", "2.25"),
	}})
}

// training: three programmes with fees of which up to half is paid, one course
// in 2014 with 55 %, over the limit.
func (g *generator) training() {
	header := []string{"培训编号", "培训名称", "类别", "姓名", "身份证号", "开始日期", "结束日期", "培训费用（元）", "政府补贴（元）", "登记日期", "部门"}
	for y := g.first.Year(); y <= g.last.Year(); y++ {
		f := file{name: fmt.Sprintf("培训_%d_演示数据.csv", y), header: header}
		for _, c := range []struct {
			category, code string
			month, persons int
			fee            int
		}{{"境外培训", "JW", 9, 4, 42000}, {"国内高校研修", "GX", 5, 9, 16000}, {"业务能力培训", "YW", 4, 18, 2400}, {"业务能力培训", "YX", 11, 14, 2000}} {
			m := analytics.PeriodOf(analytics.Date(y, 1, 1), analytics.Monthly).Add(c.month - 1)
			if m.Sub(g.last) > 0 || m.Sub(g.first) < 0 {
				continue
			}
			start := g.dayIn(m)
			number := fmt.Sprintf("PX-%d-%s", y, c.code)
			for i := range c.persons {
				p := g.person()
				share := 0.3 + 0.2*g.r.Float64()
				if y == 2014 && c.code == "JW" && i == 0 {
					share = 0.55
				}
				known := g.registered(start.AddDate(0, 0, 10))
				if !g.known(known) {
					continue
				}
				f.rows = append(f.rows, []string{
					number, "演示培训班", c.category, p.name, p.id, iso(start), iso(start.AddDate(0, 0, 10)),
					fmt.Sprintf("%d", c.fee), fmt.Sprintf("%.0f", math.Floor(float64(c.fee)*share)), iso(known), "区经贸局",
				})
			}
		}
		g.add(f)
	}
}
