package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// hostility is how much the tests of hostile clients do: a part by default, all
// of it with TALENTCAST_HOSTILE=1, as `make hostile` runs them.
type hostility struct{ slow, requests, files int }

func howHostile(t *testing.T) hostility {
	t.Helper()
	if os.Getenv("TALENTCAST_HOSTILE") != "" {
		return hostility{slow: 1000, requests: 10_000, files: 1000}
	}
	h := hostility{slow: 150, requests: 1200, files: 120}
	t.Logf("REDUCED, to stay within a minute: %d slow connections, %d requests, %d files; make hostile runs 1,000, 10,000 and 1,000", h.slow, h.requests, h.files)
	return h
}

// heard is what a server says, to be searched while it goes on.
type heard struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (h *heard) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.Write(b)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.String()
}

// from is a dialler of an address of its own: each has its own rate and its own
// bound of connections.
func from(i int) *net.Dialer {
	return &net.Dialer{Timeout: 10 * time.Second, LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, byte(i>>8), byte(1+i%250))}}
}

// weight is what the process holds once it has come to rest.
func weight() (routines int, heap uint64) {
	for range 50 { // what is closing gets time to
		runtime.GC()
		if n := runtime.NumGoroutine(); n == routines {
			break
		} else {
			routines = n
		}
		time.Sleep(50 * time.Millisecond)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return routines, m.HeapAlloc
}

// TestHostileClients holds slow connections open, sends malformed requests and
// hands in damaged files, all to one server, and wants no panic, no error of the
// inside, an answer for everybody else meanwhile, and nothing left over.
func TestHostileClients(t *testing.T) {
	h := howHostile(t)
	data := filepath.Join(t.TempDir(), "data")
	var said heard
	if code := run(t.Context(), []string{"--data", data, "policy", "add", filepath.Join("..", "..", "datasets", "policies", "liwan-555")}, strings.NewReader(""), io.Discard, &said, nil); code != exitOK {
		t.Fatalf("policy: %s", said.String())
	}
	s := startServer(t, data, &said)
	at := strings.TrimPrefix(s.base, "http://")
	seeds := seedFiles(t)

	// Once around first: caches fill, pools grow, and stay.
	malformed(t, at, 200, 1)
	hostileFiles(t, s.base, seeds, 20, 1)
	routines, heap := weight()

	slow := slowConnections(t, at, h.slow)
	codes := malformed(t, at, h.requests, 2)
	kinds := hostileFiles(t, s.base, seeds, h.files, 3)
	if body := s.get(t, "/p/liwan-555"); !strings.Contains(body, "555") {
		t.Error("the overview does not answer beside hostile clients")
	}
	closed := slow()
	after, heapAfter := weight()
	t.Logf("slow connections: %d of %d closed by the server; requests by status: %v; files by status: %v", closed, h.slow, codes, kinds)
	t.Logf("goroutines %d → %d, heap %d → %d kB", routines, after, heap>>10, heapAfter>>10)
	if closed != h.slow {
		t.Errorf("%d of %d slow connections were let go of", closed, h.slow)
	}
	if after > routines+10 {
		t.Errorf("goroutines went from %d to %d", routines, after)
	}
	if heapAfter > heap+64<<20 {
		t.Errorf("the heap went from %d to %d kB", heap>>10, heapAfter>>10)
	}
	s.stop()
	for _, bad := range []string{"panic", "goroutine ", "level=ERROR"} {
		if i := strings.Index(said.String(), bad); i >= 0 {
			t.Errorf("the log has %q: %.600s", bad, said.String()[i:])
		}
	}
	command := func(args ...string) int {
		return run(context.Background(), append([]string{"--data", data}, args...), strings.NewReader(""), io.Discard, &said, nil)
	}
	if code := command("audit", "verify"); code != exitOK {
		t.Errorf("the audit chain does not hold afterwards: %s", said.String())
	}
	if code := command("forecast", "--paths", "200"); code != exitOK {
		t.Errorf("the database does not open afterwards: %s", said.String())
	}
}

// slowConnections opens connections that send a byte of a header now and then,
// and returns how to wait until the server has let go of them all.
func slowConnections(t *testing.T, at string, n int) (wait func() int) {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	closed := 0
	for i := range n {
		conn, err := from(1000+i/100).Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			defer conn.Close()
			head := "GET / HTTP/1.1\r\nHost: x\r\nX-A: "
			if i%3 == 0 { // a body that never comes
				head = "POST /signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100"
			}
			_, _ = io.WriteString(conn, head) // it may be closed already
			for range 120 {
				_ = conn.SetReadDeadline(time.Now().Add(250 * time.Millisecond))
				if _, err := io.ReadAll(conn); err == nil || !os.IsTimeout(err) {
					mu.Lock()
					closed++
					mu.Unlock()
					return
				}
				_, _ = io.WriteString(conn, "a")
			}
		})
	}
	return func() int { wg.Wait(); return closed }
}

// malformed sends requests that are wrong in some way, by hand, and counts the
// answers by their status; 0 is a connection that was closed without one.
func malformed(t *testing.T, at string, n int, seed uint64) map[int]int {
	t.Helper()
	var mu sync.Mutex
	codes := map[int]int{}
	var wg sync.WaitGroup
	next := make(chan int)
	for range 8 {
		wg.Go(func() {
			for i := range next {
				r := rand.New(rand.NewPCG(seed, uint64(i)))
				text := request(r)
				code, err := ask(at, i, text)
				if err != nil {
					t.Errorf("%.200q: %v", text, err)
				}
				if code >= 500 && code != http.StatusNotImplemented && code != http.StatusHTTPVersionNotSupported && code != http.StatusServiceUnavailable {
					t.Errorf("%.300q is answered with %d", text, code)
				}
				mu.Lock()
				codes[code]++
				mu.Unlock()
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	return codes
}

// ask sends text as it is and reads the status of what comes back. No more is
// sent, so a server that waits for the rest is told that there is none.
func ask(at string, i int, text string) (int, error) {
	conn, err := from(i%400).Dial("tcp", at)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return 0, err
	}
	_, _ = io.WriteString(conn, text) // the server may refuse the rest
	_ = conn.(*net.TCPConn).CloseWrite()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		if os.IsTimeout(err) {
			return 0, fmt.Errorf("no answer within a minute: %w", err)
		}
		return 0, nil
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20))
	return res.StatusCode, nil
}

var hostilePaths = []string{
	"/", "/p/liwan-555", "/p/liwan-555/t/G-01", "/api/v1/policies/liwan-555/outlook", "/p/liwan-555/data", "/signin", "/static/app.css", "/p/liwan-555/scenario",
	"/p/liwan-555/export/overview.csv", "/p/liwan-555/chart/status.png", "/audit", "/users", "/p/liwan-555/health/rows", "/p/liwan-555/template/talent.xlsx",
	"/api/v1/policies/liwan-555/scenarios", "/p/liwan-555/batch/1/refusals.csv", "/p/liwan-555/t/G-01/table/rows.xlsx", "/p/liwan-555/data/check/x/refused.xlsx",
}

var hostileWords = []string{
	"../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%00", "%ff%fe", "%zz", "%", "'; DROP TABLE record; --", "\" OR 1=1", "<script>alert(1)</script>", "${7*7}", "{{.}}",
	"NaN", "Inf", "-1", "1e309", "99999999999999999999", "0x7fffffff", "2015-13-45", "0000-00-00", "\r\nX-Injected: 1", "%0d%0aX-Injected:%201", "\x00", "\u202e", "=cmd|' /C calc'!A0",
	strings.Repeat("A", 5000), strings.Repeat("%E4%B8%AD", 500), strings.Repeat("../", 500), "http://169.254.169.254/", "file:///etc/passwd", "//evil.example/x",
}

var hostileNames = []string{"as_of", "lang", "page", "plan", "dept", "status", "q", "intake", "growth", "target", "since", "kind", "department", "batch", "limit", "offset", "scale", "encoding", "next", "tab", "ids", "seconds"}

func one(r *rand.Rand, of []string) string { return of[r.IntN(len(of))] }

// request is one that is wrong in one way or another.
func request(r *rand.Rand) string {
	path := one(r, hostilePaths)
	const head = "Host: localhost\r\nConnection: close\r\n"
	switch r.IntN(14) {
	case 0: // methods
		return one(r, []string{"", "FOO", "get", "CONNECT", "TRACE", "PROPFIND", "G\x00T", strings.Repeat("X", 9000), "PUT", "PATCH", "DELETE", "OPTIONS"}) + " " + path + " HTTP/1.1\r\n" + head + "\r\n"
	case 1: // targets
		return "GET " + one(r, []string{"", "*", "http://evil.example/", "//", "/%", "/\x00", "/p/" + one(r, hostileWords), path + "/" + one(r, hostileWords), path + "?" + one(r, hostileWords)}) + " HTTP/1.1\r\n" + head + "\r\n"
	case 2, 3, 4: // queries
		var q []string
		for range 1 + r.IntN(6) {
			q = append(q, one(r, hostileNames)+one(r, []string{"=", "", "==", "[]="})+strings.NewReplacer(" ", "+", "\r", "%0d", "\n", "%0a", "\x00", "%00").Replace(one(r, hostileWords)))
		}
		return "GET " + path + "?" + strings.Join(q, one(r, []string{"&", ";", "&&"})) + " HTTP/1.1\r\n" + head + "\r\n"
	case 5: // versions
		return "GET " + path + " " + one(r, []string{"HTTP/9.9", "HTTP/1.0", "HTTP/0.9", "ICY/1", "", "HTTP/1.1.1"}) + "\r\n" + head + "\r\n"
	case 6: // headers
		return "GET " + path + " HTTP/1.1\r\n" + head + one(r, []string{
			"X-A: " + strings.Repeat("a", 70_000), strings.Repeat("X-B: 1\r\n", 3000), ": empty", "No colon", "X\x00Y: 1", "Accept-Encoding: gzip;q=NaN", "Range: bytes=-1,0-,9999999999999999999-",
			"Cookie: talentcast-session=" + strings.Repeat("z", 4000), "Cookie: ;;==;\"", "Authorization: Bearer tcast_" + strings.Repeat("\xff", 50), "Authorization: Basic ====", "If-None-Match: \"",
			"X-Forwarded-For: " + strings.Repeat("1.2.3.4, ", 500), "X-Forwarded-Proto: javascript", "Host: evil.example", "Origin: null", "Sec-Fetch-Site: cross-site",
		}) + "\r\n\r\n"
	case 7: // lengths
		return "POST " + path + " HTTP/1.1\r\n" + head + one(r, []string{
			"Content-Length: -5", "Content-Length: 99999999999999999999", "Content-Length: 5\r\nContent-Length: 6", "Transfer-Encoding: chunked\r\nContent-Length: 5", "Transfer-Encoding: gzip, chunked", "Content-Length: 100000000",
		}) + "\r\n\r\n" + one(r, []string{"", "0\r\n\r\n", "ffffffffffffffff\r\n", "zz\r\nx\r\n", "5\r\nabc"})
	case 8, 9: // forms with files
		b := one(r, []string{"b", "", strings.Repeat("b", 300), "b\"; x"})
		body := one(r, []string{
			"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../x.csv\"\r\n\r\na,b\r\n--b--\r\n", "--b\r\n\r\n\r\n--b--", "--b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.xlsx\"\r\n\r\nPK\x03\x04",
			strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n", 500) + "--b--", "--b\r\n" + strings.Repeat("X-H: 1\r\n", 20_000), "\x00\xff\xfe",
			"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + strings.Repeat("长", 3000) + ".csv\"\r\nContent-Transfer-Encoding: base64\r\n\r\n====\r\n--b--",
		})
		return fmt.Sprintf("POST %s HTTP/1.1\r\n%sContent-Type: multipart/form-data; boundary=%s\r\nContent-Length: %d\r\n\r\n%s",
			one(r, []string{"/p/liwan-555/data", "/api/v1/policies/liwan-555/batches", "/api/v1/policies/liwan-555/checks", "/signin", path}), head, b, len(body)+r.IntN(3)-1, body)
	case 10, 11: // JSON
		body := one(r, []string{
			"{", "[]", "null", `{"name":` + strings.Repeat("[", 20_000), `{"name":"` + strings.Repeat("a", 100_000) + `"}`, `{"name":1e999}`, `{"name":"\ud800"}`, "\xff\xfe{\x00}\x00", `{"levers":"intake:times=` + one(r, hostileWords) + `"}`, `{"p":"x","by":{}}`, `{"a":1}{"b":2}`,
		})
		return fmt.Sprintf("%s /api/v1/policies/liwan-555/scenario%s HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			one(r, []string{"POST", "PUT"}), one(r, []string{"s", "s/import", "/seek", "/why", "/spend", "s/1", "s/x/lock"}), head, len(body), body)
	case 12: // forms
		body := one(r, hostileNames) + "=" + one(r, hostileWords) + strings.Repeat("&a=b", r.IntN(5000))
		return fmt.Sprintf("POST %s HTTP/1.1\r\n%sContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
			one(r, []string{"/signin", "/signin/code", "/signout", "/users", "/account/password", "/p/liwan-555/batch/1/undo", "/p/liwan-555/data/check/x", "/p/liwan-555/profile/1/delete"}), head, len(body), body)
	}
	b := make([]byte, r.IntN(3000)) // noise
	for i := range b {
		b[i] = byte(r.UintN(256))
	}
	return string(b)
}

type seedFile struct {
	name string
	data []byte
}

// seedFiles are the files that ingest is tested with: good ones of every format,
// and bad ones.
func seedFiles(t *testing.T) []seedFile {
	t.Helper()
	dir := filepath.Join("..", "..", "ingest", "testdata")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []seedFile
	kinds := map[string]bool{}
	for _, e := range entries {
		info, err := e.Info()
		ext := filepath.Ext(e.Name())
		if err != nil || ext == ".golden" || !info.Mode().IsRegular() || info.Size() > 200_000 || ext == ".xls" || ext == ".et" {
			continue // what LibreOffice converts is another program's
		}
		out = append(out, seedFile{e.Name(), read(t, filepath.Join(dir, e.Name()))})
		kinds[ext] = true
	}
	for _, k := range []string{".csv", ".xlsx", ".zip", ".json", ".parquet"} {
		if !kinds[k] {
			t.Errorf("no seed is %s", k)
		}
	}
	return out
}

// mutated is a seed that was damaged: bytes changed, cut, doubled, or what is
// inside a ZIP damaged and packed again, so that it gets past the envelope.
func mutated(r *rand.Rand, s seedFile) []byte {
	b := slices.Clone(s.data)
	if bytes.HasPrefix(b, []byte("PK")) && r.IntN(3) > 0 {
		if again := repacked(r, b); again != nil {
			return again
		}
	}
	return damaged(r, b)
}

func damaged(r *rand.Rand, b []byte) []byte {
	for range 1 + r.IntN(8) {
		if len(b) == 0 {
			return b
		}
		i, j := r.IntN(len(b)), r.IntN(len(b))
		if i > j {
			i, j = j, i
		}
		switch r.IntN(6) {
		case 0:
			b[i] = byte(r.UintN(256))
		case 1:
			b = b[:max(1, j)]
		case 2:
			b = append(b[:i:i], b[j:]...)
		case 3:
			if len(b) < 1<<20 {
				b = append(slices.Clone(b[:j]), b[i:]...)
			}
		case 4:
			b = slices.Insert(b, i, []byte(one(r, []string{"\x00", "\xff\xff\xff\xff", "\"", ",,,,", "<!DOCTYPE x [<!ENTITY a \"b\">]>&a;", "\r", "=1+1", "9e999", "\xef\xbb\xbf", strings.Repeat("(", 200), "[[[[", "</row>"}))...)
		case 5:
			for k := i; k < min(j, i+16); k++ {
				b[k] ^= 1 << r.UintN(8)
			}
		}
	}
	return b
}

func repacked(r *rand.Rand, b []byte) []byte {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(z.File) == 0 {
		return nil
	}
	victim := r.IntN(len(z.File))
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	w.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for i, f := range z.File {
		in, err := f.Open()
		if err != nil {
			return nil
		}
		part, err := io.ReadAll(io.LimitReader(in, 1<<20))
		_ = in.Close()
		if err != nil {
			return nil
		}
		if i == victim {
			part = damaged(r, part)
		}
		o, err := w.Create(f.Name)
		if err != nil {
			return nil
		}
		if _, err := o.Write(part); err != nil {
			return nil
		}
	}
	if w.Close() != nil {
		return nil
	}
	return out.Bytes()
}

// hostileFiles hands in damaged files, to be looked at and to be loaded, and
// counts the answers by their status.
func hostileFiles(t *testing.T, base string, seeds []seedFile, n int, seed uint64) map[int]int {
	t.Helper()
	var mu sync.Mutex
	codes := map[int]int{}
	var wg sync.WaitGroup
	next := make(chan int)
	for k := range 3 {
		client := &http.Client{Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				return from(2000+k*250+int(seed)*7+rand.IntN(200)).DialContext(ctx, network, addr)
			}, DisableKeepAlives: true,
		}}
		wg.Go(func() {
			for i := range next {
				r := rand.New(rand.NewPCG(seed, uint64(i)))
				s := seeds[i%len(seeds)]
				to := one(r, []string{"/api/v1/policies/liwan-555/checks", "/api/v1/policies/liwan-555/checks", "/api/v1/policies/liwan-555/batches"})
				code := handOver(t, client, base+to, s.name, mutated(r, s))
				if code >= 500 && code != http.StatusServiceUnavailable {
					t.Errorf("a file made from %s (seed %d, %d) is answered with %d", s.name, seed, i, code)
				}
				mu.Lock()
				codes[code]++
				mu.Unlock()
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	return codes
}

func handOver(t *testing.T, client *http.Client, to, name string, data []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err != nil || w.Close() != nil {
		t.Error("write the form", err)
		return 0
	}
	res, err := client.Post(to, w.FormDataContentType(), &b) //nolint:noctx // the test's own server
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return 0
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}
