package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"talentcast/analytics/fault"
	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/cmd/talentcast/internal/backup"
	"talentcast/cmd/talentcast/internal/disk"
	"talentcast/cmd/talentcast/internal/office"
	"talentcast/datasets"
)

// finding is what one look at the installation found.
type finding struct {
	What  string `json:"what"`
	State string `json:"state"` // ok, warn, fail
	Found string `json:"found"`
	Do    string `json:"do,omitempty"`
}

// The states of a finding.
const (
	good = "ok"
	mind = "warn"
	bad  = "fail"
)

// leastFree is the room below which a service soon stops.
const leastFree = 1 << 30

func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "doctor", Short: "look whether everything is as the service needs it, and say what to do · 自检", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			all := a.examine(cmd.Context())
			if err := a.printFindings(all, asJSON); err != nil {
				return err
			}
			for _, f := range all {
				if f.State == bad {
					return fault.New(fault.Unavailable, "有问题需要处理，见上。", "There is something to put right; see above.")
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}

func (a *app) printFindings(all []finding, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(a.out)
		e.SetIndent("", " ")
		e.SetEscapeHTML(false)
		return e.Encode(all)
	}
	signs := map[string]string{good: a.text("正常", "ok"), mind: a.text("注意", "warn"), bad: a.text("故障", "FAIL")}
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	for _, f := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\n", signs[f.State], f.What, f.Found)
		if f.Do != "" {
			fmt.Fprintf(w, "\t\t→ %s\n", f.Do)
		}
	}
	return w.Flush()
}

// examine looks at everything; one trouble keeps nothing else from being looked
// at.
func (a *app) examine(ctx context.Context) []finding {
	out := []finding{a.examinePictures(ctx), a.examineOffice(ctx), a.examineFolder(), a.examineDisk()}
	store, db := a.examineDatabase(ctx)
	out = append(append(out, a.examineKey(ctx, store)), db...)
	out = append(out, a.examineAudit(store))
	if store != nil {
		out = append(out, a.examineReports(ctx, store))
		if err := store.Close(); err != nil {
			out = append(out, a.failed(a.text("数据库", "database"), err))
		}
	}
	return out
}

// failed is a finding from an error, whose own sentence says what to do.
func (a *app) failed(what string, err error) finding {
	f := finding{What: what, State: bad, Found: err.Error()}
	if x := fault.As(err); x != nil {
		f.Found = x.Text(a.lang)
	}
	return f
}

func (a *app) examinePictures(ctx context.Context) finding {
	what := a.text("图表与字体", "charts and font")
	r, err := render.New(render.Options{})
	if err != nil {
		return a.failed(what, err)
	}
	defer r.Close()
	const option = `{"animation":false,"title":{"text":"人才目标监测预测平台"},"xAxis":{"type":"category","data":["一","二"]},"yAxis":{},"series":[{"type":"bar","data":[1,2]}]}`
	b, err := r.PNG(ctx, []byte(option), render.Size{W: 400, H: 300}, 1, "#ffffff")
	if err != nil {
		return a.failed(what, err)
	}
	return finding{What: what, State: good, Found: fmt.Sprintf(a.text("可以绘制（%s）", "drawn (%s)"), size(int64(len(b))))}
}

// examineOffice has LibreOffice convert a spreadsheet: that it is there does not say
// that its part for tables is.
func (a *app) examineOffice(ctx context.Context) finding {
	f := finding{What: "LibreOffice", State: mind}
	c, err := office.New(office.Config{})
	switch {
	case errors.Is(err, office.ErrNotFound):
		f.Found, f.Do = a.text("没有安装", "not installed"), a.text("只影响旧格式 .xls 和 .et 的读取；需要时安装 LibreOffice。", "only old .xls and .et files need it; install LibreOffice if there are any")
		return f
	case err != nil:
		f.Found, f.Do = a.text("没有内存中的目录 /dev/shm，不能转换", "there is no folder in memory, /dev/shm, to convert in"), a.text("只影响旧格式 .xls 和 .et 的读取；需要时挂载 /dev/shm。", "only old .xls and .et files need it; mount /dev/shm if there are any")
		return f
	}
	if err := c.Try(ctx); err != nil {
		if x := fault.As(err); x != nil && x.Err != nil {
			err = x.Err
		}
		f.Found = fmt.Sprintf(a.text("已安装，但转换不了旧格式表格：%v", "installed, but can't convert old spreadsheets: %v"), err)
		f.Do = a.text("旧格式 .xls 和 .et 都会被退回；请安装其表格组件（libreoffice-calc），并检查服务的限制（见 docs/deploy/talentcast.service）。", "every old .xls and .et file is refused; install its part for tables (libreoffice-calc), and look at what the service is not let do (docs/deploy/talentcast.service)")
		return f
	}
	f.State, f.Found = good, a.text("可以读取旧格式表格", "old spreadsheets can be read")
	return f
}

func (a *app) examineFolder() finding {
	what := a.text("数据目录", "data folder")
	at, err := filepath.Abs(a.dataDir)
	if err != nil {
		return a.failed(what, err)
	}
	info, err := os.Stat(at)
	if errors.Is(err, fs.ErrNotExist) {
		return finding{What: what, State: mind, Found: fmt.Sprintf(a.text("%s 还没有建立", "%s is not there yet"), at), Do: a.text("首次启动或载入时会建立；若应已存在，请用 --data 指定。", "the first start or load makes it; if it should be there, name it with --data")}
	}
	if err != nil || !info.IsDir() {
		return finding{What: what, State: bad, Found: fmt.Sprintf(a.text("%s 不可用", "%s can't be used"), at), Do: a.text("请检查路径。", "check the path")}
	}
	f, err := os.CreateTemp(at, ".doctor-*")
	if err != nil {
		return finding{What: what, State: bad, Found: fmt.Sprintf(a.text("%s 不能写入", "%s can't be written"), at), Do: a.text("请检查权限和挂载方式。", "check its permissions and how it is mounted")}
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return a.failed(what, err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return finding{What: what, State: mind, Found: fmt.Sprintf(a.text("%s 可被本机其他用户读取（%v）", "%s is open to other users of the machine (%v)"), at, info.Mode().Perm()), Do: "chmod 750 " + at}
	}
	return finding{What: what, State: good, Found: at}
}

func (a *app) examineDisk() finding {
	what := a.text("磁盘空间", "room on the disk")
	free, err := disk.Free(existing(a.dataDir))
	if err != nil {
		return finding{What: what, State: mind, Found: err.Error()}
	}
	need := uint64(leastFree)
	if info, err := os.Stat(a.database()); err == nil {
		need = max(need, 2*uint64(info.Size())) //nolint:gosec // a size is not negative
	}
	f := finding{What: what, State: good, Found: fmt.Sprintf(a.text("可用 %s", "%s free"), size(int64(min(free, 1<<62))))} //nolint:gosec // bounded
	if free < need {
		f.State, f.Do = mind, fmt.Sprintf(a.text("请腾出空间：备份和整理数据库至少需要 %s。", "make room: backups and tidying the database need %s"), size(int64(min(need, 1<<62)))) //nolint:gosec // bounded
	}
	return f
}

// existing is the path, or the nearest folder above it that there is.
func existing(path string) string {
	for {
		if _, err := os.Stat(path); err == nil || path == filepath.Dir(path) {
			return path
		}
		path = filepath.Dir(path)
	}
}

// examineKey looks at the key and makes none; the store is nil where it can't be
// opened.
func (a *app) examineKey(ctx context.Context, store *datasets.Store) finding {
	what := a.text("密钥", "key")
	path := a.keyFile()
	info, err := os.Stat(path)
	if err != nil {
		if there(a.database()) {
			return finding{What: what, State: bad, Found: a.text("有数据库而没有 talentcast.key", "there is a database and no talentcast.key"), Do: a.text("请从备份放回；否则已有人员无法与新数据对应，验证码也无法解密。", "put it back from a backup; without it people can't be matched to new rows, and codes can't be decrypted")}
		}
		return finding{What: what, State: good, Found: a.text("首次载入时生成", "made by the first load")}
	}
	key, err := a.readKey()
	if err != nil {
		return a.failed(what, err)
	}
	if store != nil {
		mark, _, err := store.KeyMark(ctx)
		if err == nil && mark != "" && mark != markOf(key) {
			err = otherKey(path)
		}
		if err != nil {
			return a.failed(what, err)
		}
	}
	if info.Mode().Perm()&0o077 != 0 {
		return finding{What: what, State: mind, Found: fmt.Sprintf(a.text("其他用户可读（%v）", "other users can read it (%v)"), info.Mode().Perm()), Do: "chmod 600 " + path}
	}
	return finding{What: what, State: good, Found: a.text("可用", "usable")}
}

// examineDatabase opens the database and reads it through; the store is nil where
// it can't be opened.
func (a *app) examineDatabase(ctx context.Context) (*datasets.Store, []finding) {
	what, clock := a.text("数据库", "database"), a.text("时钟", "clock")
	now := a.now()
	day := finding{What: clock, State: good, Found: now.Format("2006-01-02 15:04 MST")}
	if now.Year() < 2024 {
		day.State, day.Do = bad, a.text("请校准系统时间。", "set the system's time")
	}
	path := a.database()
	if !there(path) && backup.Interrupted(a.dataDir) {
		return nil, []finding{a.failed(what, halfRestored()), day}
	}
	if _, err := os.Stat(path); err != nil {
		return nil, []finding{{What: what, State: mind, Found: a.text("还没有", "none yet"), Do: a.text("用 talentcast serve --samples 或 ingest 载入数据。", "load data with talentcast serve --samples or ingest")}, day}
	}
	store, err := datasets.Open(ctx, datasets.Config{Path: path, Now: a.now, MemoryMB: a.memory})
	if err != nil {
		f := a.failed(what, err)
		if fault.Is(err, fault.Conflict) { // a service that runs is no fault
			f.State = mind
		}
		return nil, []finding{f, day}
	}
	c, err := store.Examine(ctx)
	if err != nil {
		return store, []finding{a.failed(what, err), day}
	}
	f := finding{What: what, State: good, Found: fmt.Sprintf(a.text("结构版本%d，%d张表共%d行，全部可读", "schema %d, %d tables with %d rows, all read"), c.Schema, c.Tables, c.Rows)}
	if c.Astray > 0 {
		f.State = bad
		f.Found += fmt.Sprintf(a.text("；%d个批次的行数与记录不符", "; %d batches tell of other numbers of rows than there are"), c.Astray)
		f.Do = a.text("请从备份恢复（talentcast restore），并保留现有文件以便查找原因。", "restore a backup with talentcast restore, and keep the present files to find out why")
	}
	if c.Newest.Valid && c.Newest.Time.After(now.Add(time.Hour)) {
		day.State, day.Do = bad, fmt.Sprintf(a.text("最近一次载入记在 %s，晚于现在；请校准系统时间。", "the newest load is of %s, later than now; set the system's time"), c.Newest.Time.Format(time.DateTime))
	}
	return store, []finding{f, day}
}

// examineAudit verifies the log, with the head in the database where that is open.
func (a *app) examineAudit(store *datasets.Store) finding {
	what := a.text("审计记录", "audit log")
	check := audit.Check{Dir: a.auditDir()}
	if store != nil {
		check.Heads = []audit.Keeper{storedHead{store}}
	}
	if !there(a.auditDir()) && !there(audit.HeadFile(a.auditDir())) {
		return finding{What: what, State: good, Found: a.text("还没有", "none yet")}
	}
	var err error
	if check.Key, err = a.readKey(); err != nil {
		return a.failed(what, err)
	}
	v, err := check.Verify()
	if err != nil {
		return a.failed(what, err)
	}
	return finding{What: what, State: good, Found: fmt.Sprintf(a.text("记录链完整，%d条", "the chain holds, %d entries"), v.Entries)}
}

// examineReports compares the kept reports with what is known of them.
func (a *app) examineReports(ctx context.Context, store *datasets.Store) finding {
	what := a.text("已生成的报告", "reports")
	policies, err := store.Policies(ctx)
	if err != nil {
		return a.failed(what, err)
	}
	n, missing, changed := 0, 0, 0
	for _, p := range policies {
		all, err := store.Reports(ctx, p.ID)
		if err != nil {
			return a.failed(what, err)
		}
		for _, r := range all {
			n++
			b, err := os.ReadFile(filepath.Join(a.dataDir, "reports", strconv.FormatInt(r.ID, 10)+"."+r.Format))
			sum := sha256.Sum256(b)
			switch {
			case err != nil:
				missing++
			case hex.EncodeToString(sum[:]) != r.SHA256:
				changed++
			}
		}
	}
	f := finding{What: what, State: good, Found: fmt.Sprintf(a.text("%d份", "%d"), n)}
	if missing+changed > 0 {
		f.State = mind
		f.Found = fmt.Sprintf(a.text("%d份，其中%d份文件缺失，%d份被改动", "%d, of which %d are missing and %d were changed"), n, missing, changed)
		f.Do = a.text("可重新生成，或从备份的 files/reports 中取回。", "write them again, or take them from files/reports of a backup")
	}
	return f
}
