package notice

import (
	"regexp"
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

var noPlace = text.MustPattern(`^(?:sans famille|non[- ]family|family|a definir|to be determined|tbd|tbc)`)

func placeOnly(value string) bool {
	return len(strings.Fields(value)) <= 2 && len(lexicon.Places(value)) > 0
}

func isCountry(s string) bool {
	return len(strings.Fields(s)) <= 3 && len(lexicon.Places(s)) > 0 && !strings.Contains(s, ",")
}

// placeFromProse finds a place after "based in" or in the title.
func (r *reader) placeFromProse() {
	for i := range r.sentences {
		s := &r.sentences[i]
		if m := basedIn.FindStringSubmatchIndex(s.Text); m != nil && s.zone != ZoneContext {
			end := m[3]
			raw := r.words(s.Folded, m[2], end)
			if name := capitals.FindString(raw); name != "" && len(lexicon.Places(name)) > 0 {
				r.draft.Place = strings.TrimRight(name, " ,.(")
				r.draft.Sources["place"] = r.cite(s)
				r.cover(s, "place")
				return
			}
		}
	}
	for i := range r.sentences {
		s := &r.sentences[i]
		if i > 6 {
			return
		}
		raw := r.words(s.Folded, 0, len(s.Text))
		if len(strings.Fields(raw)) <= 20 {
			if m := titlePlace.FindStringSubmatch(raw); m != nil && len(lexicon.Places(m[1])) > 0 {
				r.draft.Place = strings.Trim(m[1], " ,.)")
				r.draft.Sources["place"] = r.cite(s)
				r.cover(s, "place")
				return
			}
		}
	}
	for i := range r.sentences {
		s := &r.sentences[i]
		if i > 12 || s.zone == ZoneProfile || s.zone == ZoneDuties {
			continue
		}
		// A village no gazetteer knows, where the words around leave no doubt.
		if m := seatedIn.FindStringSubmatch(r.words(s.Folded, 0, len(s.Text))); m != nil {
			r.draft.Place = strings.Trim(m[1]+m[2], " ,.)")
			r.draft.Sources["place"] = r.cite(s)
			r.cover(s, "place")
			return
		}
	}
	for i := range r.sentences {
		s := &r.sentences[i]
		if s.zone == ZoneProfile || s.zone == ZoneCharter {
			continue
		}
		raw := r.words(s.Folded, 0, len(s.Text))
		if !jobWord.MatchString(s.Text) && !(i < 8 && (s.zone == ZoneHead || s.zone == ZoneContext)) && !strings.Contains(s.Text, "bureau") && !strings.Contains(s.Text, "office") && !strings.Contains(s.Text, "siege") {
			continue
		}
		for _, m := range lastPlace.FindAllStringSubmatch(raw, -1) {
			if len(lexicon.Places(m[1])) == 0 {
				continue
			}
			r.draft.Place = strings.Trim(m[1], " ,.)")
			r.draft.Sources["place"] = r.cite(s)
			r.cover(s, "place")
			return
		}
	}
}

// seatedIn matches where an employer or a post is.
var seatedIn = regexp.MustCompile(`(?i:basée?s?|installée?s?|située?s?|établie?s?|siège|bureaux?|poste|antenne|permanences?|personnes|bénévoles|based|located|offices?|non-profit|company|charity|is a [\p{L} -]{2,30}) (?:à|in|at) (\p{Lu}[\p{L}'’-]+(?:[ -]\p{Lu}[\p{L}'’-]+)*)|\((\p{Lu}[\p{L}'’-]+), \d`)

// lastPlace matches a place at the end of a sentence.
var lastPlace = regexp.MustCompile(`(?:(?:^|[ (])(?:à|au|en|in|at|de|d['’])\s?|\()(\p{Lu}[\p{L}'’-]+(?:[ -]\p{Lu}[\p{L}'’-]+)*(?:,? \(?\p{Lu}[\p{L}'’-]+\)?)?)\s*(?:[.,;:()]|$| sont| est| pour| depuis| has| for| since| and)`)

var (
	basedIn    = text.MustPattern(`\b(?:basee?s? (?:a|au|en|aux)|based (?:in|at|out of)|poste (?:est )?(?:situe|localise) (?:a|au|en)|located in|affectee? (?:a|au|en)|se deroulera (?:a|au|en)|situee? (?:a|au|en)|a notre (?:bureau|siege) (?:de|d')|in our [\pL]+ office in|in our|at our|duty station is|lieu de travail (?:est|sera)|nos bureaux (?:de|a|d')|travail a|bureau (?:de|d')|stage a|poste a|role in|post in|position in|mission a|mission au|mission en) ([\pL][\pL' ,()-]{1,60})`)
	capitals   = regexp.MustCompile(`^(?:\p{Lu}[\p{L}'’-]*(?:[ -](?:de|du|des|la|le|sur|en|sous|et|of|the))*[ ,(]*)+`)
	titlePlace = regexp.MustCompile(`(?:[,–—-] |\(|\b(?:à|au|in|en) )(\p{Lu}[\p{L}'’ -]+(?:, \p{Lu}[\p{L}'’ -]+)?)\)?$`)
)
