package main

import (
	"errors"
	"net"
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
