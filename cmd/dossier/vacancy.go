package main

import (
	"context"
	"fmt"
	"os/user"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dossier/internal/store"
	"dossier/internal/vacancyfile"
	"dossier/screening"
)

func vacancyCommand(e *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "vacancy draft|apply|list|export|check",
		Short: "Manage vacancies and their checklists as files",
		Args:  noCommand,
		RunE: func(*cobra.Command, []string) error {
			return usagef("vacancy: want draft, apply, list, export or check")
		},
	}
	cmd.AddCommand(
		vacancyDraftCommand(e),
		&cobra.Command{Use: "check FILE", Short: "Say what is wrong with a vacancy file, by line and field", Args: exactly(1, "FILE"),
			RunE: func(_ *cobra.Command, args []string) error {
				f, err := vacancyfile.Load(args[0])
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(e.stdout, "%s: no problem found, vacancies: %d\n", args[0], len(f.Vacancies))
				return err
			}},
		&cobra.Command{Use: "apply FILE", Short: "Create or change vacancies; a changed checklist becomes a new version", Args: exactly(1, "FILE"),
			RunE: func(cmd *cobra.Command, args []string) error {
				f, err := vacancyfile.Load(args[0])
				if err != nil {
					return err
				}
				by := fmt.Sprintf("%s (%s)", loginName(), filepath.Base(args[0]))
				return e.with(cmd.Context(), func(i *instance) error {
					created, updated, err := i.applyVacancies(cmd.Context(), f, by, true)
					if err != nil {
						return err
					}
					_, err = fmt.Fprintf(e.stdout, "%d created, %d changed, %d as they were\n", created, updated, len(f.Vacancies)-created-updated)
					return err
				})
			}},
		&cobra.Command{Use: "list", Short: "List the vacancies", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				return e.asking(cmd.Context(), func(i *instance) error { return e.listVacancies(cmd.Context(), i) })
			}},
		&cobra.Command{Use: "export ID", Short: "Print a vacancy as a vacancy file", Args: exactly(1, "ID"),
			RunE: func(cmd *cobra.Command, args []string) error {
				return e.asking(cmd.Context(), func(i *instance) error { return e.exportVacancy(cmd.Context(), i, args[0]) })
			}},
	)
	return cmd
}

func (e *environment) listVacancies(ctx context.Context, i *instance) error {
	list, err := i.store.Vacancies(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	for _, v := range list {
		deadline := "no deadline"
		if v.DeadlineAt != nil {
			at := *v.DeadlineAt
			if zone, err := time.LoadLocation(v.DeadlineZone); err == nil {
				at = at.In(zone)
			}
			deadline = at.Format("2006-01-02 15:04 MST")
		}
		fmt.Fprintf(w, "%s\t%s\tchecklist v%d\t%s\t%s\n", v.Slug, v.State, v.ChecklistVersion, deadline, v.Title)
	}
	return w.Flush()
}

func (e *environment) exportVacancy(ctx context.Context, i *instance, slug string) error {
	v, err := i.store.VacancyBySlug(ctx, slug)
	if err != nil {
		return fmt.Errorf("vacancy %s: %w", slug, err)
	}
	out := vacancyfile.Vacancy{ID: v.Slug, Title: v.Title, Organisation: v.Organisation, Place: v.Place, Reference: v.Reference,
		Addresses: v.Addresses, Deadline: v.Deadline(), State: vacancyfile.State(v.State), Language: v.Language}
	if out.AsOf, err = screening.ParseDate(v.AsOf); v.AsOf != "" && err != nil {
		return fmt.Errorf("vacancy %s: %w", slug, err)
	}
	if v.ChecklistVersion > 0 {
		c, err := i.store.ChecklistAt(ctx, v.ID, v.ChecklistVersion)
		if err != nil {
			return fmt.Errorf("vacancy %s: %w", slug, err)
		}
		out.Criteria = c.Checklist.Criteria
	}
	return vacancyfile.Write(e.stdout, vacancyfile.File{Vacancies: []vacancyfile.Vacancy{out}})
}

// loginName is the name on this machine of whoever types the command; it stands in the
// history of checklists.
func loginName() string {
	u, err := user.Current()
	if err != nil {
		return "operator"
	}
	return u.Username
}

// newVacancy is a file's vacancy as the store takes it.
func newVacancy(v vacancyfile.Vacancy) store.NewVacancy {
	return store.NewVacancy{Slug: v.ID, Title: v.Title, Organisation: v.Organisation, Place: v.Place, Reference: v.Reference,
		Addresses: v.Addresses, State: store.VacancyState(v.State), Language: v.Language}
}
