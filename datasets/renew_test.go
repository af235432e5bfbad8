package datasets

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"
)

// What is remembered of a policy is what the tables say once a write has returned,
// whichever it was and whether or not it succeeded; and the turn has moved on.
func TestWritesRenewWhatIsRemembered(t *testing.T) {
	s := openTest(t)
	s.now = func() time.Time { return date("2015-07-02") }
	ctx := t.Context()
	other := testPolicy()
	other.ID = "other"
	renamed := testPolicy()
	renamed.NameZh = "改了名的政策"
	fails := batch("c", person("k9", "p9", "甲类", "A", "2015-03-05", "2015-03-06"))
	fails.Feed = func(context.Context, *Batch, func([]Record, func()) error) error { return errors.New("broken") }
	gone, leave := context.WithCancel(ctx)
	leave()
	for _, w := range []struct {
		name    string
		changes bool // the state
		write   func() error
	}{
		{"load", true, func() error {
			_, err := s.Load(ctx, batch("a", person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06")))
			return err
		}},
		{"second load", true, func() error {
			_, err := s.Load(ctx, batch("b", person("k2", "p2", "甲类", "A", "2015-06-01", "2015-06-02")))
			return err
		}},
		{"a load that fails", false, func() error {
			if _, err := s.Load(ctx, fails); err == nil {
				return errors.New("it was loaded")
			}
			return nil
		}},
		{"a load whose clerk has left", false, func() error {
			if _, err := s.Load(gone, batch("d", person("k5", "p5", "甲类", "A", "2015-06-01", "2015-06-02"))); err == nil {
				return errors.New("it was loaded")
			}
			return nil
		}},
		{"undo", true, func() error {
			_, err := s.Undo(ctx, Undoing{Policy: "test", Batch: 2, By: "李工"})
			return err
		}},
		{"effects", false, func() error { return s.KeepEffects(ctx, 1, []Effect{{"A", nil, ptr(12)}}) }},
		{"a note", false, func() error {
			_, err := s.AddNote(ctx, "test", Note{Target: "A", Text: "说明", By: "李工"})
			return err
		}},
		{"a new policy", false, func() error { _, err := s.PutPolicy(ctx, other); return err }},
		{"a changed policy", true, func() error { _, err := s.PutPolicy(ctx, renamed); return err }},
	} {
		before, err := s.State(ctx, "test") // remembered from here on
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Policies(ctx); err != nil {
			t.Fatal(err)
		}
		if err := w.write(); err != nil {
			t.Errorf("%s: %v", w.name, err)
		}
		got, err := s.State(ctx, "test")
		if err != nil {
			t.Fatal(err)
		}
		want, err := s.readState(ctx, s.db, "test")
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: remembered %+v, stored %+v, %v", w.name, got, want, err)
		}
		if changed := !reflect.DeepEqual(before, want); changed != w.changes {
			t.Errorf("%s: the state changed %t", w.name, changed)
		}
		policies, err := s.Policies(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if stored, err := s.readPolicies(ctx, s.db); err != nil || !reflect.DeepEqual(policies, stored) {
			t.Errorf("%s: other policies are remembered than stored (%v)", w.name, err)
		}
	}
}
