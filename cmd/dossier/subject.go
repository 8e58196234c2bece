package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"dossier/review"
	"dossier/web"
)

func subjectCommand(e *environment) *cobra.Command {
	var out, language string
	cmd := &cobra.Command{
		Use:   "export-subject APPLICANT [--out FILE.zip] [--language fr|en]",
		Short: "Write everything kept about one person into an archive; APPLICANT is their number or an address",
		Args:  exactly(1, "APPLICANT, a number or an e-mail address"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if language != "fr" && language != "en" {
				return usagef("export-subject: --language %q: want fr or en", language)
			}
			return e.with(cmd.Context(), func(i *instance) error { return e.exportSubject(cmd.Context(), i, args[0], out, language) })
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "the archive; applicant-NUMBER.zip when left out")
	cmd.Flags().StringVar(&language, "language", "fr", "the language of the readable part")
	return cmd
}

func (e *environment) exportSubject(ctx context.Context, i *instance, name, out, language string) error {
	a, err := i.store.FindApplicant(ctx, name)
	if err != nil {
		return err
	}
	views, err := web.Load(i.log)
	if err != nil {
		return err
	}
	if out == "" {
		out = fmt.Sprintf("applicant-%d.zip", a.ID)
	}
	// It holds a person's whole file: nobody but the owner may read it, and none is overwritten.
	f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	c := review.SubjectCopy{Store: i.store, Blobs: i.blobs, Words: views.Locale(language), Zone: "Europe/Paris", Now: time.Now()}
	if err := errors.Join(c.Write(ctx, f, a.ID, operator), f.Close()); err != nil {
		return errors.Join(err, os.Remove(out))
	}
	fmt.Fprintln(e.stdout, out)
	return nil
}
