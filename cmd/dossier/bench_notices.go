package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"dossier/internal/sample/notices"
	"dossier/screening/notice"
)

// benchNoticesCommand marks drafts of notices against the truth about them.
func benchNoticesCommand(e *environment) *cobra.Command {
	var verbose bool
	var formats []string
	cmd := &cobra.Command{
		Use:   "notices [DIR]",
		Short: "Mark drafts of notices against the truth, requirement by requirement",
		Long: `Drafts a vacancy from each notice and compares it with what a person says the notice asks for:
found, right kind, right parameters, right importance, missed, invented, cited sentence right.

Without DIR the notices of the program's own set are rendered as text, HTML, DOCX and PDF and read
back; they are a regression net marked by their author. With DIR each file NAME.txt, .pdf, .docx or
.html is read that has a NAME.truth beside it; docs/drafting.md says how a truth is written.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var cases []markedNotice
			var err error
			if len(args) == 1 {
				cases, err = noticesOf(args[0])
			} else {
				var dir string
				if dir, err = os.MkdirTemp("", "dossier-notices-"); err != nil {
					return err
				}
				defer os.RemoveAll(dir) // a leftover is the system's to clean
				cases, err = renderedNotices(dir, formats)
			}
			if err != nil {
				return err
			}
			return e.markNotices(cmd.Context(), cases, verbose)
		},
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "list what was missed, invented or read otherwise")
	cmd.Flags().StringSliceVar(&formats, "formats", notices.Formats, "formats the program's own notices are rendered in")
	return cmd
}

// markedNotice is a notice in a file, with the truth about it.
type markedNotice struct {
	name, path string
	truth      notices.Truth
}

func noticesOf(dir string) ([]markedNotice, error) {
	found, err := filepath.Glob(filepath.Join(dir, "*.truth"))
	if err != nil {
		return nil, err
	}
	sort.Strings(found)
	var out []markedNotice
	for _, path := range found {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		t, err := notices.ParseTruth(string(b))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		stem := strings.TrimSuffix(path, ".truth")
		for _, format := range notices.Formats {
			if _, err := os.Stat(stem + "." + format); err == nil {
				out = append(out, markedNotice{filepath.Base(stem) + "." + format, stem + "." + format, t})
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no notice with a .truth beside it", dir)
	}
	return out, nil
}

func renderedNotices(dir string, formats []string) ([]markedNotice, error) {
	set, err := notices.Set()
	if err != nil {
		return nil, err
	}
	var out []markedNotice
	for _, c := range set {
		for _, format := range formats {
			b, err := c.Render(format)
			if err != nil {
				return nil, usagef("bench notices: %v", err)
			}
			path := filepath.Join(dir, c.Name+"."+format)
			if err := os.WriteFile(path, b, 0o600); err != nil {
				return nil, err
			}
			out = append(out, markedNotice{c.Name + "." + format, path, c.Truth})
		}
	}
	return out, nil
}

func (e *environment) markNotices(ctx context.Context, cases []markedNotice, verbose bool) error {
	cfg, err := e.settings(nil)
	if err != nil {
		return err
	}
	reader, err := newReader(cfg, userCache())
	if err != nil {
		return err
	}
	defer reader.Close()
	fmt.Fprintf(e.stdout, "%-34s %5s %9s %9s %6s %6s %6s %6s %8s %6s %5s %7s %8s\n", "notice", "asked", "checkable", "found", "kind", "params", "import", "missed", "invented", "cited", "group", "head", "concerns")
	var total notices.Marks
	for _, c := range cases {
		pages, err := readPages(ctx, reader, c.path)
		if err != nil {
			return err
		}
		m, remarks := notices.Score(c.truth, notice.Read(pages, notice.Options{}))
		total.Add(m)
		fmt.Fprintln(e.stdout, marksLine(c.name, m))
		if !verbose {
			continue
		}
		for _, r := range remarks {
			fmt.Fprintf(e.stdout, "    %-10s %s\n", r.What, strings.Join(strings.Fields(r.Quote), " "))
			if r.Ask != "" {
				fmt.Fprintf(e.stdout, "               asked: %s\n", r.Ask)
			}
			if r.Draft != "" {
				fmt.Fprintf(e.stdout, "               draft: %s\n", r.Draft)
			}
		}
	}
	fmt.Fprintln(e.stdout, marksLine("all", total))
	fmt.Fprintf(e.stdout, "\ncheckable found %s, all found %s, of those right kind %s, params %s, importance %s; invented %s of %d drafted; cited right %s\n",
		percent(total.CheckableFound, total.Checkable), percent(total.Found, total.Asked), percent(total.Kind, total.Found), percent(total.Params, total.Kind), percent(total.Importance, total.Found),
		percent(total.Invented, total.Drafted), total.Drafted, percent(total.Cited, total.Drafted))
	return nil
}

func marksLine(name string, m notices.Marks) string {
	return fmt.Sprintf("%-34s %5d %4d/%-4d %4d/%-4d %6d %6d %6d %6d %8d %6s %2d/%-2d %3d/%-3d %3d/%-3d", name, m.Asked, m.CheckableFound, m.Checkable, m.Found, m.Asked, m.Kind, m.Params, m.Importance,
		m.Asked-m.Found, m.Invented, percent(m.Cited, m.Drafted), m.Grouped, m.GroupsAsked, m.Head, m.HeadAsked, m.Concern, m.ConcernsAsked)
}

func percent(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", float64(n)*100/float64(of))
}
