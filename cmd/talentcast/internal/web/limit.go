package web

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/access"
)

// Rate is how many requests a second somebody may send for long, and how many at
// once.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Rates bound requests by account, and by address where nobody is signed in. The
// zero value stands for the usual ones.
type Rates struct{ Read, Change, SignIn Rate }

func (r Rates) orUsual() Rates {
	if r == (Rates{}) {
		return Rates{Read: Rate{500, 2000}, Change: Rate{20, 100}, SignIn: Rate{0.5, 20}}
	}
	return r
}

// mostLimited bounds how many are counted at one time.
const mostLimited = 20_000

// limiter is one rate, for each that it is counted by.
type limiter struct {
	rate Rate
	mu   sync.Mutex
	of   map[string]*counted
}

type counted struct {
	*rate.Limiter
	last time.Time
}

// take counts one request and returns how long to wait instead.
func (l *limiter) take(key string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.of[key]
	if x == nil {
		l.makeRoom(now)
		x = &counted{Limiter: rate.NewLimiter(rate.Limit(l.rate.PerSecond), l.rate.Burst)}
		l.of[key] = x
	}
	x.last = now
	r := x.ReserveN(now, 1)
	d := r.DelayFrom(now)
	if d > 0 {
		r.CancelAt(now)
	}
	return d
}

// makeRoom forgets who has not asked for a minute, and if need be all. The lock
// is held.
func (l *limiter) makeRoom(now time.Time) {
	if l.of == nil {
		l.of = map[string]*counted{}
	}
	if len(l.of) < mostLimited {
		return
	}
	for k, x := range l.of {
		if now.Sub(x.last) > time.Minute {
			delete(l.of, k)
		}
	}
	if len(l.of) >= mostLimited {
		clear(l.of)
	}
}

// limit refuses requests that come too often, before anything is looked up for
// them. Signing in has a rate of its own.
func (s *Server) limit(c *gin.Context) {
	if s.cfg.Access == nil || c.FullPath() == "/healthz" || c.FullPath() == "/readyz" {
		c.Next()
		return
	}
	l := &s.limits.read
	switch {
	case c.Request.Method == http.MethodPost && strings.HasPrefix(c.FullPath(), "/signin"):
		l = &s.limits.signIn
	case c.Request.Method != http.MethodGet && c.Request.Method != http.MethodHead:
		l = &s.limits.change
	}
	// A session or token that is none counts for the address: whoever makes them
	// up gains nothing.
	key := "address " + access.BlockOf(c.ClientIP())
	if who, err := s.who(c); err == nil && who != nil && who.Account != 0 && l != &s.limits.signIn {
		key = "account " + strconv.FormatInt(who.Account, 10)
	}
	if d := l.take(key, time.Now()); d > 0 {
		s.tooOften(c, d)
		return
	}
	c.Next()
}

func (s *Server) tooOften(c *gin.Context, d time.Duration) {
	seconds := max(1, int(math.Ceil(d.Seconds())))
	c.Header("Retry-After", strconv.Itoa(seconds))
	s.fail(c, fault.Newf(fault.TooMany, "请求过于频繁；请 %[1]d 秒后再试。", "Too many requests; try again in %[1]d seconds.", seconds))
	c.Abort()
}

// limits are the limiters by what is asked.
type limits struct{ read, change, signIn limiter }

func newLimits(r Rates) limits {
	r = r.orUsual()
	return limits{limiter{rate: r.Read}, limiter{rate: r.Change}, limiter{rate: r.SignIn}}
}

// retryAfter says in the head what the fault says in words.
func retryAfter(c *gin.Context, t *access.TooSoon) {
	c.Header("Retry-After", strconv.Itoa(int(math.Ceil(t.After.Seconds()))))
}
