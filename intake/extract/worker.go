package extract

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"dossier/screening/text"
)

// The talk between Runner and Worker: one line of JSON with the sandbox, then for
// every document one line with a request followed by its bytes, answered by one line
// with a Result. The child never speaks first and ends at the end of its input.

// sandbox is what the child allows itself before it reads the first byte of a
// stranger's file. Zero fields are not limited.
type sandbox struct {
	AddressSpace uint64 `json:"address_space,omitempty"`
	FileSize     uint64 `json:"file_size"`
	OpenFiles    uint64 `json:"open_files,omitempty"`
	// NoFiles forbids writing any file at all (FileSize 0 is a limit, not its absence).
	NoFiles bool `json:"no_files,omitempty"`
}

// request asks the child to read one document.
type request struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	Limits Limits `json:"limits"`
	// CPU is how much processor time this document may cost.
	CPU time.Duration `json:"cpu"`
	// Deepen asks for pdfium, OCR and LibreOffice where Result needs them.
	Deepen   bool    `json:"deepen,omitempty"`
	Result   *Result `json:"result,omitempty"`
	Tools    Tools   `json:"tools"`
	Password string  `json:"password,omitempty"`
	// Redact asks for pictures of the pages with these boxes painted over, and nothing else.
	Redact [][]text.Box `json:"redact,omitempty"`
}

// maxHeader bounds a request line: a Result of the largest document fits.
const maxHeader = 256 << 20

// Worker is the child's side: it reads requests from stdin and writes one Result for
// each to stdout, until stdin ends. It limits its own process first, so it must only
// run in a process of its own. An error means the parent did not speak the protocol or
// the limits could not be set.
func Worker(stdin io.Reader, stdout io.Writer) error {
	in := bufio.NewReaderSize(stdin, 64<<10)
	out := bufio.NewWriterSize(stdout, 64<<10)
	var box sandbox
	if err := readLine(in, &box); err != nil {
		if errors.Is(err, io.EOF) {
			return nil
		}
		return fmt.Errorf("worker: sandbox: %w", err)
	}
	if err := box.enter(); err != nil {
		return fmt.Errorf("worker: sandbox: %w", err)
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for {
		var q request
		if err := readLine(in, &q); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("worker: request: %w", err)
		}
		if q.Size < 0 || q.Size > q.Limits.orDefault().MaxBytes {
			return fmt.Errorf("worker: request of %d bytes", q.Size)
		}
		data := make([]byte, q.Size)
		if _, err := io.ReadFull(in, data); err != nil {
			return fmt.Errorf("worker: document: %w", err)
		}
		limitCPU(q.CPU)
		var res Result
		if q.Redact != nil {
			res = redact(data, q.Redact, q.Tools)
		} else if q.Deepen && q.Result != nil {
			res = deepen(data, q.Password, *q.Result, q.Tools, q.Limits)
		} else {
			res = ReadWithPassword(q.Name, data, q.Password, q.Limits)
		}
		if err := enc.Encode(res); err != nil {
			return fmt.Errorf("worker: answer: %w", err)
		}
		if err := out.Flush(); err != nil {
			return fmt.Errorf("worker: answer: %w", err)
		}
		if q.Size > 4<<20 {
			debug.FreeOSMemory()
		}
	}
}

// readLine decodes one line of JSON; io.EOF only when there is no line at all.
func readLine(r *bufio.Reader, v any) error {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxHeader {
			return errors.New("line too long")
		}
		if err == nil {
			break
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) && len(line) > 0 {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	return json.Unmarshal(line, v)
}
