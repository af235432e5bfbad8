package main

import (
	"net"
	"net/netip"
	"sync"

	"talentcast/cmd/talentcast/internal/access"
)

// crowd is a listener that takes no more than so many connections of one address
// at a time: slow ones can then only keep out their own.
type crowd struct {
	net.Listener
	most    int
	proxies []netip.Prefix // stand for many readers

	mu   sync.Mutex
	open map[netip.Addr]int
}

func newCrowd(l net.Listener, most int, proxies []string) *crowd {
	c := &crowd{Listener: l, most: most, open: map[netip.Addr]int{}}
	for _, p := range proxies {
		if prefix, err := netip.ParsePrefix(p); err == nil {
			c.proxies = append(c.proxies, prefix)
		} else if addr, err := netip.ParseAddr(p); err == nil {
			c.proxies = append(c.proxies, netip.PrefixFrom(addr, addr.BitLen()))
		}
	}
	return c
}

// Accept returns the next connection; those beyond the bound are closed.
func (c *crowd) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		addr, ok := c.enter(conn)
		if ok {
			return &member{Conn: conn, leave: sync.OnceFunc(func() { c.leave(addr) })}, nil
		}
		_ = conn.Close()
	}
}

func (c *crowd) enter(conn net.Conn) (netip.Addr, bool) {
	at, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}, true // not of a network
	}
	addr := at.Addr().Unmap()
	for _, p := range c.proxies {
		if p.Contains(addr) {
			return netip.Addr{}, true
		}
	}
	addr = access.Block(addr)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[addr] >= c.most {
		return addr, false
	}
	c.open[addr]++
	return addr, true
}

func (c *crowd) leave(addr netip.Addr) {
	if !addr.IsValid() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[addr]--; c.open[addr] <= 0 {
		delete(c.open, addr)
	}
}

// member is a connection that is counted until it is closed.
type member struct {
	net.Conn
	leave func()
}

// Close closes the connection and counts it out.
func (m *member) Close() error {
	m.leave()
	return m.Conn.Close()
}
