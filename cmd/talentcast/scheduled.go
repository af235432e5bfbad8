package main

import (
	"context"
	"log/slog"
	"net/mail"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/alert"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/cmd/talentcast/internal/schedule"
	"talentcast/ingest"
)

// scheduled starts writing reports by the clock, if a file asks for any; stop ends
// it and waits.
func (a *app) scheduled(ctx context.Context, file string, maker schedule.Maker, journal *audit.Log, log *slog.Logger) (stop func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	f, err := readSchedules(file)
	if err != nil {
		return nil, err
	}
	r := &schedule.Runner{
		File: f, Make: maker, Password: os.Getenv("TALENTCAST_SMTP_PASSWORD"), Now: a.now, After: time.After,
		Log: log, Begin: func(d schedule.Delivery) (func(error) error, error) { return begun(journal, delivered(d)) },
	}
	ctx, cancel := context.WithCancel(ctx)
	done := beside(func() { r.Run(ctx) })
	return func() { cancel(); <-done }, nil
}

// delivered is the entry of a report that leaves by the clock. Of those it is sent
// to it says how many they are and whose servers they use, not who they are.
func delivered(d schedule.Delivery) audit.Entry {
	object := map[string]string{
		"policy": d.Entry.Policy, "kind": d.Entry.Kind, "department": d.Entry.Department, "file": ingest.FileName(d.Name), "sha256": d.SHA256, "folder": d.Folder,
	}
	if len(d.To) > 0 {
		var domains []string
		for _, to := range d.To {
			if m, err := mail.ParseAddress(to); err == nil {
				domains = append(domains, m.Address[strings.LastIndex(m.Address, "@")+1:])
			}
		}
		slices.Sort(domains)
		object["recipients"], object["domains"] = strconv.Itoa(len(d.To)), strings.Join(slices.Compact(domains), ",")
	}
	return audit.Entry{Who: audit.Nobody, Via: "service", Action: "report_scheduled", Object: object}
}

func readSchedules(file string) (f schedule.File, err error) {
	in, err := os.Open(file)
	if err != nil {
		return f, fault.Newf(fault.Invalid, "无法读取定时报告的配置 %[1]s；请检查路径。", "Can't read the schedules %[1]s; check the path.", file).Because(err)
	}
	defer in.Close()
	return schedule.Read(in)
}

// alertEvery is how often it is asked whether something changed.
const alertEvery = 30 * time.Second

// alerted starts to look for what people are told of; stop ends it and waits.
func (a *app) alerted(ctx context.Context, file string, w *alert.Watcher) (stop func(), err error) {
	if file != "" {
		if w.Config, err = readAlerts(file); err != nil {
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

// alertsLeave writes down that alerts go out.
func alertsLeave(journal *audit.Log) func(policy, channel string, alerts int) (func(error) error, error) {
	return func(policy, channel string, alerts int) (func(error) error, error) {
		return begun(journal, audit.Entry{
			Who: audit.Nobody, Via: "service", Action: "alert_send",
			Object: map[string]string{"policy": policy, "channel": channel, "alerts": strconv.Itoa(alerts)},
		})
	}
}

func readAlerts(file string) (c alert.Config, err error) {
	in, err := os.Open(file)
	if err != nil {
		return c, fault.Newf(fault.Invalid, "无法读取提醒的配置 %[1]s；请检查路径。", "Can't read the file of alerts %[1]s; check the path.", file).Because(err)
	}
	defer in.Close()
	return alert.Read(in, os.Getenv)
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
