package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/ingest"
)

// What commands do with files of their own, as the log has it: a running service
// writes that down for them.
const (
	auditExported = "audit_export"
	backupRemoved = "backup_remove"
)

func (a *app) auditCommand() *cobra.Command {
	c := &cobra.Command{Use: "audit", Short: "who did what: verify the log, take it away · 审计记录"}
	c.AddCommand(a.auditVerify(), a.auditExport())
	return c
}

func (a *app) auditVerify() *cobra.Command {
	var anchors []string
	var known []int64
	c := &cobra.Command{
		Use: "verify", Short: "check that no entry was changed, taken out, put in, moved or cut off; works while a server runs", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.verify(cmd.Context(), anchors, known) },
	}
	c.Flags().StringArrayVar(&anchors, "anchor", nil, "NUMBER:HEAD noted at another time; the chain must still hold it")
	c.Flags().Int64SliceVar(&known, "known", nil, "number of an entry that tells of missing ones and was looked into; it is not complained of again")
	return c
}

// verify checks the log and changes nothing.
func (a *app) verify(ctx context.Context, anchors []string, known []int64) error {
	noted, err := anchorsOf(anchors)
	if err != nil {
		return err
	}
	key, err := a.readKey()
	if err != nil {
		return err
	}
	heads, stands, err := a.otherHeads(ctx)
	if err != nil {
		return err
	}
	v, err := audit.Check{Dir: a.auditDir(), Key: key, Anchors: append(noted, stands...), Heads: heads, Known: known}.Verify()
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, a.text("记录链完整：%d个文件，%d条（第%d至%d条）。\n链头 %d:%s\n", "The chain holds: %d files, %d entries (%d to %d).\nhead %d:%s\n"),
		v.Files, v.Entries, v.First, v.Last, v.Last, v.Head)
	if v.Expired > 0 {
		fmt.Fprintf(a.out, a.text("第%d条及以前的已按期限清理。\n", "Entry %d and those before were let go of by age.\n"), v.Expired)
	}
	if v.Headless {
		fmt.Fprintln(a.err, a.text("注意：没有另存的链头，末尾是否被截去无从判断；下次启动服务时会开始保存。若此前已有 audit.head，请查明它的去向。",
			"Mind: no head is kept, so nothing tells whether the end was cut off; the next start of the service begins to keep one. If there was an audit.head before, find out where it went."))
	}
	return nil
}

func anchorsOf(texts []string) ([]audit.Anchor, error) {
	var noted []audit.Anchor
	for _, s := range texts {
		var x audit.Anchor
		n, hash, ok := strings.Cut(s, ":")
		if _, err := fmt.Sscan(n, &x.N); err != nil || !ok {
			return nil, fault.Newf(fault.Invalid, "%[1]q 不是 序号:链头；服务停止时和每次验证都会打印。", "%[1]q is not NUMBER:HEAD; the service prints one when it stops, and so does every verification.", s)
		}
		x.Hash = hash
		noted = append(noted, x)
	}
	return noted, nil
}

func (a *app) auditExport() *cobra.Command {
	var from, to, out string
	c := &cobra.Command{
		Use: "export -o FILE.csv|xlsx|jsonl", Short: "write the entries of some days to a file", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var f audit.Filter
			var err error
			if f.From, err = parseAsOf(from); err != nil {
				return err
			}
			if f.To, err = parseAsOf(to); err != nil {
				return err
			}
			if !slices.Contains([]string{"csv", "xlsx", "jsonl"}, ending(out)) {
				return unknownEntries(out)
			}
			if _, err := a.readKey(); err != nil {
				return err // what is taken away could not be written down
			}
			entries, _, err := audit.Read(a.auditDir(), f)
			if err != nil {
				return err
			}
			object := map[string]string{"file": ingest.FileName(out), "from": from, "to": to, "entries": strconv.Itoa(len(entries))}
			return a.recorded(cmd.Context(), auditExported, object, func() error { return a.writeEntries(out, entries) })
		},
	}
	c.Flags().StringVar(&from, "from", "", "first day; empty for all")
	c.Flags().StringVar(&to, "to", "", "last day; empty for all")
	c.Flags().StringVarP(&out, "output", "o", "", "file; its ending says the format")
	_ = c.MarkFlagRequired("output") // the flag is there
	return c
}

func (a *app) writeEntries(path string, entries []audit.Entry) (err error) {
	t := audit.Table(entries, a.lang)
	var write func(io.Writer) error
	switch ending(path) {
	case "csv":
		write = func(w io.Writer) error { return t.WriteCSV(w, "") }
	case "xlsx":
		write = func(w io.Writer) error { return t.WriteXLSX(w) }
	case "jsonl":
		write = func(w io.Writer) error {
			enc := json.NewEncoder(w)
			for i := len(entries) - 1; i >= 0; i-- {
				if err := enc.Encode(entries[i]); err != nil {
					return err
				}
			}
			return nil
		}
	default:
		return unknownEntries(path)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fault.Newf(fault.Unavailable, "无法写入 %[1]s；请检查路径和权限。", "%[1]s can't be written; check the path and its permissions.", path).Because(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := write(f); err != nil {
		return fmt.Errorf("export the audit log: %w", err)
	}
	fmt.Fprintf(a.out, a.text("已写出%d条：%s\n", "%d entries written: %s\n"), len(entries), path)
	return nil
}

func unknownEntries(path string) error {
	return fault.Newf(fault.Invalid, "不能写成 %[1]q；请用 .csv、.xlsx 或 .jsonl。", "Can't write %[1]q; use .csv, .xlsx or .jsonl.", ending(path))
}
