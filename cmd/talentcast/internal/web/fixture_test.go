package web

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"strconv"
	"sync"
	"testing"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/outlook"
	"talentcast/charts/render"
	"talentcast/datasets"
	"talentcast/ingest"
	"talentcast/ingest/demo"
)

const liwan = "liwan-555"

// now is the day on which all tests take place.
func now() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }

var testKey = []byte("a key for tests only")

// fixture is a server on a store in memory with the shipped policies: Liwan
// with the demonstration records, China's R&D with its sample, the others
// without data. Tests share it and must not load into these two.
type fixture struct {
	*Server
	store *datasets.Store
	log   *recorder
}

// recorder keeps what is logged, to be searched by tests.
type recorder struct {
	mu    sync.Mutex
	lines []string
}

func (r *recorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, string(b))
	return len(b), nil
}

func (r *recorder) all() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprint(r.lines)
}

var shared = sync.OnceValues(func() (*fixture, error) { return newFixture(context.Background(), true) })

// server returns the shared fixture.
func server(t *testing.T) *fixture {
	t.Helper()
	f, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// scratch returns a server of the test's own with the policies and no data.
func scratch(t *testing.T) *fixture {
	t.Helper()
	f, err := newFixture(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.Close()
		if err := f.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// scratchDemo is a server of the test's own with the policies and all data.
func scratchDemo(t *testing.T) *fixture {
	t.Helper()
	f, err := newFixture(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.Close()
		if err := f.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func newFixture(ctx context.Context, data bool) (*fixture, error) {
	store, err := datasets.Open(ctx, datasets.Config{Now: now})
	if err != nil {
		return nil, err
	}
	policies, err := datasets.ShippedPolicies()
	if err != nil {
		return nil, err
	}
	for _, p := range policies {
		if _, err := store.PutPolicy(ctx, p); err != nil {
			return nil, err
		}
		if !data {
			continue
		}
		switch p.ID {
		case liwan:
			err = loadDemo(ctx, store, p)
		case "cn-rd":
			err = loadSamples(ctx, store, p)
		}
		if err != nil {
			return nil, err
		}
	}
	outlooks, err := outlook.New(store, outlook.Config{Now: now, Paths: 2000})
	if err != nil {
		return nil, err
	}
	renderer, err := render.New(render.Options{Limit: time.Minute}) // the machine may be busy
	if err != nil {
		return nil, err
	}
	rec := &recorder{}
	s, err := New(Config{
		Store: store, Outlooks: outlooks, Renderer: renderer, Key: testKey, DefaultPolicy: liwan, Grace: outlook.DefaultGrace, Now: now,
		Version: "test", Log: slog.New(slog.NewTextHandler(rec, nil)), MaxUpload: 1 << 20,
	})
	if err != nil {
		return nil, err
	}
	return &fixture{s, store, rec}, nil
}

func loadSamples(ctx context.Context, s *datasets.Store, p datasets.Policy) error {
	files, err := fs.Glob(datasets.Samples(), p.ID+"/*.csv")
	if err != nil {
		return err
	}
	for _, f := range files {
		b, err := fs.ReadFile(datasets.Samples(), f)
		if err != nil {
			return err
		}
		if _, err := ingest.Upload(ctx, s, path.Base(f), b, ingest.Options{Policy: p, Key: testKey, Now: now()}); err != nil {
			return err
		}
	}
	return nil
}

// loadDemo loads the demonstration records that the program comes with, the
// way a user's files are loaded.
func loadDemo(ctx context.Context, s *datasets.Store, p datasets.Policy) error {
	dir, err := os.MkdirTemp("", "talentcast-web-test-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	month := func(y int, m time.Month) analytics.Period {
		return analytics.PeriodOf(analytics.Date(y, m, 1), analytics.Monthly)
	}
	files, err := demo.Generate(dir, 555, month(2012, 1), month(2015, 6), p)
	if err != nil {
		return err
	}
	for _, f := range files {
		if _, err := ingest.File(ctx, s, f, ingest.Options{Policy: p, Key: testKey, Now: now(), User: "test", Demo: true}); err != nil {
			return err
		}
	}
	return nil
}

// refused is the id of a batch of the policy with refusals, and its file.
func (f *fixture) refused(t *testing.T) (id, file string) {
	t.Helper()
	all, err := f.store.Batches(t.Context(), liwan)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		if b.Refused > 0 {
			return strconv.FormatInt(b.ID, 10), b.File
		}
	}
	t.Fatal("the demonstration data have no batch with refusals")
	return "", ""
}
