package intake

import (
	"context"
	"database/sql"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dossier/intake/mailbox"
)

// machineFaults are faults of the matrix: what our own machine does.
var machineFaults = []fault{
	{13, "the disk refuses new files", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 5, 1000)
		p := w.poller(w.mail.folder, nil)
		tmp := filepath.Join(w.blobs.Dir(), "tmp")
		w.must(os.Rename(tmp, tmp+"-away"))
		w.failing(p, os.ErrNotExist)
		box, err := w.store.MailboxByName(t.Context(), p.Name())
		w.must(err)
		if box.Failures != 1 || box.LastGoodAt != nil {
			t.Errorf("the mailbox tells %d failures, last good round %v", box.Failures, box.LastGoodAt)
		}
		w.must(os.Rename(tmp+"-away", tmp))
		w.settle(p)
		w.accounted()
	}},
	{13, "a folder of blobs fills up in the middle of a message", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 3, 1000)
		w.deliver(w.mail.folder, 1, 3_000_000)
		p := w.poller(w.mail.folder, nil)
		mend := limitFiles(t, 2_000_000)
		w.failing(p, syscall.EFBIG)
		mend()
		w.settle(p)
		w.accounted()
	}},
	{13, "the database is locked for a while", func(t *testing.T, w *world) {
		path, ok := strings.CutPrefix(w.dsn, "sqlite:")
		if !ok {
			return // PostgreSQL's turn comes below
		}
		other, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
		w.must(err)
		defer other.Close()
		w.deliver(w.mail.folder, 5, 1000)
		var once sync.Once
		released := make(chan struct{})
		p := w.poller(w.mail.folder, func(pc *PollerConfig, _ *mailbox.IMAPConfig) {
			pc.At = func(point string) {
				if point != "synced" {
					return
				}
				once.Do(func() {
					tx, err := other.BeginTx(context.Background(), nil)
					if err != nil {
						t.Error(err)
						close(released)
						return
					}
					go func() {
						defer close(released)
						time.Sleep(time.Second)
						_ = tx.Rollback() // nothing was written
					}()
				})
			}
		})
		w.settle(p)
		<-released
		w.accounted()
	}},
}

// limitFiles lets no file of this process grow beyond so many bytes, as a full disk would,
// until mend is called.
func limitFiles(t *testing.T, bytes uint64) (mend func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	limit := was
	limit.Cur = bytes
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	mend = func() {
		once.Do(func() {
			if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
				t.Error(err)
			}
			signal.Reset(syscall.SIGXFSZ)
		})
	}
	t.Cleanup(mend)
	return mend
}
