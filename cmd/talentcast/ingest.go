package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
	"talentcast/ingest"
)

const defaultPolicy = "liwan-555"

func (a *app) ingestCommand() *cobra.Command {
	var policy, kind, encoding, user, office, refused string
	var demo, check bool
	var in intake
	c := &cobra.Command{
		Use:   "ingest FILE|FOLDER|ZIP…",
		Short: "check files and load their good rows · 检查并载入文件",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			limits, err := in.limits()
			if err != nil {
				return err
			}
			convert, err := in.converter()
			if err != nil {
				return err
			}
			if a.memory == 0 {
				a.memory = ingestMemory
			}
			debug.SetMemoryLimit(ingestHeap)
			return a.withOutlooks(cmd.Context(), func(s *datasets.Store, svc *outlook.Service) error {
				return a.ingest(cmd.Context(), s, svc, handIn{
					files: files, policy: policy, office: office, check: check, refused: refused,
					o: ingest.Options{Kind: datasets.Kind(kind), Encoding: encoding, User: user, Demo: demo, Limits: limits, Convert: convert},
				})
			})
		},
	}
	c.Flags().StringVar(&policy, "policy", defaultPolicy, "policy the rows belong to")
	c.Flags().StringVar(&kind, "kind", "", "kind of the rows; empty to tell from the header")
	c.Flags().StringVar(&encoding, "encoding", "", "utf-8, gb18030, utf-16le or utf-16be; empty to detect")
	c.Flags().StringVar(&user, "user", "", "who hands the files in")
	c.Flags().StringVar(&office, "office", "", "department whose remembered columns are used; empty for any")
	c.Flags().BoolVar(&check, "check", false, "only show how the files are understood and what loading them would do")
	c.Flags().StringVar(&refused, "refused", "", "write the refused rows of the one file, with reasons, to this XLSX")
	c.Flags().BoolVar(&demo, "demo", false, "mark the rows as synthetic (演示数据)")
	in.flags(c.Flags(), 128)
	return c
}

// Loading keeps within a gigabyte however long the file is: so many MB for the
// engine, unless told otherwise, and a soft limit in bytes for the rest.
const (
	ingestMemory = 512
	ingestHeap   = 320 << 20
)

// withStore runs f on the open store and closes it whatever f returns.
func (a *app) withStore(ctx context.Context, f func(*datasets.Store) error) (err error) {
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return f(s)
}

// withOutlooks runs f on the open store with the outlooks on it.
func (a *app) withOutlooks(ctx context.Context, f func(*datasets.Store, *outlook.Service) error) (err error) {
	s, svc, err := a.outlooks(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return f(s, svc)
}

// handIn is what the command is to do with which files.
type handIn struct {
	files          []string
	policy, office string
	check          bool
	refused        string
	o              ingest.Options
}

// prepare checks what was asked for and adds what the store knows.
func (a *app) prepare(ctx context.Context, s *datasets.Store, h *handIn) error {
	if h.o.Kind != "" && !slices.Contains(datasets.Kinds(), h.o.Kind) {
		return fault.Newf(fault.Invalid, "没有数据种类 %[1]q；可用：%[2]v。", "There is no kind %[1]q; there are %[2]v.", h.o.Kind, datasets.Kinds())
	}
	p, err := s.Policy(ctx, h.policy)
	if err != nil {
		return err
	}
	profiles, err := s.Profiles(ctx, p.ID)
	if err != nil {
		return err
	}
	if h.o.Key, err = a.key(ctx, s); err != nil {
		return err
	}
	h.o.Policy, h.o.Now, h.o.Profiles = p, a.now(), ingest.ProfilesOf(profiles, h.office)
	return nil
}

// ingest takes the files one by one. A file that is wrong as a whole does not
// stop the others; the first such fault is returned at the end.
func (a *app) ingest(ctx context.Context, s *datasets.Store, svc *outlook.Service, h handIn) error {
	if err := a.prepare(ctx, s, &h); err != nil {
		return err
	}
	all, left, many, err := sources(h.files, h.o.Limits)
	if err != nil {
		return err
	}
	if h.refused != "" && len(all) != 1 {
		return fault.New(fault.Invalid, "--refused 一次只用于一个文件；请逐个载入。", "--refused takes one file at a time; load them one by one.")
	}
	var failed error
	var n tally
	for _, x := range all {
		some, err := a.take(ctx, s, svc, x, h)
		if err != nil {
			f := fault.As(err)
			if f == nil {
				return fmt.Errorf("ingest %s: %w", x.name, err)
			}
			fmt.Fprintf(a.err, "%s：%s\n", x.name, f.Text(a.lang))
			failed = errors.Join(failed, err)
		}
		n.add(some, err)
	}
	if many || len(all) > 1 {
		a.tally(n, left)
	}
	switch {
	case failed != nil:
		return failed
	case n.refused > 0:
		return errRefused
	}
	return nil
}

// tally is how several files fared.
type tally struct{ whole, refused, failed int }

func (n *tally) add(refused bool, err error) {
	switch {
	case err != nil:
		n.failed++
	case refused:
		n.refused++
	default:
		n.whole++
	}
}

func (a *app) tally(n tally, left []string) {
	fmt.Fprintf(a.out, a.text("共%d个文件：全部通过%d，有退回%d，失败%d。\n", "%d files: %d whole, %d with refused rows, %d failed.\n"),
		n.whole+n.refused+n.failed, n.whole, n.refused, n.failed)
	if len(left) > 0 {
		fmt.Fprintf(a.out, a.text("不是表格，没有读入：%s\n", "no tables, not read: %s\n"), strings.Join(left, a.text("、", ", ")))
	}
}

// take checks or loads one file and tells whether rows of it were refused.
func (a *app) take(ctx context.Context, s *datasets.Store, svc *outlook.Service, x source, h handIn) (refused bool, err error) {
	if h.check {
		err = a.check(ctx, s, x, h.o)
		refused = errors.Is(err, errRefused)
		if refused {
			err = nil
		}
	} else {
		var r datasets.Receipt
		var effects []datasets.Effect
		object := map[string]string{"policy": h.o.Policy.ID, "file": ingest.FileName(x.name)}
		err = a.journal("load", object, func() (err error) {
			if r, effects, err = a.load(ctx, s, svc, x, h.o); err == nil {
				object["batch"], object["rows"] = fmt.Sprint(r.Batch), fmt.Sprintf("%d+%d-%d", r.Loaded, r.Superseded, r.Refused)
			}
			return err
		})
		if err == nil {
			a.receipt(r)
			a.effects(effects, h.o.Policy)
			refused = !r.Already && r.Refused > 0
		}
	}
	if err == nil && h.refused != "" {
		err = a.mend(ctx, x, h.refused, h.o)
	}
	return refused, err
}

// load loads one file and keeps what that changed on the dashboard.
func (a *app) load(ctx context.Context, s *datasets.Store, svc *outlook.Service, x source, o ingest.Options) (datasets.Receipt, []datasets.Effect, error) {
	before, err := svc.Actuals(ctx, o.Policy.ID, time.Time{})
	if err != nil {
		return datasets.Receipt{}, nil, err
	}
	bar := a.bar(x.name)
	o.Progress = bar.set
	r, err := x.load(ctx, s, o)
	bar.done()
	if err != nil || r.Already || r.Loaded+r.Superseded == 0 {
		return r, nil, err
	}
	effects, err := svc.Effects(ctx, o.Policy, before)
	if err == nil && len(effects) > 0 {
		err = s.KeepEffects(ctx, r.Batch, effects)
	}
	if err != nil { // the rows are in: the receipt is only less full
		fmt.Fprintf(a.err, "talentcast: %v\n", err)
	}
	return r, effects, nil
}

// effects prints what changed on the dashboard.
func (a *app) effects(effects []datasets.Effect, policy datasets.Policy) {
	lines := report.Effects(effects, policy, a.lang)
	if len(lines) == 0 {
		return
	}
	fmt.Fprintln(a.out, a.text("总览上的变化：", "What changed on the dashboard:"))
	for _, l := range lines {
		fmt.Fprintln(a.out, "  "+l)
	}
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
