// Command talentcast answers one question for a public talent policy: will each
// target be met by its deadline, and what would change that?
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(process()) }

// process is the program in a process of its own: a signal to end lets what is
// under way be finished, and a second one ends it at once, for nothing that was
// acknowledged is lost by that.
func process() int {
	private()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	return run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())
}
