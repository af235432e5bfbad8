package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"talentcast/analytics/fault"
)

// pingCommand asks a service whether it is ready: for health checks of containers,
// which have no other program.
func (a *app) pingCommand() *cobra.Command {
	return &cobra.Command{
		Use: "ping [ADDRESS]", Short: "ask a running service whether it is ready · 探活", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			base := "http://127.0.0.1:8555"
			if len(args) > 0 {
				base = strings.TrimSuffix(args[0], "/")
			}
			r, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, base+"/readyz", nil)
			if err != nil {
				return fault.Newf(fault.Invalid, "地址 %[1]q 无法识别；请写成 http://127.0.0.1:8555。", "The address %[1]q can't be read; write it as http://127.0.0.1:8555.", base).Because(err)
			}
			res, err := (&http.Client{Timeout: 5 * time.Second}).Do(r)
			if err != nil {
				return fault.Newf(fault.Unavailable, "%[1]s 没有应答。", "%[1]s does not answer.", base).Because(err)
			}
			defer res.Body.Close()
			if res.StatusCode != http.StatusOK {
				return fault.Newf(fault.Unavailable, "%[1]s 尚未就绪（%[2]d）。", "%[1]s is not ready (%[2]d).", base, res.StatusCode)
			}
			fmt.Fprintln(a.out, a.text("就绪", "ready"))
			return nil
		},
	}
}
