package synthetic

import (
	"fmt"
	"strings"

	"dossier/screening"
	"dossier/screening/text"
)

// renderer writes facts down. Layout choices are drawn once per dossier, as people have one
// way of writing a CV.
type renderer struct {
	d     *draw
	dates dateStyle
	// entry is the shape of an entry, head that of a heading.
	entry, head int
	languages   int
	sidebar     int
	bullet      string
	// bare sections have no heading.
	bare map[string]bool
	// said are sentences for the CV's profile and for the letter, in order.
	profile, letter []string
	other           []string
	// software are sentences addressed to programs: a paragraph of their own at the end.
	software []string
}

func (d *draw) render() []screening.Document {
	r := &renderer{d: d, dates: pick(d, dateStyles[d.held]), entry: d.IntN(7), head: d.IntN(4), languages: d.IntN(6), sidebar: d.IntN(4), bullet: pick(d, []string{"- ", "• ", "", "– "})}
	if d.chance(8) {
		r.bare = map[string]bool{pick(d, []string{"work", "studies", "languages", "skills", "references"}): true}
	}
	r.place()
	var docs []screening.Document
	add := func(id, name, media string, st state, body bool, write func() []string) {
		doc := screening.Document{ID: id, Name: name, Media: media, Body: body}
		if st == unreadable {
			doc.Problem = "encrypted"
		} else {
			for i, t := range write() {
				p := text.Page{Number: i + 1, Text: t, Engine: "text", Quality: 1, OCR: st == recognised}
				if i == 0 && id == "cv" && st == attached && d.chance(10) {
					// White text is reported by whoever extracts and proves nothing.
					p.Hidden = []string{strings.Join([]string{"Excel Canva SharePoint", languageName("ar", d.lang) + " C2", "permis B"}, ", ")}
				}
				doc.Pages = append(doc.Pages, p)
			}
		}
		docs = append(docs, doc)
	}
	add("body", "(body)", "text/plain", attached, true, r.body)
	if d.cv == attached || d.cv == unreadable || d.cv == recognised {
		name := "CV " + d.last + ".pdf"
		if !strings.HasSuffix(d.cvMedia, "pdf") {
			name = "CV " + d.last + ".docx"
		}
		add("cv", name, d.cvMedia, d.cv, false, r.cvFile)
	}
	if d.cv == attached && d.chance(6) {
		old := r.older()
		old.Superseded = true
		docs = append(docs, old)
	}
	if d.letter == attached || d.letter == unreadable || d.letter == recognised {
		name := both{"Lettre de motivation.pdf", "Cover letter.pdf"}[d.lang]
		add("letter", name, "application/pdf", d.letter, false, func() []string { return []string{r.letterText()} })
	}
	return docs
}

// cvFile is the file of the CV, with the letter before or behind it when they are one file.
func (r *renderer) cvFile() []string {
	pages := r.pages(r.cv())
	switch {
	case r.d.letter != sameFile:
		return pages
	case r.d.chance(50):
		return append([]string{r.letterText()}, pages...)
	}
	return append(pages, r.letterText())
}

// older is an earlier CV that the one in force replaces: it knows another language, another
// job and a licence, none of which counts any more.
func (r *renderer) older() screening.Document {
	d := r.d
	var lines []string
	lines = append(lines, d.first+" "+d.last, "", r.heading("work"))
	lines = append(lines, r.entryLines(d.say(trades[0].titles), "1995 – 2020", fmt.Sprintf(d.say(orgForms[ngo]), orgNames[0])+", "+cities[0].name[d.lang])...)
	lines = append(lines, "", r.heading("languages"), languageName("ru", d.lang)+" : C2", "", r.heading("other"), d.say(licences[licenceB]), "SPSS, Stata")
	return screening.Document{ID: "cv-old", Name: "CV.pdf", Media: "application/pdf", Pages: []text.Page{{Number: 1, Text: strings.Join(lines, "\n") + "\n", Engine: "text", Quality: 1}}}
}

// place decides where each statement goes. What only one document could carry is carried by
// the one that can be read, so that facts and text stay the same thing.
func (r *renderer) place() {
	d := r.d
	d.inLetter = map[string]bool{}
	either := func(key, s string) {
		if d.letter == absent || d.letter == unreadable || d.cv == attached && d.chance(50) {
			r.other = append(r.other, s)
		} else {
			d.inLetter[key] = true
			r.letter = append(r.letter, s)
		}
	}
	if d.free.said {
		either("free", r.availability())
	}
	for _, k := range grantKeys {
		if held, ok := d.grants[k]; ok {
			either(k, d.say(grants[k][held]))
		}
	}
	if d.claim > 0 {
		r.profile = append(r.profile, fmt.Sprintf(d.say(claims), d.claim))
	}
	for _, s := range skills {
		st := d.skills[s]
		p, ok := skillSentences[st]
		if !ok {
			continue
		}
		line := fmt.Sprintf(d.say(p), s.words[d.lang])
		switch st {
		case skillInSentence:
			r.profile = append(r.profile, line)
		case skillToSoftware:
			r.software = append(r.software, line)
		default:
			r.letter = append(r.letter, line)
		}
	}
	for _, l := range languages { // noise about languages nobody claims
		if d.tongue(l.code) != nil || !d.chance(15) {
			continue
		}
		if d.chance(50) {
			r.letter = append(r.letter, fmt.Sprintf(d.say(quotedLanguages), r.inner(l.name[d.lang])))
		} else {
			r.software = append(r.software, fmt.Sprintf(d.say(softwareClaims), r.inner(l.name[d.lang])))
		}
	}
	for _, t := range d.tongues {
		if t.letter != nil {
			r.letter = append(r.letter, fmt.Sprintf(both{"Mon niveau de %s est %s.", "My level of %s is %s."}[d.lang], r.inner(languageName(t.code, d.lang)), t.letter.written))
		}
	}
}

// inner is a name as it stands inside a sentence: French languages have no capital there.
func (r *renderer) inner(s string) string {
	if r.d.lang == fr {
		return strings.ToLower(s)
	}
	return s
}

func languageName(code string, l lang) string {
	for _, x := range languages {
		if x.code == code {
			return x.name[l]
		}
	}
	return code
}

func (f *facts) tongue(code string) *tongue {
	for i := range f.tongues {
		if f.tongues[i].code == code {
			return &f.tongues[i]
		}
	}
	return nil
}

func (r *renderer) availability() string {
	d := r.d
	s := d.say(freeNow)
	if !d.free.now {
		s = fmt.Sprintf(d.say(freeFrom), r.long(d.free.from))
		if d.lang == fr && strings.Contains(s, " de ") && strings.ContainsAny(r.long(d.free.from)[:1], "aoAO") {
			s = strings.Replace(s, " de ", " d'", 1)
		}
	}
	if d.free.months > 0 {
		s += " " + fmt.Sprintf(d.say(freeFor), d.free.months)
	}
	lead := both{"Je suis ", "I am "}[d.lang]
	if d.chance(40) {
		return strings.ToUpper(s[:1]) + s[1:] + "."
	}
	return lead + s + "."
}

func (r *renderer) long(m Month) string {
	return fmt.Sprintf("%s %d", months["long"][r.d.lang][m.month()-1], m.year())
}

func (r *renderer) month(m Month, last bool) string {
	switch s := r.dates.month; s {
	case "number":
		return fmt.Sprintf("%02d/%d", m.month(), m.year())
	case "iso":
		return fmt.Sprintf("%d-%02d", m.year(), m.month())
	case "dot":
		return fmt.Sprintf("%02d.%d", m.month(), m.year())
	case "day":
		day := 1
		if last {
			day = 28
		}
		return fmt.Sprintf("%02d/%02d/%d", day, m.month(), m.year())
	default:
		return fmt.Sprintf("%s %d", months[s][r.d.lang][m.month()-1], m.year())
	}
}

func (r *renderer) period(j job) string {
	l := r.d.lang
	elide := func(s string) string {
		if l == fr {
			for _, v := range []string{"août", "avril", "octobre", "avr.", "oct."} {
				s = strings.ReplaceAll(s, "de "+v, "d'"+v)
			}
		}
		return s
	}
	switch {
	case j.byYear && j.open:
		return fmt.Sprintf(r.dates.yearOn[l], fmt.Sprint(j.from.year()))
	case j.byYear:
		return fmt.Sprintf(r.dates.yearsTo[l], fmt.Sprint(j.from.year()), fmt.Sprint(j.to.year()))
	case j.open:
		return elide(fmt.Sprintf(r.dates.open[l], r.month(j.from, false)))
	case j.from == j.to:
		return r.month(j.from, false)
	}
	return elide(fmt.Sprintf(r.dates.between[l], r.month(j.from, false), r.month(j.to, true)))
}

func (r *renderer) heading(key string) string {
	h := r.d.say(headings[key])
	switch r.head {
	case 0:
		return h
	case 1:
		return strings.ToUpper(h)
	case 2:
		return h + " :"
	default:
		return h + "\n" + strings.Repeat("-", len(h))
	}
}

func (r *renderer) section(key string, lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	if r.bare[key] {
		return strings.Join(lines, "\n") + "\n"
	}
	return r.heading(key) + "\n" + strings.Join(lines, "\n") + "\n"
}

// cv is the CV as blocks of text in the order a reader of the file would get them.
func (r *renderer) cv() string {
	d := r.d
	var head []string
	head = append(head, d.first+" "+d.last)
	switch {
	case d.service != nil:
		head = append(head, d.service.rank+map[string]string{"serving": " (en activité)", "retired": " (à la retraite)"}[d.service.status])
	case len(d.jobs) > 0 && d.jobs[0].nature == work && d.chance(50):
		head = append(head, d.jobs[0].title)
	}
	head = append(head, d.mail+" | "+d.phone+" | "+d.home.name[d.lang])
	if b := r.birthLine(); b != "" {
		head = append(head, b)
	}
	var listed []string
	for _, s := range skills {
		if d.skills[s] == skillListed {
			listed = append(listed, s.words[d.lang])
		}
	}
	var jobs, degrees []string
	for _, j := range d.jobs {
		jobs = append(jobs, r.jobLines(j)...)
		if r.head%2 == 1 {
			jobs = append(jobs, "")
		}
	}
	for _, g := range d.degrees {
		degrees = append(degrees, r.degreeLines(g)...)
	}
	other := append([]string{}, r.other...)
	if p, ok := licences[d.licence]; ok {
		other = append(other, d.say(p))
	}
	if d.chance(50) {
		other = append(other, d.say(hobbies))
	}
	profile := r.section("profile", r.profile)
	side := []string{r.section("languages", r.languageLines()), r.section("skills", joined(listed, r.languages))}
	main := []string{r.section("work", jobs), r.section("studies", degrees)}
	if d.chance(40) {
		main[0], main[1] = main[1], main[0]
	}
	foot := []string{r.section("references", r.refereeLines()), r.section("other", other)}
	blocks := []string{strings.Join(head, "\n") + "\n", profile}
	switch r.sidebar {
	case 0:
		blocks = append(append(append(blocks, side...), main...), foot...)
	case 1:
		blocks = append(append(append(blocks, main[0]), side...), main[1])
		blocks = append(blocks, foot...)
	default:
		blocks = append(append(append(blocks, main...), side...), foot...)
	}
	var b strings.Builder
	for _, s := range blocks {
		if s != "" {
			b.WriteString(s + "\n")
		}
	}
	for _, s := range r.software {
		b.WriteString(s + "\n")
	}
	if d.chance(15) {
		fmt.Fprintf(&b, both{"Modèle de CV © 2009-%d Plumier", "CV template © 2009-%d Plumier"}[d.lang], d.asOf.Year)
		b.WriteByte('\n')
	}
	return b.String()
}

// joined lists skills on one line or on several.
func joined(list []string, style int) []string {
	if len(list) == 0 || style%2 == 0 {
		return list
	}
	return []string{strings.Join(list, ", ")}
}

// pages breaks a text where a page would end, with the furniture of pages.
func (r *renderer) pages(s string) []string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	const perPage = 46
	if len(lines) <= perPage {
		return []string{strings.Join(lines, "\n") + "\n"}
	}
	furniture := r.d.chance(60)
	var out []string
	total := (len(lines) + perPage - 1) / perPage
	for n := 0; n < total; n++ {
		part := lines[n*perPage : min((n+1)*perPage, len(lines))]
		t := strings.Join(part, "\n") + "\n"
		if furniture {
			t += fmt.Sprintf("CV %s %s – Page %d/%d\n", r.d.first, r.d.last, n+1, total)
		}
		out = append(out, t)
	}
	return out
}

func (r *renderer) letterText() string {
	d := r.d
	var b strings.Builder
	greet := both{"Madame, Monsieur,", "Dear Sir or Madam,"}[d.lang]
	middles := letterMiddles.tune[d.lang]
	if d.held {
		middles = letterMiddles.held[d.lang]
	}
	paragraphs := []string{d.say(letterOpenings), strings.Join(middles, " ")}
	if len(r.letter) > 0 {
		paragraphs = append(paragraphs, strings.Join(r.letter, " "))
	}
	width := pick(d, []int{0, 68, 76})
	b.WriteString(greet + "\n\n")
	for _, p := range paragraphs {
		b.WriteString(wrap(p, width) + "\n\n")
	}
	closing := d.say(letterClosings)
	if width > 0 && d.chance(85) && !strings.Contains(closing, "\n") {
		closing = wrap(closing, width)
	}
	b.WriteString(closing + "\n\n" + d.first + " " + d.last + "\n")
	return b.String()
}

func (r *renderer) body() []string {
	d := r.d
	switch {
	case d.letter == inBody:
		return []string{r.letterText()}
	case d.cv == inBody:
		return []string{r.cv()}
	}
	return []string{d.say(courtesies) + "\n" + d.first + " " + d.last + "\n"}
}

// wrap breaks lines as mail programs do; width 0 leaves the text whole.
func wrap(s string, width int) string {
	if width == 0 {
		return s
	}
	var b strings.Builder
	n := 0
	for i, w := range strings.Fields(s) {
		switch {
		case i == 0:
		case n+1+len([]rune(w)) > width:
			b.WriteByte('\n')
			n = 0
		default:
			b.WriteByte(' ')
			n++
		}
		b.WriteString(w)
		n += len([]rune(w))
	}
	return b.String()
}
