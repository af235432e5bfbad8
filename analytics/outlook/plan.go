package outlook

import (
	"math"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// AnnualPlan is the planned path of a target year by year, against what was and
// what is to be expected (年度分解).
type AnnualPlan struct {
	Target string // canonical
	// Own: the department's plan of the revision; otherwise even progress to the
	// early deadline.
	Own       bool
	Revision  int // that holds on the day asked for; 0 for none
	Latest    int // the newest one there is, which a change is based on
	Known, At Day
	By        string
	Reason    string
	Years     []PlanYear
	Warning   *fault.Error // the last year stays below the goal
	// Rate is 年度计划完成率: the figure ÷ what is planned for the end of the
	// running year; nil where nothing is planned for it.
	Rate *float64
}

// PlanYear is a year of a plan. Figures are in the target's unit; nil is one that
// does not exist.
type PlanYear struct {
	Year     int
	End      Day
	Running  bool // the as-of date lies in it and it is not over
	Plan     *float64
	Actual   *float64 // at the end of the year; of the running year so far
	Lo80     *float64 // forecast for the end of the year, of years not over
	Median   *float64
	Hi80     *float64
	P        *target.Probability // of being at the plan or above at the end of the year
	Share    *float64            // of a total: to be added in the year so that the plan is reached
	Added    *float64            // of a total: added in the year, so far
	Required *float64            // from now on per period of the forecast, to reach the plan
	State    PlanState
}

// PlanState says how a year's plan stands.
type PlanState string

// The states.
const (
	PlanReached PlanState = "reached"
	PlanMissed  PlanState = "missed"   // the year is over
	PlanLikely  PlanState = "likely"   // P at least as for a green light
	PlanAtRisk  PlanState = "at_risk"  // P at least as for an orange one
	PlanDoubt   PlanState = "unlikely" // less
	PlanUnknown PlanState = "unknown"  // nothing planned, or nothing known
)

// Light is the status whose colour and sign the state has.
func (s PlanState) Light() target.Status {
	switch s {
	case PlanReached:
		return target.Met
	case PlanLikely:
		return target.OnTrack
	case PlanAtRisk:
		return target.AtRisk
	case PlanMissed, PlanDoubt:
		return target.OffTrack
	}
	return target.NoData
}

// PlanOf is the plan of a target by the revisions that are known on the day, with
// the probabilities of the year ends, which may be nil. ok is false for a target
// that has no plan by year.
func (o *Outlook) PlanOf(t *Target, revisions []datasets.PlanRevision, day time.Time, ends *YearEnds) (plan AnnualPlan, ok bool) {
	if !t.Planned() {
		return plan, false
	}
	plan = AnnualPlan{Target: t.Canonical, Latest: datasets.LastRevision(revisions, t.Canonical)}
	amounts := map[int]float64{}
	if r, found := datasets.PlanOn(revisions, t.Canonical, day); found {
		plan.Revision, plan.Known, plan.At, plan.By, plan.Reason = r.Revision, Day{r.Known}, Day{r.At}, r.By, r.Reason
		for _, y := range r.Years {
			amounts[y.Year] = y.Amount.InexactFloat64()
			plan.Own = true
		}
		if plan.Own {
			_, plan.Warning = t.CheckPlan(r.Years)
		}
	}
	if !plan.Own {
		amounts = EvenPlan(t)
	}
	for _, y := range t.PlanYears() {
		var amount *float64
		if v, planned := amounts[y]; planned {
			amount = &v
		}
		plan.Years = append(plan.Years, o.planYear(t, y, amount, amounts, ends))
		if last := plan.Years[len(plan.Years)-1]; y == o.AsOf.Year() && amount != nil && *amount > 0 && last.Actual != nil {
			rate := *last.Actual / *amount
			plan.Rate = &rate
		}
	}
	return plan, true
}

// EvenPlan is even progress, by days, from the base to the goal at the early
// deadline, and the goal from then on; whole where the unit is of whole things.
// Years before a level was first reported have no figure.
func EvenPlan(t *Target) map[int]float64 {
	out := map[int]float64{}
	if !t.Planned() {
		return out
	}
	goal, due := *t.Low, t.Early
	if due.IsZero() || !due.After(t.Start) {
		due = t.Late
	}
	base, from, known := 0.0, t.Start.AddDate(0, 0, -1), t.Measure == datasets.Cumulative
	if !known && len(t.History) > 0 {
		base, from = baseOf(t, observations(t.History))
		known = from.Before(due)
	}
	for _, y := range t.PlanYears() {
		end := analytics.Date(y, 12, 31)
		switch {
		case !end.Before(due):
			out[y] = goal
		case known && end.After(from):
			v := goal
			if base < goal {
				v = base + (goal-base)*end.Sub(from).Hours()/due.Sub(from).Hours()
			}
			unit := math.Pow10(int(t.Places()))
			out[y] = math.Ceil(v*unit-1e-6) / unit
		}
	}
	return out
}

func (o *Outlook) planYear(t *Target, year int, amount *float64, amounts map[int]float64, ends *YearEnds) PlanYear {
	y := PlanYear{Year: year, End: Day{analytics.Date(year, 12, 31)}, Plan: amount, State: PlanUnknown}
	over := !y.End.After(o.AsOf.Time)
	y.Running = !over && year == o.AsOf.Year()
	y.Actual = figureIn(t, year)
	if !over {
		for i := range t.Fan {
			if b := &t.Fan[i]; b.Date.Year() == year && b.Date.Month() == time.December {
				y.Lo80, y.Median, y.Hi80 = &b.Q[1], &b.Q[3], &b.Q[5]
			}
		}
		if p, ok := ends.AtLeast(t.Canonical, year, deref(amount)); ok && amount != nil {
			y.P = &p
		}
	}
	o.yearFlow(t, &y, amounts)
	y.State = o.planState(t, y, over)
	return y
}

// yearFlow sets what a total must add and has added in the year, and the pace from
// now on.
func (o *Outlook) yearFlow(t *Target, y *PlanYear, amounts map[int]float64) {
	if t.Measure == datasets.Cumulative {
		before, known := 0.0, true // the window opens with nothing
		if year := y.Year - 1; year >= t.Start.Year() {
			switch v := figureIn(t, year); {
			case !analytics.Date(year, 12, 31).After(o.AsOf.Time):
				known = v != nil
				before = deref(v)
			default:
				before, known = amounts[year], amounts[year] > 0
			}
		}
		if known && y.Plan != nil {
			share := max(0, *y.Plan-before)
			y.Share = &share
		}
		if known && y.Actual != nil {
			added := *y.Actual - before
			y.Added = &added
		}
	}
	if y.Plan != nil && t.Actual != nil && t.Freq != 0 && y.End.After(o.AsOf.Time) {
		now := analytics.PeriodOf(o.AsOf.Time, t.Freq)
		first, part := now.Add(1), 1.0
		if gone := now.Elapsed(o.AsOf.Time); gone < 1 {
			first, part = now, 1-gone
		}
		if v := target.RequiredPace(*y.Plan, *t.Actual, first, part, y.End.Time); !math.IsNaN(v) {
			y.Required = &v
		}
	}
}

func (o *Outlook) planState(t *Target, y PlanYear, over bool) PlanState {
	switch {
	case y.Plan == nil:
		return PlanUnknown
	case over && y.Actual == nil:
		return PlanUnknown
	case over && *y.Actual >= *y.Plan:
		return PlanReached
	case over:
		return PlanMissed
	case t.Measure == datasets.Cumulative && t.Actual != nil && *t.Actual >= *y.Plan:
		return PlanReached
	case y.P == nil:
		return PlanUnknown
	case y.P.P >= o.Thresholds.Green:
		return PlanLikely
	case y.P.P >= o.Thresholds.Orange:
		return PlanAtRisk
	}
	return PlanDoubt
}

// figureIn is the last figure known of a year; nil where none is of it.
func figureIn(t *Target, year int) *float64 {
	var out *float64
	for i := range t.History {
		if t.History[i].Date.Year() == year {
			out = &t.History[i].Value
		}
	}
	return out
}

func deref(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}

// ChangedPlans are those of the revisions read from a file that say something else
// than the plan that holds on the day, and how many do not.
func (o *Outlook) ChangedPlans(read, revisions []datasets.PlanRevision, day time.Time) (changed []datasets.PlanRevision, same int) {
	for _, x := range read {
		t, ok := o.Target(x.Target)
		if !ok {
			changed = append(changed, x) // for the store to refuse
			continue
		}
		held := map[int]float64{}
		if plan, ok := o.PlanOf(t, revisions, day, nil); ok {
			for _, y := range plan.Years {
				if y.Plan != nil {
					held[y.Year] = *y.Plan
				}
			}
		}
		equal := len(held) == len(x.Years)
		for _, y := range x.Years {
			v, there := held[y.Year]
			equal = equal && there && math.Abs(v-y.Amount.InexactFloat64()) < 1e-6
		}
		if equal {
			same++
			continue
		}
		changed = append(changed, x)
	}
	return changed, same
}
