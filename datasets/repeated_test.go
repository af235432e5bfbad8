package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// stored is a version as the table has it, for readings made in Go.
type stored struct {
	id    int64
	key   string
	known time.Time
	batch int64
}

// TestHeldIsTheVersionKnownLast: after loads, corrections, repetitions and undoings
// in any order, what holds on a day is of each key the version known last then, and
// what was first known of it the one known first, as found by going through all.
func TestHeldIsTheVersionKnownLast(t *testing.T) {
	for seed := range uint64(6) {
		s := openTest(t)
		r := rand.New(rand.NewPCG(555, seed))
		s.now = func() time.Time { return date("2014-01-01").AddDate(0, 0, r.IntN(600)) }
		for b := range 12 {
			randomBatch(t, s, r, b)
			if b > 2 && r.IntN(3) == 0 {
				_, _ = s.Undo(context.Background(), Undoing{Policy: "test", Batch: 1 + r.Int64N(int64(b)), By: "李工"}) // it may be undone already
			}
		}
		all, undone := everyVersion(t, s)
		for range 12 {
			day := date("2013-01-01").AddDate(0, 0, r.IntN(1000))
			want, first := brute(all, undone, day)
			if got := numbers(t, s, "SELECT record_id FROM held('test', ?)", day); !slices.Equal(got, want) {
				t.Fatalf("seed %d, %s: held %v, want %v", seed, day.Format(time.DateOnly), got, want)
			}
			got := numbers(t, s, "SELECT date_diff('day', DATE '2000-01-01', first_known) FROM entered('test', ?)", day)
			if !slices.Equal(got, first) {
				t.Fatalf("seed %d, %s: first known %v, want %v", seed, day.Format(time.DateOnly), got, first)
			}
		}
	}
}

// randomBatch loads rows of few keys, some of them as they are stored already.
func randomBatch(t *testing.T, s *Store, r *rand.Rand, n int) {
	t.Helper()
	var rows []Record
	for range 1 + r.IntN(8) {
		k := r.IntN(12)
		event := date("2013-01-01").AddDate(0, 0, r.IntN(3)*100)
		rows = append(rows, person(fmt.Sprintf("talent|p%d|甲类", k), fmt.Sprint("p", k), "甲类", "A", event.Format(time.DateOnly), event.AddDate(0, 0, r.IntN(500)).Format(time.DateOnly)))
	}
	b := batch(fmt.Sprint("b", n), rows...)
	b.Kind, b.Distinct = Talent, false
	if n == 0 || r.IntN(3) == 0 { // as from a file whose keys are known to differ
		seen := map[string]bool{}
		rows = slices.DeleteFunc(rows, func(x Record) bool { had := seen[x.Key]; seen[x.Key] = true; return had })
		b.Records, b.Read, b.Distinct = rows, len(rows), true
	}
	mustLoad(t, s, b)
}

func everyVersion(t *testing.T, s *Store) (all []stored, undone map[int64]time.Time) {
	t.Helper()
	undone = map[int64]time.Time{}
	each(t, s, "SELECT batch_id, undone_from FROM undone", func(rows *sql.Rows) error {
		var id int64
		var from time.Time
		err := rows.Scan(&id, &from)
		undone[id] = from
		return err
	})
	each(t, s, "SELECT record_id, natural_key, known_from, batch_id FROM record", func(rows *sql.Rows) error {
		var v stored
		err := rows.Scan(&v.id, &v.key, &v.known, &v.batch)
		all = append(all, v)
		return err
	})
	return all, undone
}

// brute is what holds on a day, and the days on which it was first known.
func brute(all []stored, undone map[int64]time.Time, day time.Time) (held, first []int64) {
	last, began := map[string]stored{}, map[string]stored{}
	for _, v := range all {
		if from, back := undone[v.batch]; v.known.After(day) || back && !from.After(day) {
			continue
		}
		if had, ok := last[v.key]; !ok || v.known.After(had.known) || v.known.Equal(had.known) && v.id > had.id {
			last[v.key] = v
		}
		if had, ok := began[v.key]; !ok || v.known.Before(had.known) || v.known.Equal(had.known) && v.id < had.id {
			began[v.key] = v
		}
	}
	for key, v := range last {
		held = append(held, v.id)
		first = append(first, int64(began[key].known.Sub(date("2000-01-01"))/(24*time.Hour)))
	}
	slices.Sort(held)
	slices.Sort(first)
	return held, first
}

func numbers(t *testing.T, s *Store, text string, day time.Time) (out []int64) {
	t.Helper()
	each(t, s, text, func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		out = append(out, n)
		return err
	}, day)
	slices.Sort(out)
	return out
}

func each(t *testing.T, s *Store, text string, scan func(*sql.Rows) error, args ...any) {
	t.Helper()
	rows, err := s.db.QueryContext(context.Background(), text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
