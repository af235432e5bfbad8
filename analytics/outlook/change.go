package outlook

import (
	"context"
	"fmt"
	"math"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/phrase"
	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// Changes says of every target of a policy what is otherwise than on an earlier
// day, and why.
type Changes struct {
	Policy      datasets.Policy
	Since, AsOf Day
	State       datasets.State
	Seed        uint64
	Paths       int
	Targets     []Change // in the policy's order; of one tree only where that was asked for
}

// Target finds the change of one target.
func (c *Changes) Target(id string) (*Change, bool) {
	for i := range c.Targets {
		if c.Targets[i].ID == id {
			return &c.Targets[i], true
		}
	}
	return nil, false
}

// Change is what became of one target between two days.
type Change struct {
	ID, Canonical  string
	NameZh, NameEn string
	Measure        datasets.Measure
	Unit           string // of Figure: the target's, or 项 for a cap's rows over its limit
	Then, Now      Standing

	// Probability splits the change of the probability of meeting the low end by
	// the late deadline; nil where one of the days has none.
	Probability *Shares
	// Figure splits the change of the actual, in Unit (of a cap: of the number of
	// rows over its limit); nil where one of the days has none. Models have no
	// part in it.
	Figure *Shares

	Rows RowChanges
	Text Text // the change in one sentence
}

// Standing is a target on one of the days.
type Standing struct {
	Status      target.Status
	Figure      float64            // in the change's Unit; NaN without one
	Early, Late target.Probability // of meeting the low end; NaN without
	Expected    time.Time          // median date of meeting it; zero without, or beyond the horizon
}

// Share is a part of a change with its Monte-Carlo standard error: of a
// probability in shares (0.05 is five points), of a figure in its unit and exact.
type Share struct {
	Value float64 `json:"value"`
	SE    float64 `json:"se"`
}

// Clear reports whether the share is more than chance in the simulation: beyond
// 1.96 standard errors.
func (s Share) Clear() bool { return math.Abs(s.Value) > 1.96*s.SE+1e-12 }

// Shares split a change. Revised + New + Model = Total.
type Shares struct {
	Revised Share // events up to the earlier day, as they are known now
	New     Share // events after it, and the time that has passed
	Model   Share // weights and correlation estimated anew
	Total   Share
}

// RowChanges counts the rows behind a target, its parts' included.
type RowChanges struct {
	New       int `json:"new"`       // happened, or ended, after the earlier day
	Late      int `json:"late"`      // happened by then and became known after it
	Corrected int `json:"corrected"` // known then, and otherwise
	Removed   int `json:"removed"`   // counted then, and no longer
}

// Revised is the number of rows about the time before that changed.
func (r RowChanges) Revised() int { return r.Late + r.Corrected + r.Removed }

// Change tells what changed since an earlier day. A zero since stands for the end
// of the month before the as-of date's; a day before any data is allowed, and
// then everything is new. The result is shared: treat it as read-only.
//
// The change is split by outlooks that did not happen, drawn from the same seed
// (a sequential decomposition: the order is part of the definition):
//
//	0  as it was known on the earlier day
//	1  the events up to that day as they are known now, with the weights of 0
//	2  all that is known now, with the weights and correlation of 0
//	3  the outlook now
//
// Revised data are 1 − 0, new data 2 − 1, the model 3 − 2. Parameters of a model
// follow the data they are estimated from; only the weights of the combination
// and the correlation between series count as the model. Where outlook 1 has no
// probability (its rows were all moved later), revised data count with the new.
//
// The standard error of a share takes both probabilities as drawn independently.
// Sharing a seed makes the true one smaller, so a share may be left unsaid that
// is there, hardly one said that is not.
//
// Faults: NotFound for an unknown policy; Invalid for dates that can't be used, a
// since that is not before the as-of date, and any scenario but the baseline.
func (s *Service) Change(ctx context.Context, q Query, since time.Time) (*Changes, error) {
	return s.changes(ctx, q, since, "")
}

// ChangeOf is Change of one target and the tree it belongs to, for a fraction of
// the work. An unknown target is NotFound.
func (s *Service) ChangeOf(ctx context.Context, q Query, since time.Time, id string) (*Changes, error) {
	return s.changes(ctx, q, since, id)
}

// ChangeKept returns the changes that go with an outlook, of the whole policy or at
// least of the tree of the target, if they have been computed and are still kept,
// else nil. An empty id asks for the whole policy. Faults are those of
// [Service.Change].
func (s *Service) ChangeKept(o *Outlook, since time.Time, id string) (*Changes, error) {
	since, err := earlier(since, o.AsOf.Time)
	if err != nil {
		return nil, err
	}
	key := changeKey(o.Policy, o.State, o.AsOf.Time, since)
	if whole, ok := kept(s, &s.diff, key); ok || id == "" {
		return whole, nil
	}
	tree, _ := kept(s, &s.diff, key+o.Policy.Root(o.Policy.Canonical(id)))
	return tree, nil
}

// changeKey is the same for the same changes of a whole policy.
func changeKey(policy datasets.Policy, state datasets.State, asOf, since time.Time) string {
	return "change|" + baseKey(policy, state, asOf) + "|" + since.Format(time.DateOnly) + "|"
}

// changes tells of the tree of a target, or of the whole policy for "".
func (s *Service) changes(ctx context.Context, q Query, since time.Time, id string) (*Changes, error) {
	if !q.Scenario.Baseline() {
		return nil, fault.New(fault.Invalid,
			"变化原因只比较基准情景；请去掉情景参数。", "Changes are told for the baseline only; leave the scenario's levers out.")
	}
	policy, err := s.store.Policy(ctx, q.Policy)
	if err != nil {
		return nil, fmt.Errorf("changes of %s: %w", q.Policy, err)
	}
	state, err := s.store.State(ctx, policy.ID)
	if err != nil {
		return nil, fmt.Errorf("changes of %s: %w", q.Policy, err)
	}
	asOf, err := s.asOf(q.AsOf, state)
	if err != nil {
		return nil, err
	}
	if since, err = earlier(since, asOf); err != nil {
		return nil, err
	}
	root := ""
	if id != "" {
		if _, ok := policy.Target(id); !ok {
			return nil, fault.Newf(fault.NotFound, "政策 %[2]s 中没有目标 %[1]q；请从总览页选择。", "The policy %[2]s has no target %[1]q; choose one from the overview.", id, policy.ID)
		}
		root = policy.Root(policy.Canonical(id))
	}
	key := changeKey(policy, state, asOf, since)
	if whole, ok := kept(s, &s.diff, key); ok {
		return whole, nil
	}
	c, err := once(ctx, s, &s.diff, key+root, func(ctx context.Context) (*Changes, error) {
		return s.change(ctx, policy, state, since, asOf, root)
	})
	if err != nil {
		return nil, fmt.Errorf("changes of %s: %w", q.Policy, err)
	}
	return c, nil
}

// earlier settles the day that is compared with.
func earlier(since, asOf time.Time) (time.Time, error) {
	if since.IsZero() {
		return analytics.PeriodOf(asOf, analytics.Monthly).Add(-1).End(), nil
	}
	since = analytics.Date(since.Year(), since.Month(), since.Day())
	if !since.Before(asOf) {
		return since, fault.New(fault.Invalid,
			fmt.Sprintf("比较日期%s不早于截至日期%s；请选择更早的日期。", phrase.Date(since, phrase.Zh), phrase.Date(asOf, phrase.Zh)),
			fmt.Sprintf("The date to compare with, %s, is not before the as-of date %s; choose an earlier one.", phrase.Date(since, phrase.En), phrase.Date(asOf, phrase.En)))
	}
	return since, nil
}

// change computes the four outlooks, of one tree where a root is given, and takes
// them apart.
func (s *Service) change(ctx context.Context, policy datasets.Policy, state datasets.State, since, asOf time.Time, root string) (*Changes, error) {
	in := func(r string) bool { return root == "" || r == root }
	then, err := s.prepared(ctx, baseKey(policy, state, since), policy, since)
	if err != nil {
		return nil, err
	}
	now, err := s.prepared(ctx, baseKey(policy, state, asOf), policy, asOf)
	if err != nil {
		return nil, err
	}
	var o [4]*Outlook
	if o[0], err = s.past(ctx, then, state, root); err != nil {
		return nil, err
	}
	if o[3], err = s.at(ctx, policy, state, asOf, scenario.Scenario{}); err != nil {
		return nil, err
	}
	if o[1], err = s.hindsight(ctx, then, o[0], asOf, in); err != nil {
		return nil, err
	}
	o[2] = s.oldWeights(now, then, o[3], in)
	rows, err := s.store.Revisions(ctx, policy.ID, since, asOf)
	if err != nil {
		return nil, err
	}
	out := &Changes{Policy: policy, Since: Day{since}, AsOf: Day{asOf}, State: state, Seed: s.cfg.Seed, Paths: s.cfg.Paths}
	for i := range policy.Targets {
		if !in(policy.Root(o[3].Targets[i].Canonical)) {
			continue
		}
		c := changeOf([4]*Target{&o[0].Targets[i], &o[1].Targets[i], &o[2].Targets[i], &o[3].Targets[i]})
		c.Rows = now.rowChanges(o[3].Targets[i].Target, rows)
		c.Text = c.sentence(&o[3].Targets[i], since, asOf)
		out.Targets = append(out.Targets, c)
	}
	return out, nil
}

// changeOf takes the change of a target apart.
func changeOf(o [4]*Target) Change {
	now := o[3]
	c := Change{
		ID: now.ID, Canonical: now.Canonical, NameZh: now.NameZh, NameEn: now.NameEn, Measure: now.Measure, Unit: now.Unit,
		Then: standing(o[0], now), Now: standing(now, now),
	}
	if now.Measure == datasets.Cap {
		c.Unit = "项"
	}
	var p, f [4]target.Probability
	for i, t := range o {
		st := standing(t, now)
		p[i], f[i] = st.Late, target.Probability{P: st.Figure}
	}
	c.Probability, c.Figure = split(p), split(f)
	return c
}

// split is nil when the first or the last is not known; an unknown one between
// them takes the value before it.
func split(v [4]target.Probability) *Shares {
	if math.IsNaN(v[0].P) || math.IsNaN(v[3].P) {
		return nil
	}
	for i := 1; i < 3; i++ {
		if math.IsNaN(v[i].P) {
			v[i] = v[i-1]
		}
	}
	part := func(a, b target.Probability) Share {
		if a == b {
			return Share{} // one and the same simulation, or exact
		}
		return Share{b.P - a.P, math.Hypot(a.SE, b.SE)}
	}
	x := &Shares{Revised: part(v[0], v[1]), New: part(v[1], v[2]), Model: part(v[2], v[3])}
	x.Total = Share{x.Revised.Value + x.New.Value + x.Model.Value, math.Hypot(v[0].SE, v[3].SE)}
	return x
}

// standing is how a target stood. Of what is counted from records, nothing
// known is none; of what is reported it is not known.
func standing(t, now *Target) Standing {
	nan := target.Probability{P: math.NaN(), SE: math.NaN()}
	st := Standing{Status: t.Status, Figure: math.NaN(), Early: nan, Late: nan}
	switch {
	case t.Measure == datasets.Cap:
		if now.Checked > 0 {
			st.Figure = float64(len(t.Excess))
		}
	case t.Actual != nil:
		st.Figure = *t.Actual
	case now.Source == "records" && (t.Measure == datasets.Cumulative || t.Measure == datasets.Stock || t.Measure == datasets.PerPeriod):
		st.Figure = 0
	}
	if a := t.Attainment; a != nil {
		st.Early, st.Late, st.Expected = a.EarlyLow, a.LateLow, a.Passage.Median
	}
	return st
}

// rowChanges counts the rows that stand behind the target on either day. A row
// that moved from one part of it to another is corrected; one that left it is
// removed.
func (p *prepared) rowChanges(t datasets.Target, rows []datasets.Revision) RowChanges {
	behind := map[string]bool{}
	p.behind(p.policy.Canonical(t.ID), behind)
	var out RowChanges
	for _, r := range rows {
		before, after := behind[r.Before] && r.Before != "", behind[r.After] && r.After != ""
		switch {
		case !before && !after:
		case before && !after:
			out.Removed += r.Rows
		case r.What == datasets.NewRow:
			out.New += r.Rows
		case r.What == datasets.LateRow:
			out.Late += r.Rows
		default:
			out.Corrected += r.Rows
		}
	}
	return out
}

// behind collects the targets whose rows count for the target.
func (p *prepared) behind(id string, into map[string]bool) {
	into[id] = true
	t, _ := p.policy.Target(id)
	if t.Series != "" {
		into[p.policy.Canonical(t.Series)] = true
	}
	for _, over := range t.Over {
		into[p.policy.Canonical(over)] = true
	}
	for _, c := range p.children[id] {
		p.behind(c, into)
	}
}
