package web

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// trickle hands out a body in parts with a wait before each.
type trickle struct {
	parts []string
	wait  time.Duration
}

func (r *trickle) Read(b []byte) (int, error) {
	if len(r.parts) == 0 {
		return 0, io.EOF
	}
	time.Sleep(r.wait)
	n := copy(b, r.parts[0])
	if r.parts[0] = r.parts[0][n:]; r.parts[0] == "" {
		r.parts = r.parts[1:]
	}
	return n, nil
}

// TestSlowUploads: a file whose bytes keep coming is taken, on the page and by the
// API, though it takes longer than other requests may.
func TestSlowUploads(t *testing.T) {
	s := scratch(t)
	srv := httptest.NewUnstartedServer(s)
	srv.Config.ReadTimeout, srv.Config.WriteTimeout = 800*time.Millisecond, 800*time.Millisecond
	srv.Start()
	defer srv.Close()
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, c := range []struct {
		path string
		want int
	}{
		{"/p/cn-rd/data", http.StatusSeeOther},
		{"/api/v1/policies/cn-rd/batches", http.StatusCreated},
		{"/api/v1/policies/cn-rd/checks", http.StatusOK},
	} {
		t.Run(c.path, func(t *testing.T) {
			whole := form(t, c.path, "slow.csv", []byte(goodIndicators), nil)
			body, err := io.ReadAll(whole.Body)
			if err != nil {
				t.Fatal(err)
			}
			third := len(body) / 3
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+c.path, &trickle{[]string{string(body[:third]), string(body[third : 2*third]), string(body[2*third:])}, 400 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", whole.Header.Get("Content-Type"))
			res, err := stay.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if said, _ := io.ReadAll(res.Body); res.StatusCode != c.want {
				t.Errorf("status %d, want %d: %.300s", res.StatusCode, c.want, text(string(said)))
			}
		})
	}
}

// TestDeadlineMovesWithBytes: each piece moves the deadline on by the same while, and
// none beyond the bound.
func TestDeadlineMovesWithBytes(t *testing.T) {
	began := time.Date(2015, 7, 1, 0, 0, 0, 0, time.UTC)
	at := began
	var moved []string
	for _, end := range []error{io.EOF, errors.New("gone")} {
		at, moved = began, nil
		a := &arriving{
			ReadCloser: io.NopCloser(iotest.OneByteReader(io.MultiReader(strings.NewReader("abcd"), iotest.ErrReader(end)))), until: began.Add(time.Minute),
			now:  func() time.Time { return at },
			move: func(d time.Time) { moved = append(moved, d.Sub(began).String()) },
		}
		for _, after := range []time.Duration{0, 10 * time.Millisecond, 20 * time.Second, 45 * time.Second, 50 * time.Second} {
			at = began.Add(after)
			_, _ = a.Read(make([]byte, 8))
		}
		want := []string{"30s", "50s", "1m0s"}
		if errors.Is(end, io.EOF) {
			want = append(want, "1m0s") // and the rest is for the answer
		}
		if !cmp.Equal(moved, want) {
			t.Errorf("%v: moved to %v, want %v", end, moved, want)
		}
	}
}
