package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dossier/intake/extract"
)

func extractCommand(e *environment) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "extract [--format text|json|tsv] FILE...",
		Short: "Print what the engine reads: text, words with their places, engine, quality",
		Args:  atLeastOne("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, ok := extractWriters[format]
			if !ok {
				return usagef("extract: --format %q: want text, json or tsv", format)
			}
			return e.extract(cmd, write, args)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json (one object per file) or tsv (one row per word)")
	return cmd
}

// extractWriters are the formats of extract. Of several files each is announced where the
// format has room for it.
var extractWriters = map[string]func(w io.Writer, name string, several bool, res extract.Result) error{
	"text": func(w io.Writer, name string, several bool, res extract.Result) error {
		if several {
			if _, err := fmt.Fprintf(w, "==> %s <==\n", name); err != nil {
				return err
			}
		}
		return extract.WriteText(w, res)
	},
	"json": func(w io.Writer, _ string, _ bool, res extract.Result) error { return extract.WriteJSON(w, res) },
	"tsv": func(w io.Writer, name string, several bool, res extract.Result) error {
		if several {
			if _, err := fmt.Fprintf(w, "# %s\n", name); err != nil {
				return err
			}
		}
		return extract.WriteTSV(w, res)
	},
}

// extract reads each file in a child process, as the service does. A file nothing could be
// read of is said and fails the command at the end; the others are printed all the same.
func (e *environment) extract(cmd *cobra.Command, write func(io.Writer, string, bool, extract.Result) error, files []string) error {
	cfg, err := e.settings(nil)
	if err != nil {
		return err
	}
	reader, err := newReader(cfg, userCache())
	if err != nil {
		return err
	}
	defer reader.Close()
	unread := 0
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		res, err := reader.Read(cmd.Context(), filepath.Base(path), f)
		f.Close() // only read from
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if res.Problem != "" {
			fmt.Fprintf(e.stderr, "%s: %s%s\n", path, res.Problem, prefixed(": ", res.Detail))
		}
		if len(res.Pages) == 0 {
			unread++
		}
		if err := write(e.stdout, path, len(files) > 1, res); err != nil {
			return err
		}
	}
	if unread > 0 {
		return fmt.Errorf("%d of %d files could not be read", unread, len(files))
	}
	return nil
}
