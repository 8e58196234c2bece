package extract

import (
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"dossier/screening/text"
)

// readRTF reads Rich Text Format: control words, groups, and text in the charset the
// document or the font names.
func readRTF(data []byte) Result {
	r := &rtf{d: data, sheet: newSheet(), code: charmap.Windows1252, fonts: map[int]encoding.Encoding{}}
	r.state = rtfState{uc: 1, font: -1}
	whole := r.run()
	p := r.page("rtf")
	res := Result{Pages: []text.Page{p}, PageCount: 1}
	if !whole {
		res.Pages[0].Problem = ProblemDamaged
	}
	return res
}

// maxRTFDepth bounds nested groups.
const maxRTFDepth = 500

// rtf walks a document.
type rtf struct {
	d  []byte
	at int
	*sheet
	// code is the charset of the document, fonts those of fonts that have their own.
	code  encoding.Encoding
	fonts map[int]encoding.Encoding
	saved []rtfState
	state rtfState
	// raw gathers bytes of text until their charset is applied.
	raw []byte
	// skip is how many characters after a Unicode one only repeat it for old readers.
	skip int
	// inRow tells that cells are being collected.
	inRow bool
}

// rtfState is what a group saves and restores.
type rtfState struct {
	dest   rtfDest
	hidden bool
	uc     int
	font   int
	// defining is the font being described in the font table.
	defining int
}

type rtfDest uint8

const (
	rtfBody rtfDest = iota
	rtfSkip
	rtfFontTable
)

// rtfSkipped are groups whose text is not part of the page.
var rtfSkipped = map[string]bool{"colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true, "themedata": true,
	"colorschememapping": true, "latentstyles": true, "datastore": true, "listtable": true, "listoverridetable": true, "rsidtbl": true,
	"generator": true, "fldinst": true, "xmlnstbl": true, "filetbl": true, "revtbl": true, "bkmkstart": true, "bkmkend": true,
	"nonshppict": true, "deleted": true, "annotation": true, "atnid": true, "atnauthor": true,
	"mmathPr": true, "pgptbl": true, "defchp": true, "defpap": true, "wgrffmtfilter": true, "userprops": true, "docvar": true,
	"fontemb": true, "falt": true, "panose": true, "sp": true, "blipuid": true, "picprop": true}

// run reads to the end; it reports whether every group was closed.
func (r *rtf) run() bool {
	for r.at < len(r.d) {
		c := r.d[r.at]
		r.at++
		switch c {
		case '{':
			r.flush()
			if len(r.saved) >= maxRTFDepth {
				return false
			}
			r.saved = append(r.saved, r.state)
			r.skip = 0
		case '}':
			r.flush()
			if n := len(r.saved); n > 0 {
				r.state = r.saved[n-1]
				r.saved = r.saved[:n-1]
			}
			r.skip = 0
		case '\\':
			r.control()
		case '\r', '\n':
		default:
			r.char(c)
		}
	}
	r.flush()
	return len(r.saved) == 0
}

// char takes one byte of text in the current charset.
func (r *rtf) char(c byte) {
	if r.skip > 0 {
		r.skip--
		return
	}
	if r.state.dest == rtfBody {
		r.raw = append(r.raw, c)
	}
}

// flush decodes the bytes gathered.
func (r *rtf) flush() {
	if len(r.raw) == 0 {
		return
	}
	e := r.code
	if f := r.fonts[r.state.font]; f != nil {
		e = f
	}
	r.write(decodeWith(e, r.raw), !r.state.hidden)
	r.raw = r.raw[:0]
}

func (r *rtf) put(s string) {
	if r.state.dest == rtfBody {
		r.flush()
		r.write(s, !r.state.hidden)
	}
}

// control reads what follows a backslash.
func (r *rtf) control() {
	if r.at >= len(r.d) {
		return
	}
	c := r.d[r.at]
	if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
		r.at++
		r.symbol(c)
		return
	}
	from := r.at
	for r.at < len(r.d) && (r.d[r.at] >= 'a' && r.d[r.at] <= 'z' || r.d[r.at] >= 'A' && r.d[r.at] <= 'Z') && r.at-from < 40 {
		r.at++
	}
	word := string(r.d[from:r.at])
	from = r.at
	if r.at < len(r.d) && r.d[r.at] == '-' {
		r.at++
	}
	for r.at < len(r.d) && r.d[r.at] >= '0' && r.d[r.at] <= '9' && r.at-from < 11 {
		r.at++
	}
	n, err := strconv.Atoi(string(r.d[from:r.at]))
	given := err == nil
	if r.at < len(r.d) && r.d[r.at] == ' ' {
		r.at++
	}
	r.word(word, n, given)
}

func (r *rtf) symbol(c byte) {
	switch c {
	case '\'':
		if r.at+2 <= len(r.d) {
			hi, lo := hexDigit(r.d[r.at]), hexDigit(r.d[r.at+1])
			r.at += 2
			if hi >= 0 && lo >= 0 {
				r.char(byte(hi<<4 | lo))
			}
		}
	case '\\', '{', '}':
		r.char(c)
	case '~':
		r.put("\u00a0")
	case '_':
		r.put("-")
	case '*':
		// A group that readers may skip when they do not know it.
		if r.optional() {
			r.state.dest = rtfSkip
		}
	case '\n', '\r':
		r.paragraph()
	}
}

// optional tells whether the group marked as such holds nothing of the page's text.
func (r *rtf) optional() bool {
	rest := string(r.d[r.at:min(len(r.d), r.at+24)])
	return !strings.HasPrefix(rest, `\shptxt`) && !strings.HasPrefix(rest, `\shpinst`)
}

func (r *rtf) word(w string, n int, given bool) {
	if rtfSkipped[w] {
		r.flush()
		r.state.dest = rtfSkip
		return
	}
	switch w {
	case "ansicpg":
		if e := codePage(n); e != nil {
			r.code = e
		}
	case "mac":
		r.code = charmap.Macintosh
	case "pc", "pca":
		r.code = charmap.CodePage850
	case "fonttbl":
		r.flush()
		r.state.dest = rtfFontTable
	case "f":
		r.flush()
		if r.state.dest == rtfFontTable {
			r.state.defining = n
		} else {
			r.state.font = n
		}
	case "fcharset":
		if e := rtfCharset(n); e != nil && r.state.dest == rtfFontTable && len(r.fonts) < 1000 {
			r.fonts[r.state.defining] = e
		}
	case "plain":
		r.flush()
		r.state.hidden = false
	case "v":
		r.flush()
		r.state.hidden = !given || n != 0
	case "uc":
		r.state.uc = max(0, min(n, 8))
	case "u":
		if n < 0 {
			n += 65536
		}
		r.put(spell(string(rune(n))))
		r.skip = r.state.uc
	case "bin":
		r.at += max(0, min(n, len(r.d)-r.at))
	case "par", "sect", "page":
		r.paragraph()
	case "line", "softline":
		if r.state.dest == rtfBody {
			r.flush()
			r.newline()
		}
	case "tab":
		r.put("\t")
	case "cell", "nestcell":
		if r.state.dest == rtfBody {
			r.flush()
			r.endCell()
		}
	case "row", "nestrow":
		if r.state.dest == rtfBody && r.inRow {
			r.flush()
			r.pop()
			r.inRow = false
			r.row()
		}
	case "intbl":
		// The text of a row's cells is collected apart, up to the word that ends it.
		if !r.inRow && r.state.dest == rtfBody {
			r.flush()
			r.push()
			r.inRow = true
		}
	case "pard":
		if r.inRow && strings.TrimSpace(r.top().b.String()) == "" && len(r.raw) == 0 && len(r.below().cells) == 0 {
			r.pop()
			r.inRow = false
		}
	case "bullet":
		r.put("•")
	case "endash":
		r.put("–")
	case "emdash":
		r.put("—")
	case "lquote":
		r.put("‘")
	case "rquote":
		r.put("’")
	case "ldblquote":
		r.put("“")
	case "rdblquote":
		r.put("”")
	case "emspace", "enspace", "qmspace":
		r.put(" ")
	}
}

// below is the flow that cells go to.
func (r *rtf) below() *block { return r.stack[max(0, len(r.stack)-2)] }

func (r *rtf) endCell() {
	if !r.inRow {
		r.push()
		r.inRow = true
	}
	t := r.pop()
	r.cell(t)
	r.push()
}

func (r *rtf) paragraph() {
	if r.state.dest == rtfBody {
		r.flush()
		r.endParagraph()
	}
}

// codePage gives a charset of Windows or DOS by its number; nil when it is not known.
func codePage(n int) encoding.Encoding {
	names := map[int]string{932: "shift_jis", 936: "gbk", 949: "euc-kr", 950: "big5", 874: "windows-874", 65001: "utf-8", 866: "ibm866", 10000: "macintosh"}
	switch n {
	case 437:
		return charmap.CodePage437
	case 850:
		return charmap.CodePage850
	case 852:
		return charmap.CodePage852
	}
	name := names[n]
	if name == "" {
		name = "windows-" + strconv.Itoa(n)
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return e
}

// rtfCharset gives the charset of a font by its number; nil is the document's own.
func rtfCharset(n int) encoding.Encoding {
	switch n {
	case 77:
		return charmap.Macintosh
	case 128:
		return codePage(932)
	case 129:
		return codePage(949)
	case 134:
		return codePage(936)
	case 136:
		return codePage(950)
	case 161:
		return charmap.Windows1253
	case 162:
		return charmap.Windows1254
	case 163:
		return charmap.Windows1258
	case 177:
		return charmap.Windows1255
	case 178:
		return charmap.Windows1256
	case 186:
		return charmap.Windows1257
	case 204:
		return charmap.Windows1251
	case 238:
		return charmap.Windows1250
	}
	return nil
}
