package web

import (
	"sync"

	"talentcast/analytics/outlook"
	"talentcast/charts"
	"talentcast/cmd/talentcast/internal/report"
)

// drawn keeps the charts of whole policies: every reader of an overview sees the
// same, and building them takes longer than the page.
type drawn struct {
	mu sync.Mutex
	of map[drawnKey]drawnCharts
}

type drawnKey struct {
	o    *outlook.Outlook // outlooks are shared and read-only
	lang string
}

type drawnCharts struct {
	names  []string
	charts map[string]charts.Chart
}

// mostDrawn is the number of outlooks whose charts are kept.
const mostDrawn = 32

// charts returns the policy's charts by name, and the names in order.
func (d *drawn) charts(o *outlook.Outlook, lang string) (drawnCharts, error) {
	key := drawnKey{o, lang}
	d.mu.Lock()
	got, ok := d.of[key]
	d.mu.Unlock()
	if ok {
		return got, nil
	}
	got = drawnCharts{names: report.PolicyChartNames(o), charts: map[string]charts.Chart{}}
	for _, name := range got.names {
		c, err := report.PolicyChart(o, name, lang)
		if err != nil {
			return got, err
		}
		got.charts[name] = c
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.of == nil || len(d.of) >= mostDrawn {
		d.of = map[drawnKey]drawnCharts{}
	}
	d.of[key] = got
	return got, nil
}
