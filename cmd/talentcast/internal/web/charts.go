package web

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/charts"
	"talentcast/cmd/talentcast/internal/report"
)

// chartView is a chart with all that stands around it: where its option comes
// from, where it can be had as a picture, and the table behind it.
type chartView struct {
	Name, Title, Alt string
	W, H             int
	Option           string // address of the option in the API
	SVG, PNG, PDF    string
	XLSX, JSON       string     // XLSX is empty where Excel has no such chart
	Fields           []labelled // of the query, for a form
	Inline           string     // the SVG shown in place, for a reader without script
	Table            *tableView
}

// tableView is a table written out, with where it can be had as a file.
type tableView struct {
	Title   string       `json:"title"`
	Columns []columnView `json:"columns"`
	Rows    [][]string   `json:"rows"`
	CSV     string       `json:"csv,omitempty"`
	XLSX    string       `json:"xlsx,omitempty"`
}

type columnView struct {
	Title   string `json:"title"`
	Numeric bool   `json:"numeric"`
}

// tableOf names the table behind each of a target's charts.
var tableOf = map[string]string{
	"fan": "figures", "periodic": "figures", "backtest": "backtest", "duty": "duties", "growth": "growth",
}

func (p *page) targetChart(o *outlook.Outlook, t *outlook.Target, name string, with *outlook.Outlook) (chartView, error) {
	c, err := report.Chart(o, t.ID, name, p.Lang, with)
	if err != nil {
		return chartView{}, fmt.Errorf("chart %s of %s: %w", name, t.ID, err)
	}
	var moved []string
	if with != nil {
		moved = p.moved()
	}
	base := "/t/" + t.ID
	v := p.chart(c, p.API("/targets/"+t.ID+"/charts/"+name, moved...), base+"/chart/"+name, moved)
	if report.Editable(o, t.ID, name, p.Lang) != nil {
		v.XLSX = p.Under(base+"/chart/"+name+".xlsx", moved...)
	}
	if tn := tableOf[name]; tn != "" {
		tab, err := report.TargetTable(o, t.ID, tn, p.Lang)
		if err != nil {
			return chartView{}, fmt.Errorf("table %s of %s: %w", tn, t.ID, err)
		}
		if with != nil {
			tab, err = report.TargetTable(with, t.ID, tn, p.Lang)
			if err != nil {
				return chartView{}, fmt.Errorf("table %s of %s: %w", tn, t.ID, err)
			}
		}
		v.Table = p.table(tab, base+"/table/"+tn, moved...)
	}
	return v, nil
}

func (p *page) policyChart(o *outlook.Outlook, name string, c charts.Chart) (chartView, error) {
	v := p.chart(c, p.API("/charts/"+name), "/chart/"+name, nil)
	if report.Editable(o, "", name, p.Lang) != nil {
		v.XLSX = p.Under("/chart/" + name + ".xlsx")
	}
	if behind := map[string]string{"flow": "money", "heat": "status"}[name]; behind != "" {
		t, err := report.PolicyTable(o, behind, p.Lang)
		if err != nil {
			return chartView{}, fmt.Errorf("table of %s: %w", name, err)
		}
		v.Table = p.table(t, "/export/"+behind)
	}
	return v, nil
}

func (p *page) chart(c charts.Chart, option, path string, pairs []string) chartView {
	inline := append(append([]string{}, pairs...), "inline", "1")
	return chartView{
		Inline: p.Under(path+".svg", inline...),
		Name:   c.Name, Title: c.Title, Alt: c.Alt, W: c.W, H: c.H, Option: option,
		SVG: p.Under(path+".svg", pairs...), PNG: p.Under(path+".png", pairs...), PDF: p.Under(path+".pdf", pairs...), JSON: p.Under(path+".json", pairs...),
		Fields: fieldsOf(p.Under(path+".png", pairs...)),
	}
}

// fieldsOf are the parameters of an address, which a form that asks with its own
// would lose.
func fieldsOf(address string) []labelled {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	q := u.Query()
	var out []labelled
	for _, k := range slices.Sorted(maps.Keys(q)) {
		for _, v := range q[k] {
			out = append(out, labelled{k, v})
		}
	}
	return out
}

// tableFiles are the other formats of the table at an address that ends in .csv.
func (p *page) TableFiles(csv string) []labelled {
	u, err := url.Parse(csv)
	if err != nil || !strings.HasSuffix(u.Path, ".csv") {
		return nil
	}
	stem := strings.TrimSuffix(u.Path, ".csv")
	at := func(ending, encoding string) string {
		v := *u
		v.Path = stem + ending
		if encoding != "" {
			q := v.Query()
			q.Set("encoding", encoding)
			v.RawQuery = q.Encode()
		}
		return v.String()
	}
	return []labelled{{"CSV · GB18030", at(".csv", "gb18030")}, {"JSON", at(".json", "")}, {"Parquet", at(".parquet", "")}}
}

// table writes a table out for a page.
func (p *page) table(t report.Table, path string, pairs ...string) *tableView {
	v := &tableView{Title: t.Title, Rows: [][]string{}, CSV: p.Under(path+".csv", pairs...), XLSX: p.Under(path+".xlsx", pairs...)}
	for _, c := range t.Columns {
		v.Columns = append(v.Columns, columnView{c.Header(), c.Type != report.Text})
	}
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = written(t.Columns[i], cell, p.Lang)
		}
		v.Rows = append(v.Rows, cells)
	}
	return v
}

// written is a cell as people read it.
func written(c report.Column, v report.Cell, lang string) string {
	switch v := v.(type) {
	case nil:
		return phrase.Missing
	case string:
		return v
	case time.Time:
		return phrase.Date(v, lang)
	case decimal.Decimal:
		return phrase.Number(v.InexactFloat64(), 2)
	case float64:
		switch c.Type {
		case report.Percent:
			return phrase.Percent(v)
		case report.Probability:
			return phrase.Probability(v)
		case report.Score:
			return phrase.Number(v, 3)
		}
		return phrase.Number(v, 2)
	}
	return fmt.Sprint(v)
}
