package access

import (
	"slices"

	"talentcast/analytics/fault"
)

// Principal is who asks: an account with the roles that count for this request.
// The zero value may do nothing.
type Principal struct {
	Account      int64
	Login        string
	Name         string
	Roles        []Role
	Department   string
	Jurisdiction string
	Token        bool // a program with a token, not a browser
	ReadOnly     bool // by the token
	MustChange   bool // the password, before anything else
	MustCode     bool // set up codes, before anything else
	// Trial is the visitor of a service on loopback without any administrator:
	// it may do everything but what is about accounts.
	Trial bool
}

// Reach is how far the principal may go with the action.
func (p *Principal) Reach(a Action) Reach {
	switch {
	case p == nil:
		return None
	case p.Trial:
		if a == Users || a == Self || a == Settings {
			return None
		}
		return All
	case p.ReadOnly && a.Changes():
		return None
	case p.Token && (a == Users || a == Self || a == Settings): // no program makes accounts or tokens
		return None
	}
	return reach(a, p.Roles)
}

// May reports whether the principal may do the action at all, and not only with
// everybody's data.
func (p *Principal) May(a Action) bool { return p.Reach(a) > None }

// Sees reports whether policies of the jurisdiction are the principal's to see.
func (p *Principal) Sees(jurisdiction string) bool {
	return p != nil && (p.Trial || p.Jurisdiction == jurisdiction)
}

// MayWith reports whether the action may be done on something that is or is not the
// principal's own.
func (p *Principal) MayWith(a Action, own bool) bool {
	r := p.Reach(a)
	return r == All || r == Own && own
}

// OfDepartment reports whether the action may be done on what is of the
// department.
func (p *Principal) OfDepartment(a Action, dept string) bool {
	switch p.Reach(a) {
	case All:
		return true
	case Own:
		return p.Department != "" && p.Department == dept && rights[a][Department] > None && slices.Contains(p.Roles, Department)
	}
	return false
}

// By is what is kept as the author of what the principal does: the account, or
// what was typed where there are no accounts.
func (p *Principal) By(typed string) string {
	if p == nil || p.Trial || p.Login == "" {
		return typed
	}
	return p.Login
}

// Forbidden is the fault for what the principal may not do.
func Forbidden() *fault.Error {
	return fault.New(fault.Forbidden,
		"你的账号没有此项权限；如工作需要，请向管理员申请相应角色。",
		"Your account has no right to this; if your work needs it, ask the administrator for the role.")
}
