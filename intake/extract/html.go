package extract

import (
	"bytes"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"dossier/screening/text"
)

// maxHTMLDepth is deeper than any page people write; a nest of more is an attack.
const maxHTMLDepth = 2000

// readHTML reads the text a browser would show, in the order of the source.
func readHTML(data []byte) Result {
	s, hidden := HTMLText(data, "")
	p := flowPage("html", s)
	p.Hidden = hidden
	return Result{Pages: []text.Page{p}, PageCount: 1}
}

var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9_:.-]{2,30})`)

// HTMLText turns an HTML document or fragment into plain text, one line per block,
// "- " before list items, a tab between table cells; hidden holds passages that styles
// make invisible. The charset is a byte order mark, valid UTF-8, the one given (of a
// mail part, for instance; may be empty), the one declared inside, or guessed.
func HTMLText(data []byte, charset string) (visible string, hidden []string) {
	if charset == "" {
		if m := metaCharset.FindSubmatch(data[:min(len(data), 4096)]); m != nil {
			charset = string(m[1])
		}
	}
	// White text is hidden only where nothing in the document can stand behind it: a
	// white heading on a coloured banner is what a designer does.
	low := bytes.ToLower(data)
	whiteHides := !bytes.Contains(low, []byte("background")) && !bytes.Contains(low, []byte("bgcolor"))
	z := html.NewTokenizer(strings.NewReader(decodeText(data, charset)))
	z.SetMaxBuf(4 << 20)
	var w flow
	var skip, hide skipStack
	depth := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return tidy(w.String()), w.hiddenParts()
		case html.TextToken:
			if skip.off() {
				w.text(string(z.Text()), hide.off())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if depth++; depth > maxHTMLDepth {
				depth = maxHTMLDepth
			}
			void := t.Type == html.SelfClosingTagToken || voidTags[t.DataAtom]
			if !void {
				if skipTags[t.DataAtom] {
					skip.push(t.DataAtom)
				} else {
					skip.nest(t.DataAtom)
				}
				if styleHides(t, whiteHides) {
					hide.push(t.DataAtom)
				} else {
					hide.nest(t.DataAtom)
				}
			}
			if !skip.off() {
				continue
			}
			switch {
			case t.DataAtom == atom.Br:
				w.newline()
			case t.DataAtom == atom.Li:
				w.newline()
				w.raw("- ")
			case t.DataAtom == atom.Td || t.DataAtom == atom.Th:
				w.cell()
			case t.DataAtom == atom.P || t.DataAtom == atom.H1 || t.DataAtom == atom.H2 || t.DataAtom == atom.H3 || t.DataAtom == atom.H4 || t.DataAtom == atom.Table || t.DataAtom == atom.Hr:
				w.blank()
			case blockTags[t.DataAtom]:
				w.newline()
			case t.DataAtom == atom.Pre:
				w.newline()
				w.pre++
			case t.DataAtom == atom.Input:
				w.inputValue(t)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(bytes.ToLower(name))
			wasOff := skip.off()
			skip.pop(a)
			hide.pop(a)
			if !wasOff {
				continue
			}
			switch {
			case a == atom.Pre:
				w.pre = max(0, w.pre-1)
				w.newline()
			case a == atom.P || a == atom.H1 || a == atom.H2 || a == atom.H3 || a == atom.H4 || a == atom.Table || a == atom.Ul || a == atom.Ol:
				w.blank()
			case blockTags[a] || a == atom.Li || a == atom.Tr:
				w.newline()
			}
		}
	}
}

var (
	skipTags = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Template: true, atom.Title: true,
		atom.Noscript: true, atom.Object: true, atom.Iframe: true, atom.Svg: true, atom.Select: true, atom.Noframes: true}
	voidTags = map[atom.Atom]bool{atom.Br: true, atom.Hr: true, atom.Img: true, atom.Input: true, atom.Meta: true,
		atom.Link: true, atom.Area: true, atom.Base: true, atom.Col: true, atom.Embed: true, atom.Source: true, atom.Wbr: true}
	blockTags = map[atom.Atom]bool{atom.Div: true, atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true,
		atom.Main: true, atom.Nav: true, atom.Aside: true, atom.Ul: true, atom.Ol: true, atom.Dl: true, atom.Dt: true, atom.Dd: true,
		atom.Tr: true, atom.Blockquote: true, atom.H5: true, atom.H6: true, atom.Address: true, atom.Figure: true, atom.Form: true,
		atom.Fieldset: true, atom.Center: true, atom.Body: true}
)

// styleHides recognises the styles by which a page keeps text from its reader.
func styleHides(t html.Token, whiteHides bool) bool {
	for _, a := range t.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			s := strings.ToLower(strings.ReplaceAll(a.Val, " ", ""))
			for _, bad := range []string{"display:none", "visibility:hidden", "font-size:0", "font-size:1px", "opacity:0;", "max-height:0;", "max-height:0px", "color:#fff;", "color:white;", "color:#ffffff;", "mso-hide:all"} {
				if i := strings.Index(s+";", bad); i >= 0 && !precededByLetter(s, i) && !digitFollows(s, i+len(bad), bad) {
					if strings.HasPrefix(bad, "color:") && !whiteHides {
						continue
					}
					return true
				}
			}
		}
	}
	return false
}

func precededByLetter(s string, i int) bool {
	return i > 0 && (s[i-1] >= 'a' && s[i-1] <= 'z' || s[i-1] == '-')
}

// digitFollows tells font-size:0.9em from font-size:0.
func digitFollows(s string, i int, bad string) bool {
	return strings.HasSuffix(bad, "0") && i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.')
}

// skipStack counts how deep inside an element of one kind the walk is; tag soup closes
// the wrong elements, so only the kind that opened it closes it.
type skipStack struct {
	tag   atom.Atom
	depth int
}

func (s *skipStack) off() bool { return s.depth == 0 }
func (s *skipStack) push(a atom.Atom) {
	switch {
	case s.depth == 0:
		s.tag, s.depth = a, 1
	case s.tag == a:
		s.depth++
	}
}
func (s *skipStack) nest(a atom.Atom) {
	if s.depth > 0 && s.tag == a {
		s.depth++
	}
}
func (s *skipStack) pop(a atom.Atom) {
	if s.depth > 0 && s.tag == a {
		s.depth--
	}
}

// flow collects running text, blanks folded as a browser folds them.
type flow struct {
	b      strings.Builder
	hidden []string
	hid    strings.Builder
	space  bool
	pre    int
}

func (w *flow) String() string { return w.b.String() }

func (w *flow) text(s string, visible bool) {
	if !visible {
		w.hid.WriteString(s)
		return
	}
	w.flushHidden()
	if w.pre > 0 {
		w.b.WriteString(s)
		return
	}
	for _, r := range s {
		switch {
		case r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' || r == '\u00a0':
			w.space = true
		default:
			if w.space && !w.atStart() {
				w.b.WriteByte(' ')
			}
			w.space = false
			w.b.WriteRune(r)
		}
	}
}

func (w *flow) atStart() bool {
	if w.b.Len() == 0 {
		return true
	}
	s := w.b.String()
	c := s[len(s)-1]
	return c == '\n' || c == '\t' || strings.HasSuffix(s, "\n- ")
}

func (w *flow) raw(s string) {
	w.b.WriteString(s)
	w.space = false
}

func (w *flow) newline() {
	w.space = false
	if s := w.b.String(); len(s) > 0 && s[len(s)-1] != '\n' {
		w.b.WriteByte('\n')
	}
}

func (w *flow) blank() {
	w.newline()
	if w.b.Len() > 0 {
		w.b.WriteByte('\n')
	}
}

func (w *flow) cell() {
	w.space = false
	if !w.atStart() {
		w.b.WriteByte('\t')
	}
}

// inputValue keeps what a visitor typed into a form that was saved as a page.
func (w *flow) inputValue(t html.Token) {
	kind, value := "text", ""
	for _, a := range t.Attr {
		switch a.Key {
		case "type":
			kind = strings.ToLower(a.Val)
		case "value":
			value = a.Val
		}
	}
	if value != "" && (kind == "text" || kind == "email" || kind == "tel" || kind == "date" || kind == "number") {
		w.text(" "+value+" ", true)
	}
}

func (w *flow) flushHidden() {
	if s := strings.Join(strings.Fields(w.hid.String()), " "); s != "" {
		w.hidden = append(w.hidden, s)
	}
	w.hid.Reset()
}

func (w *flow) hiddenParts() []string {
	w.flushHidden()
	return w.hidden
}
