package datasets

import (
	"testing"
	"time"
)

func TestAlertsAreToldOnce(t *testing.T) {
	now := time.Date(2015, 7, 1, 8, 0, 0, 0, time.UTC)
	s, err := Open(t.Context(), Config{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx := t.Context()
	if seen, err := s.Seen(ctx, "p"); err != nil || len(seen) != 0 {
		t.Fatalf("%v, %v", seen, err)
	}
	a := Alert{Kind: "light", Subject: "A", Was: "late", Became: "off_track", TextZh: "甲", TextEn: "A", AsOf: date("2015-06-30"), State: "s"}
	if err := s.Raise(ctx, "p", map[string]string{"A": "off_track"}, []Alert{a}, []string{"mail", "hook"}); err != nil {
		t.Fatal(err)
	}
	if seen, err := s.Seen(ctx, "p"); err != nil || seen["A"] != "off_track" {
		t.Errorf("%v, %v", seen, err)
	}
	out, err := s.Undelivered(ctx, now, 3)
	if err != nil || len(out) != 2 || out[0].TextZh != "甲" || out[0].Tries != 0 {
		t.Fatalf("%+v, %v", out, err)
	}
	if err := s.Delivered(ctx, []int64{1}, "mail", "", now); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := s.Delivered(ctx, []int64{1}, "hook", "500", now.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := s.Undelivered(ctx, now.Add(time.Hour), 3); err != nil || len(out) != 0 {
		t.Errorf("after three tries: %+v, %v", out, err)
	}
	all, err := s.Alerts(ctx, "p", 10)
	if err != nil || len(all) != 1 || all[0].Sent != "hook ×3 · mail √" || !all[0].At.Equal(now) {
		t.Errorf("%+v, %v", all, err)
	}
	if other, err := s.Alerts(ctx, "q", 10); err != nil || len(other) != 0 {
		t.Errorf("of another policy: %+v, %v", other, err)
	}
}
