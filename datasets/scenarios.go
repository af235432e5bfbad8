package datasets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"talentcast/analytics/fault"
)

// Scenario is a scenario as it is kept: what is in it is for others to read.
type Scenario struct {
	ID     int64     `json:"id"`
	Policy string    `json:"policy"`
	Name   string    `json:"name"`
	Note   string    `json:"note,omitempty"`
	Body   string    `json:"-"` // the document, JSON
	Answer string    `json:"-"` // what it said when it was saved, JSON
	State  string    `json:"data_state"`
	Locked bool      `json:"locked"`
	At     time.Time `json:"saved_at"`
	By     string    `json:"saved_by,omitempty"`
}

// Bounds of what is kept.
const (
	MaxScenarioName = 100  // characters
	MaxScenarioNote = 2000 // characters
	maxScenarios    = 5000 // of a policy
	maxScenarioBody = 1 << 20
)

// SaveScenario keeps a scenario: a new one where its ID is 0, else in place of the
// one of the ID, which must be of the policy and not locked. It returns the ID.
// Faults: Invalid without a name or with one too long, NotFound, Conflict for a
// locked one.
func (s *Store) SaveScenario(ctx context.Context, x Scenario) (id int64, err error) {
	switch {
	case x.Name == "":
		return 0, fault.New(fault.Invalid, "请给情景起个名称。", "Give the scenario a name.")
	case utf8.RuneCountInString(x.Name) > MaxScenarioName || utf8.RuneCountInString(x.Note) > MaxScenarioNote:
		return 0, fault.Newf(fault.Invalid, "名称至多 %[1]d 字，说明至多 %[2]d 字；请缩短。",
			"A name has %[1]d characters at most and a note %[2]d; shorten them.", MaxScenarioName, MaxScenarioNote)
	case len(x.Body) > maxScenarioBody || len(x.Answer) > maxScenarioBody:
		return 0, fault.New(fault.TooLarge, "情景太大，不能保存；请减少杠杆。", "The scenario is too large to be kept; use fewer levers.")
	case !utf8.ValidString(x.Name + x.Note + x.Body + x.Answer):
		return 0, fault.New(fault.Invalid, "名称或说明里有不是 UTF-8 的字符；请重新输入。", "The name or note is not UTF-8; type it again.")
	}
	err = s.annotate(ctx, func(c *sql.Conn) error {
		if id = x.ID; id == 0 {
			var n int
			row := c.QueryRowContext(ctx, "SELECT (SELECT coalesce(max(scenario_id), 0) + 1 FROM scenario), (SELECT count(*) FROM scenario WHERE policy_id = ?)", x.Policy)
			if err := row.Scan(&id, &n); err != nil {
				return err
			}
			if n >= maxScenarios {
				return fault.Newf(fault.TooLarge, "已保存 %[1]d 个情景；请先删去不用的。", "%[1]d scenarios are kept; delete some first.", n)
			}
		} else if err := s.mayChange(ctx, c, x.Policy, id); err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, "DELETE FROM scenario WHERE scenario_id = ?", id); err != nil {
			return err
		}
		_, err := c.ExecContext(ctx, "INSERT INTO scenario VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			id, x.Policy, x.Name, x.Note, x.Body, x.Answer, x.State, x.Locked, s.now().UTC(), x.By)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("save scenario: %w", err)
	}
	return id, nil
}

// mayChange finds the scenario and that it isn't locked.
func (s *Store) mayChange(ctx context.Context, c *sql.Conn, policy string, id int64) error {
	var name string
	var locked bool
	err := c.QueryRowContext(ctx, "SELECT name, locked FROM scenario WHERE policy_id = ? AND scenario_id = ?", policy, id).Scan(&name, &locked)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return noScenario(id)
	case err != nil:
		return err
	case locked:
		return fault.Newf(fault.Conflict, "情景“%[1]s”已锁定，不能更改；请先解锁，或另存一份。",
			"The scenario %[1]q is locked; unlock it, or save a copy.", name)
	}
	return nil
}

func noScenario(id int64) error {
	return fault.Newf(fault.NotFound, "没有第 %[1]d 号情景；可能已经删除，请刷新情景列表。",
		"There is no scenario %[1]d; it may be deleted, reload the list.", id)
}

// Scenarios lists the scenarios of a policy, the latest saved first.
func (s *Store) Scenarios(ctx context.Context, policy string) ([]Scenario, error) {
	return s.scenarios(ctx, policy, 0)
}

// ScenarioOf returns one scenario of a policy. Fault: NotFound.
func (s *Store) ScenarioOf(ctx context.Context, policy string, id int64) (Scenario, error) {
	if id <= 0 {
		return Scenario{}, noScenario(id)
	}
	xs, err := s.scenarios(ctx, policy, id)
	if err != nil {
		return Scenario{}, err
	}
	if len(xs) == 0 {
		return Scenario{}, noScenario(id)
	}
	return xs[0], nil
}

func (s *Store) scenarios(ctx context.Context, policy string, id int64) ([]Scenario, error) {
	out := []Scenario{}
	err := s.query(ctx, "Store.Scenarios", func(r *sql.Rows) error {
		var x Scenario
		err := r.Scan(&x.ID, &x.Policy, &x.Name, &x.Note, &x.Body, &x.Answer, &x.State, &x.Locked, &x.At, &x.By)
		out = append(out, x)
		return err
	}, policy, id)
	if err != nil {
		return nil, fmt.Errorf("scenarios of %s: %w", policy, err)
	}
	return out, nil
}

// LockScenario locks or unlocks a scenario. A locked one can't be changed or
// deleted. Fault: NotFound.
func (s *Store) LockScenario(ctx context.Context, policy string, id int64, locked bool) error {
	err := s.annotate(ctx, func(c *sql.Conn) error {
		r, err := c.ExecContext(ctx, "UPDATE scenario SET locked = ? WHERE policy_id = ? AND scenario_id = ?", locked, policy, id)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return noScenario(id)
	})
	if err != nil {
		return fmt.Errorf("lock scenario: %w", err)
	}
	return nil
}

// DeleteScenario deletes a scenario. Faults: NotFound, Conflict for a locked one.
func (s *Store) DeleteScenario(ctx context.Context, policy string, id int64) error {
	err := s.annotate(ctx, func(c *sql.Conn) error {
		if err := s.mayChange(ctx, c, policy, id); err != nil {
			return err
		}
		_, err := c.ExecContext(ctx, "DELETE FROM scenario WHERE policy_id = ? AND scenario_id = ?", policy, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("delete scenario: %w", err)
	}
	return nil
}
