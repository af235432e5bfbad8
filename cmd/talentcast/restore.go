package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/cmd/talentcast/internal/backup"
)

func (a *app) restoreCommand() *cobra.Command {
	var replace bool
	c := &cobra.Command{
		Use: "restore FOLDER", Short: "make the data folder what a backup says; stop the service first · 恢复",
		Long: "Make the data folder what a backup says. The audit log that is there stays where it goes on from the backup's;\n" +
			"everybody has to sign in anew, and API tokens have to be made anew.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0], replace) },
	}
	c.Flags().BoolVar(&replace, "replace", false, "move what is in the data folder into a folder replaced-…")
	return c
}

// restore restores a backup, between two entries of the audit log: the first in the
// log that is there, the second in the one that is there afterwards.
func (a *app) restore(ctx context.Context, dir string, replace bool) error {
	e := audit.Entry{Who: "cli:" + systemUser(), Via: "cli", Action: "restore", Object: map[string]string{"backup": filepath.Base(dir)}}
	began := false
	done, err := backup.Restoring{Dir: dir, Data: a.dataDir, Replace: replace, Now: a.now, Begin: func() error {
		if !there(a.auditDir()) || !there(a.keyFile()) {
			return nil
		}
		began = true
		e.Result = audit.Begun
		return a.enter(e)
	}}.Restore(ctx)
	if done.Aside != "" {
		fmt.Fprintf(a.out, a.text("原有文件在 %s\n", "What was there is in %s\n"), done.Aside)
	}
	if err != nil {
		if e.Result = resultOf(err); began && there(a.auditDir()) && there(a.keyFile()) {
			err = errors.Join(err, a.enter(e))
		}
		return err
	}
	fmt.Fprintf(a.out, a.text("已恢复到 %s：%s 的备份，%d行。\n", "Restored into %s: the backup of %s, %d rows.\n"), a.dataDir, done.Made.Local().Format(time.DateTime), done.Rows())
	fmt.Fprintln(a.out, a.text("所有人须重新登录，API 令牌须重新建立。", "Everybody has to sign in anew, and API tokens have to be made anew."))
	if !there(a.keyFile()) {
		fmt.Fprintln(a.err, a.text("没有密钥：请把 talentcast.key 放回数据目录，否则人员无法与新数据对应。", "There is no key: put talentcast.key back into the data folder, or people can't be matched to new rows."))
		return nil
	}
	if key, err := a.readKey(); err != nil || done.KeyMark != "" && done.KeyMark != markOf(key) {
		return errors.Join(err, otherKey(a.keyFile()))
	}
	e.Result, e.Object = audit.OK, restoredObject(dir, done)
	return a.enter(e)
}

// restoredObject is what the audit log says of a restore: what became of the log
// that was there, too.
func restoredObject(dir string, done backup.Restored) map[string]string {
	object := map[string]string{"backup": filepath.Base(dir), "made": done.Made.Format(time.RFC3339), "log": "restored", "old_head": done.OldHead}
	if done.KeptLog {
		object["log"] = "kept"
	}
	if done.Aside != "" {
		object["aside"] = filepath.Base(done.Aside)
	}
	return object
}

// enter writes one entry into the log of the data folder.
func (a *app) enter(e audit.Entry) error {
	key, err := a.readKey()
	if err != nil {
		return err
	}
	l, err := a.openAudit(key, 0, nil, nil)
	if err != nil {
		return err
	}
	return errors.Join(l.Write(e), l.Close())
}
