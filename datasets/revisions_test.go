package datasets

import (
	"context"
	"slices"
	"testing"
)

func TestRevisionsAndReadingsBetween(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.PutPolicy(ctx, testPolicy()); err != nil {
		t.Fatal(err)
	}
	row := func(target, key, event, end, known string) Record {
		r := Record{Kind: Talent, Target: target, Category: "甲类", Key: key, Person: key, Event: date(event), Known: date(known)}
		if end != "" {
			r.End = date(end)
		}
		return r
	}
	figure := func(value, event, known string) Record {
		return Record{Kind: Indicator, Target: "I", Key: "i" + value[:1], Value: exact(value), Unit: "个", Event: date(event), Known: date(known)}
	}
	rs := []Record{
		row("A", "same", "2014-01-10", "", "2014-01-10"),
		row("A", "late", "2014-01-20", "", "2014-03-02"),
		row("A", "new", "2014-03-03", "", "2014-03-03"),
		row("A", "moved", "2014-01-05", "", "2014-01-05"), row("B", "moved", "2014-01-05", "", "2014-03-01"),
		row("A", "left", "2014-01-06", "", "2014-01-06"), row("A", "left", "2014-01-06", "2014-03-09", "2014-03-09"),
		row("A", "gone", "2014-01-07", "", "2014-01-07"), row("A", "gone", "2014-09-07", "", "2014-03-09"),
		figure("3", "2014-01-31", "2014-01-31"), figure("3.5", "2014-02-28", "2014-03-05"), // one key, corrected
	}
	mustLoad(t, s, Batch{Policy: "test", File: "f.csv", SHA256: "f", LoadedAt: date("2014-04-01"), Read: len(rs), Records: rs})
	got, err := s.Revisions(ctx, "test", date("2014-02-28"), date("2014-03-31"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Revision{
		{"", "A", LateRow, 1},
		{"", "A", NewRow, 1},
		{"A", "", RemovedRow, 1},
		{"A", "A", NewRow, 1}, // who left after the earlier day is news
		{"A", "B", CorrectedRow, 1},
		{"I", "I", CorrectedRow, 1},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	// February as it is known at the end of March.
	flows, err := s.Flows(ctx, "test", date("2014-03-31"), date("2014-02-28"))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int64{}
	for _, f := range flows {
		counts[f.Target] += f.Joins
		if f.Leaves > 0 {
			t.Errorf("someone leaves before the day: %+v", f)
		}
	}
	if counts["A"] != 3 || counts["B"] != 1 { // same, late, left; moved
		t.Errorf("counts %v", counts)
	}
	for events, want := range map[string]int{"2014-02-28": 1, "2014-02-27": 0} {
		figures, err := s.Figures(ctx, "test", date("2014-03-31"), date(events))
		if err != nil {
			t.Fatal(err)
		}
		if len(figures) != want || want == 1 && figures[0].Value.String() != "3.5" {
			t.Errorf("figures up to %s: %+v", events, figures)
		}
	}
}
