package schedule

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/wneessen/go-mail"

	"talentcast/analytics/fault"
)

// Mail is how letters leave. The password is none of the file's business: it comes
// by the environment.
type Mail struct {
	Host string `yaml:"host"`
	Port int    `yaml:"port"` // 0 for the usual one of the kind of connection
	User string `yaml:"user"` // empty for none
	From string `yaml:"from"`
	TLS  string `yaml:"tls"` // ssl, starttls (the default) or none
}

// mailTime is how long a letter may take.
const mailTime = time.Minute

// client is a connection to the mail server, as the file says.
func (m Mail) client(password string) (*mail.Client, error) {
	options := []mail.Option{mail.WithTimeout(mailTime)}
	port := m.Port
	switch m.TLS {
	case "", "starttls":
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
		if port == 0 {
			port = 587
		}
	case "ssl":
		options = append(options, mail.WithSSL())
		if port == 0 {
			port = 465
		}
	case "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
		if port == 0 {
			port = 25
		}
	default:
		return nil, fault.Newf(fault.Invalid, "mail.tls 不能是“%[1]s”；请用 ssl、starttls 或 none。", "mail.tls can't be %[1]q; use ssl, starttls or none.", m.TLS)
	}
	options = append(options, mail.WithPort(port))
	if m.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(m.User), mail.WithPassword(password))
	}
	return mail.NewClient(m.Host, options...)
}

// Send sends a letter of plain text.
func (m Mail) Send(ctx context.Context, password string, to []string, now time.Time, subject, text string) error {
	c, err := m.client(password)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	x := mail.NewMsg()
	if err := x.From(m.From); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := x.To(to...); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	x.Subject(subject)
	x.SetDateWithValue(now)
	x.SetBodyString(mail.TypeTextPlain, text)
	ctx, cancel := context.WithTimeout(ctx, mailTime)
	defer cancel()
	if err := c.DialAndSendWithContext(ctx, x); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}

// mail sends a report as an attachment.
func (r *Runner) mail(ctx context.Context, e Entry, w Written) error {
	c, err := r.File.Mail.client(r.Password)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	m := mail.NewMsg()
	if err := m.From(r.File.Mail.From); err != nil {
		return fault.Newf(fault.Invalid, "发件人“%[1]s”无法识别；请写成 名称 <地址> 的形式。", "The sender %[1]q can't be read; write it as name <address>.", r.File.Mail.From).Because(err)
	}
	if err := m.To(e.To...); err != nil {
		return fault.Newf(fault.Invalid, "定时报告“%[1]s”的收件人无法识别。", "The recipients of %[1]q can't be read.", e.Name).Because(err)
	}
	m.Subject(w.Name)
	m.SetDateWithValue(r.Now())
	m.SetBodyString(mail.TypeTextPlain, w.Text)
	if err := m.AttachReader(w.Name, bytes.NewReader(w.Body), mail.WithFileContentType(mail.ContentType(w.Type))); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, mailTime)
	defer cancel()
	if err := c.DialAndSendWithContext(ctx, m); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}
