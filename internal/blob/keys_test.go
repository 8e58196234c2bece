package blob

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestAReaderNeverFindsHalfOfADestroyedKey(t *testing.T) {
	k := newKeys(t)
	var ids []string
	for vacancy := range int64(40) {
		id, err := k.vacancyKey(vacancy + 1)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	path := filepath.Join(k.dir, ids[0]+keySuffix)
	old := filepath.Join(t.TempDir(), "old")
	if err := os.Link(path, old); err != nil {
		t.Skip("a file system without hard links")
	}
	other, err := OpenKeys(k.dir, k.master) // another process
	if err != nil {
		t.Fatal(err)
	}
	done, read := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			if _, err := other.All(); err != nil {
				read <- err
				return
			}
			select {
			case <-done:
				read <- nil
				return
			default:
			}
		}
	}()
	for _, id := range ids {
		if err := k.destroy(id, time.Now()); err != nil {
			t.Error(err)
		}
	}
	close(done)
	if err := <-read; err != nil {
		t.Errorf("reading meanwhile: %v", err)
	}
	if b, err := os.ReadFile(old); err != nil || len(bytes.Trim(b, "\x00")) != 0 {
		t.Errorf("the bytes of a destroyed key still stand where they stood: %d, %v", len(b), err)
	}
}
