// Command dossier reads a recruiter's application mailbox, holds each application against
// its vacancy's checklist, and serves the pages on which people decide.
//
// It is the only place where the parts are wired together; each subcommand has a file.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes of every command.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// environment is what a command may touch of the outside, so that tests can hand in their own.
type environment struct {
	env            []string
	stdin          io.Reader
	stdout, stderr io.Writer
	// configFile is the value of --config, empty for none.
	configFile string
}

// usageError is a wrong use of the command line, as opposed to work that failed.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run executes one command and returns its exit code. It never calls os.Exit.
func run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	e := &environment{env: env, stdin: stdin, stdout: stdout, stderr: stderr}
	root := newRoot(e)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "dossier: %v\nRun \"dossier help\" for the commands and their flags.\n", err)
		return exitUsage
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(stderr, "dossier: stopped before it was done")
		return exitFailed
	default:
		fmt.Fprintf(stderr, "dossier: %v\n", err)
		return exitFailed
	}
}

func newRoot(e *environment) *cobra.Command {
	root := &cobra.Command{
		Use:           "dossier",
		Short:         "Reads an application mailbox and explains every shortlist",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(e.stdin)
	root.SetOut(e.stdout)
	root.SetErr(e.stderr)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().StringVar(&e.configFile, "config", "", "configuration file (YAML)")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(commands(e)...)
	root.SetHelpCommand(helpCommand())
	return root
}

// noCommand is the argument check of a command that only holds others.
func noCommand(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unknown command %q", args[0])
	}
	return nil
}

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Say what a command does and what its flags are",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || found == nil || len(rest) > 0 {
				return usagef("unknown command %q", strings.Join(args, " "))
			}
			return found.Help()
		},
	}
}

// commands lists every subcommand in the order help shows them.
func commands(e *environment) []*cobra.Command {
	return []*cobra.Command{
		demoCommand(e),
		serveCommand(e),
		pollCommand(e),
		mailboxCommand(e),
		importCommand(e),
		screenCommand(e),
		extractCommand(e),
		vacancyCommand(e),
		userCommand(e),
		ledgerCommand(e),
		explainCommand(e),
		eraseCommand(e),
		purgeCommand(e),
		subjectCommand(e),
		migrateCommand(e),
		backupCommand(e),
		restoreCommand(e),
		keysCommand(e),
		doctorCommand(e),
		healthCommand(e),
		benchCommand(e),
		versionCommand(e),
		workerCommand(e),
		manCommand(e),
	}
}
