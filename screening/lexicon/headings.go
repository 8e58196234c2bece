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

// cleanHeading drops what only decorates a heading: rules, numbers, bullets, colons,
// letter spacing.
func cleanHeading(h string) string {
	h = strings.Trim(h, " \t:;.|_-=*•·►▸▶●■◆#~<>[]—–+✓✔➤▪□○")
	if i := strings.IndexAny(h, ".)"); i > 0 && i <= 3 && strings.Trim(h[:i], "0123456789ivx") == "" {
		h = strings.TrimSpace(h[i+1:])
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
