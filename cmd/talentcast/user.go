package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/datasets"
)

func (a *app) userCommand() *cobra.Command {
	c := &cobra.Command{Use: "user", Short: "accounts, while no server runs · 账号"}
	c.AddCommand(a.userAdd(), a.userList(), a.userRole(),
		a.userDo("reset LOGIN", "give an account a one-time password; lifts a lock, turns codes off, ends sessions and API tokens", "user_reset", func(ctx context.Context, s *access.Service, login string) (string, error) {
			return s.Reset(ctx, nil, login)
		}),
		a.userDo("disable LOGIN", "shut an account out; ends its sessions and API tokens", "user_disable", func(ctx context.Context, s *access.Service, login string) (string, error) {
			return "", s.SetDisabled(ctx, nil, login, true)
		}),
		a.userDo("enable LOGIN", "let an account in again", "user_enable", func(ctx context.Context, s *access.Service, login string) (string, error) {
			return "", s.SetDisabled(ctx, nil, login, false)
		}))
	return c
}

// withAccounts runs f on the accounts of the open store.
func (a *app) withAccounts(ctx context.Context, f func(*datasets.Store, *access.Service) error) error {
	return a.withStore(ctx, func(s *datasets.Store) error {
		key, err := a.key(ctx, s)
		if err != nil {
			return err
		}
		acc, err := access.New(ctx, access.Config{Store: s, Key: key, Now: a.now})
		if err != nil {
			return err
		}
		return f(s, acc)
	})
}

func (a *app) userAdd() *cobra.Command {
	var u access.NewUser
	var roles []string
	c := &cobra.Command{
		Use:   "add LOGIN --role ROLE",
		Short: "make an account; the password comes from the terminal or standard input, an empty one is made up",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			u.Login, u.Roles = args[0], asRoles(roles)
			return a.withAccounts(cmd.Context(), func(store *datasets.Store, s *access.Service) error {
				var err error
				if u.Password, err = a.readPassword(); err != nil {
					return err
				}
				u.Keep = u.Password != ""
				var made string
				err = a.journalOf(u.Jurisdiction, "user_add", map[string]string{"user": u.Login, "roles": strings.Join(roles, ",")}, func() error {
					err := ofPolicies(cmd.Context(), store, u.Jurisdiction, u.Department)
					if err == nil {
						made, err = s.AddUser(cmd.Context(), nil, u)
					}
					return err
				})
				if err != nil {
					return err
				}
				fmt.Fprintf(a.out, a.text("已建立账号 %s。\n", "Account %s is made.\n"), u.Login)
				a.tellPassword(made)
				return nil
			})
		},
	}
	c.Flags().StringSliceVar(&roles, "role", nil, "leader, planner, department, clerk, auditor, administrator; several with commas")
	c.Flags().StringVar(&u.Name, "name", "", "name as shown")
	c.Flags().StringVar(&u.Department, "department", "", "id of the department, for that role")
	c.Flags().StringVar(&u.Jurisdiction, "jurisdiction", access.DefaultJurisdiction, "whose policies the account sees (GB/T 2260)")
	return c
}

// ofPolicies refuses a department that no policy of the jurisdiction has: an
// account of it would see nothing and nobody would know why.
func ofPolicies(ctx context.Context, store *datasets.Store, place, dept string) error {
	if dept == "" {
		return nil
	}
	all, err := store.Policies(ctx)
	if err != nil {
		return err
	}
	var there []string
	for _, p := range all {
		if p.Jurisdiction != place {
			continue
		}
		for _, d := range p.Departments {
			if d.ID == dept {
				return nil
			}
			there = append(there, d.ID)
		}
	}
	if len(there) == 0 {
		return fault.Newf(fault.Invalid, "辖区 %[1]s 还没有政策，也就没有部门；请先运行 talentcast policy add，或改 --jurisdiction。",
			"The jurisdiction %[1]s has no policy yet, and so no departments; run talentcast policy add first, or change --jurisdiction.", place)
	}
	slices.Sort(there)
	return fault.Newf(fault.Invalid, "辖区 %[1]s 的政策中没有部门 %[2]q；有：%[3]s。", "No policy of the jurisdiction %[1]s has a department %[2]q; there are %[3]s.",
		place, dept, strings.Join(slices.Compact(there), ", "))
}

func (a *app) tellPassword(made string) {
	if made != "" {
		fmt.Fprintf(a.out, a.text("一次性密码（只显示这一次，首次登录须修改）：%s\n", "One-time password (shown only now, to be changed at the first sign-in): %s\n"), made)
	}
}

func asRoles(names []string) []access.Role {
	var out []access.Role
	for _, n := range names {
		out = append(out, access.Role(strings.TrimSpace(n)))
	}
	return out
}

// readPassword asks for a password twice on a terminal, and reads a line
// elsewhere.
func (a *app) readPassword() (string, error) {
	f, ok := a.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(a.in, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	ask := func(zh, en string) (string, error) {
		fmt.Fprint(a.err, a.text(zh, en))
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(a.err)
		return string(b), err
	}
	first, err := ask("密码（直接回车则生成一次性密码）：", "Password (empty to have one made up): ")
	if err != nil || first == "" {
		return "", err
	}
	again, err := ask("再输入一次：", "Again: ")
	if err == nil && again != first {
		err = fault.New(fault.Invalid, "两次输入的密码不同；请重新运行。", "The passwords differ; run the command again.")
	}
	return first, err
}

func (a *app) userList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "list the accounts", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withAccounts(cmd.Context(), func(_ *datasets.Store, s *access.Service) error {
				for _, u := range s.Users(nil) {
					state := a.text("正常", "active")
					switch {
					case u.Disabled:
						state = a.text("已停用", "disabled")
					case !u.LockedUntil.IsZero():
						state = a.text("登录受限", "locked")
					case u.MustChange:
						state = a.text("待改密码", "owes a new password")
					}
					seen := "-"
					if !u.SignedInAt.IsZero() {
						seen = u.SignedInAt.Local().Format(time.DateTime)
					}
					var roles []string
					for _, r := range u.Roles {
						roles = append(roles, string(r))
					}
					fmt.Fprintf(a.out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", u.Login, u.Name, strings.Join(roles, ","), u.Department, u.Jurisdiction, u.Source, state, seen)
				}
				return nil
			})
		},
	}
}

func (a *app) userRole() *cobra.Command {
	var dept string
	c := &cobra.Command{
		Use: "role LOGIN ROLE…", Short: "give an account other roles", Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withAccounts(cmd.Context(), func(store *datasets.Store, s *access.Service) error {
				place := s.PlaceOf(args[0])
				err := a.journalOf(place, "user_roles", map[string]string{"user": args[0], "roles": strings.Join(args[1:], ",")}, func() error {
					if place != "" { // else there is no such account, as SetRoles says
						if err := ofPolicies(cmd.Context(), store, place, dept); err != nil {
							return err
						}
					}
					return s.SetRoles(cmd.Context(), nil, args[0], asRoles(args[1:]), dept)
				})
				if err == nil {
					fmt.Fprintf(a.out, a.text("账号 %s 已更改。\n", "Account %s is changed.\n"), args[0])
				}
				return err
			})
		},
	}
	c.Flags().StringVar(&dept, "department", "", "id of the department, for that role")
	return c
}

// userDo is a command that does one thing with an account.
func (a *app) userDo(use, short, action string, do func(context.Context, *access.Service, string) (string, error)) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withAccounts(cmd.Context(), func(_ *datasets.Store, s *access.Service) error {
				var made string
				err := a.journalOf(s.PlaceOf(args[0]), action, map[string]string{"user": args[0]}, func() (err error) {
					made, err = do(cmd.Context(), s, args[0])
					return err
				})
				if err != nil {
					return err
				}
				fmt.Fprintf(a.out, a.text("账号 %s 已更改。\n", "Account %s is changed.\n"), args[0])
				if action != "user_enable" {
					fmt.Fprintln(a.out, a.text("该账号的会话已全部退出，接口令牌已全部删除。", "Its sessions are ended and its API tokens are deleted."))
				}
				a.tellPassword(made)
				return nil
			})
		},
	}
}
