package notice

import (
	"regexp"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening"
	"dossier/screening/text"
)

// sentence is a heading, a sentence or an item, ready for the detectors.
type sentence struct {
	text.Folded
	number     int
	block      int
	zone       Zone
	importance screening.Importance
	label      *heading
	heading    bool
	bullet     bool
	listed     bool
	// first is true for the first sentence of its block.
	first bool
	cues  []cue

	ids, head []string
}

// reader holds a notice while it is read.
type reader struct {
	text      string
	lines     []line
	blocks    []block
	sentences []sentence
	opts      Options
	french    bool
	// profile is true when a heading names the profile.
	profile bool
	draft   *Draft
	used    map[string]int
	// latest is the last day the notice names, once dated is set; long is 1 when it asks for
	// long experience, -1 when not, 0 before anyone asked.
	latest screening.Date
	dated  bool
	long   int
}

var (
	inlineBullet = regexp.MustCompile(` (?:[•▪◦●■□►▸➤➢✓✔→❖])\s+`)
	loneOr       = regexp.MustCompile(`^(?:et/ou|and/or|ou|or|et|and)\s*$`)
	semicolon    = regexp.MustCompile(`;\s+`)
)

// split cuts the blocks into sentences.
func (r *reader) split() {
	for i, b := range r.blocks {
		base := sentence{block: i, zone: b.zone, importance: b.importance, label: b.label, bullet: b.bullet, listed: b.listed}
		if b.told != "" {
			base.importance = b.told
		}
		if b.head != nil {
			base.Folded, base.heading = b.Folded, true
			r.add(base)
			continue
		}
		first := true
		for _, p := range text.Sentences(text.Passage{Folded: b.Folded, Page: 1}) {
			for _, part := range pieces(p.Folded, inlineBullet, semicolon) {
				n := base
				n.Folded, n.first = part, first
				first = false
				r.add(n)
			}
		}
	}
}

func pieces(f text.Folded, at ...*regexp.Regexp) []text.Folded {
	list := []text.Folded{f}
	for _, re := range at {
		var next []text.Folded
		for _, p := range list {
			from := 0
			for _, m := range re.FindAllStringIndex(p.Text, -1) {
				if strings.Count(p.Text[from:m[0]], "(") > strings.Count(p.Text[from:m[0]], ")") {
					continue
				}
				if loneOr.MatchString(p.Text[m[1]:]) {
					// "...; ou": the word binds this item to the next one.
					continue
				}
				next = append(next, p.Sub(from, m[0]))
				from = m[1]
			}
			next = append(next, p.Sub(from, len(p.Text)))
		}
		list = next
	}
	var out []text.Folded
	for _, p := range list {
		if p = p.Trim(); p.Text != "" {
			out = append(out, p)
		}
	}
	return out
}

// maxSentence is the length of a sentence in bytes, maxSentences how many are read.
const (
	maxSentence  = 1_500
	maxSentences = 3_000
)

func (r *reader) add(s sentence) {
	s.Folded = s.Folded.Trim()
	if s.Text == "" {
		return
	}
	// What has no end is read in pieces: no sentence of a notice is so long.
	for len(s.Text) > maxSentence && len(r.sentences) < maxSentences {
		cut := strings.LastIndexByte(s.Text[:maxSentence], ' ')
		if cut < maxSentence/2 {
			for cut = maxSentence; !utf8.RuneStart(s.Text[cut]); cut-- {
			}
		}
		rest := s.Sub(cut, len(s.Text))
		piece := s
		piece.Folded = s.Sub(0, cut)
		r.add(piece)
		s.Folded, s.first = rest.Trim(), false
	}
	if s.Text == "" || len(r.sentences) >= maxSentences {
		return
	}
	s.number = len(r.sentences) + 1
	if !s.heading {
		s.cues = cues(s.Text)
	}
	r.sentences = append(r.sentences, s)
}

// source is the passage a part of a folded text comes from.
func (r *reader) source(f text.Folded, start, end int) screening.Source {
	a, b := f.Span(start, end)
	return screening.Source{Quote: r.text[a:b], Start: a, End: b}
}

// cite is the sentence as a passage, without the blanks and marks around it.
func (r *reader) cite(s *sentence) screening.Source { return r.source(s.Folded, 0, len(s.Text)) }

// raw is the original of a part of a folded text.
func (r *reader) raw(f text.Folded) func(start, end int) string {
	return func(start, end int) string {
		a, b := f.Span(start, end)
		return r.text[a:b]
	}
}

// words is the original of a part of a folded text on one line.
func (r *reader) words(f text.Folded, start, end int) string {
	a, b := f.Span(start, end)
	return clean(r.text[a:b])
}

// hidden tells of marks of direction, joiners of no width and control characters.
func hidden(c rune) bool {
	return c >= 0x200B && c <= 0x200F || c >= 0x202A && c <= 0x202E || c >= 0x2060 && c <= 0x2069 || c == 0xFEFF || c == 0x00AD || unicode.IsControl(c) && !unicode.IsSpace(c)
}

var blanks = regexp.MustCompile(`[\s\x{00a0}\x{202f}]+`)

// clean puts a passage on one line, without marks of bold and links, and without the
// characters that nobody sees and that turn the words around them.
func clean(s string) string {
	s = strings.NewReplacer("**", "", "__", "", "`", "").Replace(s)
	s = strings.Map(func(c rune) rune {
		if hidden(c) {
			return -1
		}
		return c
	}, s)
	return strings.Trim(blanks.ReplaceAllString(s, " "), " ")
}

// francophone tells whether a notice is written in French, by its small words.
func francophone(folded string) bool {
	fr, en := 0, 0
	for _, w := range strings.FieldsFunc(folded, func(r rune) bool { return r == ' ' || r == '\n' || r == '\'' || r == ',' || r == '.' || r == '(' }) {
		switch w {
		case "le", "la", "les", "des", "du", "et", "est", "vous", "pour", "une", "dans", "de", "au", "aux", "avec", "sur", "ou", "nous":
			fr++
		case "the", "and", "of", "to", "you", "is", "are", "with", "for", "will", "we", "our", "or", "be", "an", "your":
			en++
		}
	}
	return fr >= en
}

// position orders found things by the sentence and place they stand at.
func sortFound(list []found) {
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].start != list[j].start {
			return list[i].start < list[j].start
		}
		return list[i].end > list[j].end
	})
}
