package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/cmd/talentcast/internal/schedule"
)

// entries are what the audit log of a data folder holds, the oldest first.
func entries(t *testing.T, data string) []audit.Entry {
	t.Helper()
	all, _, err := audit.Read(filepath.Join(data, "audit"), audit.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(all)
	return all
}

// steps are the actions and results of entries, and part of their objects.
func steps(all []audit.Entry, actions ...string) (out []string) {
	for _, e := range all {
		if slices.Contains(actions, e.Action) {
			out = append(out, e.Action+" "+e.Result)
		}
	}
	return out
}

// aLog is a program with a data folder and its open audit log.
func aLog(t *testing.T) (*app, *audit.Log) {
	t.Helper()
	a := &app{out: io.Discard, err: io.Discard, now: time.Now, dataDir: t.TempDir(), lang: "en"}
	key, err := a.makeKey()
	if err != nil {
		t.Fatal(err)
	}
	l, err := a.openAudit(key, 0, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return a, l
}

type oneReport struct{ body []byte }

func (r oneReport) Make(context.Context, schedule.Entry) (schedule.Written, error) {
	return schedule.Written{Name: "简报.docx", Type: "application/octet-stream", Body: r.body}, nil
}

// TestScheduledReportsAreWrittenDown: a report that leaves by the clock has its
// entries, with what it is and no address of a person.
func TestScheduledReportsAreWrittenDown(t *testing.T) {
	a, l := aLog(t)
	began, due := time.Now(), time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	a.now = func() time.Time { return due.Add(time.Since(began) - 50*time.Millisecond) } // the hour is about to strike
	file, folder := filepath.Join(t.TempDir(), "s.yaml"), filepath.Join(t.TempDir(), "out")
	write(t, file, "mail: {host: 127.0.0.1, port: 1, from: a@example.org, tls: none}\nreports:\n"+
		"  - {name: 月报, policy: liwan-555, kind: brief, cron: \"0 8 1 * *\", folder: "+folder+", to: [\"张伟 <zhangwei@example.org>\", b@example.com]}\n")
	body := []byte("a report")
	stop, err := a.scheduled(t.Context(), file, oneReport{body}, l, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	want := []string{"report_scheduled begun", "report_scheduled ok", "report_scheduled begun", "report_scheduled failed"} // nobody answers on port 1
	var got []audit.Entry
	for range 100 {
		if got = entries(t, a.dataDir); len(got) >= len(want) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if s := steps(got, "report_scheduled"); !slices.Equal(s, want) {
		t.Fatalf("%q, want %q", s, want)
	}
	for i, e := range got {
		o := e.Object
		if o["kind"] != "brief" || o["policy"] != "liwan-555" || o["file"] != "简报.docx" || o["sha256"] != fmt.Sprintf("%x", sha256.Sum256(body)) {
			t.Errorf("%d: %v", i, o)
		}
		if letter := i >= 2; letter && (o["recipients"] != "2" || o["domains"] != "example.com,example.org") || !letter && o["folder"] == "" {
			t.Errorf("%d: %v", i, o)
		}
	}
	files, err := audit.Files(a.auditDir())
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if b := read(t, f); bytes.Contains(b, []byte("zhangwei")) || bytes.Contains(b, []byte("张伟")) {
			t.Error("a person stands in the log")
		}
	}
}

// TestBackupsByTheClockAreWrittenDown: those written and those removed.
func TestBackupsByTheClockAreWrittenDown(t *testing.T) {
	data, to := filepath.Join(t.TempDir(), "data"), t.TempDir()
	if out, code := talk(t, data, "policy", "add", filepath.Join("..", "..", "datasets", "policies", "gz-rd")); code != exitOK {
		t.Fatal(out)
	}
	if err := os.MkdirAll(filepath.Join(to, "talentcast-20150701T030000Z"), 0o700); err != nil { // one that has to go
		t.Fatal(err)
	}
	a := &app{out: io.Discard, err: io.Discard, now: time.Now, dataDir: data}
	store, err := a.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	key, err := a.key(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	l, err := a.openAudit(key, 0, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, stop := context.WithCancel(t.Context())
	c := operator{a, store, l, nil}.clock(keeping{cron: "0 3 * * *", dir: to, keep: 1}, slog.New(slog.DiscardHandler))
	struck := false
	c.After = func(time.Duration) <-chan time.Time {
		ch := make(chan time.Time, 1)
		if struck {
			stop()
			return nil
		}
		struck = true
		ch <- time.Now()
		return ch
	}
	c.Run(ctx)
	want := []string{"backup begun", "backup ok", "backup_remove begun", "backup_remove ok"}
	all := entries(t, data)
	if got := steps(all, "backup", "backup_remove"); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if o := all[len(all)-1].Object; o["backup"] != "talentcast-20150701T030000Z" || o["dir"] != to {
		t.Errorf("%v", o)
	}
}

// TestCommandsBesideAServiceAreWrittenDown: the service writes the entries of what
// a command does with files of its own.
func TestCommandsBesideAServiceAreWrittenDown(t *testing.T) {
	data, to := filepath.Join(t.TempDir(), "data"), t.TempDir()
	if out, code := talk(t, data, "policy", "add", filepath.Join("..", "..", "datasets", "policies", "gz-rd")); code != exitOK {
		t.Fatal(out)
	}
	if err := os.MkdirAll(filepath.Join(to, "talentcast-20150701T030000Z"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := startServer(t, data, io.Discard)
	for _, args := range [][]string{{"audit", "export", "-o", filepath.Join(to, "all.csv")}, {"backup", "-o", to, "--keep", "1"}, {"audit", "verify"}} {
		if out, code := talk(t, data, args...); code != exitOK {
			t.Errorf("%v: %s", args, out)
		}
	}
	// An export that fails is written down as well.
	if out, code := talk(t, data, "audit", "export", "-o", filepath.Join(to, "none", "all.csv")); code != exitFault {
		t.Errorf("%d %s", code, out)
	}
	s.stop()
	want := []string{
		"audit_export begun", "audit_export ok", "backup begun", "backup ok", "backup_remove begun", "backup_remove ok",
		"audit_export begun", "audit_export refused",
	}
	all := entries(t, data)
	if got := steps(all, "audit_export", "backup", "backup_remove"); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, e := range all {
		if e.Action == "audit_export" && (e.Via != "cli" || !strings.HasPrefix(e.Who, "cli:") || e.Object["file"] != "all.csv") {
			t.Errorf("%+v", e)
		}
	}
	if out, code := talk(t, data, "audit", "verify"); code != exitOK {
		t.Error(out)
	}
}

// TestAStartSaysWithWhichSettings: the entry has the hash of what `config show --json`
// prints, which is another one for other settings, and the same for the same.
func TestAStartSaysWithWhichSettings(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	starts := func(flags ...string) []string {
		t.Helper()
		startServer(t, data, io.Discard, flags...).stop()
		var out []string
		for _, e := range entries(t, data) {
			if e.Action == "start" {
				out = append(out, e.Object["settings"])
			}
		}
		return out
	}
	starts()
	starts()
	got := starts("--audit-keep", "200")
	if len(got) != 3 || got[0] != got[1] || got[1] == got[2] {
		t.Fatalf("%q", got)
	}
	var b bytes.Buffer
	if code := run(t.Context(), []string{"--data", data, "--paths", "200", "config", "show", "--json", "--", "--addr", "127.0.0.1:0", "--audit-keep", "200"}, strings.NewReader(""), &b, io.Discard, nil); code != exitOK {
		t.Fatal(code)
	}
	if want := fmt.Sprintf("%x", sha256.Sum256(b.Bytes())); got[2] != want {
		t.Errorf("%s, want %s", got[2], want)
	}
}
