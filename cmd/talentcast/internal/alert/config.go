// Package alert tells people when the light of a target changes or data are
// overdue: on a page, and where a file asks for it, by mail and to the rooms of
// DingTalk, WeCom and Feishu.
package alert

import (
	"fmt"
	"io"
	"net/url"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/schedule"
	"talentcast/cmd/talentcast/internal/settings"
)

// mostFile is how large a file of alerts may be.
const mostFile = 64 << 10

// Config is what a file of alerts says.
type Config struct {
	Lang     string        `yaml:"lang"`     // zh or en; zh for none
	Policies []string      `yaml:"policies"` // all for none
	Mail     schedule.Mail `yaml:"mail"`
	To       []string      `yaml:"to"` // whom mail goes to
	Webhooks []Webhook     `yaml:"webhooks"`
}

// Webhook is an address that alerts are posted to.
type Webhook struct {
	Name      string `yaml:"name"`
	Kind      string `yaml:"kind"` // dingtalk, wecom, feishu or plain
	URL       string `yaml:"url"`
	SecretEnv string `yaml:"secret_env"` // variable with the room's secret; none for none

	secret string
}

// Read reads a file of alerts; env gives secrets. Faults are Invalid and name the
// entry.
func Read(r io.Reader, env func(string) string) (c Config, err error) {
	b, err := io.ReadAll(io.LimitReader(r, mostFile+1))
	if err != nil {
		return c, fmt.Errorf("read alerts: %w", err)
	}
	if len(b) > mostFile {
		return c, fault.Newf(fault.TooLarge, "提醒的配置超过 %[1]d KB；请缩短。", "The file of alerts is over %[1]d kB; shorten it.", mostFile>>10)
	}
	if t := settings.Decode(b, &c); t != nil {
		return c, unreadable(t)
	}
	return c, c.check(env)
}

func unreadable(t *settings.Trouble) error {
	return fault.New(fault.Invalid, "提醒的配置无法读取："+t.Text("zh")+"。请对照 docs/operations.md 检查。", "The file of alerts can't be read: "+t.Text("en")+". Check it against docs/operations.md.")
}

func (c *Config) check(env func(string) string) error {
	if c.Lang == "" {
		c.Lang = "zh"
	}
	if c.Lang != "zh" && c.Lang != "en" {
		return fault.New(fault.Invalid, "lang 请用 zh 或 en。", "lang is zh or en.")
	}
	if len(c.To) > 0 && (c.Mail.Host == "" || c.Mail.From == "") {
		return fault.New(fault.Invalid, "要发邮件，请在 mail 中写明 host 和 from。", "To send mail, name host and from under mail.")
	}
	names := map[string]bool{mailChannel: true}
	for i := range c.Webhooks {
		w := &c.Webhooks[i]
		if w.Name == "" {
			w.Name = fmt.Sprintf("%s %d", w.Kind, i+1)
		}
		bad := func(zh, en string) error {
			return fault.Newf(fault.Invalid, "提醒地址“%[1]s”："+zh, "The webhook %[1]q: "+en, w.Name)
		}
		u, err := url.Parse(w.URL)
		switch {
		case names[w.Name]:
			return bad("名称重复。", "the name is there twice.")
		case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
			return bad("url 须以 https:// 或 http:// 开头。", "url must begin with https:// or http://.")
		case w.Kind != "dingtalk" && w.Kind != "wecom" && w.Kind != "feishu" && w.Kind != "plain":
			return bad("kind 请用 dingtalk、wecom、feishu 或 plain。", "kind is dingtalk, wecom, feishu or plain.")
		}
		if w.SecretEnv != "" {
			if w.secret = env(w.SecretEnv); w.secret == "" {
				return bad("环境变量 "+w.SecretEnv+" 没有设置。", "the environment has no "+w.SecretEnv+".")
			}
		}
		names[w.Name] = true
	}
	return nil
}

// mailChannel is the name of mail among the channels.
const mailChannel = "mail"

// channels are the names of the ways out.
func (c *Config) channels() []string {
	var out []string
	if len(c.To) > 0 {
		out = append(out, mailChannel)
	}
	for _, w := range c.Webhooks {
		out = append(out, w.Name)
	}
	return out
}
