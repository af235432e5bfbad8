package compose

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/scenario"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

// Kept is where saved scenarios are; datasets.Store is one.
type Kept interface {
	Scenarios(ctx context.Context, policy string) ([]datasets.Scenario, error)
}

// Wanted says what a report is to be about.
type Wanted struct {
	Query outlook.Query // with levers: the report is about that scenario
	Since time.Time     // zero: since the end of the month before
	Names []string      // of saved scenarios to compare; none: the newest
	Grace int           // days in which data are not overdue yet
}

// Gather collects what a kind of report is written from. Faults are those of the
// outlooks, and NotFound for a scenario that is not saved.
func Gather(ctx context.Context, svc *outlook.Service, kept Kept, kind Kind, want Wanted) (in Input, err error) {
	base := want.Query
	base.Scenario = scenario.Scenario{}
	if in.Outlook, err = svc.Of(ctx, base); err != nil {
		return in, err
	}
	asOf := in.Outlook.AsOf.Time
	if kind == Brief || kind == Evaluation {
		if in.Changes, err = svc.Change(ctx, outlook.Query{Policy: base.Policy, AsOf: asOf}, want.Since); err != nil {
			return in, err
		}
	}
	if kind == Supervision {
		if in.Health, err = svc.Health(ctx, outlook.HealthQuery{Policy: base.Policy, AsOf: asOf, Grace: want.Grace}); err != nil {
			return in, err
		}
	}
	if kind == Selection {
		in.Scenarios, err = compared(ctx, svc, kept, want)
		return in, err
	}
	if !want.Query.Scenario.Baseline() {
		in.Baseline = in.Outlook
		q := want.Query
		q.AsOf = asOf
		in.Outlook, err = svc.Of(ctx, q)
	}
	return in, err
}

// compared are the scenarios asked for by name, or the newest saved, and first the
// one of the query where it has levers.
func compared(ctx context.Context, svc *outlook.Service, kept Kept, want Wanted) (out []report.Compared, err error) {
	add := func(name string, sc scenario.Scenario) error {
		q := want.Query
		q.Scenario = sc
		o, err := svc.Of(ctx, q)
		if err == nil {
			out = append(out, report.Compared{Name: name, Of: o})
		}
		return err
	}
	if sc := want.Query.Scenario; !sc.Baseline() {
		name := sc.Name
		if name == "" {
			name = "当前情景"
		}
		if err := add(name, sc); err != nil {
			return nil, err
		}
	}
	all, err := kept.Scenarios(ctx, want.Query.Policy)
	if err != nil {
		return nil, err
	}
	for _, name := range want.Names {
		i := slices.IndexFunc(all, func(s datasets.Scenario) bool { return s.Name == name })
		if i < 0 {
			return nil, fault.Newf(fault.NotFound, "没有名为“%[1]s”的情景；已保存的见情景页。", "There is no scenario named %[1]q; the scenario page lists those saved.", name)
		}
	}
	for _, s := range all {
		if len(out) == mostScenarios {
			break
		}
		if len(want.Names) > 0 && !slices.Contains(want.Names, s.Name) || len(want.Names) == 0 && len(out) > 0 && !want.Query.Scenario.Baseline() {
			continue
		}
		var d scenario.Document
		if err := json.Unmarshal([]byte(s.Body), &d); err != nil {
			return nil, fmt.Errorf("scenario %d: %w", s.ID, err)
		}
		if err := add(s.Name, d.Scenario); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Departments are those that lead a target, in the policy's order.
func Departments(o *outlook.Outlook) []datasets.Department {
	var out []datasets.Department
	for _, d := range o.Policy.Departments {
		if slices.ContainsFunc(o.Targets, func(x outlook.Target) bool { return x.SameAs == "" && leads(&x, d.ID) }) {
			out = append(out, d)
		}
	}
	return out
}
