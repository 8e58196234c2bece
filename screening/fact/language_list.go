package fact

import (
	"strings"
	"unicode/utf8"

	"dossier/screening/lexicon"

	"dossier/screening/text"
)

// readLanguages reads what the document says about languages: lists under a heading or
// behind a label, tests and diplomas, and sentences.
func readLanguages(v *View, f *Facts) {
	list := &languageList{v: v}
	for si, s := range v.Sections {
		if !s.Is(lexicon.Languages) {
			continue
		}
		list.reset()
		for i := s.First; i <= s.Last && i < len(v.Lines); i++ {
			l := v.Lines[i]
			if l.Section != si || l.Skip || l.Heading || scaleLegend.MatchString(l.Text) {
				continue
			}
			list.line(i, l.Label)
		}
		list.flush()
	}
	if f.Languages = list.out; len(list.out) == 0 {
		f.Languages = nil
	}
	f.Languages = append(f.Languages, languageMentions(v)...)
	f.Languages = append(f.Languages, languageProse(v)...)
	f.Languages = tidyLanguages(f.Languages)
	wholeItems(v, f.Languages)
}

// scaleLegend is the line that explains the scale under a table of languages.
var scaleLegend = text.MustPattern(`utilisateur (?:elementaire|independant|experimente)s?\b.*utilisateur|(?:basic|independent|proficient) user\b.*user|cadre europeen (?:commun )?|common european framework|^niveaux? ?: ?a1|^levels? ?: ?a1`)

// named is a language met in a list and what was said of it.
type named struct {
	name   lexicon.LanguageName
	line   int
	levels []leveled
}

// leveled is a level said of a language, with the skill it is about and the passage.
type leveled struct {
	level      lexicon.LevelPhrase
	skills     []string
	line       int
	start, end int
}

type languageList struct {
	v   *View
	out []Language
	// open are the languages of the last cells that may still get a level.
	open []*named
	all  []*named
	// prefix is a level whose languages follow ("Langue maternelle :").
	prefix *leveled
	// bare are lines that hold only levels, kept to match a column of names.
	bare []leveled
	// header are the skills a line of column titles names.
	header []string
}

func (ll *languageList) reset() {
	ll.open, ll.all, ll.prefix, ll.bare, ll.header = nil, nil, nil, nil, nil
}

// maxListLine is how much of a line is read as a list, in bytes of folded text.
const maxListLine = 1500

// fits is the greatest length of s up to n that cuts no rune.
func fits(s string, n int) int {
	if len(s) <= n {
		return len(s)
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return n
}

// line reads one line of a list of languages from byte from of its folded text.
func (ll *languageList) line(i, from int) {
	l := ll.v.Lines[i]
	// A line longer than any list of languages is read at its start only.
	l.Folded = l.Sub(0, fits(l.Text, maxListLine))
	raw := func(a, b int) string { s, e := l.Span(a, b); p, _ := ll.v.Page(l.Page); return p.Text[s:e] }
	all := items(l.Folded, raw)
	kept := all[:0]
	for _, it := range all {
		if it.start >= from {
			kept = append(kept, it)
		}
	}
	all = kept
	if header := columnTitles(all); len(header) > 1 {
		ll.header = header
		return
	}
	if otherLanguages.MatchString(l.Text) {
		ll.prefix = nil
	}
	for n, c := range cells(l.Text, from, all) {
		ll.cell(i, c, n == 0, l.Text)
	}
}

// columnTitles are the skills of a line that holds nothing else.
func columnTitles(all []item) []string {
	var out []string
	for _, it := range all {
		if it.kind != 's' {
			if it.kind == 'l' && it.level.Kind == lexicon.Mute {
				return []string{"reading", "writing", "speaking"}
			}
			return nil
		}
		out = append(out, it.skills[0])
	}
	return out
}

var otherLanguages = text.MustPattern(`autres? langues?|autre\(s\) langue|other languages?|langues? etrangeres?|foreign languages?`)

func (ll *languageList) cell(i int, c cell, first bool, s string) {
	var names, levels []item
	for _, it := range c.items {
		switch it.kind {
		case 'n':
			names = append(names, it)
		case 'l':
			levels = append(levels, it)
		}
	}
	lv := func(it item, start, end int) leveled {
		return leveled{level: it.level, skills: nearestSkill(it, c.items), line: i, start: min(start, it.start), end: max(end, it.end)}
	}
	// A test names its own language, wherever it stands.
	rest := levels[:0]
	for _, it := range levels {
		if it.level.Language != "" && !anyName(names, it.level.Language) && !ll.lastIs(it.level.Language) {
			n := &named{name: lexicon.LanguageName{Code: it.level.Language, Start: it.start, End: it.end}, line: i}
			n.levels = append(n.levels, lv(it, it.start, it.end))
			ll.all = append(ll.all, n)
			continue
		}
		rest = append(rest, it)
	}
	levels = rest
	if len(names) == 0 {
		if len(levels) == 0 {
			return
		}
		ll.levelsAlone(i, c, levels, first, s, lv)
		return
	}
	ll.settle()
	prefixed := len(levels) > 0 && levels[0].start < names[0].start
	var group []*named
	start := len(ll.all)
	for _, it := range names {
		n := &named{name: it.name, line: i}
		group = append(group, n)
		ll.all = append(ll.all, n)
	}
	if len(levels) == 0 {
		if ll.prefix != nil && (c.comma || first) {
			for _, n := range group {
				n.levels = append(n.levels, *ll.prefix)
			}
			return
		}
		if !c.comma {
			ll.prefix = nil
		}
		ll.open = append(ll.open, group...)
		return
	}
	ll.prefix = nil
	if prefixed {
		ll.bindPrefixed(i, s, names, levels, group, lv)
		return
	}
	// Each level belongs to the name before it; names joined by "et", or standing before a
	// colon or a bracket, share it.
	for _, it := range levels {
		k := 0
		for k+1 < len(names) && names[k+1].start < it.start {
			k++
		}
		owners := []int{k}
		for j := k; j > 0 && len(group[j-1].levels) == 0 && shares(s, names[j-1], names[j], names[k], it); j-- {
			owners = append(owners, j-1)
		}
		for _, o := range owners {
			group[o].levels = append(group[o].levels, lv(it, names[o].start, names[o].end))
		}
	}
	// "Français, anglais : courant" shares over the comma as well.
	if c.comma && len(levels) > 0 && sharesOverComma(s, names[0], levels[0]) {
		for j := start - 1; j >= 0 && len(ll.all[j].levels) == 0 && ll.all[j].line == i; j-- {
			ll.all[j].levels = append(ll.all[j].levels, lv(levels[0], ll.all[j].name.Start, ll.all[j].name.End))
		}
	}
	ll.open = group[len(group)-1:]
}

func anyName(names []item, code string) bool {
	for _, n := range names {
		if n.name.Code == code {
			return true
		}
	}
	return false
}

// lastIs tells whether the list's last language is code.
func (ll *languageList) lastIs(code string) bool {
	return len(ll.all) > 0 && ll.all[len(ll.all)-1].name.Code == code
}

// bindPrefixed binds levels that stand before their names: "native French and fluent English",
// "Courant : français".
func (ll *languageList) bindPrefixed(i int, s string, names, levels []item, group []*named, lv func(item, int, int) leveled) {
	for n, it := range levels {
		stop := len(s) + 1
		if n+1 < len(levels) {
			stop = levels[n+1].start
		}
		bound := false
		for k, name := range names {
			if name.start > it.start && name.start < stop {
				group[k].levels = append(group[k].levels, lv(it, name.start, name.end))
				bound = true
			}
		}
		if !bound {
			// A level behind the last name says more about it: "bon niveau d'anglais (B2)".
			k := len(names) - 1
			for k > 0 && names[k].start > it.start {
				k--
			}
			group[k].levels = append(group[k].levels, lv(it, names[k].start, names[k].end))
		}
	}
	last := levels[0]
	if colon := strings.IndexByte(s[last.end:], ':'); len(levels) == 1 && colon >= 0 && strings.TrimSpace(s[last.end:last.end+colon]) == "" ||
		len(levels) == 1 && listWord.MatchString(s[last.end:names[0].start]) {
		p := lv(last, last.start, last.end)
		ll.prefix = &p
	}
	ll.open = nil
}

// listWord is what parts a level from the languages it is said of.
var listWord = text.MustPattern(`^\s?(?:\(s\))?\s?(?:en|in|of|de|du|des|d'|de l'|:|-)\s?$`)

var andWord = text.MustPattern(`^\s?(?:et|and|&|/|\+|-|et en|and in)\s?(?:le |la |l'|du |de l'|d')?$`)

// shares tells whether name a, joined to b, takes the level said behind last.
func shares(s string, a, b, last, level item) bool {
	if b.start < a.end || !andWord.MatchString(s[a.end:b.start]) {
		return false
	}
	between := s[last.end:level.start]
	word := s[level.start:level.end]
	return strings.ContainsAny(between, ":(=–") || strings.Contains(between, " - ") || strings.HasSuffix(word, "s") || strings.HasSuffix(word, "naissance")
}

func sharesOverComma(s string, name, level item) bool {
	return level.start > name.end && strings.Contains(s[name.end:level.start], ":") ||
		level.start > name.end && level.level.Kind == lexicon.Phrase && strings.HasSuffix(s[level.start:level.end], "maternelles")
}

// nearestSkill finds the skill words a level is said of: just before it, or just behind it.
func nearestSkill(it item, all []item) []string {
	for i, x := range all {
		if x.start != it.start || x.kind != 'l' {
			continue
		}
		var skills []string
		for j := i - 1; j >= 0 && all[j].kind == 's'; j-- {
			skills = append(skills, all[j].skills...)
		}
		if len(skills) > 0 {
			return skills
		}
		for j := i + 1; j < len(all) && all[j].kind == 's'; j++ {
			// A skill followed by a level of its own belongs to that one.
			if j+1 < len(all) && all[j+1].kind == 'l' {
				break
			}
			skills = append(skills, all[j].skills...)
		}
		return skills
	}
	return nil
}

// levelsAlone handles a cell that holds levels and no name.
func (ll *languageList) levelsAlone(i int, c cell, levels []item, first bool, s string, lv func(item, int, int) leveled) {
	lone := levels[0]
	if len(levels) > 0 && lone.level.Test != "" {
		lone.start = c.start
	}
	alone := strings.Trim(s[c.start:c.end], " :-–()")
	if len(levels) == 1 && lone.level.Kind == lexicon.Phrase && first && (strings.HasSuffix(strings.TrimSpace(s), ":") || strings.Contains(alone, "(s)") || len(ll.open) == 0) {
		p := lv(lone, lone.start, lone.end)
		ll.prefix = &p
		ll.settle()
		return
	}
	if len(levels) == 1 && first && strings.HasSuffix(strings.TrimSpace(s), ":") {
		p := lv(lone, lone.start, lone.end)
		ll.prefix = &p
		ll.settle()
		return
	}
	if first && len(levels) == 1 && len(ll.open) > 1 && ll.open[0].line != i {
		// A column of names before a column of levels: matched when all are known.
		ll.bare = append(ll.bare, lv(lone, lone.start, lone.end))
		return
	}
	if unknownName(s[c.start:lone.start]) {
		// "Mandjak : courant": a language nobody here knows. What follows is not said of the
		// one before.
		ll.settle()
		ll.all = append(ll.all, &named{line: i})
		ll.open = nil
		return
	}
	if len(ll.all) == 0 {
		return
	}
	owner := ll.all[len(ll.all)-1]
	if len(ll.open) == 1 {
		owner = ll.open[0]
	}
	// What comes later than the next two lines belongs to something else.
	if owner.line+6 < i {
		return
	}
	for _, it := range levels {
		start, end := it.start, it.end
		owner.levels = append(owner.levels, lv(it, start, end))
	}
}

// levelWord are the words that lead up to a level without naming a language.
var levelWord = text.MustPattern(`[^\pL]+|\b(?:niveaux?|levels?|langues?|languages?|de|du|des|d|la|le|l|en|a|of|in|the|cecrl?|cefrl?|cadre|europeen|commun|common|european|framework|reference|certifiee?s?|certified|certificat\w*|certification|diplome|score|total|test|note|obtenue?|obtained|actuel\w*|current\w*|estimee?|estimated|oral|orale?s?|ecrite?s?|ecrit|lue?s?|parlee?s?|comprise?s?|lu|parle|reading|writing|speaking|listening|spoken|written|read|speak|write|comprehension|production|expression|interaction|pratique|usage|maitrise|connaissances?|skills?|overall|global\w*|general\w*|tres|very|plus|et|and|depuis|ans|years?|lv[123]|equivalent|evalue\w*|self|auto|assessment|evaluation|ability|user|utilisateur|can|hold|peux|sais|me|mon|ma|my|a conversation|ecouter|lire|ecrire|prendre|part|une|conversation|s'exprimer|oralement|continu|proficiency|competence|bon|bonne)\b`)

// unknownName tells whether what stands before a level may be the name of a language that
// is not in the lexicon.
func unknownName(before string) bool {
	return len(strings.TrimSpace(levelWord.ReplaceAllString(before, " "))) >= 3
}

// settle closes a column of names: as many levels as names are matched one by one; a
// single level behind several names belongs to the last.
func (ll *languageList) settle() {
	switch {
	case len(ll.bare) > 0 && len(ll.bare) == len(ll.open):
		for k, n := range ll.open {
			n.levels = append(n.levels, ll.bare[k])
		}
	case len(ll.bare) == 1 && len(ll.open) > 1:
		n := ll.open[len(ll.open)-1]
		n.levels = append(n.levels, ll.bare[0])
	case len(ll.bare) == 0 && ll.bare == nil:
		if len(ll.open) > 0 && len(ll.open[0].levels) > 0 {
			ll.open = nil
		}
		return
	}
	ll.open, ll.bare = nil, nil
}
