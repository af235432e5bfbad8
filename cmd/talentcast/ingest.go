package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
	"talentcast/ingest"
)

const defaultPolicy = "liwan-555"

func (a *app) ingestCommand() *cobra.Command {
	var policy, kind, encoding, user string
	var demo bool
	c := &cobra.Command{
		Use:   "ingest FILE…",
		Short: "check files and load their good rows · 检查并载入文件",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			return a.withStore(cmd.Context(), func(s *datasets.Store) error {
				return a.ingest(cmd.Context(), s, files, policy, ingest.Options{
					Kind: datasets.Kind(kind), Encoding: encoding, User: user, Demo: demo,
				})
			})
		},
	}
	c.Flags().StringVar(&policy, "policy", defaultPolicy, "policy the rows belong to")
	c.Flags().StringVar(&kind, "kind", "", "kind of the rows; empty to tell from the header")
	c.Flags().StringVar(&encoding, "encoding", "", "utf-8 or gb18030; empty to detect")
	c.Flags().StringVar(&user, "user", "", "who hands the files in")
	c.Flags().BoolVar(&demo, "demo", false, "mark the rows as synthetic (演示数据)")
	return c
}

// withStore runs f on the open store and closes it whatever f returns.
func (a *app) withStore(ctx context.Context, f func(*datasets.Store) error) (err error) {
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return f(s)
}

// ingest loads the files one by one. A file that is wrong as a whole does not
// stop the others; the first such fault is returned at the end.
func (a *app) ingest(ctx context.Context, s *datasets.Store, files []string, policy string, o ingest.Options) error {
	if o.Kind != "" && !slices.Contains(datasets.Kinds(), o.Kind) {
		return fault.Newf(fault.Invalid, "没有数据种类 %[1]q；可用：%[2]v。", "There is no kind %[1]q; there are %[2]v.", o.Kind, datasets.Kinds())
	}
	p, err := s.Policy(ctx, policy)
	if err != nil {
		return err
	}
	if o.Key, err = a.key(); err != nil {
		return err
	}
	o.Policy, o.Now = p, a.now()
	var failed error
	refused := false
	for _, path := range files {
		bar := a.bar(filepath.Base(path))
		o.Progress = bar.set
		r, err := ingest.File(ctx, s, path, o)
		bar.done()
		if err != nil {
			f := fault.As(err)
			if f == nil {
				return fmt.Errorf("ingest %s: %w", filepath.Base(path), err)
			}
			fmt.Fprintf(a.err, "%s：%s\n", filepath.Base(path), f.Text(a.lang))
			failed = errors.Join(failed, err)
			continue
		}
		a.receipt(r)
		refused = refused || !r.Already && r.Refused > 0
	}
	switch {
	case failed != nil:
		return failed
	case refused:
		return errRefused
	}
	return nil
}

// receipt prints what loading a file did, and every refusal.
func (a *app) receipt(r datasets.Receipt) {
	if r.Already {
		fmt.Fprintf(a.out, a.text("%s：内容与已载入的文件相同，未作改动。\n", "%s: the same bytes were loaded before; nothing changed.\n"), r.File)
		return
	}
	fmt.Fprintf(a.out, a.text(
		"%s：批次%d，读取%d行，新增%d，更正%d，未变%d，退回%d。\n",
		"%s: batch %d, %d rows read, %d new, %d corrected, %d unchanged, %d refused.\n"),
		r.File, r.Batch, r.Read, r.Loaded, r.Superseded, r.Unchanged, r.Refused)
	if len(r.Refusals) > 0 {
		_ = report.Refusals(r.Refusals, a.lang).WriteText(a.out, a.width())
	}
}

// width is the terminal's, or 140 where there is none.
func (a *app) width() int {
	if f, ok := a.out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 40 {
			return w
		}
	}
	return 140
}

// bar is a progress bar on a terminal, and nothing elsewhere.
type bar struct{ p *progressbar.ProgressBar }

func (a *app) bar(what string) bar {
	if !isTerminal(a.err) {
		return bar{}
	}
	return bar{progressbar.NewOptions64(-1,
		progressbar.OptionSetWriter(a.err), progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(), progressbar.OptionShowCount())}
}

func (b bar) set(done, total int64) {
	if b.p == nil {
		return
	}
	if total > 0 && b.p.GetMax64() != total {
		b.p.ChangeMax64(total)
	}
	_ = b.p.Set64(done) // a bar that can't be drawn is no reason to stop
}

func (b bar) done() {
	if b.p != nil {
		_ = b.p.Finish()
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
