// Package schedule writes reports by the clock: monthly, quarterly, whenever a
// cron expression says, into a folder or to people by e-mail. It is off unless a
// file asks for it.
package schedule

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adhocore/gronx"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/settings"
)

// mostFile is how large a file of schedules may be.
const mostFile = 64 << 10

// File is what a file of schedules says.
type File struct {
	Mail    Mail    `yaml:"mail"`
	Reports []Entry `yaml:"reports"`
}

// Entry is one report that is written again and again.
type Entry struct {
	Name       string   `yaml:"name"`
	Policy     string   `yaml:"policy"`
	Kind       string   `yaml:"kind"`
	Format     string   `yaml:"format"`
	Lang       string   `yaml:"lang"`
	Department string   `yaml:"department"`
	Organ      string   `yaml:"organ"`
	Editable   bool     `yaml:"editable"` // charts, in Word and PowerPoint
	Cron       string   `yaml:"cron"`     // five fields, in the server's time: "0 8 1 * *"
	Folder     string   `yaml:"folder"`   // to keep it in; may be empty where it is sent
	To         []string `yaml:"to"`       // addresses to send it to
}

// Written is a report that was written.
type Written struct {
	Name string // with its ending
	Type string // content type
	Body []byte
	Text string // what it says in a few lines, for a letter
}

// Maker writes a report.
type Maker interface {
	Make(ctx context.Context, e Entry) (Written, error)
}

// Read reads a file of schedules. Faults are Invalid and name the entry.
func Read(r io.Reader) (f File, err error) {
	b, err := io.ReadAll(io.LimitReader(r, mostFile+1))
	if err != nil {
		return f, fmt.Errorf("read schedules: %w", err)
	}
	if len(b) > mostFile {
		return f, fault.Newf(fault.TooLarge, "定时报告的配置超过 %[1]d KB；请缩短。", "The schedules are over %[1]d kB; shorten them.", mostFile>>10)
	}
	if t := settings.Decode(b, &f); t != nil {
		return f, unreadable(t)
	}
	for i := range f.Reports {
		if err := f.Reports[i].check(i, f.Mail); err != nil {
			return f, err
		}
	}
	return f, nil
}

func unreadable(t *settings.Trouble) error {
	return fault.New(fault.Invalid, "定时报告的配置无法读取："+t.Text("zh")+"。请对照 docs/reports.md 检查。", "The schedules can't be read: "+t.Text("en")+". Check them against docs/reports.md.")
}

func (e *Entry) check(i int, m Mail) error {
	if e.Name == "" {
		e.Name = fmt.Sprintf("%s %d", e.Kind, i+1)
	}
	if e.Format == "" {
		e.Format = "docx"
	}
	if e.Lang == "" {
		e.Lang = "zh"
	}
	bad := func(zh, en string) error {
		return fault.Newf(fault.Invalid, "定时报告“%[1]s”："+zh, "The schedule %[1]q: "+en, e.Name)
	}
	switch {
	case len(strings.Fields(e.Cron)) != 5 || !gronx.IsValid(e.Cron):
		return bad("cron 不是五段的表达式；每月1日8时写成 \"0 8 1 * *\"。", "cron is no expression of five fields; 8 o'clock on the first of each month is \"0 8 1 * *\".")
	case e.Folder == "" && len(e.To) == 0:
		return bad("请写明 folder（存放目录）或 to（收件人）。", "say where to: folder, or to.")
	case len(e.To) > 0 && m.Host == "":
		return bad("要发邮件，请在 mail 中写明 host 和 from。", "to send it, name host and from under mail.")
	case e.Lang != "zh" && e.Lang != "en":
		return bad("lang 请用 zh 或 en。", "lang is zh or en.")
	case e.Policy == "" || e.Kind == "":
		return bad("请写明 policy 和 kind。", "name policy and kind.")
	}
	return nil
}

// Next is when the entry is due after a moment.
func (e Entry) Next(after time.Time) (time.Time, error) {
	return gronx.NextTickAfter(e.Cron, after, false)
}

// Runner writes what is due.
type Runner struct {
	File     File
	Make     Maker
	Password string // of the mail account
	Now      func() time.Time
	// After is time.After; tests set their own.
	After func(time.Duration) <-chan time.Time
	Log   *slog.Logger
	// Begin writes down that a report is about to leave, and returns what writes down
	// how that went; what can't be written down does not leave. Nil for tests.
	Begin func(d Delivery) (end func(error) error, err error)
	send  func(ctx context.Context, e Entry, w Written) error // nil for by mail
}

// Delivery is a written report on its way out.
type Delivery struct {
	Entry  Entry
	Name   string   // of the file, with its ending
	SHA256 string   // of the file
	Folder string   // it is kept in; empty for a letter
	To     []string // addresses of a letter
}

// The pauses before a report that failed is tried again.
func pauses() []time.Duration { return []time.Duration{time.Minute, 10 * time.Minute, time.Hour} }

// Run writes reports as they become due, until ctx ends. What fails is tried again
// three times, then logged; what fell due while the server was down is left.
func (r *Runner) Run(ctx context.Context) {
	if len(r.File.Reports) == 0 {
		return
	}
	from := r.Now()
	for {
		next, due := r.due(from)
		if len(due) == 0 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-r.After(max(0, next.Sub(r.Now()))):
		}
		from = next
		for _, e := range due {
			r.one(ctx, e)
		}
	}
}

// due are the entries that come next after a moment, and when.
func (r *Runner) due(after time.Time) (next time.Time, due []Entry) {
	for _, e := range r.File.Reports {
		t, err := e.Next(after)
		if err != nil {
			r.Log.Error("schedule", "report", e.Name, "error", err)
			continue
		}
		switch {
		case next.IsZero() || t.Before(next):
			next, due = t, []Entry{e}
		case t.Equal(next):
			due = append(due, e)
		}
	}
	return next, due
}

// one writes and delivers a report, with pauses between tries.
func (r *Runner) one(ctx context.Context, e Entry) {
	var err error
	for i := 0; ; i++ {
		if err = r.Once(ctx, e); err == nil {
			r.Log.Info("scheduled report", "report", e.Name)
			return
		}
		if ctx.Err() != nil {
			return
		}
		r.Log.Warn("scheduled report", "report", e.Name, "try", i+1, "error", err)
		if i == len(pauses()) {
			r.Log.Error("scheduled report given up", "report", e.Name, "error", err)
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-r.After(pauses()[i]):
		}
	}
}

// Once writes a report now, keeps it and sends it.
func (r *Runner) Once(ctx context.Context, e Entry) error {
	w, err := r.Make.Make(ctx, e)
	if err != nil {
		return fmt.Errorf("report %s: %w", e.Name, err)
	}
	sum := sha256.Sum256(w.Body)
	d := Delivery{Entry: e, Name: w.Name, SHA256: hex.EncodeToString(sum[:])}
	if e.Folder != "" {
		d.Folder = e.Folder
		if err := r.leave(d, func() error { return keep(e.Folder, w) }); err != nil {
			return err
		}
	}
	if len(e.To) == 0 {
		return nil
	}
	send := r.send
	if send == nil {
		send = r.mail
	}
	d.Folder, d.To = "", e.To
	return r.leave(d, func() error { return send(ctx, e, w) })
}

// leave lets a report out between two entries of the audit log.
func (r *Runner) leave(d Delivery, do func() error) error {
	if r.Begin == nil {
		return do()
	}
	end, err := r.Begin(d)
	if err != nil {
		return err
	}
	done := do()
	return errors.Join(done, end(done))
}

// keep writes the file under a name of its own first: nobody fetches half of it. The
// group may read it, and a folder that is made for it: others are to fetch it there.
func keep(folder string, w Written) error {
	if err := share(folder); err != nil {
		return fmt.Errorf("keep report: %w", err)
	}
	path := filepath.Join(folder, filepath.Base(w.Name))
	if err := errors.Join(os.WriteFile(path+".part", w.Body, 0o600), os.Chmod(path+".part", 0o640)); err != nil {
		return fmt.Errorf("keep report: %w", err)
	}
	if err := os.Rename(path+".part", path); err != nil {
		return fmt.Errorf("keep report: %w", err)
	}
	return nil
}

// share makes the folder where it is missing.
func share(folder string) error {
	if _, err := os.Stat(folder); err == nil {
		return nil
	}
	return errors.Join(os.MkdirAll(folder, 0o750), os.Chmod(folder, 0o750))
}
