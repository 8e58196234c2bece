package fact

import (
	"sort"
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// DomainCue counts the words of an entry that point at a line of work.
type DomainCue struct {
	// Domain is a domain of the lexicon.
	Domain string `json:"domain"`
	// Title is true when the head of the entry says so.
	Title bool `json:"title,omitempty"`
	// Cues is the number of distinct words in the body.
	Cues int `json:"cues,omitempty"`
}

// tag gives a period its sectors, places and domains.
func tag(p *Period, head text.Folded, tokens []lexicon.Token, raw func(a, b int) string) {
	p.Sectors = sectors(p.Header)
	p.Places = places(p.Header)
	cues := map[string]*DomainCue{}
	at := func(d string) *DomainCue {
		if cues[d] == nil {
			cues[d] = &DomainCue{Domain: d}
		}
		return cues[d]
	}
	for _, h := range lexicon.Domains(tokens, raw) {
		at(h.Key).Title = true
	}
	seen := map[string]bool{}
	for _, d := range p.Details {
		f := text.Fold(d.Text)
		ts := lexicon.Tokenize(f.Text)
		for _, h := range lexicon.Domains(ts, func(a, b int) string {
			s, e := f.Span(a, b)
			return d.Text[s:e]
		}) {
			if word := h.Key + "\t" + lexicon.Stem(f.Text[h.Start:h.End]); !seen[word] {
				seen[word] = true
				at(h.Key).Cues++
			}
		}
	}
	for _, c := range cues {
		p.Domains = append(p.Domains, *c)
	}
	sort.Slice(p.Domains, func(i, j int) bool { return p.Domains[i].Domain < p.Domains[j].Domain })
}

// sectors are the sectors the employer named in a head may be in. A job's own words tell of
// the employer only where nothing else does: a site manager may build for an association. Of
// an employer whose name says nothing, only a uniform tells.
func sectors(head string) []string {
	var named, told []string
	unknown := false
	for _, piece := range headParts(head) {
		f := text.Fold(piece)
		found := lexicon.SectorHits(lexicon.Tokenize(f.Text), func(a, b int) string {
			s, e := f.Span(a, b)
			return piece[s:e]
		})
		if !lexicon.IsTitle(f.Text) {
			for _, h := range found {
				if !butNot.MatchString(f.Text[:h.Start]) {
					named = append(named, h.Key)
				}
			}
			unknown = unknown || len(found) == 0 && !onlyPlace(piece) && !aside.MatchString(f.Text)
			continue
		}
		for _, h := range found {
			switch solidary := h.Key == lexicon.NGO || h.Key == lexicon.UN || h.Key == lexicon.RedCross; {
			case solidary && !dealsWith.MatchString(f.Text[:h.Start]):
				named = append(named, h.Key)
			case !solidary:
				told = append(told, h.Key)
			}
		}
	}
	switch {
	case len(named) > 0:
		return distinct(named)
	case !unknown:
		return distinct(told)
	case uniform.MatchString(text.String(head)):
		return []string{lexicon.Government}
	}
	return nil
}

var (
	// butNot denies what follows: "no NGO clients".
	butNot = text.MustPattern(`\b(?:no|not(?: an?)?|non|sans|hors|without|pas (?:d'|de|une)|ni) ?$`)
	// dealsWith leads to those a job deals with rather than works for: "relations avec les ONG".
	dealsWith = text.MustPattern(`\b(?:les|des|with|avec|aupres|relations?|partenariats?|partners?|partnerships?|liaison|aux) (?:\pL+ )?$`)
	// uniform finds the forces of the state, whose people say so in their titles.
	uniform = text.MustPattern(`\b(?:polic(?:e|ier|iere)|gendarm\w*|douan\w*|customs|armees?|army|militaires?|gardien de la paix)\b`)
	// aside is a piece that tells of the contract, and no name: "temps partiel", "80 %", "CDD".
	aside = text.MustPattern(`^(?:cd[di]\b.*|(?:a )?temps (?:plein|partiel|complet).*|(?:part|full)[- ]time.*|mi-temps|half[- ]time|\d+ ?%|stage|internship|benevol\w*|volunt\w*|placement|contract|contrat.*|en cours|in progress|present|service civique|civic service|[^\pL]*|\pL{1,2})$`)
)

// places are the countries and regions the head of an entry says the work was in. A part of
// the head that is nothing but a place says so; otherwise a place inside a name does
// ("Commissariat de Ziguinchor"), but not the country an embassy belongs to.
func places(head string) []string {
	var pure, inside []string
	for _, part := range strings.FieldsFunc(head, func(r rune) bool { return strings.ContainsRune(",;()\n|–—:[]/", r) }) {
		for _, piece := range strings.Split(part, " - ") {
			found := lexicon.Places(strings.TrimSpace(piece))
			if len(found) == 0 {
				continue
			}
			if onlyPlace(piece) {
				pure = append(pure, found...)
			} else if !belongs(text.String(piece)) {
				inside = append(inside, found...)
			} else if len(found) > 1 {
				// "Ambassade de France au Mali"
				inside = append(inside, found[1:]...)
			}
		}
	}
	if len(pure) > 0 {
		return distinct(pure)
	}
	return distinct(inside)
}

// connectors may stand between or before the places of a part of a head.
var connectors = map[string]bool{"puis": true, "et": true, "and": true, "then": true, "a": true, "au": true, "aux": true, "en": true, "in": true, "base": true, "basee": true, "based": true,
	"de": true, "du": true, "des": true, "la": true, "le": true, "les": true, "d": true, "l": true, "region": true, "province": true, "at": true, "the": true, "of": true, "missions": true, "mission": true, "ville": true, "nord": true, "sud": true, "est": true, "ouest": true, "north": true, "south": true, "east": true, "west": true, "bureau": true, "office": true}

// onlyPlace tells whether a piece of a head names places and nothing else. Its words must
// be few: what the lexicon knows of it is not measured here.
func onlyPlace(s string) bool {
	n := 0
	for _, t := range lexicon.Tokenize(text.String(s)) {
		if !t.Break() && !connectors[t.Text] {
			n++
		}
	}
	known := lexicon.PlaceWords(strings.TrimSpace(s))
	return n <= known
}

// belongs tells of names whose country is not where one works.
func belongs(folded string) bool {
	for _, w := range []string{"ambassade d", "embassy of", "consulat d", "french ", "british ", "medecins sans", "caritas ", "secours islamique", "expertise france", "france terre", "terre d'asile", "federation ", "cooperation france", "universite"} {
		if strings.Contains(folded, w) {
			return true
		}
	}
	return false
}

func distinct(list []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
