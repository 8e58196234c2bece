package main

import (
	"github.com/spf13/cobra"

	"dossier/intake/extract"
)

// workerCommand is the child side of reading documents; people do not call it.
func workerCommand(e *environment) *cobra.Command {
	return &cobra.Command{
		Use:    "worker",
		Short:  "Read documents handed over on standard input",
		Hidden: true,
		Args:   noArgs,
		RunE:   func(*cobra.Command, []string) error { return extract.Worker(e.stdin, e.stdout) },
	}
}
