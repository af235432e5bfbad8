package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"talentcast/datasets"
)

func (a *app) policyCommand() *cobra.Command {
	c := &cobra.Command{Use: "policy", Short: "list policies or add one of your own · 政策目录"}
	c.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "list the stored policies",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), func(s *datasets.Store) error {
				ps, err := s.Policies(cmd.Context())
				if err != nil {
					return err
				}
				for _, p := range ps {
					fmt.Fprintf(a.out, "%s\t%s\t%s\t%d\n", p.ID, p.Name(a.lang), p.Place(a.lang), len(p.Targets))
				}
				return nil
			})
		},
	}, &cobra.Command{
		Use:   "add FILE",
		Short: "add or replace a policy: a catalogue folder, its policy.yaml, or a ZIP of the folder",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := datasets.ReadPolicyPath(args[0])
			if err != nil {
				return err
			}
			return a.withStore(cmd.Context(), func(s *datasets.Store) error {
				var changed bool
				err := a.journal("policy_add", map[string]string{"policy": p.ID}, func() (err error) {
					changed, err = s.PutPolicy(cmd.Context(), p)
					return err
				})
				if err != nil {
					return err
				}
				if !changed {
					fmt.Fprintf(a.out, a.text("%s（%s）与已有内容相同，未作改动。\n", "%s (%s) is as stored; nothing changed.\n"), p.Name(a.lang), p.ID)
					return nil
				}
				fmt.Fprintf(a.out, a.text("已载入政策%s（%s）：%d项目标。\n", "Policy %s (%s) stored: %d targets.\n"), p.Name(a.lang), p.ID, len(p.Targets))
				return nil
			})
		},
	})
	return c
}
