package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dossier/internal/backup"
	"dossier/internal/blob"
	"dossier/internal/config"
	"dossier/internal/store"
)

func backupCommand(e *environment) *cobra.Command {
	var keep int
	var format string
	cmd := &cobra.Command{
		Use:   "backup DIR",
		Short: "Copy the database and the documents into a folder, while all goes on working",
		Long: `Writes one more backup into DIR: first the database as of one instant, then the documents
that it names and that DIR does not hold yet. Mail may be read and pages used meanwhile. A
backup that is interrupted never looks whole, and the next one removes what it left.

The keys are not in the backup: keep copies of the file of secret_key_file, of the encryption's
master key and of its folder of keys apart from it.`,
		Args: exactly(1, "DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if keep < 1 {
				return usagef("backup: --keep %d: want 1 or more", keep)
			}
			if format != "text" && format != "json" {
				return usagef("backup: --format %q: want text or json", format)
			}
			return e.backup(cmd.Context(), args[0], keep, format)
		},
	}
	cmd.Flags().IntVar(&keep, "keep", 7, "how many backups stay in DIR; older ones go once the new one is whole")
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

func (e *environment) backup(ctx context.Context, dir string, keep int, format string) error {
	cfg, err := e.settings(nil)
	if err != nil {
		return err
	}
	i, err := e.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer i.close()
	told, stop := e.counting()
	r, err := backup.Make(ctx, backup.Config{Store: i.store, Blobs: i.blobs, Dir: dir, Program: buildVersion(), Keep: keep,
		Journal: cfg.ErasureJournal(), Now: time.Now, Told: told})
	stop()
	if err != nil {
		return err
	}
	if err := noteBackup(cfg, dir); err != nil {
		return err
	}
	if format == "json" {
		enc := json.NewEncoder(e.stdout)
		if err := enc.Encode(backupReport{Name: r.Name, Copied: r.Copied, CopiedBytes: r.CopiedBytes, Removed: r.Removed, Forgotten: r.Forgotten,
			TookSeconds: r.Took.Seconds(), Manifest: r.Manifest}); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(e.stdout, "%s: %d applications, %d messages, %d documents; %d files, %d of them new (%s), in %s\n", r.Name,
			r.Database.Counts["applications"], r.Database.Counts["messages"], r.Database.Counts["documents"], r.Blobs.Count, r.Copied,
			megabytes(r.CopiedBytes), r.Took.Round(time.Millisecond))
		if r.Removed > 0 {
			fmt.Fprintf(e.stdout, "%d older backups and the %d files that only they held were removed\n", r.Removed, r.Forgotten)
		}
		fmt.Fprintf(e.stderr, "not in the backup, to be kept apart from it: %s\n", keysOf(i))
	}
	if r.Lost > 0 {
		return fmt.Errorf("the backup is whole but for %d files that the database names and that are not there: see \"missing\" in %s, and dossier doctor",
			r.Lost, filepath.Join(dir, "sets", r.Name, "manifest.json"))
	}
	return nil
}

// noteBackup writes down, in the data folder, where the last backup went: erasures are written
// there too.
func noteBackup(cfg config.Config, dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(cfg.Data, "last-backup"), []byte(dir+"\n"), 0o600)
}

// backupReport is what backup --format json prints.
type backupReport struct {
	Name        string          `json:"name"`
	Copied      int             `json:"copied"`
	CopiedBytes int64           `json:"copied_bytes"`
	Removed     int             `json:"removed_sets"`
	Forgotten   int             `json:"removed_files"`
	TookSeconds float64         `json:"took_seconds"`
	Manifest    backup.Manifest `json:"manifest"`
}

// keysOf names what a backup leaves out.
func keysOf(i *instance) string {
	key := "the key file " + i.keyFile()
	if i.cfg.SecretKey != "" {
		key = "the key of the setting secret_key"
	}
	if on := i.cfg.Encryption; on.On() {
		key += ", the master key " + on.MasterKeyPath() + " and the folder of keys " + on.KeysPath()
	}
	return key
}

// counting shows how far a backup or a restore is, when stderr is a terminal. Calling stop
// clears the line.
func (e *environment) counting() (told func(backup.Progress), stop func()) {
	if !isTerminal(e.stderr) {
		return nil, func() {}
	}
	last := time.Time{}
	return func(p backup.Progress) {
			if now := time.Now(); now.Sub(last) < 200*time.Millisecond {
				return
			} else {
				last = now
			}
			if p.All > 0 {
				fmt.Fprintf(e.stderr, "\r\x1b[K%s: %d of %d, %s", p.Step, p.Done, p.All, megabytes(p.Bytes))
			} else {
				fmt.Fprintf(e.stderr, "\r\x1b[Kdatabase: %s", p.Step)
			}
		}, func() {
			fmt.Fprint(e.stderr, "\r\x1b[K")
		}
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// restoreMark is there while a restore into the data folder is not finished.
func restoreMark(cfg config.Config) string { return filepath.Join(cfg.Data, "restoring.json") }

func restoreCommand(e *environment) *cobra.Command {
	var set, erasures string
	var check bool
	cmd := &cobra.Command{
		Use:   "restore DIR",
		Short: "Put a backup into an empty place, checking every byte",
		Long: `Puts the newest backup of DIR, or the one named by --set, where the settings say that the
database and the documents are: an empty database and an empty folder or bucket. Every file is
checked against its hash. Afterwards the tables are brought up to date, erasures made since the
backup are made again, mail that was waiting to leave is held until somebody looks, and everybody
signs in anew.

Put the keys back first: the file of secret_key_file and, with encryption, the master key and
the folder of keys. They are not in the backup.`,
		Args: exactly(1, "DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if check {
				return e.checkBackup(cmd.Context(), args[0], set)
			}
			return e.restore(cmd.Context(), args[0], set, erasures)
		},
	}
	f := cmd.Flags()
	f.StringVar(&set, "set", "", "the backup to restore, like 20260301T041500Z; default the newest")
	f.StringVar(&erasures, "erasures", "", "the journal of erasures to repeat; default erasures.jsonl in DIR")
	f.BoolVar(&check, "check", false, "only read the backup and check every byte of it")
	return cmd
}

func (e *environment) checkBackup(ctx context.Context, dir, set string) error {
	cfg, err := e.settings(nil)
	if err != nil {
		return err
	}
	var keys *blob.Keys
	if cfg.Encryption.On() {
		if keys, err = openKeys(cfg); err != nil {
			return err
		}
	}
	told, stop := e.counting()
	name, m, unchecked, err := backup.Check(ctx, dir, set, keys, told)
	stop()
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s is whole: %s, version %d, %d applications, %d messages, %d documents, %d files (%s)\n", name, m.Database.Engine,
		m.Database.Schema, m.Database.Counts["applications"], m.Database.Counts["messages"], m.Database.Counts["documents"], m.Blobs.Count, megabytes(m.Blobs.Bytes))
	if unchecked > 0 {
		fmt.Fprintf(e.stdout, "%d encrypted files could not be read: their keys were destroyed, or are not here\n", unchecked)
	}
	return nil
}

func (e *environment) restore(ctx context.Context, dir, set, erasures string) error {
	cfg, err := e.settings(nil)
	if err != nil {
		return err
	}
	dsn, err := cfg.DSN()
	if err != nil {
		return usageError{err}
	}
	blobs, err := openBlobs(ctx, cfg)
	if err != nil {
		return err
	}
	journals := []string{filepath.Join(dir, backup.JournalFile), cfg.ErasureJournal()}
	if erasures != "" {
		// One that is named and cannot be read would leave everybody in who asked to be erased.
		f, err := os.Open(erasures)
		if err != nil {
			return usagef("restore: --erasures: %v", err)
		}
		if err := f.Close(); err != nil {
			return err
		}
		journals = []string{erasures}
	}
	told, stop := e.counting()
	r, err := backup.Restore{Dir: dir, Set: set, Database: store.Config{DSN: dsn, Now: time.Now, Log: e.logger(cfg.Log)}, Blobs: blobs,
		Mark: restoreMark(cfg), Journals: journals, Now: time.Now, Told: told}.Put(ctx)
	stop()
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s restored: %d applications, %d messages, %d documents, %d files (%s), every one checked, in %s\n", r.Name,
		r.Database.Counts["applications"], r.Database.Counts["messages"], r.Database.Counts["documents"], r.Blobs.Count, megabytes(r.Blobs.Bytes),
		r.Took.Round(time.Millisecond))
	e.tellErasures(r, journals)
	if r.Held > 0 {
		fmt.Fprintf(e.stdout, "%d messages to applicants are held: they may have left since the backup. Look at them on the page of outgoing mail\n", r.Held)
	}
	if r.Unchecked > 0 {
		fmt.Fprintf(e.stdout, "%d files are encrypted under keys that were destroyed, or are not here: they stay unreadable\n", r.Unchecked)
	}
	for _, m := range r.Missing {
		fmt.Fprintf(e.stderr, "the backup had no file %s: %s\n", m.Hash, m.Reason)
	}
	fmt.Fprintln(e.stdout, "Now run \"dossier doctor\", then start dossier: mail that came since the backup is fetched again.")
	return nil
}

// tellErasures says which erasures were made again, and above all when none were.
func (e *environment) tellErasures(r backup.Restored, journals []string) {
	if len(r.Journals) == 0 {
		fmt.Fprintf(e.stdout, "no journal of erasures was found in %s: whoever was erased since the backup is back. If there is one elsewhere, empty the place and restore again with --erasures\n",
			strings.Join(journals, " or "))
		return
	}
	for _, j := range r.Journals {
		fmt.Fprintf(e.stdout, "%d erasures of the journal were made again: %d applicants, %d applications, %d messages, %d files (%s: %d lines cut off, %d of another database)\n",
			j.Entries-j.Foreign, j.Applicants, j.Applications, j.Messages, j.Blobs, j.Path, j.Torn, j.Foreign)
	}
}
