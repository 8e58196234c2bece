package extract

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// isEuropass recognises the data of a Europass CV in both of its forms: the passport of
// skills of 2012 and the candidate of 2020.
func isEuropass(head []byte) bool {
	trimmed := bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n")
	return bytes.HasPrefix(trimmed, []byte("<")) && (bytes.Contains(head, []byte("<SkillsPassport")) ||
		bytes.Contains(head, []byte("<Candidate")) && bytes.Contains(bytes.ToLower(head), []byte("europass")))
}

// element is a piece of XML by local names.
type element struct {
	name     string
	attr     map[string]string
	text     string
	children []*element
}

const (
	maxXMLDepth    = 60
	maxXMLElements = 50_000
)

// parseElements reads a whole document into elements.
func parseElements(data []byte) (*element, error) {
	d := xmlReader(data)
	root := &element{}
	stack := []*element{root}
	for n := 0; n < maxXMLElements; {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return root, err
		}
		top := stack[len(stack)-1]
		switch t := tok.(type) {
		case xml.StartElement:
			n++
			if len(stack) > maxXMLDepth {
				return root, errors.New("elements nested too deeply")
			}
			e := &element{name: t.Name.Local, attr: map[string]string{}}
			for _, a := range t.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			top.children = append(top.children, e)
			stack = append(stack, e)
		case xml.EndElement:
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
			}
		case xml.CharData:
			top.text += string(t)
		}
	}
	return root, errors.New("too many elements")
}

// all finds the elements of a name, outermost first, not those inside one found.
func (e *element) all(name string) (out []*element) {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name {
			out = append(out, c)
		} else {
			out = append(out, c.all(name)...)
		}
	}
	return out
}

// at follows a path of names, each somewhere below the one before; nil when it ends.
func (e *element) at(path ...string) *element {
	for _, name := range path {
		found := e.all(name)
		if len(found) == 0 {
			return nil
		}
		e = found[0]
	}
	return e
}

// get is the text at a path, blanks folded; empty when there is none.
func (e *element) get(path ...string) string {
	x := e.at(path...)
	if x == nil {
		return ""
	}
	return strings.Join(strings.Fields(x.text), " ")
}

// words are the terms of the text we set the data down as.
type europassWords struct {
	work, study, languages, mother, present, skills, born, nationality string
	aspects                                                            [5]string
}

var europassFrench = europassWords{"EXPÉRIENCE PROFESSIONNELLE", "FORMATION", "LANGUES", "langue maternelle", "à ce jour", "COMPÉTENCES",
	"Date de naissance", "Nationalité", [5]string{"écouter", "lire", "prendre part à une conversation", "s’exprimer oralement", "écrire"}}

var europassEnglish = europassWords{"WORK EXPERIENCE", "EDUCATION AND TRAINING", "LANGUAGES", "mother tongue", "present", "SKILLS",
	"Date of birth", "Nationality", [5]string{"listening", "reading", "spoken interaction", "spoken production", "writing"}}

// readEuropass sets the data of a Europass CV down as a CV: what the applicant typed
// into its form, with exact dates and levels.
func readEuropass(data []byte) Result {
	root, err := parseElements(data)
	w := europassEnglish
	if low := bytes.ToLower(data[:min(len(data), 64<<10)]); bytes.Contains(low, []byte(`locale="fr`)) || bytes.Contains(low, []byte(`languagecode="fr`)) || bytes.Contains(low, []byte(`xml:lang="fr`)) {
		w = europassFrench
	}
	var b strings.Builder
	b.WriteString("Curriculum vitae Europass\n")
	if root.at("SkillsPassport") != nil {
		w.passport(&b, root)
	} else {
		w.candidate(&b, root)
	}
	p := flowPage("europass", tidy(b.String()))
	if err != nil {
		p.Problem = ProblemDamaged
	}
	return onePage(p)
}

// joined writes the parts that are not empty, the first two a tab apart when the first is
// a date.
func joined(b *strings.Builder, sep string, parts ...string) {
	first := true
	for _, p := range parts {
		if p == "" {
			continue
		}
		if !first {
			b.WriteString(sep)
		}
		b.WriteString(p)
		first = false
	}
	if !first {
		b.WriteByte('\n')
	}
}

// rich writes what was typed with its own formatting.
func rich(b *strings.Builder, s string) {
	if s == "" {
		return
	}
	t, _ := HTMLText([]byte(s), "utf-8")
	b.WriteString(strings.TrimSpace(t) + "\n")
}

func (w europassWords) period(from, to string, now bool) string {
	if now || to == "" && from != "" {
		to = w.present
	}
	if from == "" {
		return to
	}
	return from + " – " + to
}

// passportDate is a date of the older form, as 03/2019.
func passportDate(e *element) string {
	if e == nil {
		return ""
	}
	out := strings.TrimSpace(e.attr["year"])
	if m := strings.Trim(e.attr["month"], "-"); m != "" {
		if len(m) == 1 {
			m = "0" + m
		}
		out = m + "/" + out
		if d := strings.Trim(e.attr["day"], "-"); d != "" {
			if len(d) == 1 {
				d = "0" + d
			}
			out = d + "/" + out
		}
	}
	return out
}

func (w europassWords) passportPeriod(e *element) string {
	p := e.at("Period")
	if p == nil {
		return ""
	}
	return w.period(passportDate(p.at("From")), passportDate(p.at("To")), p.get("Current") == "true")
}

func (w europassWords) passport(b *strings.Builder, root *element) {
	id := root.at("Identification")
	joined(b, " ", id.get("PersonName", "FirstName"), id.get("PersonName", "Surname"))
	joined(b, ", ", id.get("Address", "AddressLine"), id.get("Address", "PostalCode"), id.get("Address", "Municipality"), id.get("Address", "Country", "Label"))
	joined(b, "", id.get("Email", "Contact"))
	for _, t := range id.all("Telephone") {
		joined(b, "", t.get("Contact"))
	}
	if born := passportDate(id.at("Demographics", "Birthdate")); born != "" {
		joined(b, "", w.born+" : "+born)
	}
	for _, n := range id.all("Nationality") {
		joined(b, "", w.nationality+" : "+n.get("Label"))
	}
	joined(b, "", root.get("Headline", "Description", "Label"))
	jobs := root.all("WorkExperience")
	if len(jobs) > 0 {
		b.WriteString("\n" + w.work + "\n")
	}
	for _, j := range jobs {
		joined(b, "\t", w.passportPeriod(j), j.get("Position", "Label"))
		joined(b, ", ", j.get("Employer", "Name"), j.get("Employer", "Municipality"), j.get("Employer", "Country", "Label"))
		rich(b, j.get("Activities"))
		b.WriteByte('\n')
	}
	studies := root.all("Education")
	if len(studies) > 0 {
		b.WriteString("\n" + w.study + "\n")
	}
	for _, s := range studies {
		joined(b, "\t", w.passportPeriod(s), s.get("Title"))
		joined(b, ", ", s.get("Organisation", "Name"), s.get("Organisation", "Municipality"), s.get("Organisation", "Country", "Label"), s.get("Level", "Label"))
		rich(b, s.get("Activities"))
		b.WriteByte('\n')
	}
	b.WriteString("\n" + w.languages + "\n")
	for _, m := range root.all("MotherTongue") {
		joined(b, " : ", m.get("Description", "Label"), w.mother)
	}
	for _, l := range root.all("ForeignLanguage") {
		var levels []string
		for i, aspect := range []string{"Listening", "Reading", "SpokenInteraction", "SpokenProduction", "Writing"} {
			if v := l.get("ProficiencyLevel", aspect); v != "" {
				levels = append(levels, w.aspects[i]+" "+v)
			}
		}
		joined(b, " : ", l.get("Description", "Label"), strings.Join(levels, ", "))
	}
	b.WriteString("\n" + w.skills + "\n")
	for _, name := range []string{"Communication", "Organisational", "JobRelated", "Computer", "Other"} {
		rich(b, root.get("Skills", name, "Description"))
	}
	for _, d := range root.all("Driving") {
		for _, l := range d.all("Licence") {
			joined(b, " ", "Permis", strings.TrimSpace(l.text))
		}
	}
}

// candidateDate is a date of the newer form, as 2019-03-01.
func candidateDate(e *element, name string) string {
	x := e.at(name)
	if x == nil {
		return ""
	}
	d := x.get("FormattedDateTime")
	if d == "" {
		d = strings.TrimSpace(x.text)
	}
	parts := strings.Split(strings.SplitN(d, "T", 2)[0], "-")
	if len(parts) >= 2 {
		return parts[1] + "/" + parts[0]
	}
	return d
}

func (w europassWords) candidate(b *strings.Builder, root *element) {
	person := root.at("CandidatePerson")
	joined(b, " ", person.get("PersonName", "GivenName"), person.get("PersonName", "FamilyName"))
	for _, c := range person.all("Communication") {
		joined(b, " ", c.get("URI"), c.get("CountryDialing"), c.get("DialNumber"), c.get("AddressLine"), c.get("PostalCode"), c.get("CityName"))
	}
	if born := person.get("BirthDate"); born != "" {
		joined(b, "", w.born+" : "+born)
	}
	rich(b, root.get("ExecutiveSummary"))
	if jobs := root.all("EmployerHistory"); len(jobs) > 0 {
		b.WriteString("\n" + w.work + "\n")
		for _, j := range jobs {
			for _, p := range j.all("PositionHistory") {
				period := p.at("EmploymentPeriod")
				joined(b, "\t", w.period(candidateDate(period, "StartDate"), candidateDate(period, "EndDate"), period.get("CurrentIndicator") == "true"), p.get("PositionTitle"))
				joined(b, ", ", j.get("OrganizationName"), p.get("City"), p.get("Country"))
				rich(b, p.get("Description"))
				b.WriteByte('\n')
			}
		}
	}
	if studies := root.all("EducationOrganizationAttendance"); len(studies) > 0 {
		b.WriteString("\n" + w.study + "\n")
		for _, s := range studies {
			period := s.at("AttendancePeriod")
			joined(b, "\t", w.period(candidateDate(period, "StartDate"), candidateDate(period, "EndDate"), period.get("Ongoing") == "true"), s.get("DegreeName"))
			joined(b, "", s.get("OrganizationName"))
			b.WriteByte('\n')
		}
	}
	b.WriteString("\n" + w.languages + "\n")
	for _, m := range root.all("PrimaryLanguageCode") {
		joined(b, " : ", languageOf(strings.TrimSpace(m.text), w), w.mother)
	}
	for _, c := range root.all("PersonCompetency") {
		if c.get("TaxonomyID") != "language" {
			continue
		}
		var levels []string
		for _, d := range c.all("CompetencyDimension") {
			kind := d.get("CompetencyDimensionTypeCode")
			for i, aspect := range []string{"Listening", "Reading", "Interaction", "Production", "Writing"} {
				if strings.HasSuffix(kind, aspect) {
					levels = append(levels, w.aspects[i]+" "+d.get("ScoreText"))
				}
			}
		}
		joined(b, " : ", languageOf(c.get("CompetencyID"), w), strings.Join(levels, ", "))
	}
}

// languageOf names a language by its code of two or three letters.
func languageOf(code string, w europassWords) string {
	names := map[string][2]string{"fr": {"Français", "French"}, "en": {"Anglais", "English"}, "es": {"Espagnol", "Spanish"}, "de": {"Allemand", "German"},
		"it": {"Italien", "Italian"}, "pt": {"Portugais", "Portuguese"}, "ar": {"Arabe", "Arabic"}, "ru": {"Russe", "Russian"}, "nl": {"Néerlandais", "Dutch"},
		"pl": {"Polonais", "Polish"}, "ro": {"Roumain", "Romanian"}, "sw": {"Swahili", "Swahili"}, "tr": {"Turc", "Turkish"}, "uk": {"Ukrainien", "Ukrainian"}}
	three := map[string]string{"fra": "fr", "fre": "fr", "eng": "en", "spa": "es", "deu": "de", "ger": "de", "ita": "it", "por": "pt", "ara": "ar",
		"rus": "ru", "nld": "nl", "dut": "nl", "pol": "pl", "ron": "ro", "rum": "ro", "swa": "sw", "tur": "tr", "ukr": "uk"}
	code = strings.ToLower(code)
	if two := three[code]; two != "" {
		code = two
	}
	n, ok := names[code]
	switch {
	case !ok:
		return code
	case w.work == europassFrench.work:
		return n[0]
	}
	return n[1]
}
