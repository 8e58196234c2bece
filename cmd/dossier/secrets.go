package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"dossier/internal/secret"
)

// keyFile is where the key is that secrets entered on pages are sealed with.
func (i *instance) keyFile() string {
	if i.cfg.SecretKeyFile != "" {
		return i.cfg.SecretKeyFile
	}
	return filepath.Join(i.cfg.Data, "secret.key")
}

// openSecrets readies the key. A key is made only where nothing is sealed yet; one that
// does not fit what is sealed is refused: starting without would look like every password
// being wrong.
func (i *instance) openSecrets(ctx context.Context) error {
	sealed, err := i.store.SealedSecrets(ctx)
	if err != nil {
		return err
	}
	box, where, err := i.loadKey(len(sealed) == 0)
	if err != nil {
		return err
	}
	for _, s := range sealed {
		id, err := secret.KeyOf(s)
		if err != nil {
			return fmt.Errorf("a secret in the database: %w: somebody changed it from outside", err)
		}
		if id != box.ID() {
			return fmt.Errorf("secrets in the database were sealed with key %s, and %s holds key %s: put the right key back from the backup, "+
				"or run \"dossier mailbox forget-secrets\" and enter the secrets anew", id, where, box.ID())
		}
	}
	i.box = box
	return nil
}

func (i *instance) loadKey(mayMake bool) (box *secret.Box, where string, err error) {
	if i.cfg.SecretKey != "" {
		box, err = secret.Parse(i.cfg.SecretKey)
		return box, "secret_key", err
	}
	path := i.keyFile()
	if mayMake {
		box, err = secret.LoadOrMake(path)
		return box, path, err
	}
	if box, err = secret.Load(path); errors.Is(err, fs.ErrNotExist) {
		return nil, path, fmt.Errorf("%w: secrets in the database were sealed with it: put it back from the backup, or run \"dossier mailbox forget-secrets\" and enter the secrets anew", err)
	}
	return box, path, err
}
