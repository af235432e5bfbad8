package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"path/filepath"
	"time"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/cmd/talentcast/internal/control"
	"talentcast/datasets"
)

func (a *app) auditDir() string { return filepath.Join(a.dataDir, "audit") }

// openAudit opens the log, and says where it is shorter than it was. Where it stands
// is kept in the store too, nil for none that is open; trouble is told when that
// can't be, nil for nobody.
func (a *app) openAudit(key []byte, keepDays int, store *datasets.Store, trouble func(error)) (*audit.Log, error) {
	cfg := audit.Config{Dir: a.auditDir(), Key: key, Now: a.now, Keep: time.Duration(keepDays) * 24 * time.Hour, Trouble: trouble}
	if store != nil {
		cfg.Heads = []audit.Keeper{storedHead{store}}
	}
	l, err := audit.Open(cfg)
	if err == nil && l.Shortened() != nil {
		fmt.Fprintln(a.err, l.Shortened().Text(a.lang))
	}
	return l, err
}

// headTime is how long the database may take to keep where the log stands.
const headTime = 10 * time.Second

// storedHead keeps where the log stands in the database: who deletes the log does
// not delete that.
type storedHead struct{ store *datasets.Store }

// Kept returns the head that was kept last.
func (s storedHead) Kept() (*audit.Head, error) {
	ctx, cancel := context.WithTimeout(context.Background(), headTime)
	defer cancel()
	h, ok, err := s.store.AuditHead(ctx)
	return headOf(h, ok), err
}

// Keep keeps the head in place of the one before.
func (s storedHead) Keep(h audit.Head) error {
	ctx, cancel := context.WithTimeout(context.Background(), headTime)
	defer cancel()
	return s.store.KeepAuditHead(ctx, datasets.AuditHead{N: h.N, Hash: h.Hash, MAC: h.MAC})
}

func headOf(h datasets.AuditHead, ok bool) *audit.Head {
	if !ok {
		return nil
	}
	return &audit.Head{N: h.N, Hash: h.Hash, MAC: h.MAC}
}

// readHead is a head that was read from a database nobody writes.
type readHead struct{ h *audit.Head }

// Kept returns the head.
func (r readHead) Kept() (*audit.Head, error) { return r.h, nil }

// Keep keeps nothing.
func (r readHead) Keep(audit.Head) error { return nil }

// otherHeads is where the log stands by what is not beside it: a running service,
// else the database, which is only read.
func (a *app) otherHeads(ctx context.Context) ([]audit.Keeper, []audit.Anchor, error) {
	h, running, err := control.AskHead(ctx, a.dataDir)
	switch {
	case err != nil:
		return nil, nil, err
	case running && h.N > 0:
		return nil, []audit.Anchor{{N: h.N, Hash: h.Hash}}, nil
	case running || !there(a.database()):
		return nil, nil, nil
	}
	kept, ok, err := datasets.AuditHeadIn(ctx, a.database())
	if err != nil { // a command holds it, or it is damaged: the log can be verified all the same
		fmt.Fprintf(a.err, a.text("未与数据库中的链头核对：%v\n", "Not compared with the head in the database: %v\n"), err)
		return nil, nil, nil
	}
	return []audit.Keeper{readHead{headOf(kept, ok)}}, nil, nil
}

// started is the entry of a service that begins, and how. Settings that were changed
// have another hash.
func started(s serving, signIn bool) audit.Entry {
	mode := "trial"
	if signIn {
		mode = "sign_in"
	}
	return audit.Entry{
		Who: "cli:" + systemUser(), Via: "service", Action: "start", Result: audit.OK,
		Object: map[string]string{"address": s.addr, "mode": mode, "version": version, "settings": s.settings},
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
// no server writes the log; see recorded for what needs none. do may add to the
// object.
func (a *app) journal(action string, object map[string]string, do func() error) error {
	return a.journalOf("", action, object, do)
}

// journalOf is journal of what is one jurisdiction's; "" for everybody's.
func (a *app) journalOf(place, action string, object map[string]string, do func() error) error {
	return a.journalIn(a.opened, place, action, object, do)
}

func (a *app) journalIn(store *datasets.Store, place, action string, object map[string]string, do func() error) (err error) {
	var key []byte
	if store == nil {
		key, err = a.readKey()
	} else {
		key, err = a.key(context.Background(), store)
	}
	if err != nil {
		return err
	}
	l, err := a.openAudit(key, 0, store, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	end, err := begun(l, audit.Entry{Who: "cli:" + systemUser(), Place: place, Via: "cli", Action: action, Object: object})
	if err != nil {
		return err
	}
	done := do()
	if err := end(done); err != nil {
		return errors.Join(done, err)
	}
	return done
}

// begun writes down that something is about to be done; end writes down how it
// went, with what was added to the object meanwhile.
func begun(l *audit.Log, e audit.Entry) (end func(error) error, err error) {
	e.Result = audit.Begun
	if err := l.Write(e); err != nil {
		return nil, err
	}
	return func(done error) error {
		e.Result = resultOf(done)
		return l.Write(e)
	}, nil
}

func resultOf(done error) string {
	switch {
	case done == nil, errors.Is(done, errRefused):
		return audit.OK
	case fault.As(done) != nil:
		return audit.Refused
	}
	return audit.Failed
}

// recorded is journal for what needs no database: a service that runs writes the
// entries.
func (a *app) recorded(ctx context.Context, action string, object map[string]string, do func() error) error {
	running, err := control.Enter(ctx, a.dataDir, control.Entry{Action: action, Object: object, Result: audit.Begun})
	if err != nil {
		return err
	}
	if !running {
		return a.journalIn(nil, "", action, object, do)
	}
	done := do()
	if _, err := control.Enter(context.WithoutCancel(ctx), a.dataDir, control.Entry{Action: action, Object: object, Result: resultOf(done)}); err != nil {
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
