// Package control lets commands of the same machine and user ask a running
// service for what only it can do, since one process holds the database. It is a
// socket beside the database that nobody else may open, and no address.
package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"talentcast/analytics/fault"
)

const (
	name = "talentcast.sock"
	most = 100 // bytes of a socket's path that every system takes
)

// Backup is what a service is asked for.
type Backup struct {
	Dir string `json:"dir"` // absolute
	Key bool   `json:"key"`
}

// Written is a backup that was written.
type Written struct {
	Path  string `json:"path"`
	Rows  int64  `json:"rows"`
	Bytes int64  `json:"bytes"`
}

// Entry is what a command did with files of its own, for the audit log, which the
// running service alone writes.
type Entry struct {
	Action string            `json:"action"`
	Object map[string]string `json:"object"`
	Result string            `json:"result"` // as package audit has them
}

// Head is where the audit log stands.
type Head struct {
	N    int64  `json:"n"`
	Hash string `json:"hash"`
}

// Service is what can be asked of a running service.
type Service interface {
	Backup(ctx context.Context, b Backup) (Written, error)
	Enter(ctx context.Context, e Entry) error
	Head(ctx context.Context) (Head, error)
}

// problem is a fault on its way over the socket.
type problem struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

func path(data string) (string, error) {
	p, err := filepath.Abs(filepath.Join(data, name))
	if err == nil && len(p) > most {
		err = fmt.Errorf("control: the path %s is too long for a socket", p)
	}
	return p, err
}

// Listen answers on the socket in the data folder until close is called, whose
// caller must hold the database: another's socket is taken for one left behind.
func Listen(data string, s Service) (close func() error, err error) {
	at, err := path(data)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(at); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("control: %w", err)
	}
	l, err := net.Listen("unix", at)
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	if err := os.Chmod(at, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("control: %w", err), l.Close())
	}
	mux := http.NewServeMux()
	serve(mux, "/backup", s.Backup)
	serve(mux, "/entry", func(ctx context.Context, e Entry) (struct{}, error) { return struct{}{}, s.Enter(ctx, e) })
	serve(mux, "/head", func(ctx context.Context, _ struct{}) (Head, error) { return s.Head(ctx) })
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = srv.Serve(l) }() // ends with close
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		return errors.Join(srv.Shutdown(ctx), ignoreGone(os.Remove(at)))
	}, nil
}

// serve answers what is asked at a path.
func serve[Q, A any](mux *http.ServeMux, at string, do func(context.Context, Q) (A, error)) {
	mux.HandleFunc("POST "+at, func(w http.ResponseWriter, r *http.Request) {
		var q Q
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&q); err != nil {
			answer(w, nil, fault.New(fault.Invalid, "请求无法识别。", "The request can't be read.").Because(err))
			return
		}
		done, err := do(r.Context(), q)
		answer(w, done, err)
	})
}

func ignoreGone(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func answer(w http.ResponseWriter, v any, err error) {
	code := http.StatusOK
	if err != nil {
		code = http.StatusInternalServerError
		p := problem{En: err.Error(), Zh: err.Error()}
		if f := fault.As(err); f != nil {
			code, p = http.StatusBadRequest, problem{string(f.Code), f.Zh, f.En}
		}
		v = p
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v) // whoever asked may have gone
}

// Ask asks the service of a data folder for a backup. running is false where no
// service answers.
func Ask(ctx context.Context, data string, b Backup) (w Written, running bool, err error) {
	return ask[Written](ctx, data, "/backup", b)
}

// Enter has the service of a data folder write an entry of its audit log; it is on
// the disk when that returns.
func Enter(ctx context.Context, data string, e Entry) (running bool, err error) {
	_, running, err = ask[struct{}](ctx, data, "/entry", e)
	return running, err
}

// AskHead asks the service of a data folder where its audit log stands.
func AskHead(ctx context.Context, data string) (h Head, running bool, err error) {
	return ask[Head](ctx, data, "/head", struct{}{})
}

func ask[A any](ctx context.Context, data, what string, q any) (a A, running bool, err error) {
	at, err := path(data)
	if err != nil {
		return a, false, nil // there can be no socket
	}
	body, err := json.Marshal(q)
	if err != nil {
		return a, false, err
	}
	c := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "unix", at)
		},
	}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://talentcast"+what, bytes.NewReader(body))
	if err != nil {
		return a, false, err
	}
	res, err := c.Do(r)
	if err != nil {
		var dial *net.OpError
		if errors.As(err, &dial) && dial.Op == "dial" {
			return a, false, nil
		}
		return a, true, fmt.Errorf("ask the service: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return a, true, refusal(res.Body)
	}
	return a, true, json.NewDecoder(io.LimitReader(res.Body, 1<<16)).Decode(&a)
}

// refusal is why the service did not do what it was asked.
func refusal(body io.Reader) error {
	var p problem
	if err := json.NewDecoder(io.LimitReader(body, 1<<16)).Decode(&p); err != nil {
		return fmt.Errorf("ask the service: %w", err)
	}
	if p.Code == "" {
		return fmt.Errorf("ask the service: %s", p.En)
	}
	return fault.New(fault.Code(p.Code), p.Zh, p.En)
}
