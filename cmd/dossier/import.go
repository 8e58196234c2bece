package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"dossier/intake"
	"dossier/intake/mailbox"
	"dossier/internal/config"
	"dossier/internal/store"
)

func importCommand(e *environment) *cobra.Command {
	var vacancy, since string
	cmd := &cobra.Command{
		Use:   "import [--vacancy ID] [--since DATE] PATH...",
		Short: "Take in .eml files, mbox, Maildir, folders or loose documents as if they were mail",
		Args:  atLeastOne("PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var from time.Time
			if since != "" {
				var err error
				if from, err = config.ParseDate(since); err != nil {
					return usagef("import: --since: %v", err)
				}
			}
			return e.with(cmd.Context(), func(i *instance) error { return e.importFiles(cmd.Context(), i, vacancy, from, args) })
		},
	}
	cmd.Flags().StringVar(&vacancy, "vacancy", "", "the vacancy everything is for; without it, messages are routed as mail is")
	cmd.Flags().StringVar(&since, "since", "", "leave out what was received before this day, like 2026-03-01")
	return cmd
}

func (e *environment) importFiles(ctx context.Context, i *instance, vacancy string, since time.Time, paths []string) error {
	if err := i.takeOver(ctx); err != nil {
		return err
	}
	if err := i.createVacancies(ctx); err != nil {
		return err
	}
	im := intake.Importer{Store: i.store, Blobs: i.blobs, Now: now, Since: since, MaxBytes: i.cfg.Limits.MessageBytes()}
	spec := store.NewMailbox{Name: "import", Kind: store.KindFolder}
	if vacancy != "" {
		v, err := i.store.VacancyBySlug(ctx, vacancy)
		if err != nil {
			return fmt.Errorf("vacancy %s: %w", vacancy, err)
		}
		spec.Name, spec.Folder = "import/"+vacancy, vacancy
		im.Address = importAddress(v)
	}
	to, err := i.store.EnsureMailbox(ctx, spec)
	if err != nil {
		return err
	}
	var taken, known, skipped int
	err = im.Import(ctx, to, mailbox.NewFiles(paths...), func(f intake.Imported) {
		switch {
		case f.Skipped != "":
			skipped++
			fmt.Fprintf(e.stderr, "left out %s: %s\n", f.Path, f.Skipped)
		case f.Known:
			known++
		default:
			taken++
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "%d taken in, %d known already, %d left out\n", taken, known, skipped)
	return e.finish(ctx, i)
}

// importAddress is what a loose document is addressed to.
func importAddress(v store.Vacancy) string {
	if len(v.Addresses) > 0 {
		return v.Addresses[0]
	}
	return v.Slug + "@import.example"
}

// atLeastOne is the argument check of a command that takes one argument or more.
func atLeastOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("%s: want at least one %s", cmd.CommandPath(), what)
		}
		return nil
	}
}
