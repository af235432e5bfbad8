package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"talentcast/analytics/fault"
)

// Report is a report that was written: what it was made of, and which file came of
// it. The file itself lies beside the database.
type Report struct {
	ID         int64     `json:"id"`
	Policy     string    `json:"policy"`
	Kind       string    `json:"kind"`
	Lang       string    `json:"lang"`
	Format     string    `json:"format"`
	Name       string    `json:"name"`
	AsOf       time.Time `json:"-"`
	Department string    `json:"department,omitempty"`
	Scenario   string    `json:"scenario,omitempty"`
	State      string    `json:"data_state"`
	Version    string    `json:"version"`
	Seed       string    `json:"seed"`
	Bytes      int64     `json:"bytes"`
	SHA256     string    `json:"sha256"`
	At         time.Time `json:"made_at"`
	By         string    `json:"made_by,omitempty"`
}

// AddReport records a report and returns its id.
func (s *Store) AddReport(ctx context.Context, r Report) (id int64, err error) {
	err = s.transact(ctx, func(c *sql.Conn) error {
		if err := c.QueryRowContext(ctx, "SELECT coalesce(max(report_id), 0) + 1 FROM report").Scan(&id); err != nil {
			return err
		}
		_, err := c.ExecContext(ctx, "INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			id, r.Policy, r.Kind, r.Lang, r.Format, r.Name, r.AsOf, r.Department, r.Scenario, r.State, r.Version, r.Seed, r.Bytes, r.SHA256, s.now().UTC(), r.By)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("record report: %w", err)
	}
	return id, nil
}

// Reports lists the reports written of a policy, the latest first, 500 at most.
func (s *Store) Reports(ctx context.Context, policy string) ([]Report, error) {
	return s.reports(ctx, policy, 0)
}

// ReportOf is one of them. Fault: NotFound.
func (s *Store) ReportOf(ctx context.Context, policy string, id int64) (Report, error) {
	if id > 0 {
		rs, err := s.reports(ctx, policy, id)
		if err != nil {
			return Report{}, err
		}
		if len(rs) > 0 {
			return rs[0], nil
		}
	}
	return Report{}, fault.Newf(fault.NotFound, "没有第 %[1]d 号报告；请在报告页查看已生成的报告。", "There is no report %[1]d; the page of reports lists those written.", id)
}

func (s *Store) reports(ctx context.Context, policy string, id int64) ([]Report, error) {
	out := []Report{}
	err := s.query(ctx, "Store.Reports", func(r *sql.Rows) error {
		var x Report
		err := r.Scan(&x.ID, &x.Policy, &x.Kind, &x.Lang, &x.Format, &x.Name, &x.AsOf, &x.Department, &x.Scenario, &x.State, &x.Version, &x.Seed, &x.Bytes, &x.SHA256, &x.At, &x.By)
		out = append(out, x)
		return err
	}, policy, id)
	if err != nil {
		return nil, fmt.Errorf("reports of %s: %w", policy, err)
	}
	return out, nil
}

// ReportTemplate is the wording of a policy's reports in a language.
type ReportTemplate struct {
	Revision int64 // 0 for the shipped one
	Body     string
	At       time.Time
	By       string
}

// ReportTemplate returns the newest wording; its Body is empty where the shipped
// one holds.
func (s *Store) ReportTemplate(ctx context.Context, policy, lang string) (t ReportTemplate, err error) {
	err = s.query(ctx, "Store.ReportTemplate", func(r *sql.Rows) error {
		return r.Scan(&t.Revision, &t.Body, &t.At, &t.By)
	}, policy, lang)
	if err != nil {
		return t, fmt.Errorf("wording of reports of %s: %w", policy, err)
	}
	return t, nil
}

// SaveReportTemplate keeps a wording as the newest; an empty one goes back to the
// shipped. Who calls it has checked it.
func (s *Store) SaveReportTemplate(ctx context.Context, policy, lang, body, by string) error {
	err := s.transact(ctx, func(c *sql.Conn) error {
		_, err := c.ExecContext(ctx, "INSERT INTO report_template SELECT ?, ?, (SELECT coalesce(max(revision), 0) + 1 FROM report_template WHERE policy_id = ? AND lang = ?), ?, ?, ?",
			policy, lang, policy, lang, body, s.now().UTC(), by)
		return err
	})
	if err != nil {
		return fmt.Errorf("save wording of reports of %s: %w", policy, err)
	}
	return nil
}
