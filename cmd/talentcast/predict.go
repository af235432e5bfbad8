package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/batch"
)

// predict holds the flags of `talentcast predict`.
type predict struct {
	freq, space, out, by, event, point string
	levels                             []float64
	horizon                            int
	target                             string
}

func (a *app) predictCommand() *cobra.Command {
	var p predict
	c := &cobra.Command{
		Use:   "predict IN.csv[.gz]",
		Short: "forecast every series of a file · 预测文件中的每个序列",
		Long: `Forecast every series of a file, on all processors.

IN is CSV, possibly gzipped; - stands for standard input. Either one series a row,
  id,v1,v2,…
with or without a header, or one value a row under the header
  id,date,value
in any order. Empty cells, NA and NaN are missing values.

The answer has the rows id,h,mean,lo80,hi80,lo95,hi95 in the order of the input.
The column mean is the centre of the forecast: its median, or with --point mean
its mean. With --target a column p is added: the probability that the series
reaches the value by the step of the row, or by the date of --by.

A series that can't be forecast is reported and left out; the status is then 3.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.predict(cmd.Context(), p, args[0]) },
	}
	f := c.Flags()
	f.StringVar(&p.freq, "freq", "", "yearly, quarterly or monthly")
	f.IntVar(&p.horizon, "h", 0, "periods to forecast")
	f.Float64SliceVar(&p.levels, "level", []float64{80, 95}, "central intervals in per cent")
	f.StringVar(&p.target, "target", "", "value whose attainment is asked for")
	f.StringVar(&p.by, "by", "", "date (2016-12-31, 2016-12, 2016Q4, 2016) or number of periods by which; empty for every step")
	f.StringVar(&p.event, "event", "reached", "reached (at any time until then) or held (at that time)")
	f.StringVar(&p.space, "space", "auto", "what the values are: count, level, ratio, real, or auto")
	f.StringVar(&p.point, "point", "median", "point forecast: median or mean")
	f.StringVarP(&p.out, "output", "o", "-", "file to write; - for standard output")
	_ = c.MarkFlagRequired("freq")
	_ = c.MarkFlagRequired("h")
	return c
}

// options reads the flags into what the forecaster takes.
func (p predict) options(seed uint64) (o batch.Options, err error) {
	if o.Freq, err = analytics.ParseFrequency(p.freq); err != nil {
		return o, fault.Newf(fault.Invalid, "不支持频率 %[1]q；请用 yearly、quarterly 或 monthly。", "There is no frequency %[1]q; use yearly, quarterly or monthly.", p.freq)
	}
	o.Horizon, o.Levels, o.Seed = p.horizon, p.levels, seed
	switch p.space {
	case "auto":
	case "count", "level", "ratio", "real":
		s := map[string]analytics.Space{"count": analytics.Count, "level": analytics.Level, "ratio": analytics.Ratio, "real": analytics.Real}[p.space]
		o.Space = &s
	default:
		return o, fault.Newf(fault.Invalid, "不支持 --space %[1]q；请用 count、level、ratio、real 或 auto。", "There is no --space %[1]q; use count, level, ratio, real or auto.", p.space)
	}
	switch p.point {
	case "median":
	case "mean":
		o.Mean = true
	default:
		return o, fault.Newf(fault.Invalid, "不支持 --point %[1]q；请用 median 或 mean。", "There is no --point %[1]q; use median or mean.", p.point)
	}
	if o.Target, err = p.attain(o.Freq); err != nil {
		return o, err
	}
	return o, o.Check()
}

// attain reads --target, --by and --event.
func (p predict) attain(freq analytics.Frequency) (*batch.Target, error) {
	if p.target == "" {
		if p.by != "" {
			return nil, fault.New(fault.Invalid, "给出了 --by 却没有 --target；请给出要达到的数值。", "There is --by without --target; give the value to reach.")
		}
		return nil, nil
	}
	v, err := strconv.ParseFloat(p.target, 64)
	if err != nil || v != v || v > batch.Largest || v < -batch.Largest {
		return nil, fault.Newf(fault.Invalid, "--target %[1]q 不是数值；请给出要达到的数值。", "--target %[1]q is not a number; give the value to reach.", p.target)
	}
	t := &batch.Target{Value: v, Held: p.event == "held"}
	if p.event != "held" && p.event != "reached" {
		return nil, fault.Newf(fault.Invalid, "不支持 --event %[1]q；请用 reached 或 held。", "There is no --event %[1]q; use reached or held.", p.event)
	}
	if p.by == "" {
		return t, nil
	}
	if n, err := strconv.Atoi(p.by); err == nil && n < 1000 {
		if n < 1 {
			return nil, fault.Newf(fault.Invalid, "--by %[1]q 须是 1 以上的期数或日期。", "--by %[1]q must be a number of periods from 1, or a date.", p.by)
		}
		t.Steps = n
		return t, nil
	}
	period, err := batch.ParsePeriod(p.by, freq)
	if err != nil {
		return nil, fault.Newf(fault.Invalid, "--by %[1]q 不是日期或期数；请写成 2016-12-31、2016-12、2016Q4、2016 或期数。", "--by %[1]q is neither a date nor a number of periods; write 2016-12-31, 2016-12, 2016Q4, 2016 or a number.", p.by)
	}
	t.By = &period
	return t, nil
}

func (a *app) predict(ctx context.Context, p predict, path string) (err error) {
	o, err := p.options(a.seed)
	if err != nil {
		return err
	}
	in := a.in
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return fault.Newf(fault.NotFound, "打不开文件 %[1]s；请检查路径。", "The file %[1]s can't be opened; check the path.", path).Because(err)
		}
		defer file.Close()
		in = file
	}
	rd, err := batch.NewReader(in, o.Freq)
	if err != nil {
		return err
	}
	out, finish, err := a.create(p.out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, finish(err == nil || errors.Is(err, errRefused))) }()
	bar := a.bar(filepath.Base(path))
	done := int64(0)
	w := bufio.NewWriterSize(out, 1<<18)
	sum, err := batch.Run(ctx, rd, w, o, func(r batch.Refusal) {
		fmt.Fprintf(a.err, a.text("第%d行 %s：未预测（%v）\n", "row %d, %s: not forecast (%v)\n"), r.Row, r.ID, r.Err)
	}, func() { done++; bar.set(done, 0) })
	bar.done()
	if err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", p.out, err)
	}
	a.summary(sum)
	if sum.Refused > 0 {
		return errRefused
	}
	return nil
}

// summary says on standard error what came of a run: standard output may be the
// answer itself.
func (a *app) summary(s batch.Summary) {
	var notes []string
	for _, code := range slices.Sorted(maps.Keys(s.Warnings)) {
		notes = append(notes, fmt.Sprintf("%s×%d", code, s.Warnings[code]))
	}
	note := ""
	if len(notes) > 0 {
		note = a.text("；提示：", "; notes: ") + strings.Join(notes, " ")
	}
	fmt.Fprintf(a.err, a.text("预测%d个序列，未预测%d个%s。\n", "%d series forecast, %d not%s.\n"), s.Series, s.Refused, note)
}

// create opens the file to write. Until finish is called with true it has
// another name, so that a half-written answer is never taken for a whole one.
func (a *app) create(path string) (w io.Writer, finish func(ok bool) error, err error) {
	if path == "-" || path == "" {
		return a.out, func(bool) error { return nil }, nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".talentcast-*")
	if err != nil {
		return nil, nil, fault.Newf(fault.Invalid, "无法写入 %[1]s；请检查目录是否存在、是否可写。", "%[1]s can't be written; check that its folder exists and may be written to.", path).Because(err)
	}
	return f, func(ok bool) error {
		err := f.Close()
		if ok && err == nil {
			if err = os.Chmod(f.Name(), 0o644); err == nil { //nolint:gosec // an answer to be read by others, as any file one makes
				err = os.Rename(f.Name(), path)
			}
			if err == nil {
				return nil
			}
		}
		return errors.Join(err, os.Remove(f.Name()))
	}, nil
}
