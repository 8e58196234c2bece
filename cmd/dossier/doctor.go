package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dossier/intake/extract"
	"dossier/intake/mailbox"
	"dossier/internal/blob"
	"dossier/internal/config"
	"dossier/internal/store"
	"dossier/screening"
)

// health says whether a person has to do something.
type health string

const (
	healthOK      health = "ok"
	healthWarning health = "warning"
	healthProblem health = "problem"
)

// checkup is what the doctor found out about one thing.
type checkup struct {
	What   string `json:"what"`
	Health health `json:"health"`
	// Says is a sentence; Do is what to do about it, empty when nothing.
	Says string `json:"says"`
	Do   string `json:"do,omitempty"`
}

// doctor gathers checkups.
type doctor struct {
	e        *environment
	cfg      config.Config
	subjects bool
	// all has every file read in full, not some.
	all   bool
	found []checkup
}

func (d *doctor) say(what string, h health, do, format string, args ...any) {
	d.found = append(d.found, checkup{What: what, Health: h, Says: fmt.Sprintf(format, args...), Do: do})
}

func doctorCommand(e *environment) *cobra.Command {
	var format string
	var subjects, all bool
	cmd := &cobra.Command{
		Use:   "doctor [--all] [--subjects] [--format text|json]",
		Short: "Look everything over: settings, database, files, mailboxes, helpers; fail when a person is needed",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return usagef("doctor: --format %q: want text or json", format)
			}
			cfg, err := e.settings(nil)
			if err != nil {
				return err
			}
			d := &doctor{e: e, cfg: cfg, subjects: subjects, all: all}
			d.examine(cmd.Context())
			return d.report(format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().BoolVar(&all, "all", false, "read every file in full, not fifty chosen at random")
	cmd.Flags().BoolVar(&subjects, "subjects", false, "show the subjects of the three latest messages of each folder")
	return cmd
}

func (d *doctor) examine(ctx context.Context) {
	st := d.database(ctx)
	if st != nil {
		defer st.Close()
		d.trail(ctx, st)
		d.work(ctx, st)
		d.processes(ctx, st)
	}
	d.blobs(ctx)
	d.mailboxes(ctx, st)
	d.sending(ctx, st)
	d.signing(ctx, st)
	d.helpers(ctx)
	d.clock(ctx, st)
	d.space()
	if st != nil {
		d.backup(ctx, st)
	}
}

// report prints the checkups and fails when one is a problem.
func (d *doctor) report(format string) error {
	var settings bytes.Buffer
	if err := d.cfg.Dump(&settings); err != nil {
		return err
	}
	problems := 0
	for _, c := range d.found {
		if c.Health == healthProblem {
			problems++
		}
	}
	if format == "json" {
		out := struct {
			Settings string    `json:"settings"`
			Problems int       `json:"problems"`
			Checks   []checkup `json:"checks"`
		}{settings.String(), problems, d.found}
		if err := writeJSON(d.e, out); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(d.e.stdout, "settings in force:\n  %s\n", strings.ReplaceAll(strings.TrimSpace(settings.String()), "\n", "\n  "))
		w := tabwriter.NewWriter(d.e.stdout, 0, 0, 2, ' ', 0)
		for _, c := range d.found {
			fmt.Fprintf(w, "%s\t%s\t%s\n", c.Health, c.What, c.Says)
			if c.Do != "" {
				fmt.Fprintf(w, "\t\t-> %s\n", c.Do)
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	if problems > 0 {
		return fmt.Errorf("doctor: %d problems need a person", problems)
	}
	return nil
}

// database opens it as it is: the doctor changes nothing. It returns nil when there is
// nothing to look into.
func (d *doctor) database(ctx context.Context) *store.Store {
	const what = "database"
	dsn, err := d.cfg.DSN()
	if err != nil {
		d.say(what, healthProblem, "correct database or database_file", "%v", err)
		return nil
	}
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			d.say(what, healthWarning, "", "there is none yet: the first start makes it")
			return nil
		}
	}
	st, err := store.Open(ctx, store.Config{DSN: dsn, Log: d.e.logger(d.cfg.Log), KeepSchema: true})
	if err != nil {
		d.say(what, healthProblem, "start the database, or correct its address and password", "%v", err)
		return nil
	}
	steps, err := st.MigrationStatus(ctx)
	if err != nil {
		d.say(what, healthProblem, "", "%s: %v", st.Engine(), err)
		_ = st.Close() // it is of no use
		return nil
	}
	done := 0
	for _, s := range steps {
		if s.AppliedAt != nil {
			done++
		}
	}
	if done < len(steps) {
		d.say(what, healthWarning, "run dossier migrate up, or start dossier", "%s, %d of %d steps of its tables are done", st.Engine(), done, len(steps))
		_ = st.Close() // its tables are not those we know
		return nil
	}
	d.say(what, healthOK, "", "%s, tables at version %d", st.Engine(), steps[len(steps)-1].Version)
	return st
}

func (d *doctor) trail(ctx context.Context, st *store.Store) {
	trail, err := st.VerifyEvents(ctx)
	switch {
	case errors.Is(err, store.ErrTampered):
		d.say("audit trail", healthProblem, "compare with a backup: somebody changed the database from outside", "%v", err)
	case err != nil:
		d.say("audit trail", healthProblem, "", "%v", err)
	default:
		d.say("audit trail", healthOK, "", "%d events, none changed; last hash %.12s", trail.Events, trail.Hash)
	}
}

func (d *doctor) work(ctx context.Context, st *store.Store) {
	left, err := st.WorkLeft(ctx, screening.EngineVersion)
	if err != nil {
		d.say("work", healthProblem, "", "%v", err)
		return
	}
	if parked := left.ParkedMessages + left.ParkedDocuments + left.ParkedApplications; parked > 0 {
		d.say("work", healthProblem, "see the intake page, or dossier ledger --list", "%d messages, %d documents and %d applications failed for good and wait for a person",
			left.ParkedMessages, left.ParkedDocuments, left.ParkedApplications)
		return
	}
	d.say("work", healthOK, "", "%d messages, %d documents and %d applications are still to be done", left.Messages, left.Documents, left.Applications)
}

// sampleBlobs is how many files are read in full, chosen at random.
const sampleBlobs = 50

func (d *doctor) blobs(ctx context.Context) {
	const what = "files"
	if dir := d.cfg.BlobFolder(); dir != "" {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			d.say(what, healthWarning, "", "there are none yet: the first start makes the folder")
			return
		}
	}
	blobs, err := openBlobs(ctx, d.cfg)
	if err != nil {
		d.say(what, healthProblem, "make the folder data writable for the user dossier runs as, or see to the object store", "%v", err)
		return
	}
	batch := blobs.Batch()
	_, _, err = batch.Put(ctx, strings.NewReader("can it be written?"))
	if err = errors.Join(err, batch.Discard()); err != nil {
		d.say(what, healthProblem, "make the folder data writable, or make room", "%v", err)
		return
	}
	var sample []string
	count, size := 0, int64(0)
	err = blobs.List(ctx, func(i blob.Info) error {
		count, size = count+1, size+i.Size
		if d.all || len(sample) < sampleBlobs {
			sample = append(sample, i.Hash)
		} else if at := rand.IntN(count); at < sampleBlobs {
			sample[at] = i.Hash
		}
		return nil
	})
	if err != nil {
		d.say(what, healthProblem, "", "%v", err)
		return
	}
	for _, hash := range sample {
		if err := blobs.Verify(ctx, hash); err != nil && !errors.Is(err, blob.ErrNotFound) {
			d.say(what, healthProblem, "restore the file from a backup, and check the disk", "%v", err)
			return
		}
	}
	if d.all {
		d.say(what, healthOK, "", "%d files, %d MB; all of them are whole", count, size/1_000_000)
		return
	}
	d.say(what, healthOK, "", "%d files, %d MB; %d chosen at random are whole", count, size/1_000_000, len(sample))
}

func (d *doctor) mailboxes(ctx context.Context, st *store.Store) {
	i := &instance{cfg: d.cfg, store: st, log: d.e.logger(d.cfg.Log)}
	var accounts []mailAccount
	if st == nil {
		for _, m := range d.cfg.Mailboxes {
			accounts = append(accounts, mailAccount{Mailbox: m})
		}
	} else {
		var err error
		if accounts, err = i.accounts(ctx); err != nil {
			d.say("mailboxes", healthProblem, "", "%v", err)
			return
		}
		d.secrets(ctx, i)
	}
	if len(accounts) == 0 {
		d.say("mailboxes", healthWarning, "add one under mailboxes in the configuration file, or on the page", "none is set: no mail is read")
	}
	for _, a := range accounts {
		for n, folder := range a.Folders {
			name := mailboxName(a.Mailbox, folder)
			if st == nil && a.OAuth.Grant != "" {
				d.say("mailbox "+name, healthWarning, "start dossier once, then ask again", "its token is kept in the database, and there is none yet")
				continue
			}
			d.mailbox(ctx, i, name, a, folder, n == 0)
			if st != nil {
				d.lastRound(ctx, st, name)
			}
		}
	}
}

// secrets looks whether the key fits what is sealed. It makes none.
func (d *doctor) secrets(ctx context.Context, i *instance) {
	sealed, err := i.store.SealedSecrets(ctx)
	switch {
	case err != nil:
		d.say("secrets", healthProblem, "", "%v", err)
	case len(sealed) == 0:
		i.box, _, _ = i.loadKey(false) // it may be needed for a token that is yet to come
		d.say("secrets", healthOK, "", "none are in the database")
	default:
		if err := i.openSecrets(ctx); err != nil {
			d.say("secrets", healthProblem, "put the key back from the backup", "%v", err)
			return
		}
		d.say("secrets", healthOK, "", "%d in the database, the key %s opens them", len(sealed), i.box.ID())
	}
}

// adviceFor says what to do when a step fails.
var adviceFor = map[string]string{
	mailbox.StepSecret:     "give password_file a file that exists and holds the password",
	mailbox.StepDNS:        "correct host, or the machine's name server",
	mailbox.StepTCP:        "correct host and port, or open the firewall",
	mailbox.StepTLS:        "correct tls and port; for a server with its own authority set ca_file",
	mailbox.StepLogin:      "correct user and password; the account may be locked, or need an app password",
	mailbox.StepFolder:     "correct folders: names are those of the server",
	mailbox.StepPermission: "give the account the right to read the folder, and to change it when after asks for that",
}

// advice says what to do about a probe that failed.
func advice(a mailAccount, p mailbox.Probe) string {
	switch {
	case errors.Is(p.Err, mailbox.ErrNoConsent):
		return "run dossier mailbox connect " + a.Name + ", or use the page"
	case errors.Is(p.Err, mailbox.ErrTokenRefused) && a.OAuth.Grant == string(mailbox.GrantRefresh):
		return "the consent has ended: run dossier mailbox connect " + a.Name + ", or use the page"
	case errors.Is(p.Err, mailbox.ErrTokenRefused):
		return "correct client_id and client_secret; the secret may have ended at the provider"
	case errors.Is(p.Err, mailbox.ErrTokenServer):
		return "wait, or see whether this machine may reach token_url"
	case p.Failed == mailbox.StepLogin && a.OAuth.Grant != "":
		return "at the provider, give the program the right to this mailbox (docs/operating.md, first connection)"
	}
	return adviceFor[p.Failed]
}

func (d *doctor) mailbox(ctx context.Context, i *instance, name string, a mailAccount, folder string, first bool) {
	subjects := 0
	if d.subjects {
		subjects = 3
	}
	p := i.try(ctx, a, folder, subjects)
	what := "mailbox " + name
	passed := strings.Join(p.Passed, ", ")
	if p.Err != nil {
		d.say(what, healthProblem, advice(a, p), "%s failed: %v (passed: %s)", p.Failed, p.Err, passed)
		return
	}
	d.say(what, healthOK, "", "%d messages (passed: %s)", p.Folder.Messages, passed)
	for _, s := range p.Subjects {
		d.say(what, healthOK, "", "subject: %s", s)
	}
	if !first {
		return
	}
	if notices := i.noticesOf(a); notices != nil && i.store != nil {
		for _, n := range notices(ctx) {
			d.say(what, healthWarning, "make a new one in time", "%s: %s", strings.ReplaceAll(n.Code, "_", " "), n.Detail)
		}
	}
	for _, junk := range p.Junk {
		if !slices.Contains(a.Folders, junk) {
			d.say(what, healthWarning, fmt.Sprintf("add %q to its folders, or have somebody look into it every day", junk), "the folder %q is not watched: applications land among unwanted mail too", junk)
		}
	}
}

func (d *doctor) lastRound(ctx context.Context, st *store.Store, name string) {
	what := "mailbox " + name
	m, err := st.MailboxByName(ctx, name)
	switch {
	case errors.Is(err, store.ErrNotFound):
		d.say(what, healthWarning, "start dossier serve or dossier poll", "it has never been read")
	case err != nil:
		d.say(what, healthProblem, "", "%v", err)
	case m.LastGoodAt == nil:
		d.say(what, healthProblem, "", "it has never been read completely; last error: %s", m.LastError)
	case m.Silent(time.Now().Add(-silentAfter(d.cfg))):
		d.say(what, healthProblem, "start dossier serve or dossier poll, and look into its log", "silent: the last good round was at %s%s", m.LastGoodAt.UTC().Format(time.RFC3339), prefixed("; last error: ", m.LastError))
	default:
		d.say(what, healthOK, "", "last good round at %s", m.LastGoodAt.UTC().Format(time.RFC3339))
	}
}

// helperWithin bounds one question to a helper.
const helperWithin = 10 * time.Second

func (d *doctor) helpers(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, helperWithin)
	defer cancel()
	tools := extract.FindTools("")
	if path := tools.Tesseract; path == "" {
		d.say("tesseract", healthWarning, "install tesseract-ocr, tesseract-ocr-fra and tesseract-ocr-eng", "not installed: scans and photographs are not read; a person has to")
	} else {
		out, err := exec.CommandContext(ctx, path, "--list-langs").CombinedOutput()
		known := strings.Fields(string(out))
		var missing, packages []string
		for _, l := range strings.Split(d.cfg.OCR.Languages, "+") {
			if !slices.Contains(known, l) {
				missing, packages = append(missing, l), append(packages, "tesseract-ocr-"+strings.ReplaceAll(l, "_", "-"))
			}
		}
		switch {
		case err != nil:
			d.say("tesseract", healthWarning, "", "%s: %v", path, err)
		case len(missing) > 0:
			d.say("tesseract", healthWarning, "install "+strings.Join(packages, " ")+", or change ocr.languages", "%s lacks %s: scans in it are read badly, with what is installed", path, strings.Join(missing, ", "))
		case !slices.Contains(known, "osd"):
			d.say("tesseract", healthWarning, "install tesseract-ocr-osd", "%s cannot tell how a page lies: scans upside down are not read", path)
		default:
			d.say("tesseract", healthOK, "", "%s, with %s", path, strings.ReplaceAll(d.cfg.OCR.Languages, "+", ", "))
		}
	}
	if path := tools.LibreOffice; path == "" {
		d.say("LibreOffice", healthWarning, "install libreoffice-writer", "not installed: files of Word 6 and 95, Works, WordPerfect and newer Pages are not read; a person has to. PDF, DOCX, DOC, ODT and RTF are")
	} else {
		d.say("LibreOffice", healthOK, "", "%s", path)
	}
}
