package datasets

import (
	"testing"
	"time"

	"talentcast/analytics/fault"
)

func TestReportsAreRecorded(t *testing.T) {
	s := openTest(t)
	ctx := t.Context()
	want := Report{
		Policy: "p", Kind: "brief", Lang: "zh", Format: "docx", Name: "简报.docx", AsOf: time.Date(2015, 6, 30, 0, 0, 0, 0, time.UTC), State: "1-a", Version: "1", Seed: "555", Bytes: 7, SHA256: "ab", By: "甲",
	}
	first, err := s.AddReport(ctx, want)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.AddReport(ctx, want)
	if err != nil || second == first {
		t.Fatalf("%d after %d: %v", second, first, err)
	}
	got, err := s.ReportOf(ctx, "p", first)
	want.ID, want.At = first, got.At
	if err != nil || got != want {
		t.Errorf("%+v, want %+v (%v)", got, want, err)
	}
	all, err := s.Reports(ctx, "p")
	if err != nil || len(all) != 2 {
		t.Errorf("%d reports, %v", len(all), err)
	}
	for _, c := range []struct {
		policy string
		id     int64
	}{{"p", 99}, {"q", first}, {"p", -1}} {
		if _, err := s.ReportOf(ctx, c.policy, c.id); fault.As(err) == nil || fault.As(err).Code != fault.NotFound {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func TestTheNewestWordingCounts(t *testing.T) {
	s := openTest(t)
	ctx := t.Context()
	for i, body := range []string{"", "甲", "乙", ""} {
		if i > 0 {
			if err := s.SaveReportTemplate(ctx, "p", "zh", body, "某"); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.ReportTemplate(ctx, "p", "zh")
		if err != nil || got.Body != body || got.Revision != int64(i) {
			t.Errorf("after %d: %+v, %v", i, got, err)
		}
	}
	if other, err := s.ReportTemplate(ctx, "p", "en"); err != nil || other.Revision != 0 {
		t.Errorf("of another language: %+v, %v", other, err)
	}
}
