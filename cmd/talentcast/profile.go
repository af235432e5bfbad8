package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"talentcast/analytics/fault"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

func (a *app) profileCommand() *cobra.Command {
	var policy string
	c := &cobra.Command{
		Use:   "profile",
		Short: "remembered columns of offices' files · 记住的列名对应",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), func(s *datasets.Store) error {
				p, err := s.Policy(cmd.Context(), policy)
				if err != nil {
					return err
				}
				all, err := s.Profiles(cmd.Context(), p.ID)
				if err != nil {
					return err
				}
				for _, x := range all {
					a.profile(x, p)
				}
				return nil
			})
		},
	}
	c.PersistentFlags().StringVar(&policy, "policy", defaultPolicy, "policy of the files")
	c.AddCommand(&cobra.Command{
		Use:   "delete NUMBER",
		Short: "forget one",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return fault.Newf(fault.Invalid, "%[1]q 不是编号；talentcast profile 列出全部编号。", "%[1]q is no number; talentcast profile lists them.", args[0])
			}
			return a.withStore(cmd.Context(), func(s *datasets.Store) error {
				err := a.journal("profile_delete", map[string]string{"policy": policy, "profile": args[0]}, func() error {
					return s.DeleteProfile(cmd.Context(), policy, id)
				})
				if err != nil {
					return err
				}
				fmt.Fprintf(a.out, a.text("已删除第%d号。\n", "Number %d is forgotten.\n"), id)
				return nil
			})
		},
	})
	return c
}

func (a *app) profile(x datasets.Profile, p datasets.Policy) {
	var columns []string
	for _, k := range slices.Sorted(maps.Keys(x.Columns)) {
		id, unit, _ := strings.Cut(x.Columns[k], ":")
		columns = append(columns, k+"→"+report.ColumnName(x.Kind, id, unit, a.lang))
	}
	office := cmp.Or(report.DepartmentNames(p, []string{x.Office}, a.lang), a.text("所有部门", "any department"))
	fmt.Fprintf(a.out, "%d\t%s\t%s\t%s\t%s\t%s\n", x.ID, office, report.KindName(x.Kind, a.lang),
		strings.Join(columns, a.text("、", ", ")), phrase.Date(x.SavedAt, a.lang), x.SavedBy)
}
