package mailbox

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"time"
)

// fromLine begins a message in an mbox: a sender, a day, a time, a year.
var fromLine = regexp.MustCompile(`^From \S* ?.*\d{1,2}:\d{2}(?::\d{2})?.*\d{4}`)

var stuffed = regexp.MustCompile(`(?m)^>(>*From )`)

// unstuff takes away the marks that keep "From " at the start of a line from beginning a
// message.
func unstuff(b []byte) []byte { return stuffed.ReplaceAll(b, []byte("$1")) }

// addMbox adds the messages of an mbox: each begins with a From line after a blank one.
func (f *Files) addMbox(file, path string) error {
	r, err := os.Open(file)
	if err != nil {
		return err
	}
	defer r.Close() // only read from
	reader := bufio.NewReaderSize(r, 64<<10)
	var at int64
	open, blank := false, true
	var current item
	var head bytes.Buffer
	finish := func(end int64) {
		if !open {
			return
		}
		current.size = end - current.start
		if received := receivedAt(head.Bytes()); !received.IsZero() {
			current.at = received
		}
		f.items = append(f.items, current)
	}
	for {
		line, err := reader.ReadSlice('\n')
		begins := blank && bytes.HasPrefix(line, []byte("From ")) && fromLine.Match(line)
		if begins {
			finish(at)
			open = true
			current = item{file: file, path: path, start: at + int64(len(line)), mbox: true, at: fromLineTime(string(line))}
			head.Reset()
		} else if open && head.Len() < headToRead {
			head.Write(line)
		}
		at += int64(len(line))
		blank = len(bytes.TrimRight(line, "\r\n")) == 0 && (err == nil)
		for errors.Is(err, bufio.ErrBufferFull) { // the rest of a long line
			line, err = reader.ReadSlice('\n')
			at += int64(len(line))
			if begins {
				current.start = at
			}
		}
		if errors.Is(err, io.EOF) {
			finish(at)
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// fromLineTime reads the date of a From line; mail servers write it in UTC.
func fromLineTime(line string) time.Time {
	fields := strings.Fields(line)
	for i := 1; i+5 <= len(fields); i++ {
		if at, err := time.Parse("Mon Jan 2 15:04:05 2006", strings.Join(fields[i:i+5], " ")); err == nil {
			return at
		}
	}
	return time.Time{}
}
