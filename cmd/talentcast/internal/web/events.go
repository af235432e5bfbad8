package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// beat is how often a stream looks whether there is news to send.
const beat = 250 * time.Millisecond

// streams reports whether the reader asked for server-sent events.
func streams(c *gin.Context) bool {
	return strings.Contains(c.GetHeader("Accept"), "text/event-stream")
}

// stream sends what next returns as server-sent events named progress, each
// change once, until next says that it is the end: that one is named done. It ends
// with the request, or when the service ends, which it would hold up. An error is
// sent as an event named fault, in the form of the API's other errors.
func (s *Server) stream(c *gin.Context, next func() (news any, end bool, err error)) {
	h := c.Writer.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy must not hold the events back
	c.Status(http.StatusOK)
	tick := time.NewTicker(beat)
	defer tick.Stop()
	deadline := http.NewResponseController(c.Writer)
	last := ""
	for {
		// Each event has a while of its own; where the server sets no limit, there is
		// none to move.
		_ = deadline.SetWriteDeadline(time.Now().Add(time.Minute))
		news, end, err := next()
		name := "progress"
		switch {
		case err != nil:
			_, f := s.explain(c, err)
			news, end, name = apiError{string(f.Code), f.Zh, f.En, c.GetString(requestID)}, true, "fault"
		case end:
			name = "done"
		}
		b, err := json.Marshal(news)
		if err != nil {
			s.cfg.Log.ErrorContext(c.Request.Context(), "event", "id", c.GetString(requestID), "error", err)
			return
		}
		if text := string(b); end || text != last {
			last = text
			if _, err := fmt.Fprintf(c.Writer, "event: %s\ndata: %s\n\n", name, b); err != nil {
				return
			}
			c.Writer.Flush()
		}
		if end || s.draining.Load() {
			return
		}
		select {
		case <-c.Request.Context().Done():
			return
		case <-tick.C:
		}
	}
}
