package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"talentcast/analytics"
	"talentcast/datasets"
)

// killRows is how many rows the file has that loading is killed in.
const killRows = 30_000

// A load that is killed at any moment leaves the batch wholly in or wholly out,
// and running the command again completes it with the same result.
// TALENTCAST_KILLS sets how many times it is tried.
func TestKilledLoads(t *testing.T) {
	trials := 12
	if s := os.Getenv("TALENTCAST_KILLS"); s != "" {
		var err error
		if trials, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "fund.csv")
	var text strings.Builder
	text.WriteString("凭证号,日期,环节,资金来源,用途,金额（元）\n")
	for i := range killRows {
		amount := strconv.Itoa(1000 + i)
		if i%500 == 0 {
			amount = "-1"
		}
		fmt.Fprintf(&text, "PZ-%06d,%s,到位,财政,人才发展专项资金,%s\n", i, analytics.Date(2012, 1, 1+i%1000).Format(time.DateOnly), amount)
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "empty")
	policyOnly(t, empty)
	command := func(data string) *exec.Cmd {
		return &exec.Cmd{Path: os.Args[0], Args: []string{"talentcast", "--data", data, "ingest", file}}
	}
	complete := func(data string) stored {
		t.Helper()
		var exit *exec.ExitError
		out, err := command(data).CombinedOutput() // it succeeds where the rows are in already
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != exitRefused) {
			t.Fatalf("ingest: %v\n%s", err, out)
		}
		return whatIsStored(t, data)
	}
	whole := filepath.Join(dir, "whole")
	copyDir(t, empty, whole)
	began := time.Now()
	want := complete(whole)
	took := time.Since(began)
	if want.Rows != killRows-killRows/500 || want.Batches != 1 || want.Refused != killRows/500 {
		t.Fatalf("undisturbed: %+v", want)
	}
	r := rand.New(rand.NewPCG(555, 9))
	in, out := 0, 0
	for i := range trials {
		data := filepath.Join(dir, fmt.Sprintf("trial%d", i))
		copyDir(t, empty, data)
		cmd := command(data)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.Int64N(int64(took))))
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		switch got := whatIsStored(t, data); {
		case reflect.DeepEqual(got, want):
			in++
		case got.Rows == 0 && got.Batches == 0 && got.Refused == 0:
			out++
		default:
			t.Errorf("trial %d left %+v", i, got)
		}
		if got := complete(data); !reflect.DeepEqual(got, want) {
			t.Errorf("trial %d completed to %+v, want %+v", i, got, want)
		}
		if err := os.RemoveAll(data); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("killed %d times within %v: %d wholly in, %d wholly out", trials, took, in, out)
}

// stored is what a data folder holds, as far as it can be told from outside.
type stored struct {
	Rows             int64
	Batches, Refused int
	Flows            []datasets.Flow
}

func whatIsStored(t *testing.T, data string) (got stored) {
	t.Helper()
	ctx := context.Background()
	s, err := datasets.Open(ctx, datasets.Config{Path: filepath.Join(data, "talentcast.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	st, err := s.State(ctx, defaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	bs, err := s.Batches(ctx, defaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	got.Rows, got.Batches = st.Rows, len(bs)
	for _, b := range bs {
		fs, err := s.Refusals(ctx, b.ID)
		if err != nil {
			t.Fatal(err)
		}
		got.Refused += len(fs)
	}
	on := analytics.Date(2015, 1, 1)
	if got.Flows, err = s.Flows(ctx, defaultPolicy, on, on); err != nil {
		t.Fatal(err)
	}
	return got
}

// policyOnly makes a data folder with the policy and the key, and no rows.
func policyOnly(t *testing.T, data string) {
	t.Helper()
	ctx := context.Background()
	if err := os.MkdirAll(data, 0o750); err != nil {
		t.Fatal(err)
	}
	s, err := datasets.Open(ctx, datasets.Config{Path: filepath.Join(data, "talentcast.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	ps, err := datasets.ShippedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ps {
		if p.ID == defaultPolicy {
			if _, err := s.PutPolicy(ctx, p); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func copyDir(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}
