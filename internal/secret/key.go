package secret

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrOpenToOthers: others than its owner may read the key file.
var ErrOpenToOthers = errors.New("others than its owner may read the key file")

// Parse reads a key: 64 hexadecimal digits, or base64 of 32 bytes.
func Parse(text string) (*Box, error) {
	text = strings.TrimSpace(text)
	if key, err := hex.DecodeString(text); err == nil && len(key) == KeyBytes {
		return New(key)
	}
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if key, err := enc.DecodeString(text); err == nil && len(key) == KeyBytes {
			return New(key)
		}
	}
	// The text is not shown: it may be a key with a slip in it.
	return nil, fmt.Errorf("secret: not a key: want %d hexadecimal digits, as `openssl rand -hex %d` makes", 2*KeyBytes, KeyBytes)
}

// handedOver is the folder in which containers find their secrets. The mode of a file there
// is that of whoever runs the containers, and nobody else is inside.
var handedOver = "/run/secrets/"

// Load reads the key in a file. The error wraps fs.ErrNotExist when there is none, and
// ErrOpenToOthers when the file is not its owner's alone, unless a container was handed it.
func Load(path string) (*Box, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 && !strings.HasPrefix(filepath.Clean(path), handedOver) {
		return nil, fmt.Errorf("secret: %s: %w: chmod 600 it", path, ErrOpenToOthers)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	box, err := Parse(string(b))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return box, nil
}

// LoadOrMake reads the key in a file, and makes a new one when there is no such file.
// Several processes may call it at once: all end with the same key.
func LoadOrMake(path string) (*Box, error) {
	box, err := Load(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return box, err
	}
	key := make([]byte, KeyBytes)
	rand.Read(key) // never fails
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*")
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	defer os.Remove(f.Name()) // the link below is what stays
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Chmod(0o600), f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	// A link is made whole or not at all, and never over what is there.
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("secret: %w", err)
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync() // the key is used at once in any case
		_ = d.Close()
	}
	return Load(path)
}
