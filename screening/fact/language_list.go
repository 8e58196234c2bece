package fact

import (
	"regexp"
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
}

// scaleLegend is the line that explains the scale under a table of languages.
var scaleLegend = regexp.MustCompile(`utilisateur (?:elementaire|independant|experimente)s?\b.*utilisateur|(?:basic|independent|proficient) user\b.*user|cadre europeen (?:commun )?|common european framework|^niveaux? ?: ?a1|^levels? ?: ?a1`)

// item is one word that matters in a list of languages.
type item struct {
	kind       byte // 'n' name, 'l' level, 's' skill
	start, end int
	name       lexicon.LanguageName
	level      lexicon.LevelPhrase
	skills     []string
	depth      int
}

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

var skillWord = regexp.MustCompile(`(?:^|[^\pL\d])(comprehension (?:orale|de l'oral)|comprehension (?:ecrite|de l'ecrit)|production orale|production ecrite|expression orale(?: en continu)?|expression ecrite|interaction orale|prendre part a une conversation|s'exprimer oralement(?: en continu)?|a l'oral|a l'ecrit|oral(?:e|ement)?|ecrite?s?|ecrire|ecoute|ecouter|lecture|lire|lue?s?|parlee?s?|parler|comprise?s?|comprehension|listening|reading|speaking|spoken(?: production| interaction)?|writing|written|listen|read|speak|write|understanding)(?:[^\pL\d]|$)`)

func skillsOf(w string) []string {
	switch {
	case w == "comprehension orale" || w == "comprehension de l'oral" || w == "ecoute" || w == "ecouter" || w == "listening" || w == "listen" || strings.HasPrefix(w, "compris") || w == "understanding" || w == "comprehension":
		return []string{"listening"}
	case w == "comprehension ecrite" || w == "comprehension de l'ecrit" || w == "lecture" || w == "lire" || strings.HasPrefix(w, "lu") || strings.HasPrefix(w, "read"):
		return []string{"reading"}
	case w == "production ecrite" || w == "expression ecrite" || w == "ecrire" || w == "writing" || w == "write" || w == "written" || w == "a l'ecrit" || strings.HasPrefix(w, "ecrit"):
		return []string{"writing"}
	}
	return []string{"speaking"}
}

var gridOrder = []string{"listening", "reading", "speaking", "speaking", "writing"}

// items finds names, levels and skill words of a passage in order.
func items(f text.Folded, raw func(a, b int) string) []item {
	var out []item
	names := lexicon.FindLanguages(f, raw)
	levels := lexicon.FindLevels(f.Text)
	taken := func(a, b int) bool {
		for _, n := range names {
			if a < n.End && b > n.Start {
				return true
			}
		}
		for _, l := range levels {
			if a < l.End && b > l.Start {
				return true
			}
		}
		return false
	}
	depth := depths(f.Text)
	for _, n := range names {
		// "lecturer in English" aside, a name inside a test's words is the test's.
		inside := false
		for _, l := range levels {
			inside = inside || l.Test != "" && n.Start >= l.Start && n.End <= l.End
		}
		if !inside {
			out = append(out, item{kind: 'n', start: n.Start, end: n.End, name: n, depth: depth[n.Start]})
		}
	}
	for _, l := range levels {
		overlaps := false
		for _, n := range names {
			overlaps = overlaps || l.Test == "" && l.Start < n.End && l.End > n.Start
		}
		if !overlaps {
			out = append(out, item{kind: 'l', start: l.Start, end: l.End, level: l, depth: depth[l.Start]})
		}
	}
	for at := 0; at < len(f.Text); {
		m := skillWord.FindStringSubmatchIndex(f.Text[at:])
		if m == nil {
			break
		}
		a, b := at+m[2], at+m[3]
		if !taken(a, b) {
			out = append(out, item{kind: 's', start: a, end: b, skills: skillsOf(f.Text[a:b]), depth: depth[a]})
		}
		at = b
	}
	for i := 1; i < len(out); i++ {
		for j := i; j > 0 && out[j].start < out[j-1].start; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

// depths gives the bracket depth at each byte.
func depths(s string) []int {
	out := make([]int, len(s)+1)
	d := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(', '[':
			d++
		case ')', ']':
			d = max(d-1, 0)
		}
		out[i] = d
	}
	out[len(s)] = d
	return out
}

// cell is a run of a line between strong separators.
type cell struct {
	items []item
	// comma is true when only a comma (or "et") parts it from the cell before.
	comma      bool
	start, end int
}

var strongSep = regexp.MustCompile(`[;|•▪●·]|\s/\s|\.(?:\s|$)| {3,}`)

func cells(s string, from int, all []item) []cell {
	depth := depths(s)
	inItem := func(i int) bool {
		for _, it := range all {
			if i >= it.start && i < it.end {
				return true
			}
		}
		return false
	}
	var out []cell
	start, comma := from, false
	cut := func(at, next int, nextComma bool) {
		c := cell{comma: comma, start: start, end: at}
		for _, it := range all {
			if it.start >= start && it.start < at {
				c.items = append(c.items, it)
			}
		}
		if strings.Trim(s[start:at], " ,:-–") != "" {
			out = append(out, c)
			comma = nextComma
		}
		start = next
	}
	strong := map[int]int{}
	for _, m := range strongSep.FindAllStringIndex(s, -1) {
		strong[m[0]] = m[1]
	}
	for i := from; i < len(s); i++ {
		if depth[i] > 0 || inItem(i) {
			continue
		}
		if next, ok := strong[i]; ok {
			cut(i, max(next, i+1), false)
		} else if s[i] == ',' {
			cut(i, i+1, true)
		}
	}
	cut(len(s), len(s), false)
	return out
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

var otherLanguages = regexp.MustCompile(`autres? langues?|autre\(s\) langue|other languages?|langues? etrangeres?|foreign languages?`)

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
var listWord = regexp.MustCompile(`^\s?(?:\(s\))?\s?(?:en|in|of|de|du|des|d'|de l'|:|-)\s?$`)

var andWord = regexp.MustCompile(`^\s?(?:et|and|&|/|\+|-|et en|and in)\s?(?:le |la |l'|du |de l'|d')?$`)

// shares tells whether name a, joined to b, takes the level said behind last.
func shares(s string, a, b, last, level item) bool {
	if b.start < a.end || !andWord.MatchString(s[a.end:b.start]) {
		return false
	}
	between := s[last.end:level.start]
	word := s[level.start:level.end]
	return strings.ContainsAny(between, ":(=–") || strings.Contains(between, " - ") || strings.HasSuffix(word, "s")
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
var levelWord = regexp.MustCompile(`[^\pL]+|\b(?:niveaux?|levels?|langues?|languages?|de|du|des|d|la|le|l|en|a|of|in|the|cecrl?|cefrl?|cadre|europeen|commun|common|european|framework|reference|certifiee?s?|certified|certificat\w*|certification|diplome|score|total|test|note|obtenue?|obtained|actuel\w*|current\w*|estimee?|estimated|oral|orale?s?|ecrite?s?|ecrit|lue?s?|parlee?s?|comprise?s?|lu|parle|reading|writing|speaking|listening|spoken|written|read|speak|write|comprehension|production|expression|interaction|pratique|usage|maitrise|connaissances?|skills?|overall|global\w*|general\w*|tres|very|plus|et|and|depuis|ans|years?|lv[123]|equivalent|evalue\w*|self|auto|assessment|evaluation|ability|user|utilisateur|can|hold|peux|sais|me|mon|ma|my|a conversation|ecouter|lire|ecrire|prendre|part|une|conversation|s'exprimer|oralement|continu|proficiency|competence|bon|bonne)\b`)

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

// flush turns what was gathered into facts.
func (ll *languageList) flush() {
	ll.settle()
	for _, n := range ll.all {
		if n.name.Code != "" {
			ll.out = append(ll.out, ll.facts(n)...)
		}
	}
	ll.reset()
}

// facts are the statements made about one language of a list.
func (ll *languageList) facts(n *named) []Language {
	where := func(line, start, end int) Where {
		if line == n.line {
			start, end = min(start, n.name.Start), max(end, n.name.End)
		}
		w := ll.v.where(line, start, end, "language.list")
		// A level on a line of its own is quoted together with its language.
		if name := ll.v.Lines[n.line].At(n.name.Start, n.name.End); name.Page == w.Page && name.Start < w.Start && w.End-name.Start < 160 {
			w.Start = name.Start
		} else if name.Page == w.Page && name.End > w.End && name.End-w.Start < 160 {
			w.End = name.End
		}
		return w
	}
	var explicit, words []leveled
	none := false
	var noneAt leveled
	for _, l := range n.levels {
		switch l.level.Kind {
		case lexicon.CEFR:
			explicit = append(explicit, l)
		case lexicon.None:
			none, noneAt = true, l
		case lexicon.Mute:
		default:
			words = append(words, l)
		}
	}
	if none && len(explicit) == 0 {
		return []Language{{Code: n.name.Code, None: true, Where: where(noneAt.line, noneAt.start, noneAt.end)}}
	}
	if len(explicit) == 0 && len(words) == 0 {
		return []Language{{Code: n.name.Code, Where: where(n.line, n.name.Start, n.name.End)}}
	}
	ll.fillGrid(explicit)
	if len(explicit) == 0 {
		ll.fillGrid(words)
	}
	use := explicit
	if framework := withoutTests(explicit); len(framework) == 0 {
		use = combine(explicit, words)
	} else {
		use = explicit
	}
	if len(explicit) == 0 {
		use = words
	}
	return ll.statements(n, wholeIfOneSkill(use), where)
}

func withoutTests(list []leveled) []leveled {
	var out []leveled
	for _, l := range list {
		if l.level.Test == "" {
			out = append(out, l)
		}
	}
	return out
}

// combine puts a phrase and a test score of one cell together: what both allow, or both
// when they contradict each other.
func combine(tests, words []leveled) []leveled {
	out := append([]leveled(nil), tests...)
	for _, w := range words {
		if len(w.skills) > 0 {
			out = append(out, w)
			continue
		}
		agrees := false
		for k := range out {
			if lo, hi := max(out[k].level.Lo, w.level.Lo), min(out[k].level.Hi, w.level.Hi); lo <= hi {
				out[k].level.Lo, out[k].level.Hi, agrees = lo, hi, true
			}
		}
		if !agrees {
			out = append(out, w)
		}
	}
	return out
}

// fillGrid gives the levels of a row of a table the skills of its columns.
func (ll *languageList) fillGrid(list []leveled) {
	if !grid(list, len(ll.header)) {
		return
	}
	order := gridOrder
	switch {
	case len(ll.header) == len(list):
		order = ll.header
	case len(list) == 4:
		order = []string{"listening", "reading", "speaking", "writing"}
	case len(list) == 3:
		order = []string{"reading", "writing", "speaking"}
	}
	for k := range list {
		list[k].skills = []string{order[k]}
	}
}

// grid tells whether the levels are a row of a table of skills: three to five plain
// levels without words of their own, or as many as the table has columns.
func grid(list []leveled, columns int) bool {
	if (len(list) < 3 || len(list) > 5) && (len(list) < 2 || len(list) != columns) {
		return false
	}
	for _, l := range list {
		if len(l.skills) > 0 || l.level.Test != "" || l.line != list[0].line {
			return false
		}
	}
	return true
}

// wholeIfOneSkill drops the skill of a lone "parlé couramment": it is said of the language.
func wholeIfOneSkill(list []leveled) []leveled {
	if len(list) == 1 && len(list[0].skills) == 1 && list[0].skills[0] == "speaking" || len(list) == 1 && len(list[0].skills) > 1 {
		list[0].skills = nil
	}
	return list
}

func (ll *languageList) statements(n *named, list []leveled, where func(line, start, end int) Where) []Language {
	var out []Language
	for _, l := range list {
		rule := where(l.line, l.start, l.end)
		if l.level.Test != "" {
			rule.Rule = "language.test"
		}
		skills := l.skills
		if len(skills) == 0 {
			skills = []string{""}
		}
		for _, skill := range skills {
			out = append(out, Language{Code: n.name.Code, Lo: Level(l.level.Lo), Hi: Level(l.level.Hi), Skill: skill, Test: l.level.Test, Where: rule})
		}
	}
	return out
}
