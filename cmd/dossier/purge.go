package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"dossier/internal/store"
)

func purgeCommand(e *environment) *cobra.Command {
	var dryRun bool
	var vacancy string
	cmd := &cobra.Command{
		Use:   "purge [--dry-run] [--vacancy ID]",
		Short: "Remove what has been kept long enough, by the clocks of each vacancy",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(i *instance) error { return e.purge(cmd.Context(), i, vacancy, dryRun) })
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would go, and change nothing")
	cmd.Flags().StringVar(&vacancy, "vacancy", "", "one vacancy only; mail that belongs to none is then left")
	return cmd
}

func (e *environment) purge(ctx context.Context, i *instance, vacancy string, dryRun bool) error {
	scope := store.PurgeScope{}
	if vacancy != "" {
		v, err := i.store.VacancyBySlug(ctx, vacancy)
		if err != nil {
			return fmt.Errorf("vacancy %s: %w", vacancy, err)
		}
		scope.VacancyID = v.ID
	}
	due, err := i.store.Overdue(ctx, scope)
	if err != nil {
		return err
	}
	for _, d := range due.Applications {
		if d.Kept != "" {
			fmt.Fprintf(e.stdout, "stays: application %d, vacancy %s, %s until %s, kept by %s\n", d.ApplicationID, d.Slug, d.Stage, d.On.Format(time.DateOnly), d.Kept)
			continue
		}
		fmt.Fprintf(e.stdout, "goes: application %d, vacancy %s, %s, clock %s ran out on %s\n", d.ApplicationID, d.Slug, d.Stage, d.Clock, d.On.Format(time.DateOnly))
	}
	for id, n := range due.Referees {
		fmt.Fprintf(e.stdout, "goes: the referees of %d applications of vacancy %d\n", n, id)
	}
	for id, n := range due.Unsent {
		fmt.Fprintf(e.stdout, "goes: the texts of %d unsent messages of vacancy %d\n", n, id)
	}
	fmt.Fprintf(e.stdout, "%d applications, %d messages set aside, %d messages without a vacancy are over\n", due.Goes(), due.SetAside, due.Unrouted)
	if dryRun || due.Empty() {
		return nil
	}
	done, err := i.eraser().Purge(ctx, scope, operator)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "purged: %d applications, %d messages, the referees of %d applications, %d unsent texts; %d left for the next run\n",
		done.Applications, done.Messages, done.Referees, done.Unsent, done.Left)
	return nil
}

// purgeEvery is the time between two runs of the daily purge.
const purgeEvery = 24 * time.Hour

// purgeWhenDue purges, once a day, where somebody has switched that on.
func (i *instance) purgeWhenDue(ctx context.Context) {
	mark := filepath.Join(i.cfg.Data, "purged")
	if fi, err := os.Stat(mark); err == nil && time.Since(fi.ModTime()) < purgeEvery {
		return
	}
	done, err := i.eraser().Purge(ctx, store.PurgeScope{Enabled: true}, 0)
	switch {
	case err != nil && ctx.Err() == nil:
		i.log.Error("the daily purge stopped, will be tried again", "step", "purge", "err", err)
		return
	case done.Applications+done.Messages+done.Referees+done.Unsent > 0:
		i.log.Info("what was kept long enough was purged", "step", "purge", "applications", done.Applications, "messages", done.Messages, "referees", done.Referees, "unsent", done.Unsent)
	}
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		i.log.Error("the daily purge left no mark", "step", "purge", "err", err)
		return
	}
	now := time.Now()
	if err := os.Chtimes(mark, now, now); err != nil {
		i.log.Error("the daily purge left no mark", "step", "purge", "err", err)
	}
}
