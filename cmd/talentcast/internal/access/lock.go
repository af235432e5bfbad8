package access

import (
	"net/netip"
	"sync"
	"time"

	"talentcast/analytics/fault"
)

// TooSoon is the fault for what may be tried again after a while.
type TooSoon struct {
	Fault *fault.Error
	After time.Duration
}

// Error is what the fault says.
func (t *TooSoon) Error() string { return t.Fault.Error() }

// Unwrap gives the fault.
func (t *TooSoon) Unwrap() error { return t.Fault }

func tooSoon(d time.Duration) *TooSoon {
	minutes := int((d + time.Minute - 1) / time.Minute)
	return &TooSoon{fault.Newf(fault.TooMany, "登录失败次数过多，请 %[1]d 分钟后再试；忘记密码请找管理员重置。",
		"Too many failed sign-ins; try again in %[1]d minutes, or ask the administrator for a new password.", minutes), d}
}

const (
	// freeTries are the failures in a row that an account has before it waits;
	// an address has more, since many may share it.
	freeTries        = 5
	freeAddressTries = 30
	longestWait      = time.Hour
)

// wait is how long the next try must wait after so many failures in a row: a
// minute, then twice as long each time, up to an hour.
func wait(failures, free int) time.Duration {
	if failures < free {
		return 0
	}
	n := min(failures-free, 6)
	return min(time.Minute<<n, longestWait)
}

// tries counts failures of what has no row in the store: addresses, and names
// that no account has, which must wait like those that one has.
type tries struct {
	mu   sync.Mutex
	free int
	of   map[string]*tried
}

type tried struct {
	failures int
	until    time.Time
	last     time.Time
}

// most bounds how many are remembered.
const mostTried = 10_000

func newTries(free int) *tries { return &tries{free: free, of: map[string]*tried{}} }

// begin counts a try as failed until it is found otherwise, so that many at once
// gain nothing. It returns how long to wait instead.
func (t *tries) begin(who string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	x := t.of[who]
	if x == nil || now.Sub(x.last) > 24*time.Hour {
		t.forget(now)
		x = &tried{}
		t.of[who] = x
	}
	if d := x.until.Sub(now); d > 0 {
		return d
	}
	x.failures++
	x.last = now
	if d := wait(x.failures, t.free); d > 0 {
		x.until = now.Add(d)
	}
	return 0
}

// succeed forgets the failures.
func (t *tries) succeed(who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.of, who)
}

// forget makes room: first what is old, then anything. The lock is held.
func (t *tries) forget(now time.Time) {
	if len(t.of) < mostTried {
		return
	}
	for k, x := range t.of {
		if now.Sub(x.last) > longestWait {
			delete(t.of, k)
		}
	}
	for k := range t.of {
		if len(t.of) < mostTried {
			return
		}
		delete(t.of, k)
	}
}

// Block is what counts as one address where tries, requests and connections are
// counted: of IPv6 the whole /64, which is the least that anybody is given and
// holds more addresses than can be waited for.
func Block(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if p, err := a.Prefix(64); err == nil && a.Is6() {
		return p.Addr()
	}
	return a
}

// BlockOf is Block of an address as it is written; what is none stays as it is.
func BlockOf(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	return Block(a).String()
}
