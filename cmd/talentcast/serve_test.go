package main

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFailedStartLeavesNothing: what can't be served is told before anything is
// opened, loaded or written down.
func TestFailedStartLeavesNothing(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	torn := filepath.Join(t.TempDir(), "torn.yaml")
	if err := os.WriteFile(torn, []byte("lang: fr\nreports: 7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	free := "127.0.0.1:0"
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"port in use":         {[]string{"--addr", taken.Addr().String()}, "another program may hold it"},
		"metrics port in use": {[]string{"--addr", free, "--metrics", taken.Addr().String()}, "--metrics"},
		"nobody's address":    {[]string{"--addr", "192.0.2.1:8555"}, "no address of this machine"},
		"cron":                {[]string{"--addr", free, "--backup-at", "at night"}, "cron"},
		"no alerts file":      {[]string{"--addr", free, "--alerts", "nowhere.yaml"}, "nowhere.yaml"},
		"alerts file":         {[]string{"--addr", free, "--alerts", torn}, "can't be read"},
		"no schedules file":   {[]string{"--addr", free, "--schedules", "nowhere.yaml"}, "nowhere.yaml"},
		"schedules file":      {[]string{"--addr", free, "--schedules", torn}, ""},
		"certificate":         {[]string{"--addr", free, "--tls-cert", torn, "--tls-key", torn}, "certificate"},
		"provider":            {[]string{"--addr", free, "--oidc-issuer", "https://id.example"}, "--oidc-client"},
	} {
		t.Run(name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			var said bytes.Buffer
			args := append([]string{"--lang", "en", "--data", data, "serve", "--samples"}, c.args...)
			if code := run(t.Context(), args, strings.NewReader(""), io.Discard, &said, nil); code != exitFault || !strings.Contains(said.String(), c.says) {
				t.Errorf("status %d: %s", code, said.String())
			}
			if _, err := os.Stat(data); err == nil {
				t.Error("the data folder was made")
			}
		})
	}
	data := filepath.Join(t.TempDir(), "data")
	var said bytes.Buffer
	if code := run(t.Context(), []string{"--data", data, "serve", "--samples", "--addr", "0.0.0.0:0"}, strings.NewReader(""), io.Discard, &said, nil); code != exitFault {
		t.Errorf("open to others: status %d: %s", code, said.String())
	}
	for _, month := range months(t, filepath.Join(data, "audit")) {
		if b, err := os.ReadFile(month); err != nil || len(b) > 0 {
			t.Errorf("%s: %s, %v", filepath.Base(month), b, err)
		}
	}
}

func months(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestEmptyStartIsQuiet: a service without a policy yet has nothing to compute, and
// no error to tell of.
func TestEmptyStartIsQuiet(t *testing.T) {
	var said heard
	s := startServer(t, filepath.Join(t.TempDir(), "data"), &said)
	s.get(t, "/healthz")
	s.stop()
	if strings.Contains(said.String(), "level=ERROR") {
		t.Errorf("the log says %s", said.String())
	}
}
