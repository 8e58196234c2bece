package message

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// page is what an HTML body says.
type page struct {
	text   string
	hidden string
	cids   map[string]bool // content ids of the pictures it shows
	links  int
}

// htmlDepth bounds nesting; what is deeper is read as if it were not nested.
const htmlDepth = 200

// readHTML turns HTML into text that keeps its lines. What a reader would not see goes to
// hidden. It reads tokens, not a tree, so that no page is too deep for it.
func readHTML(src string, most int) page {
	w := &htmlWriter{page: page{cids: map[string]bool{}}, most: most}
	z := html.NewTokenizer(strings.NewReader(src))
	z.SetMaxBuf(1 << 20)
	for {
		switch z.Next() {
		case html.ErrorToken:
			w.page.text = tidyLines(w.out.String())
			w.page.hidden = strings.TrimSpace(tidyLines(w.unseen.String()))
			return w.page
		case html.TextToken:
			w.writeText(z.Text())
		case html.StartTagToken:
			w.open(z.Token(), false)
		case html.SelfClosingTagToken:
			w.open(z.Token(), true)
		case html.EndTagToken:
			w.close(z.Token().DataAtom)
		}
	}
}

type htmlWriter struct {
	page   page
	most   int
	out    strings.Builder
	unseen strings.Builder
	stack  []htmlFrame
	skip   atom.Atom // inside script, style or title
	quote  int       // how many quoted messages one is in
	pre    int       // how many preformatted blocks
}

type htmlFrame struct {
	tag           atom.Atom
	hidden, quote bool
	pre           bool
	ground        bool // a background that white text can be read on
}

func (w *htmlWriter) top() htmlFrame {
	if len(w.stack) == 0 {
		return htmlFrame{}
	}
	return w.stack[len(w.stack)-1]
}

func (w *htmlWriter) hidden() bool { return w.top().hidden }

func (w *htmlWriter) write(s string) {
	if w.hidden() {
		if w.unseen.Len() < w.most {
			w.unseen.WriteString(s)
		}
		return
	}
	if w.out.Len()+len(s) > w.most {
		return
	}
	w.out.WriteString(s)
}

func (w *htmlWriter) writeText(b []byte) {
	if w.skip != 0 {
		return
	}
	s := html.UnescapeString(string(b))
	if w.pre > 0 {
		w.write(strings.ReplaceAll(s, "\n", w.newline()))
		return
	}
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' })
	if len(fields) == 0 {
		if s != "" {
			w.blank()
		}
		return
	}
	if isBlank(s[0]) {
		w.blank()
	}
	w.write(strings.Join(fields, " "))
	if isBlank(s[len(s)-1]) {
		w.blank()
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// blank writes one space unless a line has just begun.
func (w *htmlWriter) blank() {
	if s := w.out.String(); s != "" && !strings.HasSuffix(s, " ") && !strings.HasSuffix(s, "\n") {
		w.write(" ")
	}
}

func (w *htmlWriter) newline() string { return "\n" + strings.Repeat("> ", min(w.quote, 5)) }

// line begins a new line unless one has just begun.
func (w *htmlWriter) line() {
	if s := strings.TrimRight(w.out.String(), " >"); s != "" && !strings.HasSuffix(s, "\n") {
		w.write(w.newline())
	}
}

func (w *htmlWriter) open(t html.Token, selfClosing bool) {
	switch t.DataAtom {
	case atom.Script, atom.Style, atom.Title, atom.Noscript, atom.Template, atom.Textarea:
		if !selfClosing {
			w.skip = t.DataAtom
		}
		return
	case atom.Br:
		w.write(w.newline())
		return
	case atom.Hr:
		w.line()
		w.write("________________" + w.newline())
		return
	case atom.Img:
		w.picture(t)
		return
	case atom.Meta, atom.Link, atom.Input, atom.Col, atom.Wbr, atom.Base, atom.Area:
		return
	case atom.A:
		if strings.HasPrefix(attr(t, "href"), "http") {
			w.page.links++
		}
	}
	if cid, ok := strings.CutPrefix(strings.ToLower(attr(t, "background")), "cid:"); ok {
		w.page.cids[cid] = true
	}
	if isBlock(t.DataAtom) {
		w.line()
	}
	switch t.DataAtom {
	case atom.Li:
		w.write("- ")
	case atom.Td, atom.Th:
		w.blank()
	}
	if selfClosing || len(w.stack) >= htmlDepth {
		return
	}
	f := htmlFrame{tag: t.DataAtom, ground: w.top().ground || hasGround(t)}
	f.hidden = w.hidden() || invisible(t, f.ground)
	if t.DataAtom == atom.Blockquote && isCitation(t) {
		f.quote = true
		w.quote++
		w.line()
		w.write(strings.Repeat("> ", min(w.quote, 5)))
	}
	if t.DataAtom == atom.Pre {
		f.pre = true
		w.pre++
	}
	w.stack = append(w.stack, f)
}

func (w *htmlWriter) close(tag atom.Atom) {
	if w.skip != 0 {
		if tag == w.skip {
			w.skip = 0
		}
		return
	}
	for i := len(w.stack) - 1; i >= 0 && i >= len(w.stack)-30; i-- {
		if w.stack[i].tag != tag {
			continue
		}
		wasQuote := false
		for _, f := range w.stack[i:] {
			if f.quote {
				w.quote--
				wasQuote = true
			}
			if f.pre {
				w.pre--
			}
		}
		w.stack = w.stack[:i]
		if wasQuote {
			w.line()
		}
		break
	}
	switch {
	case tag == atom.P || tag == atom.H1 || tag == atom.H2 || tag == atom.H3 || tag == atom.H4 || tag == atom.Ul || tag == atom.Ol || tag == atom.Table:
		w.line()
		w.write(w.newline())
	case isBlock(tag):
		w.line()
	}
}

func (w *htmlWriter) picture(t html.Token) {
	src := attr(t, "src")
	if len(src) > 4 && strings.EqualFold(src[:4], "cid:") {
		w.page.cids[strings.ToLower(src[4:])] = true
	}
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Tr, atom.Li, atom.Ul, atom.Ol, atom.Table, atom.Blockquote, atom.Pre, atom.Section,
		atom.Article, atom.Header, atom.Footer, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Dl, atom.Dt,
		atom.Dd, atom.Center, atom.Address, atom.Form, atom.Fieldset, atom.Main, atom.Aside, atom.Nav, atom.Body:
		return true
	}
	return false
}

func attr(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// isCitation tells the quote of an earlier message from mere indentation.
func isCitation(t html.Token) bool {
	if strings.EqualFold(attr(t, "type"), "cite") || attr(t, "cite") != "" {
		return true
	}
	class := strings.ToLower(attr(t, "class"))
	style := strings.ToLower(attr(t, "style"))
	return strings.Contains(class, "quote") || strings.Contains(class, "cite") || strings.Contains(style, "border-left")
}

var (
	styleHidden = regexp.MustCompile(`display:none|visibility:hidden|mso-hide:all|(?:^|;)opacity:0(?:\.0+)?(?:;|$|!)|text-indent:-\d{3,}|(?:^|;)max-height:0(?:px)?(?:;|$|!)`)
	styleColour = regexp.MustCompile(`(?:^|;)color:([^;!]+)`)
	styleGround = regexp.MustCompile(`(?:^|;)background(?:-color)?:([^;!]+)`)
	fontSize    = regexp.MustCompile(`(?:^|;)font-size:(\d*\.?\d+)(px|pt|em|rem|%)?`)
	blanks      = regexp.MustCompile(`\s+`)
)

// invisible tells an element whose text nobody would see.
func invisible(t html.Token, onGround bool) bool {
	for _, a := range t.Attr {
		if a.Key == "hidden" {
			return true
		}
	}
	style := compact(attr(t, "style"))
	if styleHidden.MatchString(style) || tiny(style) {
		return true
	}
	colour := compact(attr(t, "color"))
	if m := styleColour.FindStringSubmatch(style); m != nil {
		colour = m[1]
	}
	return isWhite(colour) && !onGround
}

// hasGround tells an element that paints something else than white behind its text.
func hasGround(t html.Token) bool {
	if c := compact(attr(t, "bgcolor")); c != "" {
		return !isWhite(c)
	}
	if attr(t, "background") != "" {
		return true
	}
	m := styleGround.FindStringSubmatch(compact(attr(t, "style")))
	return m != nil && !isWhite(m[1]) && m[1] != "none" && m[1] != "inherit"
}

func compact(s string) string { return blanks.ReplaceAllString(strings.ToLower(s), "") }

// tiny tells a size of type that cannot be read.
func tiny(style string) bool {
	m := fontSize.FindStringSubmatch(style)
	if m == nil {
		return false
	}
	size, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return false
	}
	switch m[2] {
	case "em", "rem":
		return size < 0.2
	case "%":
		return size < 20
	}
	return size <= 2
}

func isWhite(colour string) bool {
	switch strings.TrimSpace(colour) {
	case "white", "#fff", "#ffffff", "rgb(255,255,255)", "transparent", "rgba(0,0,0,0)", "#fefefe", "rgba(255,255,255,1)", "#fffffe":
		return true
	}
	return false
}

// tidyLines trims the ends of lines and keeps at most one blank line between two.
func tidyLines(s string) string {
	var out bytes.Buffer
	blank := 0
	for _, line := range strings.Split(s, "\n") {
		line = strings.TrimRight(strings.ReplaceAll(line, "\u00a0", " "), " \t")
		if strings.Trim(line, "> ") == "" {
			line = ""
		}
		if line == "" {
			blank++
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
			if blank > 0 {
				out.WriteByte('\n')
			}
		}
		blank = 0
		out.WriteString(line)
	}
	if out.Len() > 0 {
		out.WriteByte('\n')
	}
	return out.String()
}

var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?([a-z0-9_-]{1,40})`)

// htmlCharset is the charset a page declares in itself.
func htmlCharset(b []byte) string {
	m := metaCharset.FindSubmatch(b[:min(len(b), 4<<10)])
	if m == nil {
		return ""
	}
	return string(m[1])
}
