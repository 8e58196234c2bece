package fact

import (
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// The status of somebody in a uniformed body.
const (
	Serving = "serving"
	Retired = "retired"
	Former  = "former"
)

// Career is a statement about service in a uniformed body, or a rank an entry of work names.
type Career struct {
	// Force is police, gendarmerie, army, customs; empty for a bare "retired since 2022".
	Force string `json:"force,omitempty"`
	// Status is serving, retired or former; empty when not said.
	Status string `json:"status,omitempty"`
	// Rank is the rank as written, Class its class in the lexicon.
	Rank  string `json:"rank,omitempty"`
	Class string `json:"class,omitempty"`
	// SinceLo..SinceHi bound the month service began, where a sentence says so; 0 else.
	SinceLo Month `json:"since_lo,omitempty"`
	SinceHi Month `json:"since_hi,omitempty"`
	// Entry is the index in Facts.Periods of the entry it comes from, -1 for a statement.
	Entry int   `json:"entry"`
	Where Where `json:"where"`
}

var (
	retiredWords = text.MustPattern(`\b(?:retraitee?s?|a la retraite|en retraite|admise? a la retraite|depart (?:a|en) (?:la )?retraite|honoraire|retired|retirement|pensionne[er]?|(?:er|cr|h)\))`)
	servingWords = text.MustPattern(`\b(?:en activite|en service actif|en fonctions?|en exercice|serving|in active service|active duty|currently serving|encore en service|toujours en poste)\b`)
	formerWords  = text.MustPattern(`\b(?:ancien|ancienne|ex-|former|formerly|demission\w*|quittee?|quitte|resigned|left the|radiee?|revoque)\b`)
	notYetWords  = text.MustPattern(`\b(?:futur|bientot|prochainement|a compter de|sera|serai|will retire|retirement in|proche de la)\b`)
	aboutOthers  = text.MustPattern(`\b(?:aupres d|avec (?:la|les|des)|for the|with the|formation d|formateur d|appui a|training of|support to|soutien a|epouse? d|fils d|fille d|journaliste|juriste aupres|conseil a)\b`)
	policeBody   = text.MustPattern(`\bpolic(?:e|es|iere?s?)\b`)
)

// readCareers reads ranks and status from headline, profile, letter and body, and ranks
// from the heads of entries.
func readCareers(v *View, f *Facts) {
	for n, p := range f.Periods {
		if p.Nature != Work && p.Nature != UnknownNature {
			continue
		}
		head := text.Fold(p.Header)
		tokens := lexicon.Tokenize(head.Text)
		for _, r := range lexicon.Ranks(tokens, func(a, b int) string { s, e := head.Span(a, b); return p.Header[s:e] }) {
			if r.Class == "any" && aboutOthers.MatchString(head.Text[:r.Start]) {
				continue
			}
			if r.Class != "any" && precededBy(head.Text, r.Start) {
				continue
			}
			s, e := head.Span(r.Start, r.End)
			c := Career{Force: r.Force, Class: r.Class, Rank: p.Header[s:e], Entry: n, Where: p.Shown()}
			if p.Open {
				c.Status = Serving
			}
			f.Careers = append(f.Careers, c)
		}
		if policeBody.MatchString(head.Text) && !aboutOthers.MatchString(head.Text) && !outsider.MatchString(head.Text) {
			c := Career{Force: "police", Entry: n, Where: p.Shown()}
			if p.Open {
				c.Status = Serving
			}
			f.Careers = append(f.Careers, c)
		}
	}
	for _, p := range v.Sentences {
		section := v.SectionOf(p.First)
		if v.Lines[p.First].Skip || section.Is(lexicon.Experience, lexicon.Education, lexicon.References, lexicon.Languages, lexicon.Internships, lexicon.Volunteering, lexicon.Training) {
			continue
		}
		v.careersIn(p, f)
	}
}

// outsider tells of people who work about the police, not in it.
var outsider = text.MustPattern(`\b(?:consultante?|independante?|journaliste|avocate?|chercheu\w+|researcher|lawyer|ong|ngo|association|interprete|interpreter|trainer|medecin|psychologue|assistante? sociale?|prestataire|fournisseur)\b`)

// precededBy tells whether a rank is somebody else's: "adjoint au commissaire".
func precededBy(s string, at int) bool {
	before := strings.TrimRight(s[:at], " ")
	for _, w := range []string{" au", " du", " aux", " le", " un", " les", " des", " d'un", " with", " the", "aupres", " son", " mon"} {
		if strings.HasSuffix(" "+before, w) {
			return true
		}
	}
	return false
}

func (v *View) careersIn(p text.Passage, f *Facts) {
	s := p.Text
	status := ""
	switch {
	case retiredWords.MatchString(s) && !notYetWords.MatchString(s):
		status = Retired
	case servingWords.MatchString(s):
		status = Serving
	case formerWords.MatchString(s):
		status = Former
	}
	tokens := lexicon.Tokenize(s)
	raw := func(a, b int) string {
		from, to := p.Span(a, b)
		return v.Quote(text.Span{Page: p.Page, Start: from, End: to})
	}
	if notServed.MatchString(s) {
		return
	}
	found, other := false, false
	for _, r := range lexicon.Ranks(tokens, raw) {
		if neverRank.MatchString(s[:r.Start]) {
			continue
		}
		if r.Class != "any" && precededBy(s, r.Start) && !ownRank.MatchString(s[:r.Start]) {
			continue
		}
		if aboutOthers.MatchString(s[:r.Start]) || outsider.MatchString(s) && status != Former && status != Retired {
			continue
		}
		found = true
		other = other || r.Class == "any"
		f.Careers = append(f.Careers, Career{Force: r.Force, Class: r.Class, Rank: raw(r.Start, r.End), Status: status, Entry: -1, Where: Where{Span: p.All(), Rule: "career.statement"}})
	}
	if m := serviceSince.FindStringIndex(s); m != nil && !other {
		if when := v.dates(s[m[0]:]); len(when) > 0 && when[0].start <= m[1]-m[0]+3 && !when[0].broken && (!when[0].ranged || when[0].open) {
			c := Career{Force: "police", Status: status, Entry: -1, SinceLo: when[0].startLo, SinceHi: when[0].startHi, Where: Where{Span: p.All(), Rule: "career.since"}}
			if c.Status == "" {
				c.Status = Serving
			}
			found = true
			f.Careers = append(f.Careers, c)
		}
	}
	// Gendarmes do police work too; that makes no police officers of them.
	if m := policeBody.FindStringIndex(s); m != nil && !other && !aboutOthers.MatchString(s[:m[0]]) && !outsider.MatchString(s) && (status != "" || inBody.MatchString(s)) {
		found = true
		f.Careers = append(f.Careers, Career{Force: "police", Status: status, Entry: -1, Where: Where{Span: p.All(), Rule: "career.statement"}})
	}
	if !found && (status == Retired || status == Serving) && len(s) < 120 && !strings.Contains(s, "maison de retraite") && !strings.Contains(s, "caisse de retraite") {
		f.Careers = append(f.Careers, Career{Status: status, Entry: -1, Where: Where{Span: p.All(), Rule: "career.status"}})
	}
}

// neverRank denies the rank behind it: "jamais commissaire".
var neverRank = text.MustPattern(`\b(?:jamais|pas|never|not|ni|nor|sans (?:avoir )?(?:ete|etre)|without (?:being|having been)|n'(?:etant|ai) pas)(?: (?:ete|un|une|a|an|de|le|la|the|been|membre du|member of the)){0,3} $`)

// serviceSince leads to the day service began and goes on since.
var serviceSince = text.MustPattern(`\b(?:policier|policiere|police officer|(?:dans|de) la police(?: nationale)?|in the (?:national )?police(?: force| service)?|serving)(?: en activite| en service| sans interruption)?,? (?:depuis|since)\b`)

// notServed denies service, or tells of somebody outside it.
var notServed = text.MustPattern(`\b(?:n[e'] ?(?:\pL+ ){0,3}(?:pas|jamais|plus) (?:\pL+ ){0,3}?(?:servi|appartenu|exerce|travaille|fait partie|ete|suis|policiere?|fonctionnaire|dans la police)|ne suis pas (?:un |une )?(?:policiere?|membre|fonctionnaire)|sans avoir (?:servi|appartenu|travaille|exerce)|(?:have|has|had) (?:never|not) (?:served|worked|been|belonged)|never (?:served|worked|belonged|been)|(?:am|was) (?:not|never) (?:a |an )?(?:police|member|in the police)|do not (?:serve|belong)|without having (?:served|been|worked))\b`)

var (
	ownRank = text.MustPattern(`\b(?:membre d[ue]|member of|appartenant a[u]?|issue? d[ue]|en tant que|comme|as|grade d[ue]|grade de|rang d[ue]|rank of)(?: le| un| une| a)?\s*$`)
	inBody  = text.MustPattern(`\b(?:dans la police|au service de la police|in the police|de la police|corps de conception|entre[er]? (?:dans|en service)|police (?:service|force))\b`)
)
