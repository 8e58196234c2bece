package screening

import (
	"sort"
	"strings"

	"dossier/screening/fact"
	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// prose is the text of a document in which the applicant speaks, sentence by sentence, as
// one run of tokens. Left out are: the head and the subject line of a letter, contact lines,
// referees, and sentences about what the reader asks for.
type prose struct {
	doc       int
	sentences []utterance
	tokens    []lexicon.Token
	// base is where each sentence starts in the run.
	base []int
	raw  func(start, end int) string
}

// utterance is one sentence and where it stands.
type utterance struct {
	text.Passage
	section fact.Section
	// letter is true in a letter or a mail body, where the applicant speaks to the reader.
	letter bool
	// entry is the period the sentence belongs to, nil when none; head is true when it is
	// the entry's head.
	entry *fact.Period
	head  bool
}

var (
	salutation  = text.MustPattern(`^(?:mesdames|messieurs|madame|monsieur|m\.|mme|dear|bonjour|bonsoir|hello|hi|cher|chere|chers|cheres|excellence|to whom|greetings|salut|good (?:morning|afternoon|day))\b`)
	subjectLine = text.MustPattern(`^(?:objet|object|subject|re|sujet|ref|reference|n/ref|v/ref|concerne)\s*[.:]`)
	// readerAsks are sentences about the post, not about the applicant.
	readerAsks = text.MustPattern(`\b(?:vous (?:recherchez|demandez|exigez|cherchez|souhaitez|indiquez|mentionnez|proposez|precisez)|(?:votre|l'|cette) ?(?:annonce|offre|avis|appel|fiche de poste)[^.;]{0,40}(?:demande|mentionne|exige|precise|indique|recherche|requiert|evoque|cite)|le (?:poste|profil|stage) (?:exige|demande|requiert|recherche|suppose|necessite)|profil recherche|competences? (?:requises?|demandees?|exigees?|attendues?)|you (?:are looking|ask|require|seek|want|mention|need)|your (?:advert\w*|announcement|notice|vacancy|posting|offer)[^.;]{0,30}(?:asks|mentions|requires|states|lists|calls)|the (?:post|position|vacancy|role|profile|internship) (?:requires|asks|calls|demands|needs)|required skills|requirements? of the (?:post|position))\b`)
)

// prose prepares document i once.
func (r *Reading) prose(i int) *prose {
	if r.proses == nil {
		r.proses = make([]*prose, len(r.Dossier.Documents))
	}
	if r.proses[i] != nil {
		return r.proses[i]
	}
	v := r.View(i)
	p := &prose{doc: i}
	skip := letterHeads(v)
	letterDoc := r.Facts[i].Type == fact.CoverLetter || r.Dossier.Documents[i].Body
	at := 0
	for _, s := range v.Sentences {
		section := v.SectionOf(s.First)
		if v.Lines[s.First].Skip || skip[s.First] || subjectLine.MatchString(s.Text) || section.Is(lexicon.References, lexicon.Contact) {
			continue
		}
		if (readerAsks.MatchString(s.Text) || fact.QuotesNotice(s.Text)) && !claims.MatchString(s.Text) {
			continue
		}
		one := utterance{Passage: s, section: section, letter: letterDoc || skip[-1-s.Page]}
		span := s.All()
		for k := range r.Facts[i].Periods {
			period := &r.Facts[i].Periods[k]
			if period.Body.Page == span.Page && period.Body.Start <= span.Start && span.Start < period.Body.End && period.Nature != fact.Leave {
				one.entry = period
				one.head = true
				for _, d := range period.Details {
					if d.Where.Page == span.Page && d.Where.Start <= span.Start && span.Start < d.Where.End && d.Where.Span != period.Where.Span {
						one.head = false
					}
				}
				break
			}
		}
		p.sentences = append(p.sentences, one)
		p.base = append(p.base, at)
		for _, t := range lexicon.Tokenize(s.Text) {
			t.Start, t.End = t.Start+at, t.End+at
			p.tokens = append(p.tokens, t)
		}
		at += len(s.Text)
		p.tokens = append(p.tokens, lexicon.Token{Start: at, End: at})
		at++
	}
	p.raw = func(start, end int) string {
		n := p.sentence(start)
		s := p.sentences[n]
		return v.Quote(s.At(start-p.base[n], min(end-p.base[n], len(s.Text))))
	}
	r.proses[i] = p
	return p
}

// claims are words with which somebody speaks of what they did or can do.
var claims = text.MustPattern(`\b(?:j'ai|je (?:maitrise|connais|possede|dispose|suis|sais|pratique|utilise|parle)|mon experience|mes competences|ma maitrise|i (?:have|am|know|use|master|speak|worked|work|can)|my experience|my skills|c'est mon cas|ce que je|c'est (?:elle|lui|cela|ca|ce|la) (?:que|qui)|which i)\b`)

// sentence is the index of the sentence at an offset of the run.
func (p *prose) sentence(offset int) int {
	return sort.Search(len(p.base), func(n int) bool { return p.base[n] > offset }) - 1
}

// letterHeads marks the lines of a page before its salutation: addresses and subject. The
// key -1-page is set for a page that is a letter.
func letterHeads(v *fact.View) map[int]bool {
	out := map[int]bool{}
	first := -1
	for i, l := range v.Lines {
		if first < 0 || v.Lines[first].Page != l.Page {
			first = i
		}
		if i-first > 22 || len(l.Text) > 90 && i != first || !salutation.MatchString(l.Text) || out[-1-l.Page] {
			continue
		}
		// A CV may open with "M. Jean Dupont"; a salutation ends in a comma or stands alone.
		if len(strings.Fields(l.Text)) > 12 && i != first {
			continue
		}
		out[-1-l.Page] = true
		for k := first; k < i; k++ {
			out[k] = true
		}
	}
	return out
}
