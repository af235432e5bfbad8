package web

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

const (
	// longLoad is how long handing in a file and waiting for its receipt may take: ten
	// million rows take some minutes, and a file over a slow line as many.
	longLoad = 30 * time.Minute
	// pause is how long nothing may come of a file before it is given up.
	pause = 30 * time.Second
	// stride is how far the deadline moves at once: bytes come in thousands of pieces.
	stride = time.Second
)

// unhurried gives a file as long as its bytes keep coming, and its answer the rest
// of the half hour; came is called when the file is there. Who asks has been
// admitted.
func (s *Server) unhurried(c *gin.Context) (came func()) {
	conn, until := http.NewResponseController(c.Writer), time.Now().Add(longLoad)
	said := func(err error) {
		if err != nil {
			s.cfg.Log.DebugContext(c.Request.Context(), "deadline", "id", c.GetString(requestID), "error", err) // no connection, as in tests
		}
	}
	said(conn.SetWriteDeadline(until))
	c.Request.Body = &arriving{ReadCloser: c.Request.Body, until: until, now: time.Now, move: func(t time.Time) { said(conn.SetReadDeadline(t)) }}
	// A deadline of reading that passes while the file is being loaded would end that.
	return func() { said(conn.SetReadDeadline(until)) }
}

// arriving is the body of a request that moves the deadline of reading on while
// bytes come: a slow line is let finish, and one that has gone silent is not waited
// for. Nobody gets beyond until, however little they send at a time.
type arriving struct {
	io.ReadCloser
	until, moved time.Time
	now          func() time.Time
	move         func(deadline time.Time)
}

func (a *arriving) Read(b []byte) (int, error) {
	n, err := a.ReadCloser.Read(b)
	if now := a.now(); n > 0 && now.Sub(a.moved) >= stride {
		a.moved = now
		if next := now.Add(pause); next.Before(a.until) {
			a.move(next)
		} else {
			a.move(a.until)
		}
	}
	if errors.Is(err, io.EOF) {
		a.move(a.until)
	}
	return n, err
}
