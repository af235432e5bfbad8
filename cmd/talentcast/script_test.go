package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/office"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"talentcast": func() {
			os.Exit(process())
		},
	})
}

// TestScripts runs the command line as a person would; each script has a data
// folder of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		// [assets]: the chart script and the font were built in; [office]:
		// LibreOffice is there.
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "assets":
			case "office": // LibreOffice can convert
				_, err := office.New(office.Config{})
				if err != nil {
					fmt.Println("SKIPPED, no old spreadsheets are converted:", err)
				}
				return err == nil, nil
			default:
				return false, fmt.Errorf("no condition %q", cond)
			}
			_, err := render.Script()
			if err != nil {
				fmt.Println("SKIPPED, no pictures are exported:", err)
			}
			return err == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": exitStatus},
		Setup: func(e *testscript.Env) error {
			e.Setenv("TALENTCAST_DATA", e.WorkDir+"/data")
			e.Setenv("TALENTCAST_PATHS", "1000")
			root, err := filepath.Abs(filepath.Join("..", ".."))
			e.Setenv("ROOT", root) // of the repository
			return err
		},
	})
}

// exitStatus is the script command `status N args…`: talentcast run with args must
// end with the status N.
func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N args…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec("talentcast", args[1:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("talentcast: %v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}
