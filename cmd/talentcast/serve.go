package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/alert"
	"talentcast/cmd/talentcast/internal/backup"
	"talentcast/cmd/talentcast/internal/metrics"
	"talentcast/cmd/talentcast/internal/web"
)

// lastCall is how long requests and loads under way may take once the service is
// told to end; the unit file gives it a little more.
const lastCall = 100 * time.Second

// mostGrace is a year: over it nothing would ever be overdue.
const mostGrace = 366

// patience is how long a page waits for figures with the latest data before it shows
// those before.
const patience = 300 * time.Millisecond

// serving is what the service is asked for.
type serving struct {
	addr, schedules, metrics, alerts string
	samples                          bool
	grace                            int
	settings                         string // SHA-256 of them all, as they are shown

	intake
	guarding
	keeping
	logging
}

func (s *serving) flags(f *pflag.FlagSet) {
	f.StringVar(&s.addr, "addr", "127.0.0.1:8555", "address to listen on; loopback only, as long as there is no administrator")
	f.BoolVar(&s.samples, "samples", false, "load the shipped policies and demonstration data where they are missing")
	f.IntVar(&s.grace, "grace", outlook.DefaultGrace, "days after its due date in which a delivery is not overdue yet")
	f.StringVar(&s.schedules, "schedules", "", "file of reports to be written by the clock; none without it")
	f.StringVar(&s.alerts, "alerts", "", "file that says who is told of lights that change and data that are overdue; without it only the page tells")
	f.StringVar(&s.metrics, "metrics", "", "address that tells Prometheus how the service does, such as 127.0.0.1:9555; none without it")
	s.intake.flags(f, 64)
	s.guarding.flags(f)
	s.keeping.flags(f)
	s.logging.flags(f)
}

func (a *app) serveCommand() *cobra.Command {
	var s serving
	c := &cobra.Command{
		Use:   "serve",
		Short: "serve the pages and the API · 启动服务",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if s.settings, err = settingsHash(a.settings(cmd)); err != nil {
				return err
			}
			err = a.serve(cmd.Context(), s)
			if cmd.Context().Err() != nil && errors.Is(err, context.Canceled) {
				return nil // told to end before it listened: a service manager would call it failed
			}
			return err
		},
	}
	s.flags(c.Flags())
	return c
}

func (a *app) serve(ctx context.Context, s serving) (err error) {
	// What can fail for the settings' sake does so before anything is opened, made or
	// written down.
	if err := s.check(); err != nil {
		return err
	}
	log, err := a.logger(s.logging)
	if err != nil {
		return err
	}
	limits, err := s.limits()
	if err != nil {
		return err
	}
	convert, err := s.converter()
	if err != nil {
		return err
	}
	at, err := s.listen()
	if err != nil {
		return err
	}
	defer at.close()
	store, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	told := metrics.New(store, a.dataDir, version)
	svc, err := outlook.New(store, outlook.Config{Seed: a.seed, Paths: a.paths, Now: a.now, Computed: told.Outlook})
	if err != nil {
		return err
	}
	renderer, err := render.New(render.Options{Keep: 32 << 20})
	if err != nil {
		return err
	}
	defer renderer.Close()
	key, err := a.key(ctx, store)
	if err != nil {
		return err
	}
	accounts, err := a.accounts(ctx, store, key, s.guarding)
	if err != nil {
		return err
	}
	if err := a.mayListen(s.addr, s.metrics, accounts, s.guarding); err != nil {
		return err
	}
	required := accounts.Required()
	if s.samples {
		if err := a.journal("load", map[string]string{"file": "samples"}, func() error { return a.loadSamples(ctx, store) }); err != nil {
			return err
		}
	}
	journal, err := a.openAudit(key, s.auditKeep, store, func(err error) { log.Error("audit head", "error", err) })
	if err != nil {
		return err
	}
	began := false
	defer func() {
		if began {
			err = errors.Join(err, a.closeAudit(journal))
		} else {
			err = errors.Join(err, journal.Close())
		}
	}()
	handler, err := web.New(web.Config{
		Store: store, Outlooks: svc, Renderer: renderer, Key: key, DefaultPolicy: defaultPolicy, Grace: s.grace,
		Now: a.now, Version: version, Log: log,
		MaxUpload: limits.Bytes, Limits: limits, Convert: convert, Reports: filepath.Join(a.dataDir, "reports"), Incoming: filepath.Join(a.dataDir, "incoming"), Patience: patience,
		Access: accounts, Trial: !required && onlyHere(s.addr), Audit: journal, Proxies: s.proxies, TLS: s.cert != "", Observe: told.Request,
	})
	if err != nil {
		return err
	}
	defer handler.Close()
	if err := journal.Write(started(s, required)); err != nil {
		return err
	}
	began = true
	handler.Warm(defaultPolicy)
	stop, err := a.scheduled(ctx, s.schedules, handler, journal, log)
	if err != nil {
		return err
	}
	defer stop()
	halt, err := a.operated(ctx, operator{a, store, journal, told.Backup}, s.keeping, log)
	if err != nil {
		return err
	}
	defer halt()
	hush, err := a.alerted(ctx, s.alerts, &alert.Watcher{Store: store, Outlooks: svc, Grace: s.grace, Now: a.now, Log: log, Begin: alertsLeave(journal)})
	if err != nil {
		return err
	}
	defer hush()
	defer a.metered(at.metrics, told)()
	return a.answer(ctx, at.site, told.Wrap(handler), handler, s.scheme())
}

// check says what of the settings can't be used, before anything is opened.
func (s *serving) check() error {
	if err := s.guarding.check(s.addr); err != nil {
		return err
	}
	for _, addr := range []string{s.addr, s.metrics} {
		if addr == "" {
			continue
		}
		if err := checkAddress(addr); err != nil {
			return err
		}
	}
	if s.grace < 0 || s.grace > mostGrace {
		return fault.Newf(fault.Invalid, "--grace 的值 %[1]d 不可用；请给出 0 至 %[2]d 天。", "--grace can't be %[1]d; give 0 to %[2]d days.", s.grace, mostGrace)
	}
	if err := (backup.Clock{Cron: s.cron, Dir: s.dir, Keep: s.keep}).Check(); err != nil {
		return err
	}
	if _, _, err := s.settle(); err != nil {
		return err
	}
	return s.checkFiles()
}

// checkFiles reads the files of schedules and alerts, which are read again when they
// are needed.
func (s *serving) checkFiles() error {
	if s.schedules != "" {
		if _, err := readSchedules(s.schedules); err != nil {
			return err
		}
	}
	if s.alerts != "" {
		if _, err := readAlerts(s.alerts); err != nil {
			return err
		}
	}
	return nil
}

// listeners are the addresses of a service that is about to start: who asks meanwhile
// waits.
type listeners struct{ site, metrics net.Listener }

// listen takes the addresses, so that one that is taken already stops the service
// before it has done anything.
func (s *serving) listen() (l listeners, err error) {
	defer func() {
		if err != nil {
			l.close()
		}
	}()
	if l.site, err = net.Listen("tcp", s.addr); err != nil {
		return l, cannotListen(s.addr, "--addr", err)
	}
	wrapped, err := s.wrap(l.site)
	if err != nil {
		return l, err
	}
	l.site = wrapped
	if s.metrics != "" {
		if l.metrics, err = net.Listen("tcp", s.metrics); err != nil {
			return l, cannotListen(s.metrics, "--metrics", err)
		}
	}
	return l, nil
}

// close lets go of what was not served, too.
func (l *listeners) close() {
	for _, x := range []net.Listener{l.site, l.metrics} {
		if x != nil {
			_ = x.Close()
		}
	}
}

// metered answers scrapes on an address of their own, if there is one; stop ends it.
func (a *app) metered(l net.Listener, m *metrics.Metrics) (stop func()) {
	if l == nil {
		return func() {}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.Handler())
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, WriteTimeout: time.Minute}
	go func() { _ = srv.Serve(l) }() // ends with stop
	fmt.Fprintf(a.err, "metrics http://%s/metrics\n", l.Addr())
	return func() { _ = srv.Close() }
}

// checkAddress refuses what can't be listened on, whoever is there.
func checkAddress(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fault.Newf(fault.Invalid, "监听地址 %[1]q 无法识别；请写成 127.0.0.1:8555。", "The address %[1]q can't be read; write it as 127.0.0.1:8555.", addr)
	}
	if _, err := net.LookupPort("tcp", port); err != nil {
		return fault.Newf(fault.Invalid, "监听地址 %[1]s 的端口 %[2]q 不可用；请用 1 至 65535 之间的数。", "The port %[2]q of the address %[1]s can't be used; give a number from 1 to 65535.", addr, port)
	}
	return nil
}

func cannotListen(addr, flag string, err error) error {
	switch {
	case errors.Is(err, syscall.EACCES):
		return fault.Newf(fault.Unavailable,
			"没有权限监听 %[1]s；1024 以下的端口需要特权，请用 %[2]s 换一个端口，由 HTTPS 代理转发。",
			"%[1]s may not be listened on: ports below 1024 need a privilege; choose another with %[2]s, behind an HTTPS proxy.", addr, flag).Because(err)
	case !errors.Is(err, syscall.EADDRINUSE):
		return fault.Newf(fault.Invalid,
			"无法监听 %[1]s：这不是本机的地址；请检查 %[2]s。", "Can't listen on %[1]s: that is no address of this machine; check %[2]s.", addr, flag).Because(err)
	}
	return fault.Newf(fault.Conflict,
		"无法监听 %[1]s：可能已有程序占用；请停止该程序，或用 %[2]s 换一个端口。",
		"Can't listen on %[1]s: another program may hold it; stop that one, or choose another port with %[2]s.", addr, flag).Because(err)
}

// answer serves until ctx ends, and then finishes what is under way.
func (a *app) answer(ctx context.Context, l net.Listener, h http.Handler, site *web.Server, scheme string) error {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute, // a file has longer, as long as its bytes come
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	fmt.Fprintf(a.out, "%s://%s/\n", scheme, l.Addr())
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	site.Drain()
	// Requests and loads under way are finished: a load that was acknowledged, or
	// whose clerk waits for its receipt, is stored.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastCall)
	defer cancel()
	if err := srv.Shutdown(last); err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	if err := site.Finish(last); err != nil {
		return fmt.Errorf("finish loads: %w", err)
	}
	return nil
}
