package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/datasets"
	"talentcast/ingest"
	"talentcast/ingest/demo"
)

// The demonstration records that `make run` loads.
const (
	demoSeed = 555
	demoFrom = "2012-01"
	demoTo   = "2015-06"
)

func (a *app) demoCommand() *cobra.Command {
	var from, to string
	c := &cobra.Command{
		Use:   "demo-data DIR",
		Short: "write synthetic office files for the Liwan policy (演示数据)",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			files, err := a.writeDemo(args[0], a.seed, from, to)
			for _, f := range files {
				fmt.Fprintln(a.out, f)
			}
			return err
		},
	}
	c.Flags().StringVar(&from, "from", demoFrom, "first month")
	c.Flags().StringVar(&to, "to", demoTo, "last month")
	return c
}

func (a *app) samplesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "samples",
		Short: "load the shipped policies and their data, as serve --samples does · 载入随附数据",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), func(s *datasets.Store) error {
				return a.journal("load", map[string]string{"file": "samples"}, func() error { return a.loadSamples(cmd.Context(), s) })
			})
		},
	}
}

func (a *app) writeDemo(dir string, seed uint64, from, to string) ([]string, error) {
	first, err := parseMonth(from)
	if err != nil {
		return nil, err
	}
	last, err := parseMonth(to)
	if err != nil {
		return nil, err
	}
	ps, err := datasets.ShippedPolicies()
	if err != nil {
		return nil, err
	}
	return demo.Generate(dir, seed, first, last, ps[0])
}

func parseMonth(s string) (analytics.Period, error) {
	d, err := analytics.ParseDate(s + "-01")
	if err != nil {
		return analytics.Period{}, fault.Newf(fault.Invalid,
			"月份 %[1]q 无法识别；请写成 2015-06 的形式。", "The month %[1]q can't be read; write it as 2015-06.", s)
	}
	return analytics.PeriodOf(d, analytics.Monthly), nil
}

// loadSamples stores the shipped policies and loads their data the way a
// user's files are. What is loaded already is left as it is, so a first run cut
// short is completed by the next.
func (a *app) loadSamples(ctx context.Context, s *datasets.Store) error {
	ps, err := datasets.ShippedPolicies()
	if err != nil {
		return err
	}
	files := map[string][]string{}
	total := 0
	for _, p := range ps {
		if _, err := s.PutPolicy(ctx, p); err != nil {
			return fmt.Errorf("store policy %s: %w", p.ID, err)
		}
		if p.ID == defaultPolicy {
			files[p.ID], err = a.demoFiles()
		} else {
			files[p.ID], err = fs.Glob(datasets.Samples(), p.ID+"/*.csv")
		}
		if err != nil {
			return fmt.Errorf("data of %s: %w", p.ID, err)
		}
		total += len(files[p.ID])
	}
	key, err := a.key(ctx, s)
	if err != nil {
		return err
	}
	bar := a.bar(a.text("载入数据", "loading data"))
	done := 0
	refused := 0
	for _, p := range ps {
		o := ingest.Options{Policy: p, Key: key, Now: a.now(), User: "talentcast", Demo: p.ID == defaultPolicy}
		for _, f := range files[p.ID] {
			r, err := a.loadSample(ctx, s, f, o)
			if err != nil {
				return fmt.Errorf("load %s: %w", filepath.Base(f), err)
			}
			done++
			if !r.Already { // a second start shows nothing: there is nothing to wait for
				refused += r.Refused
				bar.set(int64(done), int64(total))
			}
			if bar.p == nil && !r.Already {
				fmt.Fprintf(a.err, "[%2d/%d] %s\n", done, total, filepath.Base(f))
			}
		}
	}
	bar.done()
	if refused > 0 {
		fmt.Fprintf(a.err, a.text("演示文件中有%d行故意写错，已退回，可在“数据”页查看。\n", "%d rows of the demonstration files are wrong on purpose and were refused; the data page lists them.\n"), refused)
	}
	return nil
}

func (a *app) loadSample(ctx context.Context, s *datasets.Store, path string, o ingest.Options) (datasets.Receipt, error) {
	if o.Demo {
		return ingest.File(ctx, s, path, o)
	}
	b, err := fs.ReadFile(datasets.Samples(), path)
	if err != nil {
		return datasets.Receipt{}, err
	}
	return ingest.Upload(ctx, s, filepath.Base(path), b, o)
}

// demoFiles returns the demonstration files in the data folder, written on the
// first call. They appear all at once or not at all.
func (a *app) demoFiles() ([]string, error) {
	dir := filepath.Join(a.dataDir, "demo")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		tmp := dir + ".new"
		if err := os.RemoveAll(tmp); err != nil {
			return nil, err
		}
		if _, err := a.writeDemo(tmp, demoSeed, demoFrom, demoTo); err != nil {
			return nil, err
		}
		if err := os.Rename(tmp, dir); err != nil {
			return nil, err
		}
	}
	return filepath.Glob(filepath.Join(dir, "*.*"))
}
