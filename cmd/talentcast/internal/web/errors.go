package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/access"
)

// status is the one place where a fault's code becomes an HTTP status.
func status(code fault.Code) int {
	switch code {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Unreadable:
		return http.StatusUnprocessableEntity
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.SignIn:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// apiError is the body of every error of the API.
type apiError struct {
	Code      string `json:"code"`
	MessageZh string `json:"message_zh"`
	MessageEn string `json:"message_en"`
	RequestID string `json:"request_id"`
}

// explain makes of any error a status and sentences fit to be shown: a fault's
// own, or else one without internals, which go to the log.
func (s *Server) explain(c *gin.Context, err error) (int, *fault.Error) {
	var tooLarge *http.MaxBytesError
	switch f := fault.As(err); {
	case f != nil:
		var soon *access.TooSoon
		if errors.As(err, &soon) {
			retryAfter(c, soon)
		}
		return status(f.Code), f
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, s.tooLarge()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		// Nobody is there to read it, as a rule.
		return http.StatusServiceUnavailable, fault.New(fault.Unavailable,
			"请求已取消或超时；请稍后再试。", "The request was cancelled or took too long; try again later.")
	}
	s.cfg.Log.ErrorContext(c.Request.Context(), "failed", "id", c.GetString(requestID),
		"method", c.Request.Method, "path", loggedPath(c), "error", err)
	return http.StatusInternalServerError, fault.Newf("internal",
		"系统内部出错，已记录，编号 %[1]s；数据没有改动。请稍后再试，或把编号告诉管理员。",
		"Something went wrong inside and was logged under %[1]s; no data were changed. Try again later, or tell the administrator that number.",
		c.GetString(requestID))
}

// fail answers a request with what went wrong: a page, or JSON under /api/v1.
func (s *Server) fail(c *gin.Context, err error) {
	code, f := s.explain(c, err)
	s.failWith(c, code, f)
}

func (s *Server) failWith(c *gin.Context, code int, f *fault.Error) {
	if strings.HasPrefix(c.Request.URL.Path, "/api/v1") {
		c.JSON(code, apiError{string(f.Code), f.Zh, f.En, c.GetString(requestID)})
		return
	}
	p := s.page(c, "error")
	p.Body = errorBody{Status: code, Sentence: f.Text(p.Lang), Request: c.GetString(requestID)}
	s.render(c, code, p)
}

type errorBody struct {
	Status   int
	Sentence string
	Request  string
}

func (s *Server) noRoute(c *gin.Context) {
	s.failWith(c, http.StatusNotFound, fault.Newf(fault.NotFound,
		"没有网页 %[1]s；请检查网址，或返回总览。", "There is no page %[1]s; check the address, or go back to the overview.", c.Request.URL.Path))
}

func (s *Server) noMethod(c *gin.Context) {
	s.failWith(c, http.StatusMethodNotAllowed, fault.Newf(fault.Invalid,
		"%[1]s 不能用于 %[2]s；请查看 /api 中的说明。", "%[1]s can't be used on %[2]s; see /api for what can.", c.Request.Method, c.Request.URL.Path))
}
