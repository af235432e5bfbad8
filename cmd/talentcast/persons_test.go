package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// personFile is a file of people in which ID numbers stand where they belong and
// where they do not.
type personFile struct {
	good, bad []string // numbers of rows that load, and of those that do not
	text      string
}

// idNumber is a number that GB 11643 accepts.
func idNumber(seventeen string) string {
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(seventeen[i]-'0') * w
	}
	return seventeen + "10X98765432"[sum%11:sum%11+1]
}

// people writes a file whose numbers begin with the birthplace.
func people(place string) personFile {
	id := func(n int) string { return idNumber(fmt.Sprintf("%s19850312%03d", place, n)) }
	f := personFile{good: []string{id(101), id(102), id(103)}, bad: []string{id(104), id(105), id(106), id(107)}}
	wrong := []byte(id(108))
	wrong[17] = '0' + (wrong[17]-'0'+1)%10
	f.bad = append(f.bad, string(wrong))
	f.text = "姓名,身份证号,人才类别,认定日期,备注\n" +
		"演示甲," + f.good[0] + ",硕士研究生,2014-05-06,\n" +
		"演示乙," + strings.ToLower(f.good[1]) + ",硕士研究生,2014-05-07,配偶 " + f.good[2] + "、身份证_" + f.good[2] + "号\n" +
		"演示丙," + f.bad[0] + "," + f.bad[0] + ",2014-05-08,\n" + // in the category
		"演示丁," + f.bad[1] + ",硕士研究生," + f.bad[1] + ",\n" + // in the date
		"演示戊" + f.bad[2] + "," + f.bad[2] + ",没有的,2014-05-09,\n" + // in the name
		"演示己," + f.bad[3] + "9,硕士研究生,2014-05-10,\n" + // a digit too many
		"演示庚," + f.bad[4] + ",硕士研究生,2014-05-11,\n" // wrong check digit
	return f
}

// TestIDNumbersStayOutside loads files of people on the command line and through
// the pages, and searches for the numbers in all that is left behind: the
// database and its log of changes, other files, what was printed, logged and
// answered. The refused rows alone may hold those that were refused.
func TestIDNumbersStayOutside(t *testing.T) {
	dir := t.TempDir()
	data, temp, mine := filepath.Join(dir, "data"), filepath.Join(dir, "temp"), filepath.Join(dir, "mine")
	for _, d := range []string{temp, mine} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TMPDIR", temp)
	cli, page, headless := people("440103"), people("110105"), people("310101")
	numbers := append(append(append([]string{}, cli.good...), cli.bad...), append(append([]string{}, page.good...), page.bad...)...)
	numbers = append(append(numbers, headless.good...), headless.bad...)
	var said bytes.Buffer

	// On the command line, in the encoding of a spreadsheet program.
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(cli.text)
	if err != nil {
		t.Fatal(err)
	}
	file, back := filepath.Join(mine, "名册_"+cli.good[0]+".csv"), filepath.Join(mine, "退回.xlsx")
	unheaded := filepath.Join(mine, "无表头.csv")
	write(t, file, gbk)
	write(t, unheaded, headless.text[strings.Index(headless.text, "\n")+1:])
	command := func(want int, args ...string) {
		t.Helper()
		if code := run(t.Context(), append([]string{"--data", data, "--paths", "200"}, args...), strings.NewReader(""), &said, &said, nil); code != want {
			t.Fatalf("%v: status %d, want %d\n%s", args, code, want, said.String())
		}
	}
	command(exitOK, "policy", "add", filepath.Join("..", "..", "datasets", "policies", "liwan-555"))
	command(exitRefused, "ingest", "--check", file)
	command(exitRefused, "ingest", "--refused", back, file)
	command(exitRefused, "ingest", "--check", back)
	command(exitFault, "ingest", unheaded)
	command(exitFault, "ingest", "--kind", "talent", unheaded)
	rows := filepath.Join(mine, "rows.csv")
	command(exitOK, "export", "table", "rows", "--target", "H-01", "-o", rows)
	command(exitOK, "health")
	absent(t, "the command line", said.Bytes(), numbers)
	absent(t, "the export", read(t, rows), numbers)
	only(t, back, cli)

	// Through the pages, and while the server runs: then the log of changes is there.
	s := startServer(t, data, &said)
	body := s.walk(t, page, headless)
	search(t, data, numbers, "名册")
	search(t, temp, numbers, "")
	s.stop()
	search(t, data, numbers, "名册")
	absent(t, "the pages", []byte(body), numbers)
	absent(t, "the logs", said.Bytes(), numbers)
	if !strings.Contains(body, "演*甲") || !strings.Contains(body, "校验位") {
		t.Errorf("the pages show neither a person nor a refusal:\n%s", body)
	}
}

// served is a server that runs in this process.
type served struct {
	base string
	stop func()
}

func startServer(t *testing.T, data string, log io.Writer, flags ...string) *served {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, append([]string{"--data", data, "--paths", "200", "serve", "--addr", "127.0.0.1:0"}, flags...), strings.NewReader(""), w, log, nil)
		_ = w.Close()
	}()
	line := make([]byte, 256)
	n, err := r.Read(line)
	if err != nil {
		t.Fatalf("the server says no address: %v", err)
	}
	stopped := false
	s := &served{base: strings.TrimSuffix(strings.TrimSpace(string(line[:n])), "/")}
	s.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if code := <-done; code != exitOK {
			t.Errorf("the server ended with status %d", code)
		}
	}
	t.Cleanup(s.stop)
	return s
}

// TestAddressesAreNotLogged: what is typed into an address is in no log, however
// much of it is asked for.
func TestAddressesAreNotLogged(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	var said bytes.Buffer
	if code := run(t.Context(), []string{"--data", data, "policy", "add", filepath.Join("..", "..", "datasets", "policies", "gz-rd")}, strings.NewReader(""), io.Discard, &said, nil); code != exitOK {
		t.Fatal(said.String())
	}
	s := startServer(t, data, &said, "--log-level", "debug")
	id := idNumber("44010619900101123")
	for _, path := range []string{"/p/" + id, "/p/gz-rd/t/张伟秘密", "/static/张伟秘密", "/张伟秘密", "/p/gz-rd/t/" + id + "/table/rows.csv", "/p/gz-rd/" + id, "/api/v1/policies/" + id + "/outlook", "/p/gz-rd?dept=张伟秘密&q=" + id} {
		u, err := url.Parse(s.base + path)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.Get(u.String()) //nolint:noctx // the test's own server
		s.answer(t, res, err)
	}
	res, err := http.PostForm(s.base+"/users/"+url.PathEscape("张伟秘密")+"/reset", nil) //nolint:noctx // the test's own server
	s.answer(t, res, err)
	s.stop()
	if !strings.Contains(said.String(), "/p/?") {
		t.Errorf("requests are not logged:\n%s", said.String())
	}
	for _, typed := range []string{id, id[:14], "张伟", "%E5%BC%A0", `\u5f20`} {
		if strings.Contains(said.String(), typed) {
			t.Errorf("%s is in the log:\n%s", typed, said.String())
		}
	}
}

// walk is a clerk's way with a file and with one that has no header, and returns
// all the pages on it.
func (s *served) walk(t *testing.T, f, headless personFile) string {
	t.Helper()
	var pages strings.Builder
	at, body := s.upload(t, "名册"+f.good[0]+".csv", f.text)
	pages.WriteString(body)
	only(t, s.save(t, at+"/refused.xlsx"), f)
	for range 100 { // a file may take longer than the request
		var loaded string
		loaded, body = s.post(t, at, url.Values{"do": {"load"}, "kind": {"talent"}, "by": {"李工"}})
		if strings.Contains(loaded, "batch=") {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	pages.WriteString(body)
	if !strings.Contains(body, "退回") {
		t.Fatalf("no receipt:\n%s", body)
	}
	_, body = s.upload(t, "无表头.csv", headless.text[strings.Index(headless.text, "\n")+1:])
	pages.WriteString(body)
	for _, a := range []string{
		"/p/liwan-555/data?batch=2", "/p/liwan-555/data?batch=2&lang=en", "/p/liwan-555/batch/2/refusals.csv", "/p/liwan-555/t/H-01",
		"/p/liwan-555/t/H-01/table/rows.csv", "/p/liwan-555/health", "/api/v1/policies/liwan-555/targets/H-01/rows", "/api/v1/policies/liwan-555/batches/2/refusals",
	} {
		pages.WriteString(s.get(t, a))
	}
	absent(t, "the refusals", zipped(t, []byte(s.get(t, "/p/liwan-555/batch/2/refusals.xlsx"))), append(f.good, f.bad...))
	return pages.String()
}

var pathOf = regexp.MustCompile(`^https?://[^/]+(.*)$`)

func (s *served) upload(t *testing.T, name, text string) (at, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, text)
	}
	if err != nil || w.WriteField("kind", "talent") != nil || w.Close() != nil {
		t.Fatal("write the form", err)
	}
	res, err := http.Post(s.base+"/p/liwan-555/data", w.FormDataContentType(), &b) //nolint:noctx // the test's own server
	return s.answer(t, res, err)
}

func (s *served) post(t *testing.T, at string, form url.Values) (to, body string) {
	t.Helper()
	res, err := http.PostForm(s.base+at, form) //nolint:noctx // the test's own server
	return s.answer(t, res, err)
}

func (s *served) get(t *testing.T, at string) string {
	t.Helper()
	res, err := http.Get(s.base + at) //nolint:noctx // the test's own server
	_, body := s.answer(t, res, err)
	return body
}

func (s *served) answer(t *testing.T, res *http.Response, err error) (at, body string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 500 {
		t.Fatalf("%s: %s %v\n%s", res.Request.URL, res.Status, err, b)
	}
	return pathOf.ReplaceAllString(res.Request.URL.String(), "$1"), string(b)
}

// save keeps what an address answers in a file outside the data.
func (s *served) save(t *testing.T, at string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "refused.xlsx")
	write(t, path, s.get(t, at))
	return path
}

// only wants a workbook of refused rows to hold the refused numbers and no others.
func only(t *testing.T, path string, f personFile) {
	t.Helper()
	b := zipped(t, read(t, path))
	for _, id := range f.bad {
		if !bytes.Contains(b, []byte(id)) {
			t.Errorf("%s lacks a refused row", filepath.Base(path))
		}
	}
	absent(t, filepath.Base(path), b, f.good)
}

// absent wants none of the numbers in b, in UTF-8 or UTF-16, whatever the case.
func absent(t *testing.T, what string, b []byte, numbers []string) {
	t.Helper()
	b = bytes.ToUpper(bytes.ReplaceAll(b, []byte{0}, nil)) // UTF-16 of digits is digits between zeros
	for i, id := range numbers {
		if bytes.Contains(b, []byte(id)) {
			t.Errorf("%s: number %d is there in the raw", what, i)
		}
	}
}

// search looks through every file of a folder. Something that is stored must be
// found by the same search, lest it finds nothing because nothing can be found.
func search(t *testing.T, dir string, numbers []string, stored string) {
	t.Helper()
	found := stored == ""
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b := read(t, path)
		found = found || bytes.Contains(b, []byte(stored))
		absent(t, filepath.Base(path), b, numbers)
		return nil
	})
	if err != nil || !found {
		t.Errorf("search %s: found %v, %v", dir, found, err)
	}
}

// zipped is all that a workbook holds, unpacked.
func zipped(t *testing.T, b []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatalf("no workbook: %v\n%.200s", err, b)
	}
	var out bytes.Buffer
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&out, io.LimitReader(r, 1<<24)); err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
	}
	return out.Bytes()
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
