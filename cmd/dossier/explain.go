package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dossier/intake"
	"dossier/internal/store"
)

func explainCommand(e *environment) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "explain ID|MESSAGE-ID",
		Short: "Tell which rules kept one message of the ledger, or set it aside",
		Args:  exactly(1, "ID or MESSAGE-ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return usagef("explain: --format %q: want text or json", format)
			}
			return e.asking(cmd.Context(), func(i *instance) error { return e.explain(cmd.Context(), i, args[0], format) })
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

func (e *environment) explain(ctx context.Context, i *instance, which, format string) error {
	found, err := i.store.ExplainMessage(ctx, which)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("the ledger has no message %s", which)
	}
	if err != nil {
		return err
	}
	if format == "json" {
		return writeJSON(e, found)
	}
	for _, x := range found {
		if err := e.printExplained(x); err != nil {
			return err
		}
	}
	return nil
}

func (e *environment) printExplained(x store.Explanation) error {
	line := func(format string, args ...any) { fmt.Fprintf(e.stdout, format+"\n", args...) }
	line("message %d, %s uid %d/%d%s", x.ID, x.Mailbox, x.UIDValidity, x.UID, prefixed(" from ", x.SourceName))
	line("  message-id  %s", x.MessageID)
	if x.ReceivedAt != nil {
		line("  received    %s%s", x.ReceivedAt.UTC().Format(time.RFC3339), prefixed("  by: ", x.ReceivedLine))
	}
	if x.SentAt != nil {
		line("  sent        %s (the sender's claim)", x.SentAt.UTC().Format(time.RFC3339))
	}
	line("  state       %s%s%s", x.State, prefixed(", ", string(x.Class)), prefixed(": ", x.Reason))
	if len(x.Trace) > 0 && string(x.Trace) != "null" {
		var trace intake.Trace
		if err := json.Unmarshal(x.Trace, &trace); err != nil {
			return fmt.Errorf("message %d: trace: %w", x.ID, err)
		}
		line("  taken for   %s by rule %s%s", trace.Class, trace.Rule, prefixed(": ", trace.Evidence))
		if len(trace.Among) > 0 {
			line("  among       %s: they share the address, and nothing else tells which was meant", strings.Join(trace.Among, ", "))
		}
		for _, w := range trace.Warnings {
			line("  odd         %s", odd(w))
		}
	}
	for _, r := range x.Routes {
		confirm := ""
		if r.ToConfirm {
			confirm = " (to be confirmed by a person)"
		}
		line("  vacancy     %s by rule %s: %s -> %s, application %d%s", r.Vacancy, r.Rule, r.Evidence, r.Became, r.Application, confirm)
	}
	if x.Error != "" {
		line("  failed      %d times, last: %s", x.Attempts, x.Error)
	}
	return nil
}

// odd puts the code of a warning into words; an unknown one stands for itself.
func odd(code string) string {
	switch code {
	case "says_attached_nothing_attached":
		return "the text says that files are attached, and there are none: ask the applicant"
	case "documents_behind_a_link":
		return "documents lie behind a link, which was not followed: ask the applicant for the files"
	}
	return code
}

// prefixed is s behind a prefix, or nothing when s is empty.
func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}
