package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"talentcast/charts/render"
)

// audited is one call of a command and what of it has to be in the audit log: the
// actions of new entries, in their order and each once, or why there are none.
type audited struct {
	command string // as in the tree; several calls of one are fine
	args    []string
	actions []string
	because string
}

// auditedCommands declares every command. What changes what is kept, or takes it
// away in a file, leaves an entry; what is only printed does not, since whoever may
// call a command may read the folder.
func auditedCommands(dir string) []audited {
	file := func(name string) string { return filepath.Join(dir, name) }
	entry := func(actions ...string) []string { return actions }
	const prints, noData = "it only prints", "the file has nothing of what is kept"
	gz := []string{"--policy", "gz-rd"}
	return []audited{
		{"samples", nil, entry("load"), ""},
		{"policy add", []string{filepath.Join("..", "..", "datasets", "policies", "gz-rd")}, entry("policy_add"), ""},
		{"policy list", nil, nil, prints},
		{"ingest", []string{file("fund.csv"), "--refused", file("refused.xlsx")}, entry("load", "export_refused"), ""},
		{"ingest", []string{file("fund.csv"), "--check"}, nil, prints},
		{"ingest", []string{file("fund.csv"), "--check", "--refused", file("refused.xlsx")}, entry("export_refused"), ""},
		{"undo", []string{"1"}, entry("undo"), ""},
		{"profile", nil, nil, prints},
		{"profile delete", []string{"1"}, entry("profile_delete"), ""},
		{"forecast", gz, nil, prints},
		{"simulate", append([]string{"-o", file("scenario.yaml")}, gz...), nil, noData},
		{"backtest", append([]string{"-o", file("scores.csv"), "--every", "year"}, gz...), entry("export"), ""},
		{"predict", []string{file("series.csv"), "--freq", "yearly", "--h", "2", "-o", file("predicted.csv")}, nil, noData},
		{"health", nil, nil, prints},
		{"health", []string{"-o", file("health.csv")}, entry("export"), ""},
		{"export chart", append([]string{"status", "-o", file("chart.json")}, gz...), entry("export"), ""},
		{"export table", append([]string{"overview", "-o", file("table.csv")}, gz...), entry("export"), ""},
		{"export table", []string{"rows", "--target", "H-01", "-o", file("rows.csv")}, entry("export_rows"), ""},
		{"plan export", []string{"-o", file("plans.csv")}, entry("export"), ""},
		{"plan import", []string{file("new.csv"), "--by", "李工"}, entry("plan"), ""},
		{"report", append([]string{"brief", "-o", file("brief.md")}, gz...), entry("report"), ""},
		{"report template", nil, nil, "it is only its commands"},
		{"report template export", []string{"-o", file("words.txt")}, entry("export"), ""},
		{"report template import", []string{file("words.txt"), "--by", "李工"}, entry("template"), ""},
		{"report template reset", nil, entry("template"), ""},
		{"template", []string{"talent", file("form.csv")}, nil, noData},
		{"demo-data", []string{file("demo")}, nil, noData},
		{"user add", []string{"wang", "--role", "administrator"}, entry("user_add"), ""},
		{"user add", []string{"li", "--role", "planner"}, entry("user_add"), ""},
		{"user role", []string{"li", "leader"}, entry("user_roles"), ""},
		{"user reset", []string{"li"}, entry("user_reset"), ""},
		{"user disable", []string{"li"}, entry("user_disable"), ""},
		{"user enable", []string{"li"}, entry("user_enable"), ""},
		{"user list", nil, nil, prints},
		{"audit verify", nil, nil, prints},
		{"audit export", []string{"-o", file("all.csv")}, entry("audit_export"), ""},
		{"backup", []string{"-o", file("backups"), "--keep", "1"}, entry("backup", "backup_remove"), ""},
		{"backup verify", []string{file("nothing")}, nil, prints},
		{"restore", []string{"--replace", file("backups") + "/*"}, entry("restore"), ""},
		{"config show", nil, nil, prints},
		{"config example", nil, nil, prints},
		{"doctor", nil, nil, prints},
		{"ping", []string{"http://127.0.0.1:1/"}, nil, prints},
		{"serve", nil, entry("start", "stop"), ""},
	}
}

// TestEveryCommandIsAudited calls every command and looks into the log: a command
// that nobody has declared fails, and so does one that does what it does not say.
func TestEveryCommandIsAudited(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	write(t, filepath.Join(dir, "fund.csv"), "凭证号,日期,环节,资金来源,用途,金额（元）\nPZ-1,2013-01-02,到位,财政,人才发展专项资金,1000\nPZ-2,whenever,到位,财政,人才发展专项资金,1000\n")
	write(t, filepath.Join(dir, "series.csv"), "id,v1,v2,v3,v4,v5,v6,v7,v8\na,1,2,3,4,5,6,7,8\n")
	write(t, filepath.Join(dir, "new.csv"), "编号,确定日期,理由,2012年,2013年,2014年,2015年,2016年\nH-01,2013-02-01,区里下达,10,30,60,90,120\n")
	if err := os.MkdirAll(filepath.Join(dir, "backups", "talentcast-20150101T000000Z"), 0o700); err != nil { // one that has to go
		t.Fatal(err)
	}
	calls := auditedCommands(dir)
	for _, path := range commandsOf((&app{}).root()) {
		if !slices.ContainsFunc(calls, func(c audited) bool { return c.command == path }) {
			t.Errorf("%s: nobody says what of it is in the audit log", path)
		}
	}
	_, err := render.Script()
	for _, c := range calls {
		if (c.because == "") == (len(c.actions) == 0) {
			t.Errorf("%s: say which entries it leaves, or why none", c.command)
		}
		if c.command == "export chart" && err != nil {
			t.Log("SKIPPED, no pictures are exported:", err)
			continue
		}
		before := len(entries(t, data))
		said := c.call(t, data)
		var got []string
		for _, e := range entries(t, data)[before:] {
			if !slices.Contains(got, e.Action) {
				got = append(got, e.Action)
			}
		}
		if !slices.Equal(got, c.actions) {
			t.Errorf("%s %q leaves entries of %q, want %q\n%s", c.command, c.args, got, c.actions, said)
		}
	}
}

// call runs the command; what it ends with is for other tests.
func (c audited) call(t *testing.T, data string) string {
	t.Helper()
	if c.command == "serve" {
		startServer(t, data, io.Discard).stop()
		return ""
	}
	args := append(strings.Fields(c.command), c.args...)
	for i, x := range args {
		if found, _ := filepath.Glob(x); strings.HasSuffix(x, "*") && len(found) == 1 {
			args[i] = found[0]
		}
	}
	said, _ := talk(t, data, args...)
	return said
}

// commandsOf are the paths of all commands that do something.
func commandsOf(c *cobra.Command) (out []string) {
	for _, sub := range c.Commands() {
		if sub.Runnable() {
			_, path, _ := strings.Cut(sub.CommandPath(), " ")
			out = append(out, path)
		}
		out = append(out, commandsOf(sub)...)
	}
	return out
}
