package message

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"slices"
	"strings"

	"github.com/jhillyerd/enmime/v2"
	"github.com/jhillyerd/enmime/v2/mediatype"
)

// part is one node of a message: what enmime found, with fields read leniently and the
// content as it was sent.
type part struct {
	header      textproto.MIMEHeader
	media       string // declared, lower case, without parameters
	params      map[string]string
	disposition string
	dispParams  map[string]string
	raw         []byte // still in its transfer encoding
	unclosed    bool   // a multipart whose end is missing
	children    []*part
}

func (p *part) multipart() bool { return strings.HasPrefix(p.media, "multipart/") }

// name is the file name as the sender gave it, decoded.
func (p *part) name() string {
	for _, s := range []string{p.dispParams["filename"], p.params["name"], p.params["file"], p.dispParams["name"]} {
		if s != "" {
			return words(s)
		}
	}
	return ""
}

func (p *part) contentID() string {
	return strings.Trim(oneLine(p.header.Get("Content-Id")), "<> ")
}

// content undoes the transfer encoding. damaged is true when bytes were lost.
func (p *part) content() (b []byte, damaged bool) {
	encoding := strings.ToLower(oneLine(p.header.Get("Content-Transfer-Encoding")))
	encoding, _, _ = strings.Cut(encoding, ";")
	switch strings.Trim(encoding, ` "'`) {
	case "base64", "b", "base-64":
		return decodeBase64(p.raw)
	case "quoted-printable", "q", "quotedprintable":
		return unquote(p.raw), false
	case "x-uuencode", "uuencode", "x-uue", "uue":
		if _, b, ok := uudecode(p.raw); ok {
			return b, false
		}
		return p.raw, true
	}
	if b, ok := secretBase64(p); ok {
		return b, false
	}
	return p.raw, false
}

// secretBase64 decodes a file that is base64 although its head does not say so.
func secretBase64(p *part) ([]byte, bool) {
	if strings.HasPrefix(p.media, "text/") || p.multipart() || strings.HasPrefix(p.media, "message/") {
		return nil, false
	}
	start := bytes.TrimSpace(p.raw[:min(len(p.raw), 4<<10)])
	if len(start) < 64 {
		return nil, false
	}
	for _, c := range start {
		if _, ok := base64Value(c); !ok && c != '=' && c != '\r' && c != '\n' {
			return nil, false
		}
	}
	b, damaged := decodeBase64(p.raw)
	return b, !damaged
}

// tree reads the structure of a message. It never fails: what enmime refuses is cut by a
// simpler reader.
func tree(raw []byte, l Limits) *part {
	if root, ok := mendRoot(raw, l); ok {
		return root
	}
	parser := enmime.NewParser(
		enmime.RawContent(true),
		enmime.MultipartWOBoundaryAsSinglePart(true),
		enmime.MaxStoredPartErrors(20),
		enmime.SetCustomParseMediaType(parseMediaType),
	)
	root, err := readParts(parser, raw)
	if err != nil {
		return cutTree(raw, l.MaxDepth)
	}
	return convert(root, l)
}

// mendRoot reads a message whose head leads astray: it names its type twice, once as text
// and once as parts, or a boundary that stands nowhere in the body. Files would be lost in
// its text. ok is false for every other message.
func mendRoot(raw []byte, l Limits) (root *part, ok bool) {
	head, body := cutHead(raw)
	header := readHead(head)
	types := header["Content-Type"]
	parts := slices.IndexFunc(types, func(t string) bool { return strings.HasPrefix(params(t)[""], "multipart/") })
	if parts < 0 {
		return nil, false
	}
	boundary := params(types[parts])["boundary"]
	if boundary == "" || !bytes.Contains(body, []byte("--"+boundary)) {
		if boundary = sniffBoundary(body); boundary == "" {
			return nil, false
		}
	} else if parts == 0 {
		return nil, false
	}
	header["Content-Type"] = types[parts : parts+1]
	root = newPart(header)
	root.raw, root.children = body, cutParts(body, boundary, l.MaxDepth)
	return root, len(root.children) > 0
}

func readParts(parser *enmime.Parser, raw []byte) (root *enmime.Part, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", errTangled, v)
		}
	}()
	return parser.ReadParts(&countedReader{r: bytes.NewReader(raw), left: len(raw)/512 + 20_000})
}

// countedReader ends a parse that goes round in circles. Below n multiparts that are never
// closed enmime looks at the end of the message a power of n times; an honest parse reads
// every 4 KB once. Counting keeps the outcome the same on every machine, as a clock would
// not. It panics, since enmime takes an error for an end to look beyond.
type countedReader struct {
	r    io.Reader
	left int
}

var errTangled = errors.New("the parts of the message are entangled")

// Read implements io.Reader.
func (c *countedReader) Read(p []byte) (int, error) {
	if c.left--; c.left < 0 {
		panic(errTangled)
	}
	return c.r.Read(p)
}

// parseMediaType repairs what enmime's own parser refuses: one nonsense Content-Type would
// otherwise cost the whole message.
func parseMediaType(field string) (media string, ps map[string]string, invalid []string, err error) {
	media, ps, invalid, err = mediatype.Parse(field)
	if err == nil {
		return media, ps, invalid, nil
	}
	ps = params(field)
	media = ps[""]
	delete(ps, "")
	if strings.Count(media, "/") != 1 || strings.ContainsAny(media, " \t,") {
		media = "application/octet-stream"
		if ps["boundary"] != "" {
			media = "multipart/mixed"
		}
	}
	return media, ps, []string{field}, nil
}

func convert(p *enmime.Part, l Limits) *part {
	out := newPart(p.Header)
	out.raw = p.Content
	for _, e := range p.Errors {
		out.unclosed = out.unclosed || e.Name == enmime.ErrorMissingBoundary
	}
	for c := p.FirstChild; c != nil; c = c.NextSibling {
		out.children = append(out.children, convert(c, l))
	}
	if out.multipart() && len(out.children) == 0 {
		if b := sniffBoundary(out.raw); b != "" {
			out.children = cutParts(out.raw, b, l.MaxDepth)
		}
	}
	return out
}

func newPart(header textproto.MIMEHeader) *part {
	p := &part{header: header, params: params(header.Get("Content-Type")), dispParams: params(header.Get("Content-Disposition"))}
	p.media = p.params[""]
	p.disposition = p.dispParams[""]
	if p.media == "" {
		p.media = "text/plain"
	}
	if !strings.Contains(p.media, "/") {
		p.media = map[string]string{"text": "text/plain", "html": "text/html", "pdf": "application/pdf"}[p.media]
	}
	if p.media == "" || strings.ContainsAny(p.media, " \t") {
		p.media = "application/octet-stream"
	}
	return p
}

// cutTree is the reader of last resort: a head, a blank line, a body cut at its boundary.
func cutTree(raw []byte, depth int) *part {
	head, body := cutHead(raw)
	p := newPart(readHead(head))
	p.raw = body
	boundary := p.params["boundary"]
	if p.multipart() && boundary == "" {
		boundary = sniffBoundary(body)
	}
	if boundary != "" && depth > 0 {
		if !p.multipart() {
			p.media = "multipart/mixed"
		}
		p.children = cutParts(body, boundary, depth-1)
	}
	return p
}

func cutParts(body []byte, boundary string, depth int) []*part {
	var out []*part
	start := -1
	for at := 0; at <= len(body); {
		end := bytes.IndexByte(body[at:], '\n')
		next := at + end + 1
		if end < 0 {
			end, next = len(body)-at, len(body)+1
		}
		line := bytes.TrimRight(body[at:at+end], " \t\r")
		if rest, ok := bytes.CutPrefix(line, []byte("--"+boundary)); ok && (len(rest) == 0 || string(rest) == "--") {
			if start >= 0 {
				out = append(out, cutTree(bytes.TrimSuffix(bytes.TrimSuffix(body[start:at], []byte("\n")), []byte("\r")), depth))
			}
			start = min(next, len(body))
			if len(rest) > 0 {
				return out
			}
		}
		at = next
	}
	if start >= 0 && start < len(body) {
		out = append(out, cutTree(body[start:], depth))
	}
	return out
}

// cutHead parts the head from the body at the first blank line.
func cutHead(raw []byte) (head, body []byte) {
	for at := 0; at < len(raw); {
		end := bytes.IndexByte(raw[at:], '\n')
		if end < 0 {
			break
		}
		if len(bytes.TrimSpace(raw[at:at+end])) == 0 {
			return raw[:at], raw[at+end+1:]
		}
		at += end + 1
	}
	return raw, nil
}

// readHead reads header fields, unfolded; lines that are none are skipped.
func readHead(head []byte) textproto.MIMEHeader {
	out := textproto.MIMEHeader{}
	key, value := "", ""
	flush := func() {
		if key != "" {
			out.Add(key, strings.TrimSpace(value))
		}
	}
	for _, line := range strings.Split(string(head), "\n") {
		line = strings.TrimRight(line, "\r")
		if line != "" && (line[0] == ' ' || line[0] == '\t') {
			value += " " + strings.TrimSpace(line)
			continue
		}
		name, rest, ok := strings.Cut(line, ":")
		if !ok || strings.ContainsAny(strings.TrimRight(name, " \t"), " \t") || name == "" {
			continue
		}
		flush()
		key, value = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)), rest
	}
	flush()
	return out
}

// uudecode reads the first "begin ... end" block of a text.
func uudecode(in []byte) (name string, out []byte, ok bool) {
	lines := strings.Split(string(in), "\n")
	for i, line := range lines {
		var mode int
		if n, _ := fmt.Sscanf(line, "begin %o %s", &mode, &name); n != 2 {
			continue
		}
		_, name, _ = strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "begin "), " ")
		for _, l := range lines[i+1:] {
			l = strings.TrimRight(l, "\r")
			if l == "end" {
				return name, out, true
			}
			out = append(out, uuline(l)...)
		}
	}
	return "", nil, false
}

func uuline(l string) []byte {
	if l == "" {
		return nil
	}
	n := int(l[0]-' ') & 63
	out := make([]byte, 0, n+2)
	at := func(i int) byte {
		if i < len(l) {
			return (l[i] - ' ') & 63
		}
		return 0
	}
	for i := 1; len(out) < n; i += 4 {
		a, b, c, d := at(i), at(i+1), at(i+2), at(i+3)
		out = append(out, a<<2|b>>4, b<<4|c>>2, c<<6|d)
	}
	return out[:n]
}
