package main

import (
	"errors"
	"fmt"
	"os/user"
	"path/filepath"
	"time"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/audit"
)

func (a *app) auditDir() string { return filepath.Join(a.dataDir, "audit") }

func (a *app) openAudit(key []byte, keepDays int) (*audit.Log, error) {
	return audit.Open(audit.Config{Dir: a.auditDir(), Key: key, Now: a.now, Keep: time.Duration(keepDays) * 24 * time.Hour})
}

// started is the entry of a service that begins, and how.
func started(addr string, signIn bool) audit.Entry {
	mode := "trial"
	if signIn {
		mode = "sign_in"
	}
	return audit.Entry{
		Who: "cli:" + systemUser(), Via: "service", Action: "start", Result: audit.OK,
		Object: map[string]string{"address": addr, "mode": mode, "version": version},
	}
}

// closeAudit notes where the chain stands, so that a cut can be told later, and
// closes the log.
func (a *app) closeAudit(l *audit.Log) error {
	if err := l.Write(audit.Entry{Who: audit.Nobody, Via: "service", Action: "stop", Result: audit.OK}); err != nil {
		return errors.Join(err, l.Close())
	}
	if n, head := l.Head(); n > 0 {
		fmt.Fprintf(a.err, "audit %d:%s\n", n, head)
	}
	return l.Close()
}

// journal runs a change of the command line between two entries of the audit
// log; what can't be written down is not done. The store must be open, so that
// no server writes the log. do may add to the object.
func (a *app) journal(action string, object map[string]string, do func() error) error {
	return a.journalOf("", action, object, do)
}

// journalOf is journal of what is one jurisdiction's; "" for everybody's.
func (a *app) journalOf(place, action string, object map[string]string, do func() error) (err error) {
	key, err := a.key()
	if err != nil {
		return err
	}
	l, err := a.openAudit(key, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	e := audit.Entry{Who: "cli:" + systemUser(), Place: place, Via: "cli", Action: action, Object: object, Result: audit.Begun}
	if err := l.Write(e); err != nil {
		return err
	}
	done := do()
	switch {
	case done == nil, errors.Is(done, errRefused):
		e.Result = audit.OK
	case fault.As(done) != nil:
		e.Result = audit.Refused
	default:
		e.Result = audit.Failed
	}
	if err := l.Write(e); err != nil {
		return errors.Join(done, err)
	}
	return done
}

// systemUser is who runs the command, as the machine knows them.
func systemUser() string {
	u, err := user.Current()
	if err != nil {
		return "?"
	}
	return u.Username
}
