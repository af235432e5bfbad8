package access

import "slices"

// Role is what somebody is to the system. An account may have several.
type Role string

// The roles.
const (
	Leader        Role = "leader"        // 领导: sees
	Planner       Role = "planner"       // 规划: plans, with all the data
	Department    Role = "department"    // 部门: its own department's data and notes
	Clerk         Role = "clerk"         // 录入: hands files in; its own batches
	Auditor       Role = "auditor"       // 审计: reads everything and changes nothing
	Administrator Role = "administrator" // 管理员: users and settings, no persons
)

// Roles lists every role, in the order in which they are shown.
func Roles() []Role { return []Role{Leader, Planner, Department, Clerk, Auditor, Administrator} }

// Action is what a route or a query does, as far as rights go.
type Action string

// The actions.
const (
	Open       Action = "open"        // needs no sign-in: what says whether the service lives, and signing in
	Self       Action = "self"        // one's own account
	View       Action = "view"        // figures, charts and forecasts; nobody's row
	Try        Action = "try"         // compute a scenario; nothing is kept
	Rows       Action = "rows"        // rows about persons, names masked
	Export     Action = "export"      // take figures and charts away
	ExportRows Action = "export_rows" // take rows about persons away
	Batches    Action = "batches"     // what was loaded, its receipts and refused rows
	Load       Action = "load"        // hand a file in, check it, load it
	Undo       Action = "undo"        // take a batch back
	Profiles   Action = "profiles"    // remembered columns
	Keep       Action = "keep"        // keep, change, lock and delete scenarios
	Note       Action = "note"        // notes, and what a department says of itself
	Plan       Action = "plan"        // targets by year
	Report     Action = "report"      // look at a report and take it
	MakeReport Action = "make_report" // have one written, end one's own; all for any
	Template   Action = "template"    // change report templates
	ReadAudit  Action = "audit"       // the audit log
	Users      Action = "users"       // accounts and their roles
	Settings   Action = "settings"    // of the service
)

// Reach is how far a right goes.
type Reach int

// The reaches. Own is the department's own for Department, what the account has handed
// in itself for Clerk, and of reports what the account has asked for.
const (
	None Reach = iota
	Own
	All
)

// rights is the table: an action that a role is not named for, it may not do.
var rights = map[Action]map[Role]Reach{
	Open:       {Leader: All, Planner: All, Department: All, Clerk: All, Auditor: All, Administrator: All},
	Self:       {Leader: All, Planner: All, Department: All, Clerk: All, Auditor: All, Administrator: All},
	View:       {Leader: All, Planner: All, Department: All, Clerk: All, Auditor: All, Administrator: All},
	Try:        {Leader: All, Planner: All, Department: All, Auditor: All},
	Rows:       {Leader: All, Planner: All, Department: Own, Auditor: All},
	Export:     {Leader: All, Planner: All, Department: All, Auditor: All, Administrator: All},
	ExportRows: {Planner: All, Department: Own, Auditor: All},
	Batches:    {Planner: All, Department: Own, Clerk: Own, Auditor: All},
	Load:       {Department: Own, Clerk: All},
	Undo:       {Planner: All, Department: Own, Clerk: Own},
	Profiles:   {Planner: All, Department: Own, Clerk: Own},
	Keep:       {Planner: All},
	Note:       {Planner: All, Department: Own},
	Plan:       {Planner: All, Department: Own},
	Report:     {Leader: All, Planner: All, Department: All, Auditor: All},
	MakeReport: {Leader: Own, Planner: All, Department: Own},
	Template:   {Planner: All},
	ReadAudit:  {Auditor: All},
	Users:      {Administrator: All},
	Settings:   {Administrator: All},
}

// Kind is how the audit log treats what an action does.
type Kind int

// The kinds.
const (
	Unlogged Kind = iota
	Seen          // an entry, before a byte of the answer leaves
	Changed       // an entry before the change and one after it
)

// Route is what the table says of one route.
type Route struct {
	Action Action
	Kind   Kind
	// Code is what the audit log calls it; empty for the action's name.
	Code string
}

// routes says what every route of the server does. Sign-in, its failures and
// what runs on after the answer write entries of their own.
var routes = map[string]Route{
	"GET /":              {View, Unlogged, ""},
	"GET /help":          {View, Unlogged, ""},
	"GET /api":           {View, Unlogged, ""},
	"GET /healthz":       {Open, Unlogged, ""},
	"GET /readyz":        {Open, Unlogged, ""},
	"GET /static/:name":  {Open, Unlogged, ""},
	"GET /signin":        {Open, Unlogged, ""},
	"POST /signin":       {Open, Unlogged, ""}, // says itself how it went
	"POST /signin/code":  {Open, Unlogged, ""},
	"GET /signin/oidc":   {Open, Unlogged, ""},
	"GET /signin/return": {Open, Unlogged, ""},
	"POST /signout":      {Self, Changed, "sign_out"},

	"GET /account":                         {Self, Unlogged, ""},
	"GET /account/code.png":                {Self, Unlogged, ""},
	"POST /account/password":               {Self, Changed, "password"},
	"POST /account/code":                   {Self, Changed, "totp_on"},
	"POST /account/code/off":               {Self, Changed, "totp_off"},
	"POST /account/sessions/end":           {Self, Changed, "sessions_end"},
	"POST /account/tokens":                 {Self, Changed, "token_add"},
	"POST /account/tokens/:token/delete":   {Self, Changed, "token_delete"},
	"GET /users":                           {Users, Unlogged, ""},
	"POST /users":                          {Users, Changed, "user_add"},
	"POST /users/:user/roles":              {Users, Changed, "user_roles"},
	"POST /users/:user/disable":            {Users, Changed, "user_disable"},
	"POST /users/:user/enable":             {Users, Changed, "user_enable"},
	"POST /users/:user/reset":              {Users, Changed, "user_reset"},
	"GET /audit":                           {ReadAudit, Seen, "audit_view"},
	"GET /audit/export/:file":              {ReadAudit, Seen, "audit_export"},
	"GET /p/:policy":                       {View, Unlogged, ""},
	"GET /p/:policy/moved":                 {View, Unlogged, ""},
	"GET /p/:policy/alerts":                {View, Unlogged, ""},
	"GET /p/:policy/changes":               {View, Unlogged, ""},
	"GET /p/:policy/commitments":           {View, Unlogged, ""},
	"GET /p/:policy/dept/:dept":            {View, Unlogged, ""},
	"GET /p/:policy/wall":                  {View, Unlogged, ""},
	"GET /p/:policy/t/:target":             {View, Unlogged, ""}, // its rows are asked for again: see web
	"GET /p/:policy/t/:target/change":      {View, Unlogged, ""},
	"GET /p/:policy/scenario":              {Try, Unlogged, ""},
	"GET /p/:policy/dept/:dept/review":     {View, Unlogged, ""},
	"POST /p/:policy/dept/:dept/review":    {Note, Changed, "review"},
	"GET /p/:policy/model":                 {View, Unlogged, ""},
	"GET /p/:policy/t/:target/model":       {View, Unlogged, ""},
	"GET /p/:policy/reports":               {Report, Unlogged, ""},
	"POST /p/:policy/reports":              {MakeReport, Changed, "report_make"},
	"GET /p/:policy/reports/preview":       {Report, Seen, "report_preview"},
	"GET /p/:policy/reports/file/:report":  {Report, Seen, "report_fetch"},
	"GET /p/:policy/data":                  {Batches, Unlogged, ""},
	"GET /p/:policy/health":                {View, Unlogged, ""},
	"GET /p/:policy/health/rows":           {Rows, Seen, ""},
	"GET /p/:policy/health/table/:file":    {Export, Seen, ""},
	"POST /p/:policy/data":                 {Load, Changed, "check"},
	"GET /p/:policy/data/check/:token":     {Load, Seen, "check_view"},
	"POST /p/:policy/data/check/:token":    {Load, Changed, "check_decide"},
	"POST /p/:policy/batch/:batch/undo":    {Undo, Changed, ""},
	"GET /p/:policy/batch/:batch/:file":    {Batches, Seen, "export_refusals"},
	"GET /p/:policy/export/:file":          {Export, Seen, ""},
	"GET /p/:policy/chart/:file":           {Export, Seen, ""},
	"GET /p/:policy/t/:target/chart/:file": {Export, Seen, ""},
	"GET /p/:policy/t/:target/table/:file": {Export, Seen, ""},   // "rows" asks for ExportRows again
	"GET /p/:policy/template/:file":        {View, Unlogged, ""}, // an empty form

	"POST /p/:policy/dept/:dept/plan/:target":                {Plan, Changed, ""},
	"POST /p/:policy/dept/:dept/note/:target":                {Note, Changed, ""},
	"POST /p/:policy/dept/:dept/note/:target/:note/withdraw": {Note, Changed, "note_withdraw"},
	"GET /p/:policy/dept/:dept/table/:file":                  {Export, Seen, ""},

	"GET /p/:policy/data/check/:token/status":       {Load, Unlogged, ""},
	"GET /p/:policy/data/check/:token/refused.xlsx": {Load, Seen, "export_refused"},
	"POST /p/:policy/profile/:profile/delete":       {Profiles, Changed, "profile_delete"},

	"GET /api/v1/openapi.json":                                           {View, Unlogged, ""},
	"GET /api/v1/policies":                                               {View, Unlogged, ""},
	"GET /api/v1/policies/:policy":                                       {View, Unlogged, ""},
	"GET /api/v1/policies/:policy/outlook":                               {View, Unlogged, ""},
	"GET /api/v1/policies/:policy/alerts":                                {View, Unlogged, ""},
	"GET /api/v1/policies/:policy/changes":                               {View, Unlogged, ""},
	"GET /api/v1/policies/:policy/charts/:chart":                         {View, Unlogged, ""},
	"GET /api/v1/policies/:policy/targets/:target":                       {View, Unlogged, ""},
	"GET /api/v1/policies/:policy/targets/:target/rows":                  {Rows, Seen, ""},
	"GET /api/v1/policies/:policy/targets/:target/history":               {View, Unlogged, ""},
	"GET /api/v1/policies/:policy/targets/:target/charts/:chart":         {View, Unlogged, ""},
	"GET /api/v1/policies/:policy/model":                                 {View, Unlogged, ""},
	"GET /api/v1/policies/:policy/targets/:target/model":                 {View, Unlogged, ""},
	"GET /api/v1/policies/:policy/targets/:target/plan":                  {View, Unlogged, ""},
	"PUT /api/v1/policies/:policy/targets/:target/plan":                  {Plan, Changed, ""},
	"GET /api/v1/policies/:policy/targets/:target/notes":                 {View, Unlogged, ""},
	"POST /api/v1/policies/:policy/targets/:target/notes":                {Note, Changed, ""},
	"POST /api/v1/policies/:policy/targets/:target/notes/:note/withdraw": {Note, Changed, "note_withdraw"},
	"GET /api/v1/policies/:policy/departments/:dept/review":              {View, Unlogged, ""},
	"PUT /api/v1/policies/:policy/departments/:dept/review":              {Note, Changed, "review"},
	"GET /api/v1/levers":                                                 {View, Unlogged, ""},
	"GET /api/v1/policies/:policy/scenario":                              {Try, Unlogged, ""},
	"POST /api/v1/policies/:policy/scenario/seek":                        {Try, Unlogged, ""},
	"POST /api/v1/policies/:policy/scenario/why":                         {Try, Unlogged, ""},
	"POST /api/v1/policies/:policy/scenario/spend":                       {Try, Unlogged, ""},
	"GET /api/v1/policies/:policy/scenarios":                             {Try, Unlogged, ""},
	"POST /api/v1/policies/:policy/scenarios":                            {Keep, Changed, "scenario_add"},
	"POST /api/v1/policies/:policy/scenarios/import":                     {Keep, Changed, "scenario_import"},
	"GET /api/v1/policies/:policy/scenarios/compare":                     {Try, Unlogged, ""},
	"GET /api/v1/policies/:policy/scenarios/:scenario":                   {Try, Seen, "scenario_view"},
	"PUT /api/v1/policies/:policy/scenarios/:scenario":                   {Keep, Changed, "scenario_change"},
	"DELETE /api/v1/policies/:policy/scenarios/:scenario":                {Keep, Changed, "scenario_delete"},
	"POST /api/v1/policies/:policy/scenarios/:scenario/lock":             {Keep, Changed, "scenario_lock"},
	"POST /api/v1/policies/:policy/scenarios/:scenario/unlock":           {Keep, Changed, "scenario_unlock"},
	"POST /api/v1/policies/:policy/scenarios/:scenario/duplicate":        {Keep, Changed, "scenario_duplicate"},
	"POST /p/:policy/reports/job/:job/cancel":                            {MakeReport, Changed, "report_cancel"},
	"GET /api/v1/policies/:policy/reports":                               {Report, Unlogged, ""},
	"POST /api/v1/policies/:policy/reports":                              {MakeReport, Changed, "report_make"},
	"GET /api/v1/policies/:policy/reports/jobs/:job":                     {Report, Unlogged, ""},
	"GET /api/v1/policies/:policy/health":                                {View, Unlogged, ""},
	"GET /api/v1/policies/:policy/batches":                               {Batches, Unlogged, ""},
	"POST /api/v1/policies/:policy/batches":                              {Load, Changed, ""},
	"GET /api/v1/policies/:policy/batches/:batch/refusals":               {Batches, Seen, "refusals"},
	"POST /api/v1/policies/:policy/batches/:batch/undo":                  {Undo, Changed, ""},
	"POST /api/v1/policies/:policy/checks":                               {Load, Changed, "check"},
}

// RouteOf is what the table says of a route, named as the router has it. HEAD is
// as GET. Without an entry nothing is allowed.
func RouteOf(method, path string) (Route, bool) {
	if method == "HEAD" {
		method = "GET"
	}
	r, ok := routes[method+" "+path]
	if r.Code == "" {
		r.Code = string(r.Action)
	}
	return r, ok
}

// Reach is the furthest that any of the roles may go with the action.
func reach(a Action, roles []Role) Reach {
	most := None
	for _, r := range roles {
		most = max(most, rights[a][r])
	}
	return most
}

// Changes reports whether the action alters what is kept: a read-only token may
// do none of these.
func (a Action) Changes() bool {
	return slices.Contains([]Action{Load, Undo, Profiles, Keep, Note, Plan, MakeReport, Template, Users, Settings}, a)
}

// Right is one row of the table, for pages and documents.
type Right struct {
	Action Action
	Reach  []Reach // by role, in the order of Roles
}

// Table is the table of rights in the order of the actions.
func Table() []Right {
	var out []Right
	for _, a := range []Action{View, Try, Rows, Export, ExportRows, Batches, Load, Undo, Profiles, Keep, Note, Plan, Report, MakeReport, Template, ReadAudit, Users, Settings, Self} {
		r := Right{Action: a}
		for _, role := range Roles() {
			r.Reach = append(r.Reach, rights[a][role])
		}
		out = append(out, r)
	}
	return out
}
