package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dossier/internal/store"
)

func ledgerCommand(e *environment) *cobra.Command {
	var list bool
	var mailbox, format string
	cmd := &cobra.Command{
		Use:   "ledger [--list] [--mailbox M] [--format text|json]",
		Short: "Prove that every message received is accounted for",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return usagef("ledger: --format %q: want text or json", format)
			}
			return e.asking(cmd.Context(), func(i *instance) error {
				boxes, err := i.ledgerOf(cmd.Context(), mailbox)
				if err != nil {
					return err
				}
				if list {
					return e.ledgerList(cmd.Context(), i, boxes, format)
				}
				return e.ledgerBalance(cmd.Context(), i, boxes, format)
			})
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "a record per message instead of the balance")
	cmd.Flags().StringVar(&mailbox, "mailbox", "", "one mailbox (intake) or one of its folders (intake/INBOX)")
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// ledgerOf finds the mailboxes asked for: one folder by its name in the ledger, every
// folder of an account by the account's name, or all.
func (i *instance) ledgerOf(ctx context.Context, name string) ([]store.Mailbox, error) {
	all, err := i.store.Mailboxes(ctx)
	if err != nil || name == "" {
		return all, err
	}
	var out []store.Mailbox
	for _, m := range all {
		if m.Name == name || m.Account == name {
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return nil, usagef("no mailbox is called %q; run \"dossier ledger\" to see their names", name)
	}
	return out, nil
}

func (e *environment) ledgerList(ctx context.Context, i *instance, boxes []store.Mailbox, format string) error {
	lines := []store.LedgerRow{}
	for _, m := range boxes {
		q := store.LedgerQuery{MailboxID: m.ID}
		for {
			page, err := i.store.LedgerRows(ctx, q)
			if err != nil {
				return err
			}
			lines = append(lines, page...)
			if len(page) < store.MaxLedgerRows {
				break
			}
			q.AfterID = page[len(page)-1].ID
		}
	}
	slices.SortFunc(lines, func(a, b store.LedgerRow) int { return cmp.Compare(a.ID, b.ID) })
	if format == "json" {
		return writeJSON(e, lines)
	}
	w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "id\tmailbox\tuid\tstate\tkind\treason\tvacancies\tapplication\treceived")
	for _, l := range lines {
		application, received := "", ""
		if l.Application != 0 {
			application = fmt.Sprint(l.Application)
		}
		if l.ReceivedAt != nil {
			received = l.ReceivedAt.UTC().Format(time.RFC3339)
		}
		fmt.Fprintf(w, "%d\t%s\t%d/%d\t%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.Mailbox, l.UIDValidity, l.UID, l.State, l.Class, l.Reason,
			strings.Join(l.Vacancies, " "), application, received)
	}
	return w.Flush()
}

// balance is the account of one mailbox: everything received stands in one state.
type balance struct {
	Mailbox string `json:"mailbox"`
	store.Balance
	Accounted int64      `json:"accounted"`
	LastGood  *time.Time `json:"last_good_round"`
	LastError string     `json:"last_error,omitempty"`
}

func (e *environment) ledgerBalance(ctx context.Context, i *instance, boxes []store.Mailbox, format string) error {
	out := []balance{}
	for _, m := range boxes {
		b, err := i.store.Balance(ctx, store.LedgerQuery{MailboxID: m.ID})
		if err != nil {
			return err
		}
		out = append(out, balance{Mailbox: m.Name, Balance: b, Accounted: b.Accounted(), LastGood: m.LastGoodAt, LastError: m.LastError})
	}
	if format == "json" {
		return writeJSON(e, out)
	}
	for _, b := range out {
		fmt.Fprintf(e.stdout, "%s: received %d = accounted %d\n", b.Mailbox, b.Received, b.Accounted)
		for _, s := range store.MessageStates {
			if n := b.ByState[s]; n > 0 {
				fmt.Fprintf(e.stdout, "  %-10s %d\n", s, n)
			}
		}
		for _, c := range store.Classes {
			if n := b.ByClass[c]; n > 0 {
				fmt.Fprintf(e.stdout, "    %-12s %d\n", c, n)
			}
		}
		if b.LastError != "" {
			fmt.Fprintf(e.stdout, "  last round failed: %s\n", b.LastError)
		}
	}
	if len(out) == 0 {
		fmt.Fprintln(e.stdout, "no mailbox has been read yet")
	}
	return nil
}

func writeJSON(e *environment, v any) error {
	enc := json.NewEncoder(e.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
