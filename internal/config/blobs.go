package config

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Blobs says where the bytes of messages and documents are kept.
type Blobs struct {
	// Store is s3://BUCKET?endpoint=URL&region=NAME, or a folder; the folder blobs in Data
	// when empty.
	Store string `yaml:"store" koanf:"store"`
	// AccessKey and SecretKey are the login of an object store; the files hold the same.
	AccessKey     string `yaml:"access_key" koanf:"access_key"`
	AccessKeyFile string `yaml:"access_key_file" koanf:"access_key_file"`
	SecretKey     string `yaml:"secret_key" koanf:"secret_key"`
	SecretKeyFile string `yaml:"secret_key_file" koanf:"secret_key_file"`
	// CAFile names a file of PEM certificates to trust besides the machine's own.
	CAFile string `yaml:"ca_file" koanf:"ca_file"`

	beside string
}

// InBucket tells whether the bytes are in an object store.
func (b Blobs) InBucket() bool { return strings.HasPrefix(b.Store, "s3://") }

// BlobFolder is the folder the bytes are in; empty when they are in an object store.
func (c Config) BlobFolder() string {
	switch {
	case c.Blobs.InBucket():
		return ""
	case c.Blobs.Store != "":
		return c.Blobs.Store
	}
	return filepath.Join(c.Data, "blobs")
}

// Spool is the folder of this machine where bytes wait for their upload.
func (c Config) Spool() string { return filepath.Join(c.Data, "spool") }

// Apart is the same settings for a place of its own: nothing of the installation is read or
// written there.
func (c Config) Apart(dir string) Config {
	c.Data, c.Blobs, c.Encryption = dir, Blobs{}, Encryption{}
	c.Database, c.DatabaseFile = "sqlite:"+filepath.Join(dir, "dossier.db"), ""
	return c
}

// CAPath is where CAFile is, or empty when none is set.
func (b Blobs) CAPath() string { return find(b.beside, b.CAFile) }

// Login is the object store's, read from the files when they are named.
func (b Blobs) Login() (accessKey, secretKey string, err error) {
	accessKey, secretKey = b.AccessKey, b.SecretKey
	if b.AccessKeyFile != "" {
		if accessKey, err = readSecret(b.beside, b.AccessKeyFile); err != nil {
			return "", "", fmt.Errorf("blobs.access_key_file: %w", err)
		}
	}
	if b.SecretKeyFile != "" {
		if secretKey, err = readSecret(b.beside, b.SecretKeyFile); err != nil {
			return "", "", fmt.Errorf("blobs.secret_key_file: %w", err)
		}
	}
	return accessKey, secretKey, nil
}

func (b Blobs) check(wrong func(string, string, ...any)) {
	if b.AccessKey != "" && b.AccessKeyFile != "" {
		wrong("blobs.access_key_file", "access_key is given too: want one of them")
	}
	if b.SecretKey != "" && b.SecretKeyFile != "" {
		wrong("blobs.secret_key_file", "secret_key is given too: want one of them")
	}
	login := b.AccessKey != "" || b.AccessKeyFile != "" || b.SecretKey != "" || b.SecretKeyFile != ""
	switch {
	case b.InBucket():
		if b.AccessKey == "" && b.AccessKeyFile == "" {
			wrong("blobs.access_key_file", "missing beside a bucket")
		}
		if b.SecretKey == "" && b.SecretKeyFile == "" {
			wrong("blobs.secret_key_file", "missing beside a bucket")
		}
	case strings.Contains(b.Store, "://"):
		wrong("blobs.store", "want s3://BUCKET?endpoint=https://HOST&region=NAME, or a folder")
	case login:
		wrong("blobs.store", "want s3://BUCKET beside a login")
	}
}
