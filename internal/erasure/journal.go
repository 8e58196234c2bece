package erasure

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"dossier/internal/store"
)

// Journal is the file that remembers erasures beside the database, so that a copy older
// than an erasure can be brought up to date: one JSON object a line, ids and keyed hashes
// only. It belongs on another disk than the database, or at least into every backup.
type Journal struct {
	// Path is the file; it and its folder are made at the first entry.
	Path string
}

// Append adds an entry and returns once it is on disk.
func (j Journal) Append(e store.EraseEntry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(j.Path), 0o700); err != nil {
		return fmt.Errorf("journal of erasures: %w", err)
	}
	f, err := os.OpenFile(j.Path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("journal of erasures: %w", err)
	}
	err = appendLine(f, line)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("journal of erasures: %w", err)
	}
	// The name of a new file survives a power cut only once its folder is synced.
	return syncFolder(filepath.Dir(j.Path))
}

func appendLine(f *os.File, line []byte) error {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if end > 0 {
		var last [1]byte
		if _, err := f.ReadAt(last[:], end-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			// A power cut left half a line: it must not swallow this one.
			line = append([]byte{'\n'}, line...)
		}
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		return err
	}
	return f.Sync()
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("journal of erasures: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return fmt.Errorf("journal of erasures: %w", err)
	}
	return nil
}

// maxLine bounds one line of a journal, in bytes.
const maxLine = 64 << 20

// Read calls each for every entry, the oldest first. A journal that is not there has none.
// Half a line, as a power cut leaves it, is passed over and counted: its erasure was not
// reported as done, and the database still held it as unfinished.
func (j Journal) Read(each func(store.EraseEntry) error) (torn int, err error) {
	f, err := os.Open(j.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("journal of erasures: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	for lines.Scan() {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var e store.EraseEntry
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			torn++
			continue
		}
		if err := each(e); err != nil {
			return torn, err
		}
	}
	if err := lines.Err(); err != nil {
		return torn, fmt.Errorf("journal of erasures: %w", err)
	}
	return torn, nil
}
