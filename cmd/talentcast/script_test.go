package main

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"talentcast/charts/render"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"talentcast": func() {
			os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
		},
	})
}

// TestScripts runs the command line as a person would; each script has a data
// folder of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		// [assets]: the chart script and the font were built in.
		Condition: func(cond string) (bool, error) {
			if cond != "assets" {
				return false, fmt.Errorf("no condition %q", cond)
			}
			_, err := render.Script()
			if err != nil {
				fmt.Println("SKIPPED, no pictures are exported:", err)
			}
			return err == nil, nil
		},
		Setup: func(e *testscript.Env) error {
			e.Setenv("TALENTCAST_DATA", e.WorkDir+"/data")
			e.Setenv("TALENTCAST_PATHS", "1000")
			return nil
		},
	})
}
