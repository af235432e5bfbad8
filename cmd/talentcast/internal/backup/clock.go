package backup

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/adhocore/gronx"

	"talentcast/analytics/fault"
)

// Clock writes backups whenever a cron expression says.
type Clock struct {
	Cron string // five fields, in the server's time
	Dir  string
	Keep int // the newest that stay; 0 for all
	// Do writes one, and says which.
	Do func(ctx context.Context, dir string) (path string, err error)
	// Remove is what old ones go by; nil for without more ado.
	Remove Remover
	// Told is told how each went; nil for nobody.
	Told  func(error)
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
	Log   *slog.Logger
}

// Check says whether the settings can be used.
func (c Clock) Check() error {
	switch {
	case len(strings.Fields(c.Cron)) != 5 || !gronx.IsValid(c.Cron):
		return fault.Newf(fault.Invalid, "备份时间 %[1]q 不是五段的 cron 表达式；每天3时写成 \"0 3 * * *\"。", "The time of backups %[1]q is no cron expression of five fields; 3 o'clock every day is \"0 3 * * *\".", c.Cron)
	case c.Keep < 0:
		return fault.New(fault.Invalid, "保留份数不能为负。", "The number of backups kept can't be negative.")
	}
	if _, err := gronx.NextTickAfter(c.Cron, time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), false); err != nil { // the 31st of February
		return fault.Newf(fault.Invalid, "备份时间 %[1]q 永远不会到来；每天3时写成 \"0 3 * * *\"。", "The time of backups %[1]q never comes; 3 o'clock every day is \"0 3 * * *\".", c.Cron).Because(err)
	}
	return nil
}

// again is how long after a backup that failed it is tried again, unless the next is
// due before that.
const again = time.Hour

// Run writes backups as they fall due, until ctx ends. One that fails is logged and
// tried again; old ones go only after a new one is whole.
func (c Clock) Run(ctx context.Context) {
	failed := false
	for {
		next, err := gronx.NextTickAfter(c.Cron, c.Now(), false)
		if err != nil {
			c.Log.Error("backup", "error", err)
			return
		}
		wait := max(0, next.Sub(c.Now()))
		if failed {
			wait = min(wait, again)
		}
		select {
		case <-ctx.Done():
			return
		case <-c.After(wait):
		}
		if ctx.Err() != nil {
			return
		}
		path, err := c.Do(ctx, c.Dir)
		if c.Told != nil {
			c.Told(err)
		}
		if failed = err != nil; failed {
			c.Log.Error("backup", "error", err)
			continue
		}
		removed, err := Prune(c.Dir, c.Keep, c.Now(), c.Remove)
		if err != nil {
			c.Log.Error("backup", "error", err)
		}
		c.Log.Info("backup", "written", filepath.Base(path), "removed", len(removed))
	}
}
