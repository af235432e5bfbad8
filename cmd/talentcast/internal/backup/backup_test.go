package backup_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/cmd/talentcast/internal/backup"
	"talentcast/datasets"
)

var made = time.Date(2015, 7, 1, 3, 0, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// folder is a data folder with a policy, an audit file, a report and a key, and
// its open store.
func folder(t *testing.T) (data string, s *datasets.Store) {
	t.Helper()
	data = t.TempDir()
	for name, text := range map[string]string{"audit/2015-07.jsonl": "{}\n", "reports/1.docx": "PK", "talentcast.key": "00\n", "demo/x.csv": "a\n", "reports/2.docx.part": "half"} {
		path := filepath.Join(data, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(data, "reports", "3.docx")); err != nil {
		t.Fatal(err)
	}
	s, err := datasets.Open(t.Context(), datasets.Config{Path: filepath.Join(data, "talentcast.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	ps, err := datasets.ShippedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutPolicy(t.Context(), ps[0]); err != nil {
		t.Fatal(err)
	}
	return data, s
}

func wrote(t *testing.T, data string, s *datasets.Store, now time.Time, key bool, to string) (string, backup.Manifest) {
	t.Helper()
	path, m, err := backup.Source{Store: s, Data: data, Version: "test", Now: at(now), Key: key}.Write(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	return path, m
}

func TestWhatIsInABackup(t *testing.T) {
	data, s := folder(t)
	to := filepath.Join(t.TempDir(), "made for it")
	path, m := wrote(t, data, s, made, true, to)
	if filepath.Base(path) != "talentcast-20150701T030000Z" || !m.Key || m.Rows() == 0 || m.Bytes() == 0 {
		t.Errorf("%s %+v", path, m)
	}
	var names []string
	for _, f := range m.Files {
		names = append(names, f.Path)
	}
	for name, want := range map[string]bool{
		"files/audit/2015-07.jsonl": true, "files/reports/1.docx": true, "files/talentcast.key": true, "tables/policy.parquet": true,
		"files/demo/x.csv": false, "files/reports/2.docx.part": false, "files/reports/3.docx": false,
	} {
		if slices.Contains(names, name) != want {
			t.Errorf("%s is in it: %v", name, !want)
		}
	}
	if _, _, err := (backup.Source{Store: s, Data: data, Now: at(made)}).Write(t.Context(), to); !fault.Is(err, fault.Conflict) {
		t.Errorf("over another: %v", err)
	}
	if _, m := wrote(t, data, s, made.Add(time.Second), false, to); m.Key {
		t.Error("the key is in a backup without it")
	}
	if left, _ := filepath.Glob(filepath.Join(data, "*.part")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestVerifyFindsDamage(t *testing.T) {
	data, s := folder(t)
	for name, damage := range map[string]func(dir string) error{
		"a table gone": func(dir string) error { return os.Remove(filepath.Join(dir, "tables", "policy.parquet")) },
		"a table cut":  func(dir string) error { return os.Truncate(filepath.Join(dir, "tables", "policy.parquet"), 20) },
		"a file changed": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "files", "talentcast.key"), []byte("11\n"), 0o600)
		},
		"a manifest edited": func(dir string) error { return edit(dir, `"schema"`, `"schema" `) },
		"no checksums":      func(dir string) error { return os.Remove(filepath.Join(dir, "SHA256SUMS")) },
		"no manifest":       func(dir string) error { return os.Remove(filepath.Join(dir, "manifest.json")) },
		"no JSON":           func(dir string) error { return os.WriteFile(filepath.Join(dir, "manifest.json"), []byte("{"), 0o600) },
		"leads out": func(dir string) error {
			return edit(dir, "files/talentcast.key", "../../talentcast.key")
		},
	} {
		t.Run(name, func(t *testing.T) {
			path, _ := wrote(t, data, s, made, true, t.TempDir())
			if _, err := backup.Verify(t.Context(), path); err != nil {
				t.Fatal(err)
			}
			if err := damage(path); err != nil {
				t.Fatal(err)
			}
			if _, err := backup.Verify(t.Context(), path); !fault.Is(err, fault.Unreadable) && !fault.Is(err, fault.NotFound) {
				t.Errorf("verified as %v", err)
			}
			to := filepath.Join(t.TempDir(), "new")
			if _, err := (backup.Restoring{Dir: path, Data: to, Now: at(made)}).Restore(t.Context()); fault.As(err) == nil {
				t.Errorf("restored: %v", err)
			}
			if _, err := os.Stat(filepath.Join(to, "talentcast.duckdb")); err == nil {
				t.Error("there is a database of a damaged backup")
			}
		})
	}
}

// edit changes the manifest and its checksum line stays as it was, but for the one
// who wants to lead out: who can edit one can edit the other.
func edit(dir, old, replacement string) error {
	path := filepath.Join(dir, "manifest.json")
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.ReplaceAll(string(b), old, replacement)), 0o600)
}

func TestRestoreKeepsWhatWasThere(t *testing.T) {
	data, s := folder(t)
	path, m := wrote(t, data, s, made, true, t.TempDir())
	want, err := s.Policies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (backup.Restoring{Dir: path, Data: data, Now: at(made)}).Restore(t.Context()); !fault.Is(err, fault.Conflict) {
		t.Errorf("over a database: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "talentcast.duckdb"), []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := backup.Restoring{Dir: path, Data: data, Replace: true, Now: at(made)}.Restore(t.Context())
	if err != nil || got.Rows() != m.Rows() {
		t.Fatalf("%+v, %v", got, err)
	}
	if b, err := os.ReadFile(filepath.Join(got.Aside, "talentcast.duckdb")); err != nil || string(b) != "not a database" {
		t.Errorf("what was there is %q, %v", b, err)
	}
	back, err := datasets.Open(t.Context(), datasets.Config{Path: filepath.Join(data, "talentcast.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	ps, err := back.Policies(t.Context())
	a, _ := json.Marshal(ps)
	b, _ := json.Marshal(want)
	if err != nil || string(a) != string(b) {
		t.Errorf("policies differ: %v", err)
	}
	for name, text := range map[string]string{"audit/2015-07.jsonl": "{}\n", "reports/1.docx": "PK", "talentcast.key": "00\n", "demo/x.csv": "a\n"} {
		if b, err := os.ReadFile(filepath.Join(data, name)); err != nil || string(b) != text {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
}

func TestPrune(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"talentcast-20150101T000000Z", "talentcast-20150102T000000Z", "talentcast-20150103T000000Z", "talentcast-20150101T000000Z.part", "talentcast-20150630T120000Z.part", "talentcast-notes", "other", "talentcast-20300101T000000Z", "talentcast-20300102T000000Z"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// Those dated after now are of a clock that was wrong; they stay and take nobody's place.
	removed, err := backup.Prune(dir, 2, made, nil)
	want := []string{"talentcast-20150101T000000Z.part", "talentcast-20150101T000000Z"}
	slices.Sort(removed)
	slices.Sort(want)
	if err != nil || !slices.Equal(removed, want) {
		t.Errorf("removed %v, %v", removed, err)
	}
	if removed, err := backup.Prune(dir, 0, made, nil); err != nil || len(removed) != 0 {
		t.Errorf("0 keeps all, but %v went, %v", removed, err)
	}
}

// TestClock: a failed backup removes nothing, is told of, and is tried again within the
// day.
func TestClock(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "talentcast-20150101T000000Z"), 0o755); err != nil {
		t.Fatal(err)
	}
	now := made.Add(-time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	var at []time.Time
	var told []bool
	c := backup.Clock{
		Cron: "0 3 * * *", Dir: dir, Keep: 1, Log: slog.New(slog.DiscardHandler),
		Now:  func() time.Time { return now },
		Told: func(err error) { told = append(told, err == nil) },
		After: func(d time.Duration) <-chan time.Time {
			now = now.Add(d)
			c := make(chan time.Time, 1)
			c <- now
			return c
		},
		Do: func(_ context.Context, dir string) (string, error) {
			at = append(at, now)
			if len(at) == 1 {
				return "", errors.New("disk")
			}
			if _, err := os.Stat(filepath.Join(dir, "talentcast-20150101T000000Z")); err != nil {
				t.Error("the old backup went before there was a new one")
			}
			cancel()
			path := filepath.Join(dir, "talentcast-20150701T040000Z")
			return path, os.Mkdir(path, 0o755)
		},
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	c.Run(ctx)
	if len(at) != 2 || !at[0].Equal(made) || !at[1].Equal(made.Add(time.Hour)) || !slices.Equal(told, []bool{false, true}) {
		t.Errorf("written at %v, told %v", at, told)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d backups stay, want 1", len(left))
	}
	for _, cron := range []string{"", "every day", "0 3 * *", "61 3 * * *", "0 3 31 2 *"} {
		if err := (backup.Clock{Cron: cron}).Check(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", cron, err)
		}
	}
}

// TestNobodyIsSignedInAfterARestore: what was revoked since the backup does not hold
// again.
func TestNobodyIsSignedInAfterARestore(t *testing.T) {
	data, s := folder(t)
	account, err := s.PutAccount(t.Context(), datasets.Account{Login: "wang", Roles: []string{"planner"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PutSession(t.Context(), datasets.Session{Hash: "s", Account: account}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutToken(t.Context(), datasets.Token{Account: account, Hash: "t", Name: "程序"}); err != nil {
		t.Fatal(err)
	}
	path, _ := wrote(t, data, s, made, true, t.TempDir())
	to := filepath.Join(t.TempDir(), "new")
	if _, err := (backup.Restoring{Dir: path, Data: to, Now: at(made)}).Restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	back, err := datasets.Open(t.Context(), datasets.Config{Path: filepath.Join(to, "talentcast.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	accounts, err := back.Accounts(t.Context())
	if err != nil || len(accounts) != 1 {
		t.Errorf("%d accounts, %v", len(accounts), err)
	}
	sessions, err := back.Sessions(t.Context())
	if err != nil || len(sessions) != 0 {
		t.Errorf("%d sessions, %v", len(sessions), err)
	}
	tokens, err := back.Tokens(t.Context())
	if err != nil || len(tokens) != 0 {
		t.Errorf("%d tokens, %v", len(tokens), err)
	}
}

// TestTheLogThatGoesOnStays: of the log in the data folder and that of the backup.
func TestTheLogThatGoesOnStays(t *testing.T) {
	key := []byte("0123456789abcdef0123456789abcdef\n") // as it lies in its file
	raw, err := hex.DecodeString(strings.TrimSpace(string(key)))
	if err != nil {
		t.Fatal(err)
	}
	enter := func(t *testing.T, data string, now time.Time, n int) {
		t.Helper()
		l, err := audit.Open(audit.Config{Dir: filepath.Join(data, "audit"), Key: raw, Now: at(now), Keep: audit.LeastKeep})
		if err != nil {
			t.Fatal(err)
		}
		for range n {
			if err := l.Write(audit.Entry{Who: "wang", Action: "view", Result: audit.OK}); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, tt := range map[string]struct {
		then func(t *testing.T, data string) // after the backup
		keep bool
		old  string // number at the end of the log put aside
		head bool   // what says where it stood stays
	}{
		"goes on":               {func(t *testing.T, data string) { enter(t, data, made, 2) }, true, "", true},
		"stands where it did":   {func(*testing.T, string) {}, true, "", true},
		"has let go of entries": {func(t *testing.T, data string) { enter(t, data, made.AddDate(1, 0, 0), 1) }, true, "", true},
		"another branch": {func(t *testing.T, data string) {
			clean(t, data)
			enter(t, data, made.Add(time.Hour), 2)
		}, false, "2", false},
		"a longer branch": {func(t *testing.T, data string) {
			clean(t, data)
			enter(t, data, made.Add(time.Hour), 9)
		}, false, "9", true},
		"cut off": {func(t *testing.T, data string) {
			enter(t, data, made, 2)
			if err := os.Truncate(filepath.Join(data, "audit", "2015-07.jsonl"), 0); err != nil {
				t.Fatal(err)
			}
		}, false, "5", true},
		"another key": {func(t *testing.T, data string) {
			if err := os.WriteFile(filepath.Join(data, "talentcast.key"), []byte("fedcba9876543210fedcba9876543210\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, false, "3", false},
		"gone": {func(t *testing.T, data string) { clean(t, data) }, false, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			data, s := folder(t)
			clean(t, data)
			if err := os.WriteFile(filepath.Join(data, "talentcast.key"), key, 0o600); err != nil {
				t.Fatal(err)
			}
			enter(t, data, made, 3)
			path, _ := wrote(t, data, s, made, true, t.TempDir())
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			tt.then(t, data)
			before, _, err := audit.End(filepath.Join(data, "audit"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := backup.Restoring{Dir: path, Data: data, Replace: true, Now: at(made)}.Restore(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			n, _, _ := strings.Cut(got.OldHead, ":")
			if got.KeptLog != tt.keep || n != tt.old {
				t.Errorf("kept %v, old head %q", got.KeptLog, got.OldHead)
			}
			if after, _, err := audit.End(filepath.Join(data, "audit")); err != nil || tt.keep && after != before || !tt.keep && after != 3 {
				t.Errorf("ends with %d, %v", after, err)
			}
			if _, err := os.Stat(audit.HeadFile(filepath.Join(data, "audit"))); (err == nil) != tt.head {
				t.Errorf("the head is there: %v", !tt.head)
			}
		})
	}
}

// clean takes the audit log away, and what says where it stood.
func clean(t *testing.T, data string) {
	t.Helper()
	dir := filepath.Join(data, "audit")
	if err := errors.Join(os.RemoveAll(dir), os.RemoveAll(audit.HeadFile(dir))); err != nil {
		t.Fatal(err)
	}
}
