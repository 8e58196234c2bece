package fact

import (
	"sort"
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// Claim is a length of experience the applicant states in a sentence: "douze ans
// d'expérience en protection". It proves little alone; it bounds and contradicts.
type Claim struct {
	// Lo..Hi bound the stated months; Hi is 0 for "more than".
	Lo int `json:"lo"`
	Hi int `json:"hi,omitempty"`
	// Service is true for years of service in a uniformed body.
	Service bool `json:"service,omitempty"`
	// Text is the sentence as written; Sectors, Places and Domains what it is about.
	Text    string   `json:"text"`
	Sectors []string `json:"sectors,omitempty"`
	Places  []string `json:"places,omitempty"`
	Domains []string `json:"domains,omitempty"`
	Where   Where    `json:"where"`
}

var (
	claimsExperience = text.MustPattern(`\b(?:experiences?|passe(?:e|es|s)?|parcours|carriere|service|exerce|travaille|oeuvre|servi|pratique|worked|working|career|spent|served|serving|ans (?:de|dans|en|au|aupres|sur|comme)|annees (?:de|dans|en|au|aupres|sur|comme)|years? (?:of|in|with|as|working))\b`)
	ownAge           = text.MustPattern(`\b(?:age|agee|ne|nee|born|old|j'ai \d\d ans|bac|etudes|studies|study|anciennete du projet|exist\w*|cree\w*|fond\w*|depuis que j'ai|contrat|contract|garantie|mandat)\b`)
	moreThan         = text.MustPattern(`\b(?:plus de|pres de|plus d'|over|more than|nearly|almost|au moins|at least|quelque|environ|about|around|une bonne|bientot)\s*(?:une )?$`)
	serviceWords     = text.MustPattern(`\b(?:de service|of service|au service de la police|dans la police|en activite|in the police|police|gendarmerie|armee|army)\b`)
)

// readClaims reads the sentences of profile, letter and body that state a length of
// experience. Entries of a CV are left out: their lengths are about the entry.
func readClaims(v *View, f *Facts) {
	for _, p := range v.Sentences {
		if v.Lines[p.First].Skip || v.SectionOf(p.First).Is(lexicon.Experience, lexicon.Education, lexicon.Internships, lexicon.Volunteering, lexicon.References, lexicon.Languages, lexicon.Training, lexicon.Interests) {
			continue
		}
		found := withParts(p.Text, durations(p.Text))
		if len(found) == 0 || !claimsExperience.MatchString(p.Text) || ownAge.MatchString(p.Text) || wanted.MatchString(p.Text) || QuotesNotice(p.Text) {
			continue
		}
		s, e := p.Span(0, len(p.Text))
		whole := v.Quote(text.Span{Page: p.Page, Start: s, End: e})
		for n, d := range found {
			if d.lo < 6 {
				continue
			}
			// "onze ans en Afrique centrale, dont neuf en protection": each length has its own words.
			from, to := 0, len(p.Text)
			if n > 0 {
				from = found[n-1].end
			}
			if n+1 < len(found) {
				to = found[n+1].start
			}
			if cut := strings.LastIndex(p.Text[from:to], " dont "); cut > 0 && from+cut > d.end {
				to = from + cut
			}
			a, b := p.Span(from, to)
			part := v.Quote(text.Span{Page: p.Page, Start: a, End: b})
			c := Claim{Lo: d.lo, Hi: d.hi, Text: strings.TrimSpace(whole), Where: Where{Span: p.At(d.start, d.end), Rule: "claim.length"}}
			if d.years {
				c.Hi += 11
			}
			if moreThan.MatchString(p.Text[:d.start]) {
				c.Hi = 0
				if strings.Contains(p.Text[max(0, d.start-12):d.start], "pres de") || strings.Contains(p.Text[max(0, d.start-12):d.start], "nearly") || strings.Contains(p.Text[max(0, d.start-12):d.start], "almost") {
					c.Lo, c.Hi = d.lo-6, d.hi
				}
			}
			fold := text.Fold(part)
			tokens := lexicon.Tokenize(fold.Text)
			raw := func(a, b int) string {
				s, e := fold.Span(a, b)
				return part[s:e]
			}
			c.Sectors = lexicon.Sectors(tokens, raw)
			c.Places = lexicon.PlacesIn(fold.Text, tokens, raw)
			seen := map[string]bool{}
			for _, h := range lexicon.Domains(tokens, raw) {
				if !seen[h.Key] {
					seen[h.Key] = true
					c.Domains = append(c.Domains, h.Key)
				}
			}
			c.Service = serviceWords.MatchString(p.Text[from:to])
			f.Claims = append(f.Claims, c)
		}
	}
}

// partOf leads from a length to a part of it that does not say its unit again: "neuf ans avec
// des ONG, dont six comme responsable".
var partOf = text.MustPattern(`\b(?:dont|including|of which|of them)(?: (?:pres de|plus de|au moins|environ|at least|nearly|about))? (\pL{2,12}|\d{1,2}) (?:(?:were |was |years )?(?:en|comme|dans|a|au|aux|avec|as|in|with|of|spent)) `)

// withParts adds the parts of lengths in years that leave their unit out.
func withParts(s string, found []duration) []duration {
	if len(found) == 0 || !found[0].years {
		return found
	}
	for _, m := range partOf.FindAllStringSubmatchIndex(s, 4) {
		v, n := numberAt(s[m[2]:])
		if m[0] < found[0].end || n != m[3]-m[2] || v*12 > found[0].lo {
			continue
		}
		found = append(found, duration{start: m[2], end: m[3], lo: v * 12, hi: v * 12, years: true})
	}
	sort.Slice(found, func(a, b int) bool { return found[a].start < found[b].start })
	return found
}

// wanted tells of sentences that speak of what the reader asks for.
var wanted = text.MustPattern(`\b(?:vous (?:recherchez|demandez|exigez|souhaitez|cherchez|attendez|proposez|voulez)|votre (?:annonce|offre|avis)|l'annonce|le poste (?:exige|demande|requiert)|you (?:are looking|ask|require|seek)|your (?:advert\w*|announcement|notice|vacancy)|the (?:post|position|vacancy|role) requires|requis|required)\b`)
