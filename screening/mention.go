package screening

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/fact"
	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// stance is how a sentence names a term.
type stance int

const (
	// named is a plain mention in the applicant's own words.
	named stance = iota
	// denied is a mention under a negation.
	denied
	// hoped is a wish to learn or to work with it.
	hoped
	// doubtful is a word that may be an everyday one, or about somebody else.
	doubtful
)

// mention is one place where a document names a term.
type mention struct {
	stance stance
	said   utterance
	where  fact.Where
	doc    int
	// before and after are the sentence around the term, folded.
	before, after string
	term          string
}

var (
	verbalNegation = text.MustPattern(`(?:\bn[e'] ?\PL?[^.;:]*?\b(?:pas|jamais|aucune?s?|guere|point|ni)\b|\b(?:never|cannot|can't|don't|do not|didn't|did not|haven't|have not|has not|not (?:yet )?(?:used|familiar|know|worked|able|mastered|proficient|had|have|been)|am not|was not|no longer|nor|neither|hardly any|n'en ai pas|jamais|je n'ai plus|ne \pL+ plus|(?:no|without(?: any)?|lack(?:s|ing)?(?: of| any)?|zero|little) (?:\pL+ ){0,3}(?:experiences?|knowledge|skills?|training|practice|mastery|command|familiarity|background|expertise|notions?|idea|exposure|use)|(?:aucune?|sans|pas d[e'])(?: (?:\pL+ ){0,2}|\s?)(?:experiences?|connaissances?|pratiques?|maitrise|competences?|notions?|formations?|usage|expertise|base))\b)`)
	nearNegation   = text.MustPattern(`\b(?:sans|aucune?s?|ni|hormis|sauf|excepte|hors|pas (?:de|d'|encore|le|la|les)|no|without|except|excluding|lack of|apart from|other than|zero|non|not|absence d[e'])(?:[ ']+(?:\pL+['-]? ?){0,4})?$`)
	noNegation     = text.MustPattern(`\b(?:non seulement|pas seulement|not only|sans (?:difficulte|probleme|cesse|doute|relache|abri|domicile|papiers|frontieres|famille|hesiter)|pas a pas|no doubt|non[ -](?:accompagne\w*|gouvernement\w*|profit|lucratif)|n'hesite|without borders|without (?:difficulty|doubt)|no problem|pourquoi pas)\b`)
	newSubject     = text.MustPattern(`\b(?:mais|but|however|cependant|toutefois|en revanche|par contre|although|though|whereas|tandis que|alors que|je|j'|i|i've|i'm|nous|puis|en revanche|instead)\b|[;.:]`)
	deniedInside   = text.MustPattern(`\b(?:n'\pL+|ne \pL+|pas|aucune?|jamais|not|no|never|without|sans)\b`)
	deniedAfter    = text.MustPattern(`^\W{0,3}(?:: ?|\(|- ?|= ?)?(?:non|aucune?|none|no|neant|nul|jamais|never|zero|0|pas (?:de|encore|maitrise)|not (?:yet|used|known)|inconnue?|a apprendre|en cours d'apprentissage|to (?:be )?learn\w*|debut prevu)\b`)
	learns         = text.MustPattern(`\b(?:apprendre|learn(?:ing)?|me former|m'initier|decouvrir|discover|me familiariser|acquerir|acquire|get to know|progresser en|monter en competences?|formation prevue|me perfectionner)\b`)
	wishes         = text.MustPattern(`\b(?:souhait\w*|voudrai\w*|aimerai\w*|would like|would love|hope to|espere|esperant|eager|envie|desir\w*|want(?:s|ed)? to|wish(?:es)? to|reve|ambition\w*|rejoindre|join(?:ing)?|mettre [^.;]{0,30}au service|m'interesse|interested in|motiv\w*|attire\w*|passionn\w*|interet|curieu\w*|curious|keen|contribuer|contribute|m'engager)\b`)
	applies        = text.MustPattern(`\b(?:candidat\w*|postul\w*|apply(?:ing)?|application|appliquer|poste (?:de|d'|en|a)|post of|position (?:of|as)|offre de|(?:votre|le|ce|your|the|this) (?:stage|internship|poste|post|projet|project|mission|programme|program)|recrut\w*|interesse par)\b`)
	theirs         = text.MustPattern(`\b(?:votre|vos|your|chez vous|l'organisation que vous|vous (?:menez|portez|faites|conduisez))\b`)
	clauseBreak    = text.MustPattern(`(?:[,;:.(]| - |\b(?:apres|ayant|fort|forte|grace|car|parce|puisque|because|since|after|having|thanks|where|ou j'|que j'|which i|mais|but|je|i|j')\b)`)
	softwareCue    = text.MustPattern(`\b(?:logiciels?|outils?|software|tools?|maitrise (?:d[eu']|des)|utilisation d|usage d|using|use of|used|via|sous|sur|avec|with|in|on|ms|microsoft|adobe|google|suite|pack|informatique|bureautique|numerique|digital|proficient in|experience with|competences? (?:en|informatiques?))(?: :)?[\s"'(]*(?:ms |microsoft |adobe |google )?$`)
	vendor         = text.MustPattern(`\b(?:ms|microsoft|adobe|google|pack)[ -]$`)
)

// maxTermMentions bounds the mentions of a term read in one document: each is read in its
// whole sentence, and a document that repeats a word without end must not cost its square.
const maxTermMentions = 40

// reach is how many bytes around a term are read for what is said about it.
const reach = 400

// mentions finds a term in the documents that speak for the applicant.
func (r *Reading) mentions(t lexicon.SkillTerm) []mention {
	var out []mention
	for _, i := range r.Own() {
		if len(r.Dossier.Documents[i].Pages) == 0 {
			continue
		}
		p := r.prose(i)
		for k, h := range t.Find(p.tokens, p.raw, p.sentence) {
			if k == maxTermMentions {
				break
			}
			n := p.sentence(h.Start)
			s := p.sentences[n]
			start, end := h.Start-p.base[n], min(h.End-p.base[n], len(s.Text))
			m := mention{said: s, doc: i, before: s.Text[max(0, start-reach):start], after: s.Text[end:min(len(s.Text), end+reach)], term: t.Term,
				where: fact.Where{Span: s.At(start, end), Rule: "term." + family(t)}}
			m.stance = m.read(t, h, p.raw(h.Start, h.Start+(end-start)), r, p, n)
			// The quote is the sentence when it is short enough to be read at a glance.
			if len(s.Text) <= 240 {
				m.where.Span = s.All()
			}
			out = append(out, m)
		}
	}
	return out
}

func family(t lexicon.SkillTerm) string {
	if len(t.Families) > 0 {
		return strings.ReplaceAll(t.Families[0], " ", "_")
	}
	return "literal"
}

// read tells how the sentence names the term.
func (m mention) read(t lexicon.SkillTerm, h lexicon.Hit, raw string, r *Reading, p *prose, n int) stance {
	if t.Homograph && !m.program(raw, p, n) {
		return doubtful
	}
	if m.inAddress() {
		return doubtful
	}
	if text.String(raw) == "cra" && !r.speaksOf("retention", "detention", "holding centre") {
		return doubtful
	}
	if m.quoted() && (readerAsks.MatchString(m.said.Text) || fact.QuotesNotice(m.said.Text)) {
		return doubtful
	}
	if m.negated() || h.Key == lexicon.Paired && deniedInside.MatchString(text.String(raw)) || opensDenied.MatchString(text.String(raw)) {
		return denied
	}
	clause := m.before
	if b := clauseBreak.FindAllStringIndex(clause, -1); len(b) > 0 && !m.inList() {
		clause = clause[b[len(b)-1][0]:]
	}
	if learns.MatchString(clause) && !strings.Contains(clause, "j'ai appris") && !m.said.section.Is(lexicon.Education) && m.said.entry == nil {
		return hoped
	}
	if m.said.letter {
		if t.Field && takesUp.MatchString(m.after) {
			return named
		}
		if theirs.MatchString(lastClause(m.before)) || applies.MatchString(lastClause(m.before)) || theirsAfter.MatchString(m.after) && !claims.MatchString(m.before) {
			return doubtful
		}
		if wishes.MatchString(clause) && !t.Field && !claims.MatchString(clause) {
			return hoped
		}
	}
	if m.said.section.Is(lexicon.Profile) && wishes.MatchString(clause) && seeks.MatchString(clause) && !t.Field {
		return hoped
	}
	return named
}

// takesUp makes the reader's subject the applicant's own interest.
var takesUp = text.MustPattern(`^[^.]{0,60}(?:\bc'est (?:elle|lui|cela|ca|ce sujet|ce domaine|la) (?:que|qui)|\b(?:that|this|which) is (?:exactly |precisely )?what i|\b(?:ce )?qui (?:m'|me )(?:attire|interesse|importe|tient a coeur|passionne))\b`)

var (
	theirsAfter = text.MustPattern(`^[^.;:,]{0,40}\b(?:de votre|de vos|of your|que vous|at your|au sein de votre)\b`)
	seeks       = text.MustPattern(`\b(?:recherche|cherche|looking for|seeking|souhait\w*|objectif|objective|voudrai\w*|aimerai\w*)\b`)
)

func lastClause(s string) string {
	if b := clauseBreak.FindAllStringIndex(s, -1); len(b) > 0 {
		return s[b[len(b)-1][0]:]
	}
	return s
}

// opensDenied is a form that is a denial by itself: "no grant".
var opensDenied = text.MustPattern(`^(?:have no|no|without) `)

// ofAKind is a kind of program with its members behind it.
var ofAKind = text.MustPattern(`\b(?:softwares?|tools?|programs?|programmes?|applications?|apps?|logiciels?|outils?|suites?|packages?)\b[^.;:]{0,40}?(?:\bsuch as\b|\blike\b|\be\.g\.|\bincluding\b|\btel(?:le)?s? qu|\bcomme\b|\bdu type\b|\bde type\b|\bpar exemple\b|\()`)

// wholeKind tells whether a denied term only stands for the kind that is denied: "no
// experience with design software such as InDesign".
func (m mention) wholeKind() bool {
	return m.stance == denied && ofAKind.MatchString(lastSentence(m.before))
}

func lastSentence(s string) string {
	if cut := strings.LastIndexAny(s, ".;:"); cut >= 0 {
		return s[cut+1:]
	}
	return s
}

// quoted tells whether the term stands between quotation marks.
func (m mention) quoted() bool {
	open := strings.LastIndexAny(m.before, `"«“`)
	if open < 0 || strings.ContainsAny(m.before[open+1:], `»”`) || !strings.ContainsAny(m.after, `"»”`) {
		return false
	}
	return m.before[open] != '"' || strings.Count(m.before, `"`)%2 == 1
}

// inList tells whether the term stands in an enumeration, whose items share what was said
// before the first.
func (m mention) inList() bool {
	c := strings.LastIndex(m.before, ",")
	return c > 0 && len(strings.Fields(m.before[c:])) <= 4
}

// negated tells whether a negation reaches the term. That of a verb reaches over a list, up
// to a new subject; "sans" and "no" reach as far as the comma.
func (m mention) negated() bool {
	before := noNegation.ReplaceAllString(m.before, " ")
	if found := verbalNegation.FindAllStringIndex(before, -1); len(found) > 0 {
		end := found[len(found)-1][1]
		between := before[end:]
		if !newSubject.MatchString(between) && len(strings.Fields(between)) <= 14 {
			return true
		}
	}
	part := before
	if c := strings.LastIndexAny(part, ",;:.(|"); c >= 0 {
		part = part[c+1:]
	}
	if at := nearNegation.FindStringIndex(part); at != nil && !newSubject.MatchString(part[at[0]:]) {
		return true
	}
	return deniedAfter.MatchString(m.after)
}

// program tells whether a word that is an everyday one as well names the program here.
func (m mention) program(raw string, p *prose, n int) bool {
	upper := raw != strings.ToLower(raw)
	if vendor.MatchString(m.before) {
		return true
	}
	folded := text.String(raw)
	switch folded {
	case "premiere":
		if strings.HasPrefix(strings.TrimSpace(m.after), "pro") {
			return true
		}
		if raw != "Premiere" && raw != "PREMIERE" {
			return false
		}
	case "notion":
		if ofSomething.MatchString(m.after) {
			return false
		}
	}
	if len(folded) > 9 {
		return upper
	}
	if upper && p.capitalInside(m, n) {
		return true
	}
	list := m.said.section.Is(lexicon.Skills) || otherPrograms(m.said.Text, folded)
	if !upper {
		// Written small it is the program only among programs.
		beside := m.inList() || strings.HasPrefix(strings.TrimSpace(m.after), ",") || strings.HasSuffix(strings.TrimSpace(m.before), ",") ||
			besideProgram.MatchString(m.after) || afterProgram.MatchString(m.before)
		return list && (m.said.section.Is(lexicon.Skills) || beside)
	}
	if list {
		return true
	}
	return softwareCue.MatchString(m.before)
}

// capitalInside tells whether a term is written with a capital inside a sentence whose words
// around it are not: nobody writes an everyday word so.
func (p *prose) capitalInside(m mention, n int) bool {
	start := p.base[n] + len(p.sentences[n].Text) - len(m.after)
	if m.before == "" || len(m.before) == reach {
		return false
	}
	raw := p.raw(p.base[n], start)
	words := strings.Fields(raw)
	if len(words) < 3 {
		return false
	}
	small := func(w string) bool {
		r, _ := utf8.DecodeRuneInString(w)
		return unicode.IsLower(r) && !strings.ContainsAny(w[len(w)-1:], ".:;!?|")
	}
	return small(words[len(words)-2]) && (small(words[len(words)-3]) || len(words) == 3)
}

// inAddress tells whether the term is a part of an address of the web or of mail.
func (m mention) inAddress() bool {
	before := m.before[strings.LastIndexAny(m.before, " \n(,;")+1:]
	after := m.after
	if end := strings.IndexAny(after, " \n),;"); end >= 0 {
		after = after[:end]
	}
	return strings.Contains(before+after, "@") || address.MatchString(before+"x"+after)
}

// address is a name with a domain behind a full stop, or a path.
var address = text.MustPattern(`(?:^|[^\pL])www\.|://|\pL\.\pL{2,}(?:/|$)|^\S*/\S*\.\pL`)

// besideProgram matches a neighbour joined by "and".
var besideProgram = text.MustPattern(`^ (?:et|and|&|ou|or|/) (?:ms |microsoft )?(word|excel|powerpoint|outlook|access|teams|canva|slack|notion)\b`)
var afterProgram = text.MustPattern(`\b(?:word|excel|powerpoint|outlook|access|teams|canva|slack|notion) (?:et|and|&|ou|or|/) (?:ms |microsoft )?$`)

var ofSomething = text.MustPattern(`^s? (?:d'|de |of )`)

// otherPrograms tells whether a sentence names programs besides one. The first dozen are
// looked at: a sentence that repeats one program without end must not cost its square.
func otherPrograms(s, except string) bool {
	for _, h := range programs.FindAllString(s, 12) {
		if h != except {
			return true
		}
	}
	return false
}

var programs = text.MustPattern(`\b(?:word|excel|powerpoint|outlook|access|teams|sharepoint|canva|trello|slack|notion|mailchimp|asana|zoom|photoshop|indesign|illustrator|figma|gimp|lightroom|premiere pro|davinci|final cut|after effects|capcut|wordpress|brevo|hootsuite|qgis|arcgis|spss|stata|nvivo|kobo\w*|odk|sap|sage|ms office|pack office|microsoft office|libreoffice|openoffice|google (?:drive|docs|sheets|workspace)|onedrive|power bi|html|css|python|acrobat|audacity|inkscape|linkedin|instagram)\b`)

// speaksOf tells whether a document that speaks for the applicant has one of the words.
func (r *Reading) speaksOf(words ...string) bool {
	for _, i := range r.Own() {
		for _, l := range r.View(i).Lines {
			for _, w := range words {
				if !l.Skip && strings.Contains(l.Text, w) {
					return true
				}
			}
		}
	}
	return false
}
