package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dossier/internal/blob"
	"dossier/internal/config"
	"dossier/internal/secret"
	"dossier/internal/store"
)

func keysCommand(e *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys init|status|encrypt|settle|destroy",
		Short: "Look after the keys that documents are encrypted with",
		Long: `Documents and raw messages are encrypted when the settings name encryption.master_key_file and
encryption.keys. Each vacancy has a key of its own; destroying it makes its documents unreadable
everywhere, old backups included. The database, with the text that was read, is not encrypted.`,
		Args: noCommand,
		RunE: func(*cobra.Command, []string) error {
			return usagef("keys: want init, status, encrypt, settle or destroy")
		},
	}
	var yes string
	destroy := &cobra.Command{Use: "destroy VACANCY", Short: "Destroy a vacancy's key: its documents can never be read again", Args: exactly(1, "VACANCY"),
		RunE: func(cmd *cobra.Command, args []string) error { return e.destroyKey(cmd.Context(), args[0], yes) }}
	destroy.Flags().StringVar(&yes, "yes", "", "the vacancy once more, instead of being asked")
	cmd.AddCommand(
		&cobra.Command{Use: "init", Short: "Make the master key, when there is none, and the folder of keys", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return e.initKeys() }},
		&cobra.Command{Use: "status", Short: "List the keys, and how many files are encrypted", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return e.keyStatus(cmd.Context()) }},
		&cobra.Command{Use: "encrypt", Short: "Encrypt what was kept before encryption was on", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return e.encryptRest(cmd.Context()) }},
		&cobra.Command{Use: "settle", Short: "Put new mail under its vacancies' keys now, instead of once a day", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return e.settleNow(cmd.Context()) }},
		destroy,
	)
	return cmd
}

// encrypt has the blobs encrypted as the settings say. Without settings, a place where
// something is encrypted already is refused: its documents would look lost.
func encrypt(ctx context.Context, cfg config.Config, blobs *blob.Store) error {
	if !cfg.Encryption.On() {
		on, err := blobs.Encrypted(ctx)
		if err == nil && on {
			err = fmt.Errorf("documents in %s are encrypted: set encryption.master_key_file and encryption.keys", blobs.Place())
		}
		return err
	}
	keys, err := openKeys(cfg)
	if err != nil {
		return err
	}
	return blobs.Encrypt(ctx, keys)
}

// openKeys opens the folder of keys with the master key.
func openKeys(cfg config.Config) (*blob.Keys, error) {
	master, err := loadMaster(cfg)
	if err != nil {
		return nil, err
	}
	return blob.OpenKeys(cfg.Encryption.KeysPath(), master)
}

func loadMaster(cfg config.Config) (*secret.Box, error) {
	master, err := secret.Load(cfg.Encryption.MasterKeyPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("encryption.master_key_file: %w: put it back from its copy, or run \"dossier keys init\" when nothing is encrypted yet", err)
	}
	if err != nil {
		return nil, fmt.Errorf("encryption.master_key_file: %w", err)
	}
	return master, nil
}

func (e *environment) initKeys() error {
	cfg, err := e.settings(nil)
	if err != nil {
		return err
	}
	if !cfg.Encryption.On() {
		return usagef("keys init: set encryption.master_key_file and encryption.keys first: they say where to make them")
	}
	path, dir := cfg.Encryption.MasterKeyPath(), cfg.Encryption.KeysPath()
	_, err = os.Stat(path)
	made := errors.Is(err, fs.ErrNotExist)
	master, err := secret.LoadOrMake(path)
	if err != nil {
		return err
	}
	if err := blob.InitKeys(dir, master); err != nil {
		return err
	}
	if made {
		fmt.Fprintf(e.stdout, "%s: a new master key (%s). Keep a copy of it where neither this machine nor its backups are: without it nothing can be read\n", path, master.ID())
	}
	fmt.Fprintf(e.stdout, "%s: a new folder of keys. Copy it apart from the backups, and again whenever a vacancy is opened; when a key is destroyed, destroy it in the copies too\n"+
		"Start dossier again: what comes from now on is encrypted. \"dossier keys encrypt\" encrypts what is there already\n", dir)
	return nil
}

// withKeys opens the installation and makes sure that encryption is on.
func (e *environment) withKeys(ctx context.Context, do func(*instance) error) error {
	cfg, err := e.settings(nil)
	if err != nil {
		return err
	}
	if !cfg.Encryption.On() {
		return errors.New("keys: encryption is not on: set encryption.master_key_file and encryption.keys, and run \"dossier keys init\"")
	}
	i, err := e.open(ctx, cfg)
	if err != nil {
		return err
	}
	defer i.close()
	return do(i)
}

func (e *environment) keyStatus(ctx context.Context) error {
	return e.withKeys(ctx, func(i *instance) error {
		keys := i.blobs.Keys()
		all, err := keys.All()
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "folder  %s\nmaster  %s, in %s\n", keys.Dir(), keys.MasterID(), i.cfg.Encryption.MasterKeyPath())
		for _, k := range all {
			of := "mail that is not routed yet"
			switch {
			case k.Intake():
			case k.Vacancy == blob.General:
				of = "mail that belongs to no vacancy"
			default:
				of = fmt.Sprintf("vacancy %d", k.Vacancy)
				if v, err := i.store.VacancyByID(ctx, k.Vacancy); err == nil {
					of = "vacancy " + v.Slug
				}
			}
			state := ""
			switch {
			case k.DestroyedAt != nil:
				state = ", destroyed " + k.DestroyedAt.UTC().Format(time.DateTime)
			case k.EmptiedAt != nil:
				state = ", kept for older backups"
			}
			fmt.Fprintf(e.stdout, "key     %-16s  made %s  %s%s\n", k.ID, k.CreatedAt.UTC().Format(time.DateTime), of, state)
		}
		encrypted, plain := 0, 0
		err = i.blobs.List(ctx, func(b blob.Info) error {
			if b.Encrypted {
				encrypted++
			} else {
				plain++
			}
			return nil
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "files   %d encrypted, %d not\n", encrypted, plain)
		if plain > 0 {
			fmt.Fprintln(e.stdout, "        \"dossier keys encrypt\" encrypts the rest")
		}
		return nil
	})
}

func (e *environment) encryptRest(ctx context.Context) error {
	return e.withKeys(ctx, func(i *instance) error {
		var told func(int)
		if isTerminal(e.stderr) {
			told = func(n int) {
				if n%50 == 0 {
					fmt.Fprintf(e.stderr, "\r\x1b[K%d files encrypted", n)
				}
			}
		}
		n, err := i.blobs.EncryptRest(ctx, told)
		if told != nil {
			fmt.Fprint(e.stderr, "\r\x1b[K")
		}
		if err != nil {
			return fmt.Errorf("%d files encrypted: %w", n, err)
		}
		// What is known to belong to a vacancy goes under its key at once.
		did, err := i.blobs.Settle(ctx, time.Now(), i.blobUses)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%d files encrypted, %d put under their vacancies' keys\n"+
			"The disk may still hold what was there: older backups and copies hold it in any case\n", n, did.Moved)
		return nil
	})
}

func (e *environment) settleNow(ctx context.Context) error {
	return e.withKeys(ctx, func(i *instance) error {
		did, err := i.blobs.Settle(ctx, time.Now(), i.blobUses)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%d of %d files looked at were put under other keys, %d intake keys were destroyed\n", did.Moved, did.Looked, did.Destroyed)
		return nil
	})
}

func (e *environment) destroyKey(ctx context.Context, vacancy, yes string) error {
	return e.withKeys(ctx, func(i *instance) error {
		v, err := i.store.VacancyBySlug(ctx, vacancy)
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("there is no vacancy %q: \"dossier vacancy list\" names them", vacancy)
		}
		if err != nil {
			return err
		}
		if yes == "" {
			fmt.Fprintf(e.stderr, "The documents and messages that only %s holds can never be read again, here or in any backup.\n"+
				"What was read of them stays in the database until it is erased. Type the vacancy to go on: ", v.Slug)
			line, err := bufio.NewReader(e.stdin).ReadString('\n')
			if err != nil && line == "" {
				return errors.New("keys destroy: nobody confirmed it")
			}
			yes = strings.TrimSpace(line)
		}
		if yes != v.Slug {
			return usagef("keys destroy: %q is not %q: nothing was destroyed", yes, v.Slug)
		}
		did, n, err := i.blobs.DestroyVacancy(ctx, v.ID, time.Now(), i.blobUses)
		if err != nil {
			return err
		}
		if n == 0 {
			fmt.Fprintf(e.stdout, "the key of %s had been destroyed before\n", v.Slug)
			return nil
		}
		i.log.Info("the key of a vacancy was destroyed", "vacancy", v.ID)
		fmt.Fprintf(e.stdout, "the key of %s is destroyed (%d files were put under other keys first)\n"+
			"Destroy it in the copies of %s too. Mail of the last day that was under an intake key in a backup follows within a day,\n"+
			"or when \"dossier keys settle\" is run in a quarter of an hour\n", v.Slug, did.Moved, i.blobs.Keys().Dir())
		return nil
	})
}

// blobUses answers what blobs are needed for.
func (i *instance) blobUses(ctx context.Context, hashes []string) (map[string]blob.Use, error) {
	of, err := i.store.BlobUses(ctx, hashes)
	if err != nil {
		return nil, err
	}
	out := make(map[string]blob.Use, len(of))
	for h, u := range of {
		out[h] = blob.Use{Vacancies: u.Vacancies, Settled: u.Settled}
	}
	return out, nil
}

// settleKeys puts new mail under its vacancies' keys, once a day.
func (i *instance) settleKeys(ctx context.Context) {
	due, err := i.blobs.SettleDue(time.Now())
	if err == nil && due {
		var did blob.Settled
		did, err = i.blobs.Settle(ctx, time.Now(), i.blobUses)
		if err == nil {
			i.log.Info("files put under their vacancies' keys", "step", "keys", "count", did.Moved)
		}
	}
	if err != nil && ctx.Err() == nil {
		i.log.Error("keys were not settled, will be tried again", "step", "keys", "err", err)
	}
}
