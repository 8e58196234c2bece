package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"dossier/internal/store"
)

func migrateCommand(e *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migrate status|up",
		Short: "Show or bring up to date the tables of the database",
		Args:  noCommand,
		RunE:  func(*cobra.Command, []string) error { return usagef("migrate: want status or up") },
	}
	cmd.AddCommand(
		&cobra.Command{Use: "status", Short: "List the steps and when each was done", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return e.migrateStatus(cmd) }},
		&cobra.Command{Use: "up", Short: "Bring the tables up to date", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				st, err := e.openForMigration(cmd, true)
				if err != nil {
					return err
				}
				defer st.Close()
				if err := st.MigrateUp(cmd.Context()); err != nil {
					return err
				}
				return printMigrations(e, cmd, st)
			}},
	)
	return cmd
}

func (e *environment) migrateStatus(cmd *cobra.Command) error {
	st, err := e.openForMigration(cmd, false)
	if err != nil {
		return err
	}
	defer st.Close()
	return printMigrations(e, cmd, st)
}

func (e *environment) openForMigration(cmd *cobra.Command, create bool) (*store.Store, error) {
	cfg, err := e.settings(nil)
	if err != nil {
		return nil, err
	}
	dsn, err := cfg.DSN()
	if err != nil {
		return nil, usageError{err}
	}
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok && !create {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no database at %s yet: migrate up makes it", absolute(path))
		}
	}
	return store.Open(cmd.Context(), store.Config{DSN: dsn, Log: e.logger(cfg.Log), KeepSchema: true})
}

func printMigrations(e *environment, cmd *cobra.Command, st *store.Store) error {
	steps, err := st.MigrationStatus(cmd.Context())
	if err != nil {
		return err
	}
	for _, m := range steps {
		when := "pending"
		if m.AppliedAt != nil {
			when = m.AppliedAt.UTC().Format("2006-01-02T15:04:05Z")
		}
		if _, err := fmt.Fprintf(e.stdout, "%05d  %-20s  %s\n", m.Version, when, m.Name); err != nil {
			return err
		}
	}
	return nil
}
