package main

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"
)

// TestCrowd: an address has so many connections and no more, until one ends;
// proxies stand for many.
func TestCrowd(t *testing.T) {
	for name, tt := range map[string]struct {
		proxies []string
		kept    int
	}{"readers": {nil, 2}, "a proxy": {[]string{"127.0.0.0/8"}, 4}, "one address": {[]string{"127.0.0.1", "nonsense"}, 4}} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		c := newCrowd(l, 2, tt.proxies)
		served := make(chan net.Conn, 16)
		ended := make(chan error, 1)
		go func() {
			for {
				conn, err := c.Accept()
				if err != nil {
					ended <- err
					return
				}
				if _, err := conn.Write([]byte("hello")); err != nil {
					ended <- err
					return
				}
				served <- conn
			}
		}()
		greeted := func() bool {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = conn.Close() })
			if err := conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			n, _ := conn.Read(make([]byte, 5))
			return n > 0
		}
		kept := 0
		for range 4 {
			if greeted() {
				kept++
			}
		}
		if kept != tt.kept {
			t.Errorf("%s: %d of 4 connections, want %d", name, kept, tt.kept)
		}
		first := <-served
		_ = first.Close()
		_ = first.Close() // counted out once
		if !greeted() || tt.kept == 2 && greeted() {
			t.Errorf("%s: after one ended, not one more is let in", name)
		}
		_ = l.Close()
		if err := <-ended; !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// peer is a connection from an address.
type peer struct {
	net.Conn
	from string
}

func (p peer) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(p.from)) }

// TestCrowdOfANetwork: the addresses of one IPv6 network share their connections.
func TestCrowdOfANetwork(t *testing.T) {
	c := newCrowd(nil, 2, []string{"2001:db8:9::1"})
	for _, tt := range []struct {
		from string
		in   bool
	}{
		{"[2001:db8::1]:1", true},
		{"[2001:db8::2]:1", true},
		{"[2001:db8::3]:1", false},
		{"[2001:db8:0:1::1]:1", true},
		{"[::ffff:192.0.2.1]:1", true},
		{"192.0.2.1:2", true},
		{"192.0.2.1:3", false},
		{"192.0.2.2:1", true},
		{"[2001:db8:9::1]:1", true},
		{"[2001:db8:9::1]:2", true},
		{"[2001:db8:9::1]:3", true}, // a proxy
	} {
		if _, ok := c.enter(peer{from: tt.from}); ok != tt.in {
			t.Errorf("from %s: %v, want %v", tt.from, ok, tt.in)
		}
	}
	c.leave(netip.MustParseAddr("2001:db8::"))
	if _, ok := c.enter(peer{from: "[2001:db8::9]:1"}); !ok {
		t.Error("after one ended, none is let in")
	}
}
