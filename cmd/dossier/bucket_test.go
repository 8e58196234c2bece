package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// TestMailIsKeptInABucket reads mail into an object store, through an outage of it, and backs
// it up from there into a folder.
func TestMailIsKeptInABucket(t *testing.T) {
	handler := gofakes3.New(s3mem.New(), gofakes3.WithLogger(gofakes3.DiscardLog()), gofakes3.WithTimeSkewLimit(0)).Server()
	var reads, writes atomic.Bool // refused
	bucket := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		listing := r.URL.Query().Has("list-type") || strings.HasSuffix(r.URL.Path, "encryption.json") // what a start asks for
		if !listing && (r.Method == http.MethodGet && reads.Load() || r.Method == http.MethodPut && writes.Load()) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte("<Error><Code>NoSuchBucket</Code></Error>")) // the recorder cannot fail
			return
		}
		handler.ServeHTTP(w, r)
	}))
	defer bucket.Close()

	s := memoryMailbox(t)
	in, to, dir := install(t, s, ""), install(t, s, ""), filepath.Join(t.TempDir(), "backups")
	for name, content := range map[string]string{"access": "someone\n", "secret-s3": "something\n"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(in.config), name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.OpenFile(in.config, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("blobs: {store: \"s3://cvs/kept?create=true&endpoint=" + bucket.URL + "\", access_key_file: access, secret_key_file: secret-s3}\n"); err != nil {
		t.Fatal(err)
	}

	s.deliver(t, application(1))
	in.must(t, "poll", "--once")
	checkRows(t, in, 1)
	if _, err := os.Stat(filepath.Join(filepath.Dir(in.config), "data", "blobs")); err == nil {
		t.Error("a folder of blobs was made beside the bucket")
	}

	s.deliver(t, application(2))
	writes.Store(true)
	if code, _, errs := in.dossier(t, "poll", "--once"); code == 0 || !strings.Contains(errs, "make it, or correct blobs.store") {
		t.Errorf("poll without a bucket to write to: exit %d, %s", code, errs)
	}
	if n := in.count(t, "SELECT count(*) FROM messages WHERE raw_hash <> ''"); n != 1 {
		t.Errorf("%d messages count as stored, want 1", n)
	}
	writes.Store(false)
	in.must(t, "poll", "--once", "--fetch-only")
	reads.Store(true)
	if code, _, _ := in.dossier(t, "poll", "--once"); code == 0 {
		t.Error("poll without a bucket to read from: exit 0")
	}
	if n := in.count(t, "SELECT count(*) FROM messages WHERE attempts > 0 AND state = 'stored' OR parked"); n != 0 {
		t.Errorf("the outage was counted against %d messages", n)
	}
	reads.Store(false)
	in.must(t, "poll", "--once")
	checkRows(t, in, 2)
	if left, err := os.ReadDir(filepath.Join(filepath.Dir(in.config), "data", "spool")); err != nil || len(left) != 0 {
		t.Errorf("%d files left in the spool, %v", len(left), err)
	}
	if _, x := in.doctor(t); !strings.Contains(x.about("files"), "ok") {
		t.Errorf("doctor says %q", x.about("files"))
	}

	r := in.backup(t, dir)
	to.must(t, "restore", dir)
	sameBlobs(t, dir, r.Manifest.Blobs.Count, to)
	to.must(t, "poll", "--once")
	checkRows(t, to, 2)
}
