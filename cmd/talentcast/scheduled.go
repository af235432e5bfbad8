package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/alert"
	"talentcast/cmd/talentcast/internal/schedule"
)

// scheduled starts writing reports by the clock, if a file asks for any; stop ends
// it and waits.
func (a *app) scheduled(ctx context.Context, file string, maker schedule.Maker, log *slog.Logger) (stop func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	in, err := os.Open(file)
	if err != nil {
		return nil, fault.Newf(fault.Invalid, "无法读取定时报告的配置 %[1]s；请检查路径。", "Can't read the schedules %[1]s; check the path.", file).Because(err)
	}
	defer in.Close()
	f, err := schedule.Read(in)
	if err != nil {
		return nil, err
	}
	r := &schedule.Runner{
		File: f, Make: maker, Password: os.Getenv("TALENTCAST_SMTP_PASSWORD"), Now: a.now, After: time.After,
		Log: log,
	}
	ctx, cancel := context.WithCancel(ctx)
	done := beside(func() { r.Run(ctx) })
	return func() { cancel(); <-done }, nil
}

// alertEvery is how often it is asked whether something changed.
const alertEvery = 30 * time.Second

// alerted starts to look for what people are told of; stop ends it and waits.
func (a *app) alerted(ctx context.Context, file string, w *alert.Watcher) (stop func(), err error) {
	if file != "" {
		in, err := os.Open(file)
		if err != nil {
			return nil, fault.Newf(fault.Invalid, "无法读取提醒的配置 %[1]s；请检查路径。", "Can't read the file of alerts %[1]s; check the path.", file).Because(err)
		}
		defer in.Close()
		if w.Config, err = alert.Read(in, os.Getenv); err != nil {
			return nil, err
		}
	}
	w.Every, w.After, w.Password = alertEvery, time.After, os.Getenv("TALENTCAST_SMTP_PASSWORD")
	ctx, cancel := context.WithCancel(ctx)
	done := beside(func() {
		select { // the first reader's page comes first
		case <-ctx.Done():
		case <-time.After(alertEvery):
			w.Run(ctx)
		}
	})
	return func() { cancel(); <-done }, nil
}

// beside runs f beside and returns what is closed when it ends.
func beside(f func()) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	return done
}
