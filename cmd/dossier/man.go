package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manCommand writes the manual pages that packages carry. They are made from the commands
// themselves, so that they cannot say something else than the help.
func manCommand(e *environment) *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages into a folder",
		Hidden: true,
		Args:   exactly(1, "DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			for name, page := range manPages(cmd.Root(), buildVersion(), e.sourceDate()) {
				if err := os.WriteFile(filepath.Join(args[0], name), page, 0o644); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// sourceDate is the day manual pages bear: SOURCE_DATE_EPOCH, so that the same source gives
// the same bytes, else today.
func (e *environment) sourceDate() time.Time {
	for _, kv := range e.env {
		if value, ok := strings.CutPrefix(kv, "SOURCE_DATE_EPOCH="); ok {
			var seconds int64
			if _, err := fmt.Sscan(value, &seconds); err == nil {
				return time.Unix(seconds, 0).UTC()
			}
		}
	}
	return time.Now().UTC()
}

// manPages are the pages by file name: one for the program, and one for each command that
// people call, with what stands below it.
func manPages(root *cobra.Command, version string, day time.Time) map[string][]byte {
	out := map[string][]byte{}
	head := func(b *bytes.Buffer, name, short string) {
		fmt.Fprintf(b, ".TH %s 1 %q %q %q\n.SH NAME\n%s \\- %s\n", roff(strings.ToUpper(name)), day.Format(time.DateOnly), "dossier "+version, "dossier", roff(name), roff(short))
	}
	var b bytes.Buffer
	head(&b, root.Name(), root.Short)
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B dossier\n.RI [ command ]\n.RI [ flags ]\n.SH COMMANDS\n")
	var also []string
	for _, c := range root.Commands() {
		if c.Hidden || c.Name() == "help" {
			continue
		}
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(c.Name()), roffLine(c.Short+"."))
		page := "dossier-" + c.Name()
		also = append(also, page)
		var one bytes.Buffer
		head(&one, page, lowered(c.Short))
		manOf(&one, c)
		fmt.Fprint(&one, ".SH SEE ALSO\n.BR dossier (1)\n")
		out[page+".1"] = one.Bytes()
	}
	manFlags(&b, "FLAGS", root.PersistentFlags())
	fmt.Fprint(&b, `.SH SETTINGS
No setting is needed to start. They come from the file named by
.B \-\-config
or
.BR DOSSIER_CONFIG ,
from variables like
.BR DOSSIER_LOG_LEVEL ,
and from flags, each overriding the one before.
The package describes every one in configuration.md.
.SH FILES
.TP
.I /etc/dossier/dossier.yaml
the settings of the service
.TP
.I /etc/dossier/secrets
passwords, readable by root alone; the service manager hands them over
.TP
.I /var/lib/dossier
the database, documents and keys, unless the settings name others
.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
failed
.TP
.B 2
wrong use
.SH SEE ALSO
`)
	for i, page := range also {
		fmt.Fprintf(&b, ".BR %s (1)%s\n", roff(page), cmp.Or(map[bool]string{true: ","}[i+1 < len(also)], ""))
	}
	out["dossier.1"] = b.Bytes()
	return out
}

// manOf writes what a command does, and those below it.
func manOf(b *bytes.Buffer, c *cobra.Command) {
	fmt.Fprintf(b, ".SH SYNOPSIS\n.B dossier %s\n", roff(usageOf(c)))
	fmt.Fprintf(b, ".SH DESCRIPTION\n%s", roffText(cmp.Or(c.Long, c.Short+".")))
	manFlags(b, "FLAGS", c.LocalNonPersistentFlags())
	if !c.HasAvailableSubCommands() {
		return
	}
	fmt.Fprint(b, ".SH COMMANDS\n")
	for _, sub := range c.Commands() {
		if sub.Hidden || sub.Name() == "help" {
			continue
		}
		fmt.Fprintf(b, ".SS dossier %s %s\n%s", roff(c.Name()), roff(usageOf(sub)), roffText(cmp.Or(sub.Long, sub.Short+".")))
		manFlagList(b, sub.LocalNonPersistentFlags())
	}
}

// usageOf is a command with its arguments.
func usageOf(c *cobra.Command) string {
	if c.HasAvailableLocalFlags() && !strings.Contains(c.Use, "[-") {
		return c.Use + " [flags]"
	}
	return c.Use
}

func manFlags(b *bytes.Buffer, title string, flags *pflag.FlagSet) {
	if flags.HasAvailableFlags() {
		fmt.Fprintf(b, ".SH %s\n", title)
		manFlagList(b, flags)
	}
}

func manFlagList(b *bytes.Buffer, flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		value, usage := pflag.UnquoteUsage(f)
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "[]" {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(b, ".TP\n.B %s\n", roff(strings.TrimSpace(name+" "+value)))
		fmt.Fprintln(b, roffLine(usage))
	})
}

// lowered begins a phrase after a dash.
func lowered(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// roff writes words so that the formatter takes none for an order.
func roff(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", "\\`", "^", `\(ha`, "~", `\(ti`).Replace(s)
}

// roffLine is roff for a whole line.
func roffLine(s string) string {
	s = roff(strings.ReplaceAll(s, "\n", " "))
	if strings.HasPrefix(s, ".") {
		return `\&` + s
	}
	return s
}

// roffText is a text of paragraphs; lines that are set in stay as they are.
func roffText(s string) string {
	var b strings.Builder
	verbatim := false
	for line := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		set := strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "\t")
		switch {
		case set && !verbatim:
			b.WriteString(".PP\n.nf\n")
		case !set && verbatim:
			b.WriteString(".fi\n")
		}
		verbatim = set
		if strings.TrimSpace(line) == "" {
			b.WriteString(".PP\n")
			continue
		}
		b.WriteString(roffLine(line) + "\n")
	}
	if verbatim {
		b.WriteString(".fi\n")
	}
	return b.String()
}
