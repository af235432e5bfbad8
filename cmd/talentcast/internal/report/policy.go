package report

import (
	"fmt"
	"slices"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	lights "talentcast/analytics/target"
	"talentcast/charts"
)

// AllPolicyCharts lists the charts that a policy may have.
func AllPolicyCharts() []string {
	return []string{"status", "progress", "tree", "flow", "calendar", "heat"}
}

// PolicyChartNames lists the charts that make sense for a policy.
func PolicyChartNames(o *outlook.Outlook) []string {
	names := []string{"status", "progress"}
	if len(treeRoots(o)) > 0 {
		names = append(names, "tree")
	}
	if len(o.Money) > 0 {
		names = append(names, "flow")
	}
	if _, rows := duties(o, "zh"); len(rows) > 0 {
		names = append(names, "calendar")
	}
	if len(o.Targets) > 0 {
		names = append(names, "heat")
	}
	return names
}

// PolicyChart makes a chart of the whole policy. An unknown name is
// [fault.NotFound].
func PolicyChart(o *outlook.Outlook, name, lang string) (charts.Chart, error) {
	f := charts.Frame{
		Title:    ChartTitle(name, lang),
		Subtitle: o.Policy.Name(lang) + " · " + pick(lang, "截至", "as of ") + phrase.Date(o.AsOf.Time, lang),
		Lang:     lang, Demo: o.State.Demo,
	}
	switch name {
	case "status":
		return status(o, f)
	case "progress":
		return progress(o, f)
	case "tree":
		return tree(o, f)
	case "flow":
		return flow(o, f)
	case "calendar":
		return calendar(o, f)
	case "heat":
		return heat(o, f)
	}
	return charts.Chart{}, fault.Newf(fault.NotFound, "没有图 %[1]q；可用：%[2]s。", "There is no chart %[1]q; there are %[2]s.", name, listed(PolicyChartNames(o), lang))
}

// groups counts the targets by plan and status, in the policy's order; a target
// shown in two places counts once.
func groups(o *outlook.Outlook, lang string) (names []string, counts [][]int) {
	at := map[string]int{}
	for i := range o.Targets {
		x := &o.Targets[i]
		if x.SameAs != "" {
			continue
		}
		group := PlanName(o.Policy, x.PlanID, lang)
		if group == "" {
			group = o.Policy.Name(lang)
		}
		g, ok := at[group]
		if !ok {
			g = len(names)
			at[group] = g
			names, counts = append(names, group), append(counts, make([]int, len(lights.Statuses())))
		}
		if k := slices.Index(lights.Statuses(), x.Status); k >= 0 {
			counts[g][k]++
		}
	}
	return names, counts
}

func status(o *outlook.Outlook, f charts.Frame) (charts.Chart, error) {
	return charts.Status(statusData(o, f))
}

// heat is the same as a map of plans and lights.
func heat(o *outlook.Outlook, f charts.Frame) (charts.Chart, error) {
	return charts.Heat(charts.HeatData(statusData(o, f)))
}

func statusData(o *outlook.Outlook, f charts.Frame) charts.StatusData {
	d := charts.StatusData{Frame: f}
	d.Groups, d.Counts = groups(o, f.Lang)
	var said []string
	for k, s := range lights.Statuses() {
		d.Lights = append(d.Lights, charts.Light{Key: string(s), Icon: s.Icon(), Word: s.Word(f.Lang)})
		n := 0
		for _, row := range d.Counts {
			n += row[k]
		}
		if n > 0 {
			said = append(said, fmt.Sprintf(pick(f.Lang, "%[2]s%[1]d项", "%[1]d %[2]s"), n, s.Word(f.Lang)))
		}
	}
	d.Alt = sentence(o.Policy.Name(f.Lang), said, f.Lang)
	return d
}

func progress(o *outlook.Outlook, f charts.Frame) (charts.Chart, error) {
	d := charts.ProgressData{Frame: f}
	var said []string
	for _, x := range o.Headlines() {
		if x.Completion == nil || x.Elapsed == nil {
			continue
		}
		d.Names = append(d.Names, x.Short(f.Lang))
		d.Completion, d.Elapsed = append(d.Completion, *x.Completion), append(d.Elapsed, *x.Elapsed)
		said = append(said, fmt.Sprintf(pick(f.Lang, "%s完成率%s、序时进度%s", "%s %s completed with %s of the time gone"),
			x.Short(f.Lang), phrase.Percent(*x.Completion), phrase.Percent(*x.Elapsed)))
	}
	if len(said) == 0 {
		said = append(said, pick(f.Lang, "无数据", "no data"))
	}
	d.Alt = sentence(o.Policy.Name(f.Lang), said, f.Lang)
	return charts.Progress(d)
}
