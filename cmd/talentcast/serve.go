package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/web"
)

func (a *app) serveCommand() *cobra.Command {
	var addr string
	var samples bool
	var grace int
	var in intake
	var schedules string
	var g guarding
	var k keeping
	c := &cobra.Command{
		Use:   "serve",
		Short: "serve the pages and the API · 启动服务",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.serve(cmd.Context(), addr, schedules, samples, grace, in, g, k)
		},
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8555", "address to listen on; loopback only, as long as there is no administrator")
	c.Flags().BoolVar(&samples, "samples", false, "load the shipped policies and demonstration data where they are missing")
	c.Flags().IntVar(&grace, "grace", outlook.DefaultGrace, "days after its due date in which a delivery is not overdue yet")
	c.Flags().StringVar(&schedules, "schedules", "", "file of reports to be written by the clock; none without it")
	in.flags(c.Flags(), 64)
	g.flags(c.Flags())
	k.flags(c.Flags())
	return c
}

func (a *app) serve(ctx context.Context, addr, schedules string, samples bool, grace int, in intake, g guarding, k keeping) (err error) {
	if err := g.check(addr); err != nil {
		return err
	}
	limits, err := in.limits()
	if err != nil {
		return err
	}
	convert, err := in.converter()
	if err != nil {
		return err
	}
	store, svc, err := a.outlooks(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if samples {
		if err := a.journal("load", map[string]string{"file": "samples"}, func() error { return a.loadSamples(ctx, store) }); err != nil {
			return err
		}
	}
	key, err := a.key()
	if err != nil {
		return err
	}
	accounts, err := a.accounts(ctx, store, key, g)
	if err != nil {
		return err
	}
	required := accounts.Required()
	if err := a.mayListen(addr, required, g); err != nil {
		return err
	}
	journal, err := a.openAudit(key, g.auditKeep)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.closeAudit(journal)) }()
	if err := journal.Write(started(addr, required)); err != nil {
		return err
	}
	renderer, err := render.New(render.Options{})
	if err != nil {
		return err
	}
	defer renderer.Close()
	handler, err := web.New(web.Config{
		Store: store, Outlooks: svc, Renderer: renderer, Key: key, DefaultPolicy: defaultPolicy, Grace: grace,
		Now: a.now, Version: version, Log: slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelWarn})),
		MaxUpload: limits.Bytes, Limits: limits, Convert: convert, Reports: filepath.Join(a.dataDir, "reports"),
		Access: accounts, Audit: journal, Proxies: g.proxies, TLS: g.cert != "",
	})
	if err != nil {
		return err
	}
	defer handler.Close()
	stop, err := a.scheduled(ctx, schedules, handler)
	if err != nil {
		return err
	}
	defer stop()
	halt, err := a.operated(ctx, operator{a, store, journal}, k)
	if err != nil {
		return err
	}
	defer halt()
	return a.listen(ctx, addr, handler, g)
}

func (a *app) listen(ctx context.Context, addr string, h http.Handler, g guarding) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fault.Newf(fault.Conflict,
			"无法监听 %[1]s：可能已有程序占用；请停止该程序，或用 --addr 换一个端口。",
			"Can't listen on %[1]s: another program may hold it; stop that one, or choose another port with --addr.", addr).Because(err)
	}
	if l, err = g.wrap(l); err != nil {
		return err
	}
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute, // a large upload over a slow line
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	fmt.Fprintf(a.out, "%s://%s/\n", g.scheme(), l.Addr())
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	// Requests under way are finished: a load that was acknowledged is stored.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if err := srv.Shutdown(last); err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}
