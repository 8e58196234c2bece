package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dossier/intake/extract"
	"dossier/internal/vacancyfile"
	"dossier/screening"
	"dossier/screening/notice"
	"dossier/screening/text"
)

// vacancyDraftCommand reads a notice and prints the vacancy it would make.
func vacancyDraftCommand(e *environment) *cobra.Command {
	var format, zone, today string
	cmd := &cobra.Command{
		Use:   "draft [--format text|json|yaml] FILE",
		Short: "Draft a vacancy and its checklist from the text of its notice (text, PDF, DOCX, HTML; - reads standard input)",
		Long: `Reads a notice and prints what it asks for: title, place, addresses, deadline, and the criteria
with their sentences, what is missing and what looks odd. A draft proposes; a person approves it.

  text  for reading
  json  everything, with byte offsets into the text as read (the key "text")
  yaml  a vacancy file in state draft, to be completed and applied`,
		Args: exactly(1, "FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, ok := draftWriters[format]
			if !ok {
				return usagef("vacancy draft: --format %q: want text, json or yaml", format)
			}
			o := notice.Options{Zone: zone}
			if zone != "" {
				if _, err := time.LoadLocation(zone); err != nil {
					return usagef("vacancy draft: --zone %q: want a zone like Europe/Paris", zone)
				}
			}
			if today != "" {
				day, err := screening.ParseDate(today)
				if err != nil {
					return usagef("vacancy draft: --today %q: want a day like 2026-01-31", today)
				}
				o.Today = day
			}
			pages, err := e.readNotice(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return write(e.stdout, args[0], notice.Read(pages, o))
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json or yaml")
	cmd.Flags().StringVar(&zone, "zone", "", "zone of a deadline when neither the notice nor its place tells, like Europe/Paris")
	cmd.Flags().StringVar(&today, "today", "", "day to tell a past deadline and a year left out by, like 2026-01-31")
	return cmd
}

// maxNotice bounds a notice typed into standard input.
const maxNotice = 10 << 20

// readNotice reads a notice in a child process, as attachments are read.
func (e *environment) readNotice(ctx context.Context, path string) ([]text.Page, error) {
	if path == "-" {
		b, err := io.ReadAll(io.LimitReader(os.Stdin, maxNotice))
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return []text.Page{{Number: 1, Text: strings.ToValidUTF8(string(b), "�")}}, nil
	}
	cfg, err := e.settings(nil)
	if err != nil {
		return nil, err
	}
	reader, err := newReader(cfg, userCache())
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return readPages(ctx, reader, path)
}

func readPages(ctx context.Context, reader *extract.Runner, path string) ([]text.Page, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	res, err := reader.Read(ctx, filepath.Base(path), f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(res.Pages) == 0 {
		return nil, fmt.Errorf("%s: could not be read: %s%s", path, res.Problem, prefixed(": ", res.Detail))
	}
	return res.Pages, nil
}

// draftWriters are the formats of vacancy draft.
var draftWriters = map[string]func(w io.Writer, name string, d notice.Draft) error{
	"json": func(w io.Writer, _ string, d notice.Draft) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(d)
	},
	"yaml": func(w io.Writer, name string, d notice.Draft) error {
		return vacancyfile.Write(w, vacancyfile.File{Vacancies: []vacancyfile.Vacancy{draftedVacancy(name, d)}})
	},
	"text": writeDraft,
}

// draftedVacancy is the draft as a vacancy of a file, in state draft.
func draftedVacancy(name string, d notice.Draft) vacancyfile.Vacancy {
	v := vacancyfile.Vacancy{ID: draftID(name), Title: d.Title, Organisation: d.Organisation, Place: d.Place, Reference: d.Reference,
		Addresses: d.Addresses, State: vacancyfile.Draft, Language: d.Language}
	if d.Deadline != nil {
		v.Deadline = &screening.Deadline{At: d.Deadline.At, Zone: d.Deadline.Zone, Inclusive: d.Deadline.Inclusive, Source: d.Deadline.Source.Quote}
		v.AsOf = screening.DateOf(d.Deadline.At)
	}
	v.Criteria = d.Checklist(v.Deadline, v.AsOf).Criteria
	return v
}

// draftID makes the id of a vacancy from the name of its notice's file.
func draftID(name string) string {
	base := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	id := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return '-'
	}, text.String(base))
	id = strings.Trim(id, "-")
	if id == "" {
		return "vacancy"
	}
	return id[:min(len(id), 64)]
}

func writeDraft(w io.Writer, _ string, d notice.Draft) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	for _, f := range [][2]string{{"title", d.Title}, {"organisation", d.Organisation}, {"place", d.Place}, {"reference", d.Reference}, {"addresses", strings.Join(d.Addresses, ", ")}, {"portal", d.Portal}} {
		if f[1] != "" {
			line("%-13s %s", f[0], f[1])
		}
	}
	if dl := d.Deadline; dl != nil {
		line("%-13s %s %s%s", "deadline", dl.At.Format("2006-01-02 15:04 -07:00"), dl.Zone, bracketed(dl.Flags))
	}
	if s := d.Start; s != nil {
		line("%-13s %s to %s", "start", s.From, s.Until)
	}
	if d.DurationMonths > 0 {
		line("%-13s %d months", "duration", d.DurationMonths)
	}
	for _, i := range d.Interviews {
		line("%-13s %s to %s", "interviews", i.From, i.Until)
	}
	line("")
	var list func(cs []notice.Criterion, indent string)
	list = func(cs []notice.Criterion, indent string) {
		for _, c := range cs {
			line("%s%-12s %-8s %s%s%s", indent, c.Kind, c.Importance, c.Params, bracketed(c.Flags), bracketed(c.Reasons))
			if len(c.Criteria) > 0 {
				list(c.Criteria, indent+"  ")
				continue
			}
			line("%s    %d: %s", indent, c.Sentence, strings.Join(strings.Fields(c.Source.Quote), " "))
		}
	}
	list(d.Criteria, "")
	if len(d.Gaps) > 0 {
		line("\nnot found: %s", strings.Join(d.Gaps, ", "))
	}
	for _, f := range d.Flags {
		line("look at: %s", f.Code)
		for _, s := range f.Sources {
			line("    %s", strings.Join(strings.Fields(s.Quote), " "))
		}
	}
	for _, c := range d.Concerns {
		line("protected by law: %s (%s)\n    %s\n    -> %s", c.Code, c.Law, strings.Join(strings.Fields(c.Source.Quote), " "), c.Suggestion.In(d.Language))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func bracketed(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return " [" + strings.Join(list, ", ") + "]"
}
