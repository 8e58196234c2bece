package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"dossier/intake"
	"dossier/intake/mailbox"
	"dossier/intake/message"
	"dossier/internal/erasure"
	"dossier/internal/store"
)

func eraseCommand(e *environment) *cobra.Command {
	var dryRun, inMailbox, rewrite bool
	cmd := &cobra.Command{
		Use:   "erase APPLICANT [--dry-run] [--in-mailbox] [--rewrite]",
		Short: "Erase one person everywhere; APPLICANT is their number or an address they wrote from",
		Args:  exactly(1, "APPLICANT, a number or an e-mail address"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.with(cmd.Context(), func(i *instance) error {
				return e.eraseOne(cmd.Context(), i, args[0], dryRun, inMailbox, rewrite)
			})
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say what would go and what would stay, and change nothing")
	cmd.Flags().BoolVar(&inMailbox, "in-mailbox", false, "also delete the messages on their mail server")
	cmd.Flags().BoolVar(&rewrite, "rewrite", false, "write the whole database anew, however large it is")
	return cmd
}

func (e *environment) eraseOne(ctx context.Context, i *instance, name string, dryRun, inMailbox, rewrite bool) error {
	a, err := i.store.FindApplicant(ctx, name)
	if err != nil {
		return err
	}
	eraser := i.eraser()
	p, err := eraser.Plan(ctx, a.ID)
	if err != nil {
		return err
	}
	e.printPlan(p)
	if dryRun {
		return nil
	}
	if err := e.sureToErase(p); err != nil {
		return err
	}
	if inMailbox {
		if err := i.openSecrets(ctx); err != nil {
			return err
		}
	}
	done, err := eraser.Erase(ctx, store.EraseOrder{ApplicantID: a.ID, Cause: store.CauseErased, ActorID: operator, InMailbox: inMailbox}, rewrite)
	if err != nil {
		return err
	}
	e.printErased(i, done)
	return nil
}

// sureToErase asks somebody at a terminal for the person's name: numbers of applicants and
// of applications look alike. A script has said what it wants.
func (e *environment) sureToErase(p store.ErasePlan) error {
	f, ok := e.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	want := cmp.Or(p.Name, strings.Join(p.Emails, ", "))
	fmt.Fprintf(e.stderr, "This erases %s (%s) for good. Type the name to go on: ", want, strings.Join(p.Emails, ", "))
	typed, err := bufio.NewReader(f).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !strings.EqualFold(strings.TrimSpace(typed), strings.TrimSpace(want)) {
		return errors.New("that is another name: nothing was erased")
	}
	return nil
}

// printPlan says what goes and what stays, without the name: output ends in log files.
func (e *environment) printPlan(p store.ErasePlan) {
	line := func(format string, args ...any) { fmt.Fprintf(e.stdout, format+"\n", args...) }
	line("applicant %d", p.ApplicantID)
	for _, a := range p.Applications {
		held := ""
		if a.Held {
			held = ", on hold"
		}
		line("  application %d, vacancy %s, %s%s", a.ID, a.Slug, a.Stage, held)
	}
	line("  goes: %d messages, %d documents (%d files), %d notes, %d overrides, %d decisions, %d opinions, %d messages to them (%d of them waiting), %d rules for their address",
		len(p.Messages), p.Documents, p.Blobs, p.Notes, p.Overrides, p.Decisions, p.Opinions, p.Outgoing, p.Waiting, p.SenderRules)
	for _, m := range p.Mentions {
		line("  struck out: named %d times in %s", m.Count, m.Table)
	}
	for _, m := range p.Left {
		if m.State == store.Unrouted || m.State == store.Failed {
			line("  stays: message %d, which names them and may be somebody's application: look whose it is", m.ID)
			continue
		}
		line("  stays: message %d (%s), which is also somebody else's application", m.ID, m.Mailbox)
	}
	if p.SharedBlobs > 0 {
		line("  stays: %d files that somebody else sent as well", p.SharedBlobs)
	}
	for _, o := range p.Others {
		line("  stays: applicant %d, who shares the %s and may be the same person", o.ID, o.Shares)
	}
}

func (e *environment) printErased(i *instance, r erasure.Result) {
	fmt.Fprintf(e.stdout, "erased: %d applications, %d messages, %d documents; journal %s\n", r.Applications, r.Messages, r.Documents, i.cfg.ErasureJournal())
	switch {
	case r.ScrubError != nil:
		fmt.Fprintf(e.stderr, "the database's files could not be cleared yet: %v\n", r.ScrubError)
	case i.store.Engine() == "postgres" && r.Scrubbed.Rewritten:
		fmt.Fprintln(e.stdout, "the tables were written anew; the server's log, its archive and replicas keep the old pages as long as their settings say")
	case i.store.Engine() == "postgres":
		fmt.Fprintln(e.stdout, "the tables were vacuumed; --rewrite writes them anew. The server's log, its archive and replicas keep the old pages as long as their settings say")
	case r.Scrubbed.Rewritten && r.Scrubbed.LogEmptied:
		fmt.Fprintln(e.stdout, "the database file was written anew and its log emptied")
	case !r.Scrubbed.LogEmptied:
		fmt.Fprintln(e.stdout, "the database's log is still read by another process and is emptied later")
	}
	if r.BlobsLeft > 0 {
		fmt.Fprintf(e.stdout, "%d files were sent again just now and are looked at again within the hour\n", r.BlobsLeft)
	}
	if r.MailLeft > 0 {
		fmt.Fprintf(e.stdout, "%d messages are still on their mail server; serve and poll try again\n", r.MailLeft)
	}
	fmt.Fprintln(e.stdout, "backups made before keep what they hold until they expire; restore applies the journal")
}

// eraser erases and purges with all that this instance reaches.
func (i *instance) eraser() *erasure.Eraser {
	return &erasure.Eraser{Store: i.store, Blobs: i.blobs, Journal: erasure.Journal{Path: i.cfg.ErasureJournal()}, Copies: i.journalCopies,
		Mail: i.deleteMail, Told: i.toldOf, Files: i.filesOf, Now: time.Now, Log: i.log}
}

// lastBackup is the file of the data folder that names where the last backup went.
const lastBackup = "last-backup"

// journalCopies are further places of the journal: beside the last backup.
func (i *instance) journalCopies(context.Context) []string {
	b, err := os.ReadFile(filepath.Join(i.cfg.Data, lastBackup))
	dir := strings.TrimSpace(string(b))
	if err != nil || dir == "" {
		return nil
	}
	if fi, err := os.Stat(dir); err != nil || !fi.IsDir() {
		return nil
	}
	return []string{filepath.Join(dir, "erasures.jsonl")}
}

const (
	// maxTold is how many messages that became nobody's application are read for a name.
	maxTold = 5000
	// maxToldBytes bounds each of them.
	maxToldBytes = 8 << 20
)

// toldOf reads the messages that became nobody's application, and returns those that name
// the person: a referee's letter, a colleague's mail.
func (i *instance) toldOf(ctx context.Context, p store.ErasePlan) ([]int64, error) {
	loose, err := i.store.LooseMessages(ctx, maxTold)
	if err != nil {
		return nil, err
	}
	var out []int64
	for _, l := range loose {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		raw, err := i.blobs.Read(l.Hash, maxToldBytes)
		if err != nil {
			continue // too large, or lost: the ledger's line is all there is
		}
		if names(p, raw) {
			out = append(out, l.MessageID)
		}
	}
	return out, nil
}

func names(p store.ErasePlan, raw []byte) bool {
	m, err := message.Parse(raw, message.Limits{})
	if err != nil {
		return p.Names(string(raw))
	}
	said := []string{m.Subject, m.From.Name, m.From.Email, m.Body.Text}
	for _, inner := range m.Inner {
		said = append(said, inner.Subject, inner.From.Name, inner.From.Email, inner.Body.Text)
	}
	for _, a := range m.Attachments {
		said = append(said, a.Name)
	}
	return p.Names(strings.Join(said, "\n"))
}

// filesOf names the files that were kept when messages were understood.
func (i *instance) filesOf(ctx context.Context, raw []string) ([]string, error) {
	var out []string
	for _, hash := range raw {
		b, err := i.blobs.Read(hash, i.cfg.Limits.MessageBytes())
		if err != nil {
			continue // lost, and with it what could be told
		}
		files, err := intake.FileHashes(ctx, i.store, b)
		if err != nil {
			return nil, err
		}
		out = append(out, files...)
	}
	return out, nil
}

// deleteMail deletes messages on their servers. What a server refuses is not tried again.
func (i *instance) deleteMail(ctx context.Context, mail []store.PendingMail) ([]store.PendingMail, error) {
	boxes, err := i.store.Mailboxes(ctx)
	if err != nil {
		return nil, err
	}
	var done []store.PendingMail
	var failed []error
	for _, b := range boxes {
		byEpoch := map[uint32][]mailbox.UID{}
		var all []store.PendingMail
		for _, m := range mail {
			if m.MailboxID == b.ID {
				byEpoch[m.UIDValidity] = append(byEpoch[m.UIDValidity], mailbox.UID(m.UID))
				all = append(all, m)
			}
		}
		if len(all) == 0 {
			continue
		}
		err := i.deleteFrom(ctx, b, byEpoch)
		if err == nil || errors.Is(err, mailbox.ErrRefused) {
			done = append(done, all...)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("mailbox %d: %w", b.ID, err))
		}
	}
	return done, errors.Join(failed...)
}

func (i *instance) deleteFrom(ctx context.Context, b store.Mailbox, byEpoch map[uint32][]mailbox.UID) error {
	a, err := i.account(ctx, b.Account)
	if err != nil {
		return err
	}
	c, err := i.imapConfig(a, b.Folder)
	if err != nil {
		return err
	}
	source, err := mailbox.NewIMAP(c)
	if err != nil {
		return err
	}
	defer source.Close()
	if _, err := source.Open(ctx); err != nil {
		return err
	}
	for epoch, uids := range byEpoch {
		if err := source.Delete(ctx, epoch, uids); err != nil {
			return err
		}
	}
	return nil
}

// finishErasures takes up erasures that were interrupted or wait for something.
func (i *instance) finishErasures(ctx context.Context) {
	n, err := i.eraser().Finish(ctx)
	if err != nil && ctx.Err() == nil {
		i.log.Error("erasures are unfinished, will be tried again", "step", "erase", "err", err)
	}
	if n > 0 {
		i.log.Info("erasures were finished", "step", "erase", "count", n)
	}
}
