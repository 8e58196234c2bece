package text

// Box is a rectangle on a page as fractions of its width and height, origin top
// left: left, top, right, bottom, each from 0 to 1 with left <= right and top <= bottom.
type Box [4]float64

// Word is one word of a page and where it stands. Start and End are byte offsets
// into Page.Text.
type Word struct {
	Start int `json:"s"`
	End   int `json:"e"`
	Box   Box `json:"b"`
	// Block numbers the column or block the word lies in, in reading order, from 0.
	Block int `json:"k,omitempty"`
}

// Page is one page of a document. A document without pages of its own (a letter
// typed in a mail, a text file) has one page.
type Page struct {
	// Number counts from 1.
	Number int `json:"number"`
	// Text is the visible text in reading order; lines end with "\n".
	Text string `json:"text"`
	// Words is empty when the reader knows no places (a mail body, DOCX).
	Words []Word `json:"words,omitempty"`
	// Width and Height of the page in points (1/72 inch), 0 when unknown.
	Width  float64 `json:"width,omitempty"`
	Height float64 `json:"height,omitempty"`
	// Engine names what read the page: pdf, pdfium, tesseract, docx, odt, html, text.
	Engine string `json:"engine,omitempty"`
	// Order names the reading order kept: stream or columns; empty when there is one only.
	Order string `json:"order,omitempty"`
	// Quality is 0 (noise) to 1 (clean), computed alike for every engine.
	Quality float64 `json:"quality"`
	// OCR is true when the words were recognised in a picture. What is clearly read may
	// prove something; absence from such a page proves nothing.
	OCR bool `json:"ocr,omitempty"`
	// Hidden holds passages a reader of the page cannot see (white, tiny, off the page,
	// invisible mode). They are reported and never searched.
	Hidden []string `json:"hidden,omitempty"`
	// Problem says, as a code, why the page could not be read well; empty otherwise.
	Problem string `json:"problem,omitempty"`
}

// Span is a passage of one page: byte offsets into Page.Text, Start <= End.
type Span struct {
	Page  int `json:"page"`
	Start int `json:"start"`
	End   int `json:"end"`
}

// Quote is the text of the span; empty when the span does not lie inside the page.
func (p Page) Quote(s Span) string {
	if s.Page != p.Number || s.Start < 0 || s.End > len(p.Text) || s.Start > s.End {
		return ""
	}
	return p.Text[s.Start:s.End]
}

// Boxes returns the places of the words a span touches, words of one line merged
// into one box. It is empty when the page has no word boxes.
func (p Page) Boxes(s Span) []Box {
	var out []Box
	for _, w := range p.Words {
		if w.End <= s.Start || w.Start >= s.End {
			continue
		}
		if n := len(out); n > 0 && sameLine(out[n-1], w.Box) {
			out[n-1] = union(out[n-1], w.Box)
			continue
		}
		out = append(out, w.Box)
	}
	return out
}

// sameLine tells whether b continues the line of a: their heights overlap by half,
// and b does not start left of a.
func sameLine(a, b Box) bool {
	top, bottom := max(a[1], b[1]), min(a[3], b[3])
	return bottom-top > 0.5*min(a[3]-a[1], b[3]-b[1]) && b[0] >= a[0]
}

func union(a, b Box) Box {
	return Box{min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])}
}

// Empty tells whether the span holds nothing.
func (s Span) Empty() bool { return s.Start >= s.End }
