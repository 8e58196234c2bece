package lexicon

import (
	_ "embed"
	"sort"
	"strings"
	"unicode/utf8"

	"dossier/screening/text"
)

// Section is what a part of a CV is about.
type Section string

// The sections a heading can open. NoSection is the head of the document, before any
// heading; Unknown is a part under a heading nobody knows.
const (
	NoSection      Section = ""
	Experience     Section = "experience"
	Internships    Section = "internship"
	Education      Section = "education"
	Training       Section = "training"
	Certifications Section = "certifications"
	Languages      Section = "languages"
	Skills         Section = "skills"
	Interests      Section = "interests"
	Volunteering   Section = "volunteering"
	References     Section = "references"
	Contact        Section = "contact"
	Personal       Section = "personal"
	Profile        Section = "profile"
	Publications   Section = "publications"
	Awards         Section = "awards"
	Projects       Section = "projects"
	LicenceSection Section = "licence"
	Availability   Section = "availability"
	OtherSection   Section = "other"
	Unknown        Section = "unknown"
)

//go:embed data/headings.tsv
var headingsTSV string

var headings = loadHeadings()

func loadHeadings() map[string]Section {
	out := map[string]Section{}
	for line := range strings.Lines(headingsTSV) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		section, forms, _ := strings.Cut(line, "\t")
		for form := range strings.SplitSeq(forms, "|") {
			if key := text.String(strings.TrimSpace(form)); out[key] == "" {
				out[key] = Section(section)
			}
		}
	}
	return out
}

// Heading names the sections a heading opens. The heading is folded; "Langues et
// informatique" opens two. Nothing is returned for words that are no heading.
func Heading(folded string) []Section {
	h := cleanHeading(folded)
	if h == "" || len(h) > 60 {
		return nil
	}
	if s, ok := headings[h]; ok {
		return []Section{s}
	}
	for _, sep := range []string{" et ", " and ", " & ", " / ", "/", ", ", " - ", " + ", "&", " | "} {
		a, b, ok := strings.Cut(h, sep)
		if !ok {
			continue
		}
		first, second := Heading(a), Heading(b)
		if len(first) > 0 && len(second) > 0 {
			return append(first, second...)
		}
	}
	return nil
}

// numbering is what counts headings: "II-", "3.", "b)", "IV :".
var numbering = text.MustPattern(`^(?:[ivx]{1,5}|\d{1,2}|[a-h])\s?[-./):–]+\s*`)

// HeadingLike names the section of a line that looks like a heading and begins with a word
// only headings begin with: "langues parlees et ecrites". The caller has looked at the line.
func HeadingLike(folded string) []Section {
	h := cleanHeading(folded)
	if n := len(strings.Fields(h)); n == 0 || n > 7 || strings.ContainsAny(h, "0123456789@;,") {
		return nil
	}
	for _, p := range headingStarts {
		if p.pattern.MatchString(h) {
			return []Section{p.section}
		}
	}
	return nil
}

var headingStarts = []struct {
	section Section
	pattern *text.Pattern
}{
	{Languages, text.MustPattern(`^(?:langues?|languages?|connaissances? (?:linguistiques?|des? langues?)|(?:aptitudes?|competences?|connaissances?) linguistiques?|language (?:skills?|proficiency|knowledge)|knowledge of languages?)\b`)},
	{References, text.MustPattern(`^(?:references?|referees?|personnes? (?:de |a |pouvant |susceptibles? )?(?:references?|contacter|ressources?|donner)|professional references?)\b`)},
	{Volunteering, text.MustPattern(`^(?:benevolat|volontariat|volunteer\w*|voluntary|engagements? (?:associatifs?|benevoles?|citoyens?)|experiences? (?:associatives?|benevoles?)|activites? (?:associatives?|benevoles?))\b`)},
	{Internships, text.MustPattern(`^(?:stages?|internships?|traineeships?|experiences? de stages?)\b`)},
	{Experience, text.MustPattern(`^(?:experiences?|(?:work|professional|employment|relevant|job) (?:experiences?|history|record|background)|employment|parcours professionnel|carriere|career (?:history|record)|emplois? occupes?|postes? occupes?)\b`)},
	{Training, text.MustPattern(`^(?:formations? (?:complementaires?|continues?|professionnelles?|courtes?)|(?:other |further |additional |short )?(?:trainings?|courses|workshops)|ateliers|seminaires?)\b`)},
	{Education, text.MustPattern(`^(?:formations?|etudes?|education|academic|diplomes?|parcours (?:academique|universitaire|scolaire|de formation)|cursus|scolarite|educational|qualifications?)\b`)},
	{Skills, text.MustPattern(`^(?:competences?|skills?|(?:technical|computer|it|digital|key|core|soft|personal|other) (?:skills?|competenc\w+)|outils?|logiciels?|informatique|connaissances? informatiques?|aptitudes?|savoir[- ]faire)\b`)},
	{Interests, text.MustPattern(`^(?:centres? d'interets?|loisirs?|hobbies|interests?|passions?|divertissements?)\b`)},
	{Personal, text.MustPattern(`^(?:etat[- ]civil|identite|identification|informations? personnelles?|renseignements? personnels?|personal (?:details?|information|data|particulars)|bio[- ]?data|donnees personnelles?)\b`)},
	{Publications, text.MustPattern(`^(?:publications?|travaux|articles?)\b`)},
	{OtherSection, text.MustPattern(`^(?:declarations?|attestations?|certification of|affiliations?|memberships?|distinctions?|autres? (?:informations?|renseignements?|activites?))\b`)},
}

// cleanHeading drops what only decorates a heading: rules, numbers, bullets, colons,
// letter spacing.
func cleanHeading(h string) string {
	h = strings.Trim(h, " \t:;.|_-=*•·►▸▶●■◆#~<>[]—–+✓✔➤▪□○")
	if m := numbering.FindStringIndex(h); m != nil {
		h = h[m[1]:]
	}
	return strings.Join(strings.Fields(unspace(h)), " ")
}

// unspace closes letter-spaced words: "l a n g u e s" is "langues", and so is "l an gu e s",
// as some typesetting leaves it. Words stay apart only where the gap is wider.
func unspace(h string) string {
	fields := strings.Fields(h)
	if len(fields) < 3 {
		return h
	}
	letters := 0
	for _, f := range fields {
		n := utf8.RuneCountInString(f)
		if n > 3 {
			return h
		}
		letters += n
	}
	// Real words of up to three letters are longer on average than spaced ones.
	if letters > 2*len(fields) || letters < 5 {
		return h
	}
	var words []string
	for part := range strings.SplitSeq(h, "  ") {
		if w := strings.Join(strings.Fields(part), ""); w != "" {
			words = append(words, w)
		}
	}
	if joined := strings.Join(words, " "); headings[joined] != "" {
		return joined
	}
	if known := spacedHeadings[strings.Join(words, "")]; known != "" {
		return known
	}
	return h
}

// spacedHeadings are the headings without their blanks.
var spacedHeadings = closeUp()

func closeUp() map[string]string {
	var known []string
	for h := range headings {
		known = append(known, h)
	}
	sort.Strings(known)
	out := map[string]string{}
	for _, h := range known {
		if key := strings.ReplaceAll(h, " ", ""); out[key] == "" {
			out[key] = h
		}
	}
	return out
}
