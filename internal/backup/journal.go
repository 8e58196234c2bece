package backup

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"dossier/internal/store"
)

// maxJournalLine is far above any real line.
const maxJournalLine = 16 << 20

// mergeJournal adds to the journal in a folder of backups what is not there yet: the lines of
// the instance's own, and the entries of the database, which holds those that other machines
// made as well.
func mergeJournal(ctx context.Context, st *store.Store, own, dir string) error {
	mine, err := journalLines(own)
	if err != nil {
		return err
	}
	err = st.EraseEntries(ctx, func(e store.EraseEntry) error {
		line, err := json.Marshal(e)
		mine = append(mine, line)
		return err
	})
	if err != nil || len(mine) == 0 {
		return err
	}
	path := filepath.Join(dir, JournalFile)
	theirs, err := journalLines(path)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, l := range theirs {
		there[string(l)] = true
	}
	// A line that was cut off ends here and is passed over by who reads it.
	add := []byte("\n")
	for _, l := range mine {
		if !there[string(l)] {
			there[string(l)] = true
			add = append(append(add, l...), '\n')
		}
	}
	if len(add) == 1 {
		return nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	if len(theirs) == 0 {
		add = add[1:]
	}
	_, err = f.Write(add)
	return errors.Join(err, f.Sync(), f.Close(), syncFolder(dir))
}

func journalLines(path string) ([][]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var lines [][]byte
	s := bufio.NewScanner(f)
	s.Buffer(nil, maxJournalLine)
	for s.Scan() {
		if len(bytes.TrimSpace(s.Bytes())) > 0 {
			lines = append(lines, bytes.Clone(s.Bytes()))
		}
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return lines, nil
}
