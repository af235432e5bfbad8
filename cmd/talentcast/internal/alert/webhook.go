package alert

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"talentcast/datasets"
)

// message is what is told at one time.
type message struct {
	title  string
	lines  []string
	alerts []datasets.Alert
}

func (m message) text() string { return m.title + "\n" + strings.Join(m.lines, "\n") }

// markdown is the message as rooms show it.
func (m message) markdown() string {
	return "### " + m.title + "\n- " + strings.Join(m.lines, "\n- ")
}

// post sends a message to a webhook. The forms are those of the rooms' own
// documentation: DingTalk's custom robot, WeCom's group robot, Feishu's custom bot.
func (w Webhook) post(ctx context.Context, c *http.Client, now time.Time, m message) error {
	at, body := w.URL, any(nil)
	switch w.Kind {
	case "dingtalk":
		body = map[string]any{"msgtype": "markdown", "markdown": map[string]string{"title": m.title, "text": m.markdown()}}
		if w.secret != "" {
			stamp := strconv.FormatInt(now.UnixMilli(), 10)
			u, err := url.Parse(at)
			if err != nil {
				return err
			}
			q := u.Query()
			q.Set("timestamp", stamp)
			q.Set("sign", sign(w.secret, stamp+"\n"+w.secret))
			u.RawQuery = q.Encode()
			at = u.String()
		}
	case "wecom":
		body = map[string]any{"msgtype": "markdown", "markdown": map[string]string{"content": m.markdown()}}
	case "feishu":
		b := map[string]any{"msg_type": "text", "content": map[string]string{"text": m.text()}}
		if w.secret != "" {
			stamp := strconv.FormatInt(now.Unix(), 10)
			b["timestamp"], b["sign"] = stamp, sign(stamp+"\n"+w.secret, "")
		}
		body = b
	default:
		body = map[string]any{"title": m.title, "text": m.text(), "alerts": m.alerts}
	}
	return send(ctx, c, at, body)
}

func sign(key, text string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// send posts JSON; rooms answer 200 also to what they refuse, and say so within.
func send(ctx context.Context, c *http.Client, at string, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at, bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("webhook: %w", hidden(err))
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := c.Do(r)
	if err != nil {
		return fmt.Errorf("webhook: %w", hidden(err))
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, 1<<14))
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("webhook: %s", res.Status)
	}
	var answer struct {
		ErrCode int    `json:"errcode"`
		Code    int    `json:"code"`
		ErrMsg  string `json:"errmsg"`
		Msg     string `json:"msg"`
	}
	if json.Unmarshal(said, &answer) == nil && (answer.ErrCode != 0 || answer.Code != 0) {
		return fmt.Errorf("webhook: refused with %d: %s%s", answer.ErrCode+answer.Code, answer.ErrMsg, answer.Msg)
	}
	return nil
}

// hidden is a transport's error without the address, whose query is a secret.
func hidden(err error) error {
	if u, ok := err.(*url.Error); ok { //nolint:errorlint // it is made by the client itself, never wrapped
		return u.Err
	}
	return err
}
