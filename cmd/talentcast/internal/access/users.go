package access

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// Where an account comes from.
const (
	sourceLocal = "local"
	sourceOIDC  = "oidc"
	sourceLDAP  = "ldap"
)

// DefaultJurisdiction is Liwan District, as GB/T 2260 has it.
const DefaultJurisdiction = "440103"

// NewUser is an account to be made.
type NewUser struct {
	Login, Name              string
	Roles                    []Role
	Department, Jurisdiction string
	Password                 string // "" for one that is made up and must be changed
	Keep                     bool   // the password need not be changed: its owner typed it
}

var loginShape = regexp.MustCompile(`^[\p{L}\p{N}]([\p{L}\p{N}._@-]{0,62}[\p{L}\p{N}])$`)

// AddUser makes a local account and returns its password where one was made up;
// it is shown this once. by is who does it, nil for the command line. Faults:
// Invalid, Conflict.
func (s *Service) AddUser(ctx context.Context, by *Principal, u NewUser) (string, error) {
	u.Login, u.Name, u.Department, u.Jurisdiction = strings.TrimSpace(u.Login), strings.TrimSpace(u.Name), strings.TrimSpace(u.Department), strings.TrimSpace(u.Jurisdiction)
	if by != nil {
		u.Jurisdiction = by.Jurisdiction
	}
	u.Jurisdiction = cmp.Or(u.Jurisdiction, DefaultJurisdiction)
	if !loginShape.MatchString(u.Login) {
		return "", fault.Newf(fault.Invalid, "账号名“%[1]s”不可用；请用 2 到 64 个字母、汉字或数字，中间可有 . _ @ -。",
			"The account name %[1]q can't be used; take 2 to 64 letters or digits, with . _ @ - between them.", clip(u.Login, 64))
	}
	if len([]rune(u.Name)) > 40 || len([]rune(u.Department)) > 40 || len(u.Jurisdiction) > 20 {
		return "", fault.New(fault.Invalid, "姓名、部门或辖区太长；请缩短到 40 字以内。", "The name, department or jurisdiction is too long; keep it within 40 characters.")
	}
	roles, err := checkRoles(u.Roles, u.Department)
	if err != nil {
		return "", err
	}
	made, password := "", u.Password
	if password == "" {
		made = oncePassword()
		password = made
	} else if err := CheckPassword(password, u.Login); err != nil {
		return "", err
	}
	var h string
	if err := s.hash(ctx, func() { h = hashPassword(password, s.cfg.Cost) }); err != nil {
		return "", err
	}
	now := s.cfg.Now().UTC()
	_, err = s.add(ctx, datasets.Account{
		Login: u.Login, Name: u.Name, Roles: roles, Department: u.Department, Jurisdiction: u.Jurisdiction, Source: sourceLocal,
		Password: h, MustChange: made != "" || !u.Keep, CreatedAt: now, ChangedAt: now,
	})
	return made, err
}

func (s *Service) add(ctx context.Context, a datasets.Account) (datasets.Account, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	id, err := s.cfg.Store.PutAccount(ctx, a)
	if err != nil {
		return a, err
	}
	a.ID = id
	s.mu.Lock()
	s.accounts[id] = a
	s.mu.Unlock()
	return a, nil
}

func checkRoles(roles []Role, dept string) ([]string, error) {
	var out []string
	for _, r := range Roles() {
		if slices.Contains(roles, r) {
			out = append(out, string(r))
		}
	}
	for _, r := range roles {
		if !slices.Contains(Roles(), r) {
			return nil, fault.Newf(fault.Invalid, "没有角色“%[1]s”；可用：%[2]v。", "There is no role %[1]q; there are %[2]v.", clip(string(r), 40), Roles())
		}
	}
	switch {
	case len(out) == 0:
		return nil, fault.Newf(fault.Invalid, "请至少选择一个角色：%[1]v。", "Choose at least one role: %[1]v.", Roles())
	case slices.Contains(roles, Department) && dept == "":
		return nil, fault.New(fault.Invalid, "部门角色须注明是哪个部门。", "The role of a department needs the department.")
	case slices.Contains(roles, Auditor) && len(out) > 1:
		return nil, fault.New(fault.Invalid, "审计角色不能与其他角色兼任；请另建账号。", "An auditor has no other role; make another account.")
	}
	return out, nil
}

// SetRoles gives an account other roles and another department. Faults: Invalid,
// NotFound, Conflict for the last administrator.
func (s *Service) SetRoles(ctx context.Context, by *Principal, login string, roles []Role, dept string) error {
	kept, err := checkRoles(roles, dept)
	if err != nil {
		return err
	}
	return s.manage(ctx, by, login, func(a *datasets.Account) error {
		a.Roles, a.Department = kept, dept
		return nil
	})
}

// SetDisabled shuts an account out, at once and with its tokens, or lets it in
// again.
func (s *Service) SetDisabled(ctx context.Context, by *Principal, login string, off bool) error {
	err := s.manage(ctx, by, login, func(a *datasets.Account) error {
		a.Disabled, a.Failures, a.LockedUntil = off, 0, time.Time{}
		return nil
	})
	if err != nil || !off {
		return err
	}
	a, _ := s.account(login)
	return s.revoke(ctx, a.ID, "")
}

// Reset gives a local account a password that must be changed and is returned
// this once, lifts a lock, turns codes off and ends its sessions and tokens:
// whoever lost the telephone asks for this too. Where the password is the
// directory's, only the codes and the lock are ours to lift, and none is returned.
func (s *Service) Reset(ctx context.Context, by *Principal, login string) (string, error) {
	made := oncePassword()
	var h string
	if err := s.hash(ctx, func() { h = hashPassword(made, s.cfg.Cost) }); err != nil {
		return "", err
	}
	err := s.manage(ctx, by, login, func(a *datasets.Account) error {
		if a.Source != sourceLocal && a.TOTP == "" {
			return fault.New(fault.Invalid, "这个账号的密码由单位的统一认证管理；请在那里重置。", "The password of this account is kept by your organisation's sign-in; reset it there.")
		}
		if a.Source == sourceLocal {
			a.Password, a.MustChange, a.ChangedAt = h, true, s.cfg.Now().UTC()
		} else {
			made = ""
		}
		a.Failures, a.LockedUntil, a.TOTP, a.TOTPStep, a.Recovery = 0, time.Time{}, "", 0, nil
		return nil
	})
	if err != nil {
		return "", err
	}
	a, _ := s.account(login)
	return made, s.revoke(ctx, a.ID, "")
}

// manage changes another's account: of the same jurisdiction, and so that an
// administrator remains.
func (s *Service) manage(ctx context.Context, by *Principal, login string, f func(*datasets.Account) error) error {
	a, ok := s.account(login)
	if !ok || by != nil && a.Jurisdiction != by.Jurisdiction {
		return noAccount(clip(login, 64))
	}
	return s.change(ctx, a.ID, func(a *datasets.Account) error {
		was := isAdministrator(*a)
		if err := f(a); err != nil {
			return err
		}
		if was && !isAdministrator(*a) && s.administrators() < 2 {
			return fault.New(fault.Conflict, "这是最后一个管理员；请先任命另一个管理员。", "This is the last administrator; appoint another first.")
		}
		return nil
	})
}

// lastOutside refuses somebody who is the last administrator here and to the
// other system no longer one: taking the role would leave nobody, and leaving it
// would be against that system's word.
func lastOutside() *fault.Error {
	return fault.New(fault.Conflict,
		"统一认证不再给你管理员角色，而你是最后一个管理员；请先停止服务，用 talentcast user role 账号名 administrator 任命另一个管理员，再登录。",
		"Your organisation's sign-in no longer makes you an administrator, and you are the last; stop the service, appoint another with talentcast user role NAME administrator, then sign in.")
}

func (s *Service) administrators() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n := 0
	for _, a := range s.accounts {
		if isAdministrator(a) {
			n++
		}
	}
	return n
}

// User is an account as it is listed, without anything secret.
type User struct {
	Login, Name, Department, Jurisdiction, Source string
	Roles                                         []Role
	Disabled, MustChange, Code                    bool
	LockedUntil, SignedInAt                       time.Time // zero for not, never
}

// Users lists the accounts that by may manage, by login; nil is the command line
// and manages all.
func (s *Service) Users(by *Principal) []User {
	s.mu.RLock()
	defer s.mu.RUnlock()
	now := s.cfg.Now().UTC()
	var out []User
	for _, a := range s.accounts {
		if by != nil && a.Jurisdiction != by.Jurisdiction {
			continue
		}
		u := User{
			Login: a.Login, Name: a.Name, Department: a.Department, Jurisdiction: a.Jurisdiction, Source: a.Source, Roles: principal(a).Roles,
			Disabled: a.Disabled, MustChange: a.MustChange, Code: a.TOTP != "", SignedInAt: a.SignedInAt,
		}
		if a.LockedUntil.After(now) {
			u.LockedUntil = a.LockedUntil
		}
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b User) int { return cmp.Compare(a.Login, b.Login) })
	return out
}

// identity is somebody whom another system vouches for.
type identity struct {
	source, subject, login, name, department string
	roles                                    []Role
}

// vouched makes or renews the account of somebody whom another system vouches
// for. Its roles are what that system says each time. Faults: Forbidden without
// a role, Conflict when the name is another's or the last administrator would go.
func (s *Service) vouched(ctx context.Context, x identity, jurisdiction string) (datasets.Account, error) {
	roles, err := checkRoles(x.roles, cmp.Or(x.department, "-"))
	if err != nil || slices.Contains(x.roles, Department) && x.department == "" {
		return datasets.Account{}, fault.New(fault.Forbidden,
			"统一认证没有给你本系统的角色（或没有注明部门）；请联系管理员。",
			"Your organisation's sign-in gives you no role here (or no department); ask the administrator.").Because(err)
	}
	a, ok := s.bySubject(x.source, x.subject)
	if !ok {
		if _, taken := s.account(x.login); taken {
			return a, fault.Newf(fault.Conflict, "账号名“%[1]s”已被本系统的另一账号使用；请联系管理员。", "The account name %[1]q belongs to another account here; ask the administrator.", x.login)
		}
		now := s.cfg.Now().UTC()
		return s.add(ctx, datasets.Account{
			Login: x.login, Name: clip(x.name, 40), Roles: roles, Department: x.department, Jurisdiction: cmp.Or(jurisdiction, DefaultJurisdiction),
			Source: x.source, Subject: x.subject, CreatedAt: now, ChangedAt: now,
		})
	}
	err = s.change(ctx, a.ID, func(was *datasets.Account) error {
		last := isAdministrator(*was) && s.administrators() < 2
		was.Roles, was.Department, was.Name = roles, x.department, clip(x.name, 40)
		if last && !isAdministrator(*was) {
			return lastOutside()
		}
		a = *was
		return nil
	})
	return a, err
}

func (s *Service) bySubject(source, subject string) (datasets.Account, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, a := range s.accounts {
		if a.Source == source && a.Subject == subject {
			return a, true
		}
	}
	return datasets.Account{}, false
}

// mapRoles are the roles that the groups stand for, by a table of role to group.
func mapRoles(table map[Role][]string, groups []string) []Role {
	var out []Role
	for _, r := range Roles() {
		for _, g := range table[r] {
			if slices.ContainsFunc(groups, func(have string) bool { return strings.EqualFold(have, g) }) {
				out = append(out, r)
				break
			}
		}
	}
	return out
}
