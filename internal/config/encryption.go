package config

import (
	"path/filepath"
	"strings"
)

// Encryption says whether and how the bytes of messages and documents are encrypted.
type Encryption struct {
	// MasterKeyFile names the file of the key that all others are sealed with; empty for no
	// encryption.
	MasterKeyFile string `yaml:"master_key_file" koanf:"master_key_file"`
	// Keys is the folder of the other keys: outside Data, and no part of backups.
	Keys string `yaml:"keys" koanf:"keys"`

	beside string
}

// On tells whether bytes are encrypted.
func (e Encryption) On() bool { return e.MasterKeyFile != "" }

// MasterKeyPath is where MasterKeyFile is.
func (e Encryption) MasterKeyPath() string { return find(e.beside, e.MasterKeyFile) }

// KeysPath is where Keys is.
func (e Encryption) KeysPath() string { return find(e.beside, e.Keys) }

func (e Encryption) check(data string, wrong func(string, string, ...any)) {
	switch {
	case e.Keys != "" && inside(e.KeysPath(), data):
		wrong("encryption.keys", "want a folder outside data: whoever copies data must not copy the keys with it")
	case e.MasterKeyFile != "" && e.Keys == "":
		wrong("encryption.keys", "missing: a folder for the keys, outside the data folder and outside backups")
	case e.MasterKeyFile == "" && e.Keys != "":
		wrong("encryption.master_key_file", "missing beside a folder of keys")
	}
}

// inside tells whether a path lies in a folder.
func inside(path, folder string) bool {
	p, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	f, err := filepath.Abs(folder)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(f, p)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
