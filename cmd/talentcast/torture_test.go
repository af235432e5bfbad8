package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/backup"
	"talentcast/datasets"
)

// trials is how often something is killed: some times by default, more with
// TALENTCAST_TORTURE as `make torture` runs it.
func trials(t *testing.T, some, many int) int {
	t.Helper()
	if os.Getenv("TALENTCAST_TORTURE") != "" {
		return many
	}
	t.Logf("REDUCED, to stay short: %d trials; make torture runs %d", some, many)
	return some
}

// itself is this program as a process of its own.
func itself(data string, args ...string) *exec.Cmd {
	return &exec.Cmd{Path: os.Args[0], Args: append([]string{"talentcast", "--data", data}, args...)}
}

// killed starts the command and kills it some time within took.
func killed(t *testing.T, r *rand.Rand, cmd *exec.Cmd, took time.Duration) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Duration(r.Int64N(int64(took + took/3))))
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()
}

// withRows makes a data folder whose database has rows, so that what is killed
// has something to do.
func withRows(t *testing.T, rows int) (data string, has stored) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	policyOnly(t, data)
	file := filepath.Join(t.TempDir(), "fund.csv")
	var text strings.Builder
	text.WriteString("凭证号,日期,环节,资金来源,用途,金额（元）\n")
	for i := range rows {
		fmt.Fprintf(&text, "PZ-%06d,2013-%02d-%02d,到位,财政,人才发展专项资金,%d\n", i, 1+i%12, 1+i%28, 1000+i)
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := itself(data, "ingest", file).CombinedOutput(); err != nil {
		t.Fatalf("ingest: %v\n%s", err, out)
	}
	return data, whatIsStored(t, data)
}

func same(a, b stored) bool {
	return a.Rows == b.Rows && a.Batches == b.Batches && a.Refused == b.Refused
}

// TestKilledBackups: a backup that is killed is not there under its name, hurts
// nothing, and the next one is whole.
func TestKilledBackups(t *testing.T) {
	data, want := withRows(t, 60_000)
	began := time.Now()
	if out, err := itself(data, "backup", "-o", t.TempDir()).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	took := time.Since(began)
	r := rand.New(rand.NewPCG(555, 1))
	whole, none := 0, 0
	for i := range trials(t, 6, 50) {
		to := t.TempDir()
		killed(t, r, itself(data, "backup", "-o", to), took)
		made, err := filepath.Glob(filepath.Join(to, "talentcast-*Z"))
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range made {
			if _, err := backup.Verify(t.Context(), dir); err != nil {
				t.Errorf("trial %d: a backup under its name is not whole: %v", i, err)
			}
		}
		whole += len(made)
		none += 1 - len(made)
		if got := whatIsStored(t, data); !same(got, want) {
			t.Fatalf("trial %d left %+v, want %+v", i, got, want)
		}
		again := t.TempDir()
		if out, err := itself(data, "backup", "-o", again).CombinedOutput(); err != nil {
			t.Errorf("trial %d, again: %v\n%s", i, err, out)
		}
		if left, _ := filepath.Glob(filepath.Join(data, "*.part")); len(left) > 0 {
			t.Errorf("trial %d: left over in the data folder: %v", i, left)
		}
	}
	t.Logf("%d backups whole, %d not there, within %v", whole, none, took)
}

// TestKilledRestores: a restore that is killed has either brought the whole
// database or none, and can be begun anew.
func TestKilledRestores(t *testing.T) {
	data, want := withRows(t, 60_000)
	to := t.TempDir()
	if out, err := itself(data, "backup", "-o", to).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	made, _ := filepath.Glob(filepath.Join(to, "*"))
	began := time.Now()
	if out, err := itself(filepath.Join(t.TempDir(), "x"), "restore", made[0]).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	took := time.Since(began)
	r := rand.New(rand.NewPCG(555, 2))
	whole, none := 0, 0
	for i := range trials(t, 5, 40) {
		back := filepath.Join(t.TempDir(), "data")
		killed(t, r, itself(back, "restore", made[0]), took)
		if _, err := os.Stat(filepath.Join(back, "talentcast.duckdb")); err == nil {
			whole++
		} else if none++; errors.Is(err, os.ErrNotExist) {
			if out, err := itself(back, "restore", made[0]).CombinedOutput(); err != nil {
				t.Errorf("trial %d, again: %v\n%s", i, err, out)
				continue
			}
		}
		if got := whatIsStored(t, back); !same(got, want) {
			t.Errorf("trial %d: %+v, want %+v", i, got, want)
		}
		if out, err := itself(back, "audit", "verify").CombinedOutput(); err != nil {
			t.Errorf("trial %d: the audit log: %v\n%s", i, err, out)
		}
	}
	t.Logf("%d restores had brought the database, %d not, within %v", whole, none, took)
}

// TestKilledServices: every scenario whose keeping a service acknowledged before
// it was killed is there and whole; at most the one under way is there beside
// them.
func TestKilledServices(t *testing.T) {
	data, _ := withRows(t, 2000)
	r := rand.New(rand.NewPCG(555, 3))
	acknowledged := map[string]bool{}
	total := 0
	for i := range trials(t, 4, 40) {
		cmd := itself(data, "--paths", "200", "serve", "--addr", "127.0.0.1:0")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatalf("trial %d: the service does not start: %v", i, err)
		}
		end := time.AfterFunc(50*time.Millisecond+time.Duration(r.Int64N(int64(600*time.Millisecond))), func() { _ = cmd.Process.Kill() })
		under := saveUntilKilled(t, strings.TrimSuffix(strings.TrimSpace(line), "/"), i, acknowledged)
		end.Stop()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		total = len(acknowledged)
		there := scenarioNames(t, data)
		for name := range acknowledged {
			if !there[name] {
				t.Errorf("trial %d: %q was acknowledged and is not there", i, name)
			}
		}
		for name := range there {
			if !acknowledged[name] && name != under {
				t.Errorf("trial %d: %q is there and was never sent", i, name)
			}
		}
		if there[under] {
			acknowledged[under] = true
		}
	}
	t.Logf("%d scenarios acknowledged over all", total)
}

// saveUntilKilled keeps scenarios until the service is gone, and returns the name
// of the one under way then.
func saveUntilKilled(t *testing.T, base string, trial int, acknowledged map[string]bool) (under string) {
	t.Helper()
	c := &http.Client{Timeout: 10 * time.Second}
	for i := 0; ; i++ {
		under = fmt.Sprintf("情景 %d-%d", trial, i)
		body := `{"name":` + strconv.Quote(under) + `,"note":"` + strings.Repeat("说明", 200) + `","by":"李工","levers":"intake:times=1.2"}`
		res, err := c.Post(base+"/api/v1/policies/liwan-555/scenarios", "application/json", strings.NewReader(body))
		if err != nil {
			return under
		}
		said, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			return under
		}
		if res.StatusCode != http.StatusCreated {
			if res.StatusCode == http.StatusTooManyRequests {
				time.Sleep(20 * time.Millisecond)
				continue
			}
			t.Fatalf("keeping a scenario: %d %s", res.StatusCode, said)
		}
		acknowledged[under] = true
	}
}

func scenarioNames(t *testing.T, data string) map[string]bool {
	t.Helper()
	s, err := datasets.Open(t.Context(), datasets.Config{Path: filepath.Join(data, "talentcast.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	kept, err := s.Scenarios(t.Context(), defaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, k := range kept {
		if b, err := json.Marshal(k); err != nil || !bytes.Contains(b, []byte("说明")) {
			t.Errorf("the scenario %q is not whole: %v", k.Name, err)
		}
		out[k.Name] = true
	}
	return out
}

// TestFullAndReadOnlyDisks: a load into a full or read-only disk is refused with a
// sentence, leaves what was there, and goes through once there is room.
func TestFullAndReadOnlyDisks(t *testing.T) {
	dir := t.TempDir()
	unmount, err := mountSmall(dir, "12m")
	if err != nil {
		t.Skipf("SKIPPED, no small disk can be made here (needs root): %v", err)
	}
	defer unmount()
	data := filepath.Join(dir, "data")
	policyOnly(t, data)
	var files []string
	for f := range 4 {
		var text strings.Builder
		text.WriteString("凭证号,日期,环节,资金来源,用途,金额（元）\n")
		for i := range 40_000 {
			fmt.Fprintf(&text, "PZ-%d-%06d-%x,2013-%02d-%02d,到位,财政,人才发展专项资金,%d\n", f, i, rand.New(rand.NewPCG(uint64(i), uint64(f))).Uint64(), 1+i%12, 1+i%28, 1000+i)
		}
		file := filepath.Join(t.TempDir(), fmt.Sprintf("fund%d.csv", f))
		if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	ingest := func(file string) (string, int) {
		var exit *exec.ExitError
		out, err := itself(data, "ingest", file).CombinedOutput()
		if errors.As(err, &exit) {
			return string(out), exit.ExitCode()
		}
		return string(out), exitOK
	}
	loaded, full := 0, ""
	for _, file := range files {
		out, code := ingest(file)
		if strings.Contains(out, "新增40000") { // acknowledged, even if the file could not be tidied then
			loaded++
		}
		if code == exitOK {
			continue
		}
		full = out
		if code != exitFault || !strings.Contains(out, "磁盘空间不足") {
			t.Fatalf("on a full disk: %d %s", code, out)
		}
		break
	}
	if full == "" {
		t.Fatal("the disk never became full: the test tests nothing")
	}
	if err := remount(dir, "size=200m"); err != nil {
		t.Fatal(err)
	}
	if got := whatIsStored(t, data); got.Batches != loaded || got.Rows != int64(loaded)*40_000 {
		t.Errorf("after the disk was full: %+v, want %d batches whole", got, loaded)
	}
	if err := remount(dir, "ro"); err != nil {
		t.Fatal(err)
	}
	if out, code := ingest(files[3]); code != exitFault || !strings.Contains(out, "只读") && !strings.Contains(out, "权限") {
		t.Errorf("on a read-only disk: %d %s", code, out)
	}
	if err := remount(dir, "rw"); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if out, code := ingest(file); code != exitOK {
			t.Errorf("with room again: %d %s", code, out)
		}
	}
	if got := whatIsStored(t, data); got.Batches != 4 || got.Rows != 160_000 {
		t.Errorf("with room again: %+v", got)
	}
	if out, err := itself(data, "audit", "verify").CombinedOutput(); err != nil {
		t.Errorf("the audit log: %v\n%s", err, out)
	}
}

// TestDamagedDatabases: wherever a byte of the database or of its log is wrong,
// the file is refused or the damage is told; no other figure is ever served.
func TestDamagedDatabases(t *testing.T) {
	data, _ := withRows(t, 20_000)
	want, code := forecasts(t, data)
	if code != exitOK || !strings.Contains(want, "G-02") {
		t.Fatalf("undamaged: %d %s", code, want)
	}
	path := filepath.Join(data, "talentcast.duckdb")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(555, 4))
	told := map[string]int{}
	for i := range trials(t, 12, 80) {
		bad := slices.Clone(good)
		at := r.IntN(len(bad))
		if i%4 == 0 {
			bad = bad[:at] // cut off
		} else {
			for j := at; j < min(at+16, len(bad)); j++ {
				bad[j] ^= 0xff
			}
		}
		to := filepath.Join(t.TempDir(), "data")
		if err := os.Mkdir(to, 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, "talentcast.duckdb"), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		switch got, code := forecasts(t, to); {
		case code == exitOK && got == want:
			told["not in use"]++ // a place that no table uses
		case code == exitOK:
			t.Errorf("trial %d, byte %d of %d: another forecast was served", i, at, len(bad))
		case code == exitFault && strings.Contains(got, "备份"):
			told["refused"]++
		default:
			t.Errorf("trial %d, byte %d of %d: %d %s", i, at, len(bad), code, got)
		}
	}
	t.Logf("of damaged files: %v", told)
}

// forecasts runs a forecast as a process and returns what it says.
func forecasts(t *testing.T, data string) (said string, code int) {
	t.Helper()
	cmd := itself(data, "--paths", "100", "forecast", "--as-of", "2014-12-31", "--json")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); errors.As(err, &exit) {
		return errs.String(), exit.ExitCode()
	}
	return out.String(), exitOK
}

// TestDamagedLogs: a database whose log has a wrong byte is refused, or has lost
// nothing that was acknowledged.
func TestDamagedLogs(t *testing.T) {
	data, _ := withRows(t, 2000)
	cmd := itself(data, "--paths", "200", "serve", "--addr", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]bool{}
	end := time.AfterFunc(1500*time.Millisecond, func() { _ = cmd.Process.Kill() })
	saveUntilKilled(t, strings.TrimSuffix(strings.TrimSpace(line), "/"), 0, acknowledged)
	end.Stop()
	_ = cmd.Wait()
	if err := os.Remove(filepath.Join(data, "talentcast.sock")); err != nil { // left behind, and nothing to copy
		t.Fatal(err)
	}
	good, err := os.ReadFile(filepath.Join(data, "talentcast.duckdb.wal"))
	if err != nil || len(acknowledged) == 0 {
		t.Fatalf("no log to damage, %d scenarios: %v", len(acknowledged), err)
	}
	r := rand.New(rand.NewPCG(555, 5))
	told := map[string]int{}
	for i := range trials(t, 8, 40) {
		to := filepath.Join(t.TempDir(), "data")
		copyDir(t, data, to)
		bad, at := slices.Clone(good), r.IntN(len(good))
		for j := at; j < min(at+8, len(bad)); j++ {
			bad[j] ^= 0xff
		}
		if err := os.WriteFile(filepath.Join(to, "talentcast.duckdb.wal"), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := datasets.Open(t.Context(), datasets.Config{Path: filepath.Join(to, "talentcast.duckdb")})
		if err != nil {
			if fault.As(err) == nil {
				t.Errorf("trial %d, byte %d of %d: %v", i, at, len(bad), err)
			}
			told["refused"]++
			continue
		}
		kept, err := s.Scenarios(t.Context(), defaultPolicy)
		if err := errors.Join(err, s.Close()); err != nil {
			t.Errorf("trial %d: %v", i, err)
		}
		if len(kept) < len(acknowledged) {
			t.Errorf("trial %d, byte %d of %d: %d of %d scenarios served", i, at, len(bad), len(kept), len(acknowledged))
		}
		told["nothing lost"]++
	}
	t.Logf("of damaged logs: %v", told)
}
