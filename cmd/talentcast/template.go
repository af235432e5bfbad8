package main

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"talentcast/datasets"
	"talentcast/ingest"
)

func (a *app) templateCommand() *cobra.Command {
	var policy string
	c := &cobra.Command{
		Use:   "template KIND FILE",
		Short: "write the template of a kind of data (csv or xlsx) · 下载模板",
		Long:  "KIND is one of talent, socialworker, fund, training, institution, activity, post, indicator.",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStore(cmd.Context(), func(s *datasets.Store) error {
				p, err := s.Policy(cmd.Context(), policy)
				if err != nil {
					return err
				}
				format := strings.TrimPrefix(strings.ToLower(filepath.Ext(args[1])), ".")
				return a.writeFile(args[1], func(w io.Writer) error {
					return ingest.Template(datasets.Kind(args[0]), format, w, p)
				})
			})
		},
	}
	c.Flags().StringVar(&policy, "policy", defaultPolicy, "policy whose categories the template lists")
	return c
}
