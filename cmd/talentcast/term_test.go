package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ended is what became of a file whose service was told to end.
type ended struct {
	acknowledged bool // the answer said that it is loaded
	told         bool // the clerk was told that it is being loaded
}

// TestTermFinishesLoads: a service that is told to end while a file is loaded
// ends well, what it acknowledged is there, what the clerk was told is being
// loaded is there too, and nothing is there by halves.
func TestTermFinishesLoads(t *testing.T) {
	const rows = 20_000
	text := fundRows(rows)
	for _, way := range []struct {
		name string
		load func(base, text string) (ended, error)
	}{{"api", loadByAPI}, {"page", loadByPage}} {
		t.Run(way.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(555, 12))
			in, out := 0, 0
			took := 3 * time.Second
			for i := range trials(t, 4, 30) {
				data := filepath.Join(t.TempDir(), "data")
				policyOnly(t, data)
				cmd, base := listening(t, data)
				delay := time.Duration(r.Int64N(int64(took)))
				if i == 0 {
					delay = time.Hour // the first tells how long one takes
				}
				tell := time.AfterFunc(delay, func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
				began := time.Now()
				got, err := way.load(base, text)
				if i == 0 {
					took = time.Since(began)
				}
				if tell.Stop() { // the load was the faster; a second signal would not wait
					_ = cmd.Process.Signal(syscall.SIGTERM)
				}
				if ended := cmd.Wait(); ended != nil {
					t.Fatalf("trial %d: the service ended with %v", i, ended)
				}
				if i == 0 && (err != nil || !got.acknowledged && !got.told) {
					t.Fatalf("undisturbed: %+v, %v", got, err)
				}
				switch has := whatIsStored(t, data); {
				case has.Rows == rows && has.Batches == 1:
					in++
				case has.Rows != 0 || has.Batches != 0:
					t.Errorf("trial %d left %d rows in %d batches", i, has.Rows, has.Batches)
				case got.acknowledged || got.told:
					t.Errorf("trial %d: %+v, and nothing is there", i, got)
				default:
					out++
				}
			}
			t.Logf("%d loads in, %d not, each within %v", in, out, took)
		})
	}
}

// TestTermWhileStarting: a service that is told to end before it listens does so
// without being called failed, and can be started again.
func TestTermWhileStarting(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	r := rand.New(rand.NewPCG(555, 13))
	for i := range trials(t, 4, 30) {
		cmd := itself(data, "--paths", "200", "serve", "--samples", "--addr", "127.0.0.1:0")
		var said bytes.Buffer
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Not before the program hears signals at all: the system ends it then.
		time.Sleep(300*time.Millisecond + time.Duration(r.Int64N(int64(2*time.Second))))
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("trial %d: the service ended with %v:\n%s", i, err, said.String())
		}
	}
	cmd, base := listening(t, data)
	res, err := http.Get(base + "/readyz") //nolint:noctx // the test's own server
	if err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("it does not start again: %v %v", res, err)
	}
	if err == nil {
		_ = res.Body.Close()
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// listening starts a service as a process of its own and waits for its address.
func listening(t *testing.T, data string) (cmd *exec.Cmd, base string) {
	t.Helper()
	cmd = itself(data, "--paths", "200", "serve", "--addr", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // where the test ends before it
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the service does not start: %v", err)
	}
	return cmd, strings.TrimSuffix(strings.TrimSpace(line), "/")
}

func fundRows(n int) string {
	var b strings.Builder
	b.WriteString("凭证号,日期,环节,资金来源,用途,金额（元）\n")
	for i := range n {
		fmt.Fprintf(&b, "PZ-%06d,2013-%02d-%02d,到位,财政,人才发展专项资金,%d\n", i, 1+i%12, 1+i%28, 1000+i)
	}
	return b.String()
}

// loadByAPI hands a file in; an answer of 201 acknowledges it.
func loadByAPI(base, text string) (ended, error) {
	code, _, err := send(base+"/api/v1/policies/"+defaultPolicy+"/batches", text)
	return ended{acknowledged: err == nil && code == http.StatusCreated}, err
}

// loadByPage hands a file in and confirms it, as a clerk does.
func loadByPage(base, text string) (got ended, err error) {
	code, at, err := send(base+"/p/"+defaultPolicy+"/data", text)
	if err != nil || code != http.StatusSeeOther {
		return got, err
	}
	for { // it may be looked at still, and then it is not loaded yet
		form := url.Values{"do": {"load"}, "kind": {"fund"}, "by": {"李工"}}
		if code, _, _, err = asked(http.MethodPost, base+at, "application/x-www-form-urlencoded", strings.NewReader(form.Encode())); err != nil {
			return got, err
		}
		if code != http.StatusSeeOther && code != http.StatusConflict {
			return got, fmt.Errorf("confirm: status %d", code)
		}
		for {
			_, to, page, err := asked(http.MethodGet, base+at, "", http.NoBody)
			if err != nil {
				return got, err
			}
			if strings.Contains(to, "batch=") {
				got.acknowledged = true
				return got, nil
			}
			if !strings.Contains(page, "正在载入") {
				break
			}
			got.told = true
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// send uploads a file as a form does.
func send(to, text string) (code int, location string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "fund.csv")
	if err == nil {
		_, err = io.WriteString(part, text)
	}
	if err = errors.Join(err, w.WriteField("kind", "fund"), w.Close()); err != nil {
		return 0, "", err
	}
	code, location, _, err = asked(http.MethodPost, to, w.FormDataContentType(), &b)
	return code, location, err
}

// asked is what an address answers, without going where that leads.
func asked(method, to, kind string, form io.Reader) (code int, location, body string, err error) {
	r, err := http.NewRequest(method, to, form) //nolint:noctx // the test's own server
	if err != nil {
		return 0, "", "", err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(r)
	if err != nil {
		return 0, "", "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, res.Header.Get("Location"), string(b), err
}
