package schedule

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"talentcast/analytics/fault"
)

const good = `
mail: {host: 127.0.0.1, from: "人才办 <rcb@example.org>", tls: none}
reports:
  - {name: 月报, policy: liwan-555, kind: brief, cron: "0 8 1 * *", folder: out}
  - {name: 季报, policy: liwan-555, kind: evaluation, format: pdf, cron: "0 8 1 1,4,7,10 *", to: [leader@example.org]}
`

func TestRead(t *testing.T) {
	f, err := Read(strings.NewReader(good))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Reports) != 2 || f.Reports[0].Format != "docx" || f.Reports[0].Lang != "zh" {
		t.Errorf("%+v", f)
	}
	if f, err := Read(strings.NewReader("")); err != nil || len(f.Reports) != 0 {
		t.Errorf("an empty file: %+v, %v", f, err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"no YAML":       {"reports: [", "无法读取"},
		"unknown key":   {"report: []", "无法读取"},
		"bad cron":      {`reports: [{policy: p, kind: brief, cron: "monthly", folder: x}]`, "五段"},
		"seconds":       {`reports: [{policy: p, kind: brief, cron: "0 0 8 1 * *", folder: x}]`, "五段"},
		"nowhere":       {`reports: [{policy: p, kind: brief, cron: "0 8 1 * *"}]`, "folder"},
		"no mail":       {`reports: [{policy: p, kind: brief, cron: "0 8 1 * *", to: [a@b.c]}]`, "mail"},
		"no policy":     {`reports: [{kind: brief, cron: "0 8 1 * *", folder: x}]`, "policy"},
		"bad language":  {`reports: [{policy: p, kind: brief, lang: fr, cron: "0 8 1 * *", folder: x}]`, "lang"},
		"much too long": {strings.Repeat("#", mostFile+1), "超过"},
	} {
		_, err := Read(strings.NewReader(c.text))
		if f := fault.As(err); f == nil || !strings.Contains(f.Text("zh"), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(good)
	f.Fuzz(func(_ *testing.T, text string) { _, _ = Read(strings.NewReader(text)) })
}

// maker fails as often as it is told.
type maker struct {
	mu    sync.Mutex
	fails int
	made  []string
}

func (m *maker) Make(_ context.Context, e Entry) (Written, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails > 0 {
		m.fails--
		return Written{}, errors.New("not now")
	}
	m.made = append(m.made, e.Name)
	return Written{Name: e.Name + ".docx", Type: "application/octet-stream", Body: []byte("report"), Text: "正文"}, nil
}

// clock is a time that moves when somebody waits.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	waited []time.Duration
	most   int
	stop   context.CancelFunc
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.waited = append(c.waited, d)
	if len(c.waited) > c.most {
		c.stop()
		return nil
	}
	ch := make(chan time.Time, 1)
	ch <- c.now
	return ch
}

func TestRunWritesWhatIsDue(t *testing.T) {
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	c := &clock{now: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC), most: 3, stop: stop}
	m := &maker{}
	r := &Runner{File: File{Reports: []Entry{{Name: "月报", Cron: "0 8 1 * *", Folder: dir}}}, Make: m, Now: c.Now, After: c.After, Log: slog.New(slog.DiscardHandler)}
	r.Run(ctx)
	if len(m.made) != 3 {
		t.Errorf("%d reports in three months", len(m.made))
	}
	if want := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC).Sub(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)); c.waited[0] != want {
		t.Errorf("waited %v, want %v", c.waited[0], want)
	}
	b, err := os.ReadFile(filepath.Join(dir, "月报.docx"))
	if err != nil || string(b) != "report" {
		t.Errorf("%q, %v", b, err)
	}
	if rest, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(rest) > 0 {
		t.Errorf("left behind: %v", rest)
	}
}

func TestAFailureIsTriedAgain(t *testing.T) {
	for fails, want := range map[int]int{0: 1, 2: 1, 3: 1, 4: 0} {
		ctx, stop := context.WithCancel(t.Context())
		c := &clock{now: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC), most: 99, stop: stop}
		m := &maker{fails: fails}
		r := &Runner{Make: m, Now: c.Now, After: c.After, Log: slog.New(slog.DiscardHandler)}
		r.one(ctx, Entry{Name: "x", Folder: t.TempDir()})
		if len(m.made) != want {
			t.Errorf("after %d failures %d reports, want %d", fails, len(m.made), want)
		}
		stop()
	}
}

// receiver is a mail server of a few lines that keeps what it is sent.
func receiver(t *testing.T) (port int, letter func() string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	var mu sync.Mutex
	var got strings.Builder
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				say := func(s string) { _, _ = c.Write([]byte(s + "\r\n")) }
				say("220 here")
				in, data := bufio.NewScanner(c), false
				for in.Scan() {
					line := in.Text()
					switch {
					case data && line == ".":
						data = false
						say("250 kept")
					case data:
						mu.Lock()
						got.WriteString(line + "\n")
						mu.Unlock()
					case strings.HasPrefix(line, "EHLO"), strings.HasPrefix(line, "HELO"):
						say("250 here")
					case line == "DATA":
						data = true
						say("354 go on")
					case line == "QUIT":
						say("221 bye")
						return
					default:
						mu.Lock()
						got.WriteString(line + "\n")
						mu.Unlock()
						say("250 yes")
					}
				}
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port, func() string {
		mu.Lock()
		defer mu.Unlock()
		return got.String()
	}
}

func TestALetter(t *testing.T) {
	port, letter := receiver(t)
	r := &Runner{
		File: File{Mail: Mail{Host: "127.0.0.1", Port: port, From: "人才办 <rcb@example.org>", TLS: "none"}}, Make: &maker{},
		Now: func() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }, Log: slog.New(slog.DiscardHandler),
	}
	if err := r.Once(t.Context(), Entry{Name: "月报", To: []string{"leader@example.org"}}); err != nil {
		t.Fatal(err)
	}
	got := letter()
	for _, want := range []string{"MAIL FROM:<rcb@example.org>", "RCPT TO:<leader@example.org>", "Mon, 02 Mar 2026", "cmVwb3J0", "attachment"} {
		if !strings.Contains(got, want) {
			t.Errorf("the letter lacks %q:\n%s", want, got)
		}
	}
	r.File.Mail.Port = 1 // nobody there
	if err := r.Once(t.Context(), Entry{Name: "月报", To: []string{"leader@example.org"}}); err == nil {
		t.Error("a letter to nobody is no error")
	}
	r.File.Mail.TLS = "perhaps"
	if err := r.Once(t.Context(), Entry{Name: "月报", To: []string{"leader@example.org"}}); fault.As(err) == nil {
		t.Errorf("%v", err)
	}
}

// TestWhatLeavesIsWrittenDown: each way out has an entry before it and one after;
// what can't be written down does not leave.
func TestWhatLeavesIsWrittenDown(t *testing.T) {
	for name, tt := range map[string]struct {
		unwritable, undelivered bool
		folder                  string
		to                      []string
		want                    []string
	}{
		"a folder":            {folder: "out", want: []string{"begin folder", "end folder <nil>"}},
		"a letter":            {to: []string{"a@example.org"}, want: []string{"begin a@example.org", "sent", "end a@example.org <nil>"}},
		"both":                {folder: "out", to: []string{"a@example.org"}, want: []string{"begin folder", "end folder <nil>", "begin a@example.org", "sent", "end a@example.org <nil>"}},
		"nobody there":        {undelivered: true, to: []string{"a@example.org"}, want: []string{"begin a@example.org", "end a@example.org nobody there"}},
		"not to be written":   {unwritable: true, to: []string{"a@example.org"}, want: []string{"begin a@example.org"}},
		"nor into the folder": {unwritable: true, folder: "out", want: []string{"begin folder"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			dir := t.TempDir()
			e := Entry{Name: "月报", Kind: "brief", To: tt.to}
			if tt.folder != "" {
				e.Folder = filepath.Join(dir, tt.folder)
			}
			r := &Runner{Make: &maker{}, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
			r.Begin = func(d Delivery) (func(error) error, error) {
				what := strings.Join(d.To, ",")
				if d.Folder != "" {
					what = "folder"
					if _, err := os.Stat(filepath.Join(d.Folder, d.Name)); err == nil {
						t.Error("it left before it was written down")
					}
				}
				got = append(got, "begin "+what)
				if d.SHA256 != fmt.Sprintf("%x", sha256.Sum256([]byte("report"))) || d.Name != "月报.docx" || d.Entry.Kind != "brief" {
					t.Errorf("%+v", d)
				}
				if tt.unwritable {
					return nil, errors.New("the disk is full")
				}
				return func(err error) error {
					got = append(got, fmt.Sprintf("end %s %v", what, err))
					return nil
				}, nil
			}
			r.send = func(context.Context, Entry, Written) error {
				if tt.undelivered {
					return errors.New("nobody there")
				}
				got = append(got, "sent")
				return nil
			}
			if err := r.Once(t.Context(), e); (err != nil) != (tt.unwritable || tt.undelivered) {
				t.Error(err)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "out", "*")); tt.unwritable && len(left) > 0 {
				t.Errorf("it left: %v", left)
			}
		})
	}
}
