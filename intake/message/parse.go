package message

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// What Parse refuses.
var (
	// ErrEmpty: there is no byte in it but blanks.
	ErrEmpty = errors.New("the message is empty")
	// ErrTooLarge: it is above Limits.MaxBytes.
	ErrTooLarge = errors.New("the message is too large")
	// ErrNotMail: nothing in it looks like the head of a message.
	ErrNotMail = errors.New("this is not a mail message")
	// ErrBroken: reading it failed in a way nobody foresaw.
	ErrBroken = errors.New("the message cannot be read")
)

// Codes of warnings.
const (
	// WarnCut: parts beyond a limit were not read.
	WarnCut = "cut"
	// WarnUnclosed: the end of the message is missing.
	WarnUnclosed = "unclosed"
	// WarnDamaged: the encoding of a part was broken.
	WarnDamaged = "damaged"
	// WarnInner: a message attached to this one could not be read.
	WarnInner = "inner_unreadable"
	// WarnHidden: the text holds passages made invisible.
	WarnHidden = "hidden_text"
	// WarnEncrypted: the message itself is encrypted.
	WarnEncrypted = "encrypted"
	// WarnTextCut: the text is longer than Limits.MaxText.
	WarnTextCut = "text_cut"
)

// Parse reads a message. An error means that nothing of it could be read: it wraps
// ErrEmpty, ErrTooLarge, ErrNotMail or ErrBroken.
func Parse(raw []byte, limits Limits) (Message, error) {
	l := limits.orDefault()
	if int64(len(raw)) > l.MaxBytes {
		return Message{}, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(raw), l.MaxBytes)
	}
	r := &reader{limits: l, files: l.MaxFiles, bytes: l.MaxUnpacked}
	return r.message(raw, 0)
}

// reader is one Parse under way: what is left of its limits, over all nested messages and
// archives.
type reader struct {
	limits Limits
	files  int
	bytes  int64
}

func (r *reader) message(raw []byte, depth int) (m Message, err error) {
	defer func() {
		// Strangers' bytes meet several parsers here. None is known to panic; if one does,
		// this message alone must be lost.
		if v := recover(); v != nil {
			m, err = Message{}, fmt.Errorf("%w: %v", ErrBroken, v)
		}
	}()
	raw = normalise(raw)
	if len(raw) == 0 {
		return Message{}, ErrEmpty
	}
	raw, cut := bound(raw, r.limits)
	root := tree(raw, r.limits)
	if !looksLikeMail(root) {
		return Message{}, ErrNotMail
	}
	c := &collector{reader: r, m: &m, depth: depth, cids: map[string]bool{}}
	m.setHead(root.header)
	if cut != "" {
		c.warn(WarnCut, cut)
	}
	c.walk(root, depth, "", false)
	c.finish()
	return m, nil
}

// mailHeaders are fields of which a message has at least one.
var mailHeaders = []string{"From", "To", "Subject", "Date", "Message-Id", "Received", "Mime-Version", "Content-Type", "Return-Path", "Delivered-To", "Sender", "Reply-To", "Cc"}

func looksLikeMail(p *part) bool {
	for _, name := range mailHeaders {
		if _, ok := p.header[name]; ok {
			return true
		}
	}
	return false
}

// collector gathers texts and files while the tree is walked.
type collector struct {
	*reader
	m      *Message
	depth  int
	parts  int
	texts  []bodyText
	cids   map[string]bool
	hidden []string
}

// bodyText is one piece of the body, in order.
type bodyText struct {
	text string
	html bool
}

func (c *collector) warn(code, detail string) {
	if len(c.m.Warnings) < 100 {
		c.m.Warnings = append(c.m.Warnings, Warning{code, detail})
	}
}

// walk visits a part. within is the media type of the multipart around it; first tells
// whether it is the first part there.
func (c *collector) walk(p *part, depth int, within string, first bool) {
	if c.parts++; c.parts > c.limits.MaxParts || depth > c.limits.MaxDepth {
		c.warn(WarnCut, ProblemTooDeep)
		return
	}
	if p.unclosed {
		c.warn(WarnUnclosed, p.media)
	}
	switch {
	case p.media == "multipart/alternative" && len(p.children) > 0:
		c.alternative(p, depth)
	case p.multipart() && len(p.children) > 0:
		for i, child := range p.children {
			c.walk(child, depth+1, p.media, i == 0)
		}
	case c.isBody(p, within, first):
		if t, ok := c.bodyOf(p); ok {
			c.texts = append(c.texts, t)
		}
	default:
		c.file(p, depth, within)
	}
}

// alternative takes the best of several forms of one text, and the files of all of them.
func (c *collector) alternative(p *part, depth int) {
	var plain, rich []bodyText
	before := c.texts
	for i, child := range p.children {
		c.texts = nil
		c.walk(child, depth+1, p.media, i == 0)
		if len(c.texts) == 0 {
			continue
		}
		if anyHTML(c.texts) {
			rich = c.texts
		} else {
			plain = append(plain, c.texts...)
		}
	}
	best := plain
	// Some mailers write "your mailer cannot show HTML" into the plain form.
	if w := wordsOf(rich); w > 40 && 5*wordsOf(plain) < w || wordsOf(plain) == 0 {
		best = rich
	}
	c.texts = append(before, best...)
}

func anyHTML(texts []bodyText) bool {
	for _, t := range texts {
		if t.html {
			return true
		}
	}
	return false
}

func wordsOf(texts []bodyText) int {
	n := 0
	for _, t := range texts {
		n += countWords(t.text)
	}
	return n
}

// isBody tells the text of the message from a text that is a file.
func (c *collector) isBody(p *part, within string, first bool) bool {
	if p.media != "text/plain" && p.media != "text/html" && p.media != "text/enriched" && p.media != "text" {
		return false
	}
	if p.disposition == "attachment" {
		return false
	}
	if name := p.name(); name != "" && !(first && within != "") && within != "multipart/alternative" {
		return false
	}
	return within != "multipart/report" || first
}

// bodyOf decodes one piece of the body. It tells false when there is nothing to read.
func (c *collector) bodyOf(p *part) (bodyText, bool) {
	b, damaged := p.content()
	if damaged {
		c.warn(WarnDamaged, p.media)
	}
	s := charsetText(b, p.params["charset"])
	if p.media == "text/html" {
		if p.params["charset"] == "" {
			s = charsetText(b, htmlCharset(b))
		}
		page := readHTML(s, c.limits.MaxText)
		for cid := range page.cids {
			c.cids[cid] = true
		}
		if page.hidden != "" {
			c.hidden = append(c.hidden, page.hidden)
		}
		return bodyText{text: page.text, html: true}, strings.TrimSpace(page.text) != ""
	}
	s = plainLines(s)
	if strings.EqualFold(p.params["format"], "flowed") {
		s = unflow(s, strings.EqualFold(p.params["delsp"], "yes"))
	}
	s = c.cutUU(s)
	return bodyText{text: s}, strings.TrimSpace(s) != ""
}

// cutUU takes files that were written into the text itself out of it.
func (c *collector) cutUU(s string) string {
	for range 20 {
		i := strings.Index("\n"+s, "\nbegin ")
		if i < 0 {
			return s
		}
		end := strings.Index(s[i:], "\nend\n")
		name, b, ok := uudecode([]byte(s[i:]))
		if !ok || end < 0 || len(b) == 0 {
			return s
		}
		c.add(Attachment{Name: name, Content: b})
		s = s[:i] + s[i+end+len("\nend\n"):]
	}
	return s
}

// finish puts the pieces together once the tree is known.
func (c *collector) finish() {
	m := c.m
	pieces := make([]string, len(c.texts))
	for i, t := range c.texts {
		pieces[i] = strings.TrimSpace(t.text)
		m.Body.HTML = m.Body.HTML || t.html
	}
	s := strings.TrimSpace(strings.Join(pieces, "\n\n"))
	if len(s) > c.limits.MaxText {
		s = strings.ToValidUTF8(s[:c.limits.MaxText], "")
		c.warn(WarnTextCut, "")
	}
	m.setText(s)
	m.Body.Hidden = strings.Join(c.hidden, "\n")
	if m.Body.Hidden != "" {
		c.warn(WarnHidden, "")
	}
	for i := range m.Attachments {
		a := &m.Attachments[i]
		a.Decoration = isDecoration(*a, c.cids[strings.ToLower(a.ContentID)])
		sum := sha256.Sum256(a.Content)
		a.SHA256 = hex.EncodeToString(sum[:])
	}
}

// plainLines makes every line end "\n" and drops control characters.
func plainLines(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\f':
			return '\n'
		case r < 0x20 || r == 0x7f || r == 0xFEFF:
			return -1
		}
		return r
	}, s)
}

// unflow joins the lines that format=flowed has broken.
func unflow(s string, delsp bool) string {
	var out strings.Builder
	open := false
	for _, line := range strings.Split(s, "\n") {
		quoted := strings.HasPrefix(line, ">")
		if !quoted {
			line = strings.TrimPrefix(line, " ")
		}
		if open && (quoted || line == "-- ") {
			out.WriteByte('\n')
		}
		soft := strings.HasSuffix(line, " ") && line != "-- " && !quoted
		if soft && delsp {
			line = line[:len(line)-1]
		}
		out.WriteString(line)
		if !soft {
			out.WriteByte('\n')
		}
		open = soft
	}
	return out.String()
}
