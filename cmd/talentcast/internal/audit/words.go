package audit

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"talentcast/cmd/talentcast/internal/report"
)

// names are the actions in Chinese and English. An action that is not here is
// shown by its code.
var names = map[string][2]string{
	"sign_in": {"登录", "sign in"}, "sign_out": {"退出", "sign out"}, "locked_out": {"登录受限", "locked out"},
	"password": {"修改密码", "change password"}, "totp_on": {"启用验证码", "turn codes on"}, "totp_off": {"停用验证码", "turn codes off"},
	"sessions_end": {"退出其他会话", "end other sessions"}, "token_add": {"新建令牌", "make token"}, "token_delete": {"删除令牌", "delete token"},
	"user_add": {"新建用户", "add user"}, "user_roles": {"更改角色", "change roles"}, "user_disable": {"停用账号", "disable account"},
	"user_enable": {"启用账号", "enable account"}, "user_reset": {"重置密码", "reset password"},
	"view": {"查看", "view"}, "try": {"试算情景", "try scenario"}, "rows": {"查看人员明细", "see rows about persons"},
	"export": {"导出", "export"}, "export_rows": {"导出人员明细", "export rows about persons"}, "export_refusals": {"导出退回清单", "export refusals"}, "export_refused": {"下载退回行", "take refused rows"},
	"refusals": {"查看退回清单", "see refusals"}, "batches": {"查看批次", "see batches"}, "check": {"上传核对", "hand in for checking"},
	"check_view": {"查看核对结果", "see a check"}, "check_decide": {"决定载入", "load or drop a checked file"}, "load": {"载入", "load"}, "undo": {"撤销批次", "undo batch"},
	"profile_delete": {"删除列名对应", "forget columns"}, "profiles": {"列名对应", "columns"},
	"scenario_add": {"保存情景", "keep scenario"}, "scenario_import": {"导入情景", "import scenario"}, "scenario_view": {"查看情景", "see scenario"},
	"scenario_change": {"更改情景", "change scenario"}, "scenario_delete": {"删除情景", "delete scenario"}, "scenario_lock": {"锁定情景", "lock scenario"},
	"scenario_unlock": {"解锁情景", "unlock scenario"}, "scenario_duplicate": {"复制情景", "copy scenario"}, "keep": {"情景", "scenarios"},
	"note": {"说明", "notes"}, "plan": {"计划", "plan"}, "note_withdraw": {"撤回说明", "withdraw note"}, "review": {"自评", "self-review"}, "report": {"报告", "report"}, "report_make": {"生成报告", "write report"}, "report_preview": {"预览报告", "preview report"},
	"report_fetch": {"下载报告", "take report"}, "report_cancel": {"取消报告", "cancel report"}, "template": {"报告模板", "report template"}, "settings": {"设置", "settings"},
	"audit": {"审计记录", "audit log"}, "audit_view": {"查看审计记录", "see the audit log"}, "audit_export": {"导出审计记录", "export the audit log"},
	"audit_mended": {"修复审计记录末尾", "repair the end of the log"}, "audit_expired": {"清理到期审计记录", "delete expired entries"}, "audit_shortened": {"审计记录有缺失", "log was shortened"}, "audit_resumed": {"恢复审计记录", "resume the log"},
	"users": {"用户", "users"}, "self": {"本人账号", "own account"}, "alert_send": {"发出提醒", "alerts leave"}, "report_scheduled": {"定时报告发出", "scheduled report leaves"}, "backup": {"备份", "backup"}, "backup_remove": {"清理旧备份", "remove old backup"}, "restore": {"恢复备份", "restore"}, "policy_add": {"载入政策", "store policy"}, "start": {"启动服务", "start"}, "stop": {"停止服务", "stop"},
}

var results = map[string][2]string{
	OK: {"成功", "done"}, Refused: {"拒绝", "refused"}, Failed: {"失败", "failed"}, Begun: {"已开始", "begun"},
}

var vias = map[string][2]string{
	"page": {"网页", "page"}, "token": {"令牌", "token"}, "cli": {"命令行", "command line"}, "service": {"服务", "service"},
}

func pick(pair [2]string, lang string) string {
	if lang == "en" {
		return pair[1]
	}
	return pair[0]
}

// ActionName is an action in words.
func ActionName(action, lang string) string {
	if n, ok := names[action]; ok {
		return pick(n, lang)
	}
	return action
}

// ResultName is a result in words.
func ResultName(result, lang string) string {
	if n, ok := results[result]; ok {
		return pick(n, lang)
	}
	return result
}

// Actions lists the actions with their names, by name.
func Actions(lang string) [][2]string {
	var out [][2]string
	for _, k := range slices.Sorted(maps.Keys(names)) {
		out = append(out, [2]string{k, ActionName(k, lang)})
	}
	slices.SortFunc(out, func(a, b [2]string) int { return cmp.Compare(a[1], b[1]) })
	return out
}

// Line is an entry in words.
type Line struct {
	N                                                         int64
	At, Who, Role, Via, From, Action, Object, Result, Request string
	Bad                                                       bool
}

// Lines puts entries into words. A change that is known to have ended shows
// once: its beginning is left out.
func Lines(entries []Entry, lang string) []Line {
	ended := map[string]bool{}
	for _, e := range entries {
		if e.Result != Begun {
			ended[e.Request+" "+e.Action] = true
		}
	}
	var out []Line
	for _, e := range entries {
		if e.Result == Begun && ended[e.Request+" "+e.Action] {
			continue
		}
		who := e.Who
		if who == Nobody && lang == "en" {
			who = "not signed in"
		}
		out = append(out, Line{
			e.N, e.At.Local().Format(time.DateTime), who, e.Role, pick(vias[e.Via], lang), e.From, ActionName(e.Action, lang), objectText(e.Object), ResultName(e.Result, lang), e.Request,
			e.Result == Refused || e.Result == Failed,
		})
	}
	return out
}

func objectText(object map[string]string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(object)) {
		parts = append(parts, k+"="+object[k])
	}
	return strings.Join(parts, " ")
}

// Table is the entries as a table, the oldest first, with all that is kept of
// them.
func Table(entries []Entry, lang string) report.Table {
	c := func(key, zh, en string, ty report.Type) report.Column {
		return report.Column{Key: key, Title: pick([2]string{zh, en}, lang), Type: ty}
	}
	t := report.Table{Name: "audit", Title: pick([2]string{"审计记录", "Audit log"}, lang), Lang: lang, Columns: []report.Column{
		c("n", "序号", "number", report.Number), c("at", "时间（UTC）", "time (UTC)", report.Text), c("who", "账号", "account", report.Text), c("role", "角色", "roles", report.Text),
		c("place", "辖区", "jurisdiction", report.Text), c("via", "途径", "via", report.Text), c("from", "来源地址", "from", report.Text), c("request", "请求号", "request", report.Text),
		c("action", "操作", "action", report.Text), c("code", "代码", "code", report.Text), c("object", "对象", "object", report.Text), c("result", "结果", "result", report.Text),
		c("status", "状态码", "status", report.Number), c("hash", "链值", "hash", report.Text),
	}}
	for i := len(entries) - 1; i >= 0; i-- {
		e := entries[i]
		var status report.Cell
		if e.Status != 0 {
			status = float64(e.Status)
		}
		t.Rows = append(t.Rows, []report.Cell{
			float64(e.N), e.At.UTC().Format("2006-01-02T15:04:05.000Z"), e.Who, e.Role, e.Place, e.Via, e.From, e.Request,
			ActionName(e.Action, lang), e.Action, objectText(e.Object), ResultName(e.Result, lang), status, e.Hash,
		})
	}
	return t
}
