package message

import (
	"bytes"
	"strings"
)

// normalise mends what stands before and between the lines of a raw message: a byte order
// mark, blank lines before the head, the From line of an mbox, carriage returns without
// line feeds, and those that a gateway doubled. The bytes kept as evidence are not these.
func normalise(raw []byte) []byte {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	raw = bytes.TrimLeft(raw, " \t\r\n\x00")
	if bytes.HasPrefix(raw, []byte("From ")) || bytes.HasPrefix(raw, []byte(">From ")) {
		if i := bytes.IndexAny(raw, "\r\n"); i >= 0 {
			raw = bytes.TrimLeft(raw[i:], "\r\n")
		}
	}
	start := raw[:min(len(raw), 64<<10)]
	if n := bytes.Count(start, []byte{'\n'}); n > 1 && bytes.Count(start, []byte("\r\r\n")) == n {
		raw = bytes.ReplaceAll(raw, []byte("\r\r\n"), []byte("\r\n"))
	}
	if bytes.IndexByte(start, '\n') < 0 && bytes.IndexByte(start, '\r') >= 0 {
		raw = bytes.ReplaceAll(raw, []byte{'\r'}, []byte{'\n'})
	}
	return raw
}

// bound cuts a message where it goes over the limits of parts and nesting, before anything
// is built from it: reading a body below n boundaries costs n looks at every byte. It
// returns what is left and the problem that made it cut, if any.
func bound(raw []byte, l Limits) ([]byte, string) {
	known := map[string]bool{}
	var open []string
	parts := 0
	for at := 0; at < len(raw); {
		end := bytes.IndexByte(raw[at:], '\n')
		if end < 0 {
			end = len(raw) - at
		}
		line := raw[at : at+end]
		switch {
		case len(line) > 2 && line[0] == '-' && line[1] == '-':
			name := strings.TrimSpace(string(line[2:min(len(line), 2+200)]))
			if known[name] {
				if parts++; parts > l.MaxParts {
					return raw[:at], ProblemTooMany
				}
				if open = closeTo(open, name); len(open) >= 2*l.MaxDepth {
					return raw[:at], ProblemTooDeep
				}
				open = append(open, name)
			} else if name, ok := strings.CutSuffix(name, "--"); ok && known[name] {
				open = closeTo(open, name)
			}
		case len(line) < 1000 && bytes.IndexByte(line, '=') >= 0:
			if name := boundaryIn(string(line)); name != "" {
				known[name] = true
			}
		}
		at += end + 1
	}
	return raw, ""
}

// closeTo drops name and all that was opened within it.
func closeTo(open []string, name string) []string {
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] == name {
			return open[:i]
		}
	}
	return open
}

func boundaryIn(line string) string {
	i := strings.Index(strings.ToLower(line), "boundary")
	if i < 0 || i+len("boundary") > len(line) {
		return ""
	}
	return params("x; " + line[i:])["boundary"]
}

// sniffBoundary finds the boundary of a multipart whose head does not name it: a line
// "--something" right before a line that looks like a header of a part.
func sniffBoundary(body []byte) string {
	lines := strings.Split(string(body[:min(len(body), 64<<10)]), "\n")
	for i := 0; i+1 < len(lines); i++ {
		name, ok := strings.CutPrefix(strings.TrimSpace(lines[i]), "--")
		if !ok || name == "" || len(name) > 200 {
			continue
		}
		if strings.HasPrefix(strings.ToLower(lines[i+1]), "content-") {
			return name
		}
	}
	return ""
}

func (l Limits) orDefault() Limits {
	or := func(p *int, d int) {
		if *p <= 0 {
			*p = d
		}
	}
	or64 := func(p *int64, d int64) {
		if *p <= 0 {
			*p = d
		}
	}
	or64(&l.MaxBytes, 64<<20)
	or(&l.MaxParts, 1000)
	or(&l.MaxDepth, 10)
	or(&l.MaxFiles, 200)
	or64(&l.MaxUnpacked, 200<<20)
	or(&l.MaxText, 2<<20)
	return l
}
