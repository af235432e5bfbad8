package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/report/compose"
	"talentcast/datasets"
	"talentcast/ingest"
)

// reportTemplateCommand takes the sentences of reports out, and brings them back
// worded anew.
func (a *app) reportTemplateCommand() *cobra.Command {
	var policy, out, by string
	c := &cobra.Command{Use: "template", Short: "the sentences of reports: export, import, reset · 报告用语模板"}
	export := &cobra.Command{
		Use: "export", Short: "write the sentences to a file, to be edited", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), func(s *datasets.Store) error {
				t, err := s.ReportTemplate(cmd.Context(), policy, a.lang)
				if err != nil {
					return err
				}
				if t.Body == "" {
					t.Body = compose.ShippedText(a.lang)
				}
				if out == "" {
					_, err = fmt.Fprint(a.out, t.Body)
					return err
				}
				object := map[string]string{"policy": policy, "table": "wording", "lang": a.lang, "file": ingest.FileName(out)}
				return a.journal("export", object, func() error {
					return a.writeFile(out, func(w io.Writer) error {
						_, err := io.WriteString(w, t.Body)
						return err
					})
				})
			})
		},
	}
	export.Flags().StringVarP(&out, "output", "o", "", "file to write; empty for the terminal")
	bring := &cobra.Command{
		Use: "import FILE", Short: "check an edited file and use it from now on", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			body, err := os.ReadFile(args[0])
			if err != nil {
				return fault.Newf(fault.Invalid, "无法读取 %[1]s；请检查路径。", "Can't read %[1]s; check the path.", args[0]).Because(err)
			}
			if _, err := compose.Parse(string(body), a.lang); err != nil {
				return err
			}
			return a.saveWording(cmd.Context(), policy, string(body), by)
		},
	}
	bring.Flags().StringVar(&by, "by", "", "who worded it")
	reset := &cobra.Command{
		Use: "reset", Short: "go back to the shipped sentences", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.saveWording(cmd.Context(), policy, "", by) },
	}
	c.PersistentFlags().StringVar(&policy, "policy", defaultPolicy, "policy")
	c.AddCommand(export, bring, reset)
	return c
}

func (a *app) saveWording(ctx context.Context, policy, body, by string) error {
	return a.withStore(ctx, func(s *datasets.Store) error {
		if _, err := s.Policy(ctx, policy); err != nil {
			return err
		}
		sum := sha256.Sum256([]byte(body))
		object := map[string]string{"policy": policy, "lang": a.lang, "sha256": hex.EncodeToString(sum[:])}
		if body == "" {
			object = map[string]string{"policy": policy, "lang": a.lang, "reset": "1"}
		}
		err := a.journal("template", object, func() error { return s.SaveReportTemplate(ctx, policy, a.lang, body, by) })
		if err != nil {
			return err
		}
		fmt.Fprintln(a.out, a.text("已保存，此后的报告按此用语。", "Saved; reports read so from now on."))
		return nil
	})
}

// wording are the sentences of a policy's reports in the language of the command.
func (a *app) wording(ctx context.Context, s *datasets.Store, policy string) (*compose.Templates, error) {
	t, err := s.ReportTemplate(ctx, policy, a.lang)
	if err != nil {
		return nil, err
	}
	if t.Body == "" {
		return compose.Shipped(a.lang)
	}
	return compose.Parse(t.Body, a.lang)
}
