package alert

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
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
	lang   string
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
		m = m.within(mostDingTalk, message.markdown)
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
		m = m.within(mostWeCom, message.markdown)
		body = map[string]any{"msgtype": "markdown", "markdown": map[string]string{"content": m.markdown()}}
	case "feishu":
		m = m.within(mostFeishu, message.text)
		b := map[string]any{"msg_type": "text", "content": map[string]string{"text": m.text()}}
		if w.secret != "" {
			stamp := strconv.FormatInt(now.Unix(), 10)
			b["timestamp"], b["sign"] = stamp, sign(stamp+"\n"+w.secret, "")
		}
		body = b
	default:
		body = map[string]any{"title": m.title, "text": m.text(), "alerts": m.alerts}
	}
	said, err := send(ctx, c, at, body)
	if err != nil {
		return err
	}
	return w.accepted(said)
}

func sign(key, text string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// send posts JSON and returns what was answered.
func send(ctx context.Context, c *http.Client, at string, body any) ([]byte, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at, bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", hidden(err))
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := c.Do(r)
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", hidden(err))
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, 1<<14))
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	if res.StatusCode/100 != 2 {
		return nil, fmt.Errorf("webhook: %s", res.Status)
	}
	return said, nil
}

// answer is what a room says of a message; some send numbers as text.
type answer struct {
	ErrCode    json.Number `json:"errcode"`    // of DingTalk and WeCom
	Code       json.Number `json:"code"`       // of Feishu
	StatusCode json.Number `json:"StatusCode"` // of Feishu's earlier answers, beside the other or alone
	ErrMsg     string      `json:"errmsg"`
	Msg        string      `json:"msg"`
}

// accepted reports why a message was not taken. Rooms answer 200 also to what they
// refuse, and say so within; and a 200 that says nothing of the kind is from a proxy
// or a page to sign in, not from the room.
func (w Webhook) accepted(said []byte) error {
	var a answer
	err := json.Unmarshal(said, &a)
	if err != nil {
		a = answer{}
	}
	codes := []json.Number{a.ErrCode}
	switch w.Kind {
	case "feishu":
		codes = []json.Number{a.Code, a.StatusCode}
	case "plain": // says what it likes, and refuses as the rooms do where it wants to
		codes = []json.Number{"0", a.ErrCode, a.Code}
	}
	told := false
	for _, c := range codes {
		if c == "" {
			continue
		}
		told = true
		if n, err := c.Float64(); err != nil || n != 0 {
			return fmt.Errorf("webhook: refused with %s: %s%s", c, a.ErrMsg, a.Msg)
		}
	}
	if !told {
		return errors.Join(fmt.Errorf("webhook: answered 200, but not as %s does: is the address right, and is there a proxy?", w.Kind), err)
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
