package datasets

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

// storedPolicy is the JSON body of a policy: Policy leaves out of its own JSON
// what has no form of its own there.
type storedPolicy struct {
	Policy
	Frequency string         `json:"frequency"`
	Targets   []storedTarget `json:"targets"`
}

type storedTarget struct {
	Target
	Start string `json:"start,omitempty"`
	Early string `json:"early,omitempty"`
	Late  string `json:"late,omitempty"`
}

func marshalPolicy(p Policy) ([]byte, error) {
	s := storedPolicy{Policy: p, Frequency: p.Frequency.String()}
	for _, t := range p.Targets {
		s.Targets = append(s.Targets, storedTarget{t, dayText(t.Start), dayText(t.Early), dayText(t.Late)})
	}
	return json.Marshal(s)
}

func unmarshalPolicy(b []byte) (Policy, error) {
	var s storedPolicy
	if err := json.Unmarshal(b, &s); err != nil {
		return Policy{}, err
	}
	p := s.Policy
	var err error
	if p.Frequency, err = analytics.ParseFrequency(s.Frequency); err != nil {
		return Policy{}, err
	}
	p.Targets = make([]Target, len(s.Targets))
	for i, t := range s.Targets {
		p.Targets[i] = t.Target
		for _, d := range []struct {
			to   *time.Time
			text string
		}{{&p.Targets[i].Start, t.Start}, {&p.Targets[i].Early, t.Early}, {&p.Targets[i].Late, t.Late}} {
			if d.text == "" {
				continue
			}
			if *d.to, err = analytics.ParseDate(d.text); err != nil {
				return Policy{}, err
			}
		}
	}
	return p, nil
}

func dayText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// PutPolicy stores or replaces a policy after validating it, and reports
// whether that changed anything. Records stay; those whose category now counts
// for another target are read under that one.
func (s *Store) PutPolicy(ctx context.Context, p Policy) (changed bool, err error) {
	if err := p.Validate(); err != nil {
		return false, err
	}
	body, err := marshalPolicy(p)
	if err != nil {
		return false, fmt.Errorf("store policy %s: %w", p.ID, err)
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	err = s.transact(ctx, func(c *sql.Conn) error {
		var have string
		err := c.QueryRowContext(ctx, "SELECT hash FROM policy WHERE policy_id = ?", p.ID).Scan(&have)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if have == hash {
			return nil
		}
		changed = true
		return putPolicy(ctx, c, p, hash, body)
	})
	if err != nil {
		return false, fmt.Errorf("store policy %s: %w", p.ID, err)
	}
	return changed, nil
}

func putPolicy(ctx context.Context, c *sql.Conn, p Policy, hash string, body []byte) error {
	exec := func(text string, args ...any) error {
		_, err := c.ExecContext(ctx, text, args...)
		return err
	}
	err := exec(`INSERT INTO policy VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM policy), ?, ?)
		ON CONFLICT (policy_id) DO UPDATE SET hash = excluded.hash, body = excluded.body`, p.ID, hash, string(body))
	if err != nil {
		return err
	}
	if err := exec("DELETE FROM category WHERE policy_id = ?", p.ID); err != nil {
		return err
	}
	for _, t := range p.Targets {
		err := exec(`INSERT INTO target VALUES (?, ?, ?)
			ON CONFLICT (policy_id, target_id) DO UPDATE SET root_id = excluded.root_id`, p.ID, t.ID, p.Root(t.ID))
		if err != nil {
			return err
		}
	}
	for _, k := range p.Categories {
		err := exec("INSERT INTO category VALUES (?, ?, ?, ?, ?, ?)", p.ID, string(k.Kind), k.Plan, k.Name, p.Canonical(k.Target), string(k.Value))
		if err != nil {
			return err
		}
	}
	return exec(`UPDATE wording SET target_id = c.target_id FROM category c
		WHERE wording.policy_id = ? AND c.policy_id = wording.policy_id AND c.kind = wording.kind
		  AND c.plan = wording.plan AND c.name = wording.category AND c.target_id <> wording.target_id`, p.ID)
}

// Policies returns the stored policies in the order in which they came. The
// policies are shared: treat them as read-only.
func (s *Store) Policies(ctx context.Context) ([]Policy, error) {
	s.known.Lock()
	defer s.known.Unlock()
	if s.policies != nil {
		return slices.Clone(s.policies), nil
	}
	out, err := s.readPolicies(ctx, s.db)
	if err != nil {
		return nil, err
	}
	s.policies = out
	return slices.Clone(out), nil
}

func (s *Store) readPolicies(ctx context.Context, on querier) ([]Policy, error) {
	out := []Policy{}
	err := s.queryOn(ctx, on, "Store.Policies", func(r *sql.Rows) error {
		var body string
		if err := r.Scan(&body); err != nil {
			return err
		}
		p, err := unmarshalPolicy([]byte(body))
		if err != nil {
			return err
		}
		out = append(out, p)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("policies: %w", err)
	}
	return out, nil
}

// Policy returns one policy; the fault NotFound names those there are.
func (s *Store) Policy(ctx context.Context, id string) (Policy, error) {
	all, err := s.Policies(ctx)
	if err != nil {
		return Policy{}, err
	}
	ids := make([]string, len(all))
	for i, p := range all {
		if p.ID == id {
			return p, nil
		}
		ids[i] = p.ID
	}
	if len(ids) == 0 {
		return Policy{}, fault.New(fault.NotFound,
			"数据库中还没有政策；请先用 talentcast policy add 载入，或用 talentcast serve --samples 载入随附政策。",
			"The database has no policy yet; load one with talentcast policy add, or the shipped ones with talentcast serve --samples.")
	}
	return Policy{}, fault.Newf(fault.NotFound,
		"没有政策 %[1]q；已载入的有：%[2]s。", "There is no policy %[1]q; stored are %[2]s.", id, strings.Join(ids, ", "))
}
