package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBlobsAreInDataUnlessABucketIsNamed(t *testing.T) {
	c, err := Load(Source{Env: []string{"DOSSIER_DATA=somewhere"}})
	if err != nil || c.BlobFolder() != filepath.Join("somewhere", "blobs") || c.Blobs.InBucket() {
		t.Errorf("nothing set: %q, %v", c.BlobFolder(), err)
	}
	c, err = Load(Source{Env: []string{"DOSSIER_BLOBS_STORE=/mnt/shared/blobs"}})
	if err != nil || c.BlobFolder() != "/mnt/shared/blobs" {
		t.Errorf("a folder: %q, %v", c.BlobFolder(), err)
	}
	path := write(t, "blobs: {store: \"s3://cvs?endpoint=https://s3.example\", access_key: AK, secret_key_file: s3-secret}")
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "s3-secret"), []byte("hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err = Load(Source{File: path}); err != nil {
		t.Fatal(err)
	}
	access, secret, err := c.Blobs.Login()
	if err != nil || access != "AK" || secret != "hunter2" || !c.Blobs.InBucket() || c.BlobFolder() != "" {
		t.Errorf("a bucket: %q, %q, %v", access, secret, err)
	}
	c.Blobs.SecretKey, c.Blobs.SecretKeyFile = "hunter2", ""
	var out strings.Builder
	if err := c.Dump(&out); err != nil || strings.Contains(out.String(), "hunter2") || !strings.Contains(out.String(), "s3://cvs") {
		t.Errorf("dump: %v\n%s", err, out.String())
	}
}

func TestMistakesAboutBlobsAreNamed(t *testing.T) {
	for yaml, want := range map[string]string{
		"blobs: {store: \"s3://cvs\"}":                                      "blobs.access_key_file: missing",
		"blobs: {store: \"s3://cvs\", access_key: a}":                       "blobs.secret_key_file: missing",
		"blobs: {store: \"gs://cvs\"}":                                      "blobs.store",
		"blobs: {access_key: a, secret_key: b}":                             "blobs.store: want s3",
		"blobs: {store: \"s3://c\", access_key: a, access_key_file: b}":     "blobs.access_key_file: access_key is given too",
		"blobs: {store: \"s3://c\", access_key: a, secret_keyfile: hunter}": "secret_keyfile",
	} {
		if _, err := Load(Source{File: write(t, yaml)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", yaml, err, want)
		}
	}
}
