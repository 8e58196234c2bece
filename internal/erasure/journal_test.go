package erasure

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"dossier/internal/store"
)

func TestAJournalOutlivesAPowerCut(t *testing.T) {
	j := Journal{Path: filepath.Join(t.TempDir(), "other disk", "erasures.jsonl")}
	read := func() (keys []string, torn int) {
		torn, err := j.Read(func(e store.EraseEntry) error { keys = append(keys, e.Key); return nil })
		if err != nil {
			t.Fatal(err)
		}
		return keys, torn
	}
	if keys, torn := read(); len(keys)+torn != 0 {
		t.Errorf("a journal that is not there gave %v, %d torn", keys, torn)
	}
	add := func(key string) {
		if err := j.Append(store.EraseEntry{Key: key, At: time.Unix(0, 0).UTC()}); err != nil {
			t.Fatal(err)
		}
	}
	add("a")
	f, err := os.OpenFile(j.Path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"at":"2026-01-01T00:00:00Z","ke`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	add("b") // must not be swallowed by the half line before it
	if keys, torn := read(); !slices.Equal(keys, []string{"a", "b"}) || torn != 1 {
		t.Errorf("read %v, %d torn; want a and b, 1 torn", keys, torn)
	}
	if fi, err := os.Stat(j.Path); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", fi.Mode(), err)
	}
}

func TestAJournalThatCannotBeWrittenLeavesTheErasureUnfinished(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Config{DSN: "sqlite:" + filepath.Join(dir, "d.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	m, err := st.EnsureMailbox(t.Context(), store.NewMailbox{Name: "import", Kind: store.KindFolder})
	if err != nil {
		t.Fatal(err)
	}
	msg, _, err := st.KeepFile(t.Context(), m.ID, store.KeptFile{Hash: "0000000000000000000000000000000000000000000000000000000000000001", Size: 1})
	if err != nil {
		t.Fatal(err)
	}
	e := &Eraser{Store: st, Journal: Journal{Path: filepath.Join(dir, "file", "erasures.jsonl")}, Now: time.Now}
	o := store.EraseOrder{Messages: []int64{msg.ID}, Cause: store.CauseErased}
	if _, err := e.Erase(t.Context(), o, false); err == nil {
		t.Fatal("reported as done without a journal")
	}
	open, err := st.UnfinishedErasures(t.Context(), 10)
	if err != nil || len(open) != 1 || open[0].JournaledAt != nil {
		t.Errorf("unfinished %+v, %v", open, err)
	}
}
