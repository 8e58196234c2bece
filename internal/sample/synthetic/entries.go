package synthetic

import (
	"fmt"
	"strings"
)

// How jobs, degrees, languages and referees stand on the lines of a CV.

var natureWords = map[nature]phr{
	internship:   {tune: [2][]string{{"stage"}, {"internship"}}, held: [2][]string{{"stagiaire"}, {"intern"}}},
	volunteering: {tune: [2][]string{{"bénévolat"}, {"volunteer"}}, held: [2][]string{{"bénévole"}, {"volunteering"}}},
	civicService: {tune: [2][]string{{"service civique"}, {"civic service"}}, held: [2][]string{{"volontaire en service civique"}, {"civic service volunteer"}}},
}

func (r *renderer) jobLines(j job) []string {
	d := r.d
	title := j.title
	if j.nature != work {
		title += " (" + d.say(natureWords[j.nature]) + ")"
	}
	switch {
	case j.share == noShare:
		title += both{" (temps partiel)", " (part-time)"}[d.lang]
	case j.share != 100 && j.share != 0:
		title += fmt.Sprintf(both{" (temps partiel, %d %%)", " (part-time, %d%%)"}[d.lang], j.share)
	}
	where := j.org.name
	if j.city != nil {
		where += ", " + j.city.name[d.lang]
		if r.head%2 == 0 && j.city.country[d.lang] != j.city.name[d.lang] {
			where += ", " + j.city.country[d.lang]
		}
	}
	lines := r.entryLines(title, r.period(j), where)
	for _, t := range j.duties {
		lines = append(lines, r.bullet+t)
	}
	return lines
}

// entryLines puts a title, dates and a place into the shape of the dossier.
func (r *renderer) entryLines(title, dates, where string) []string {
	switch r.entry {
	case 0:
		return []string{title + " — " + dates + " — " + where}
	case 1:
		return []string{dates + "   " + title + ", " + where}
	case 2:
		return []string{dates, title, where}
	case 3:
		return []string{title, where + " | " + dates}
	case 4:
		return []string{title + "\t" + dates, where}
	case 5:
		return []string{dates + " : " + title + " (" + where + ")"}
	default:
		return []string{where + "    " + dates, title}
	}
}

func (r *renderer) degreeLines(g degree) []string {
	d := r.d
	dates := ""
	end := fmt.Sprint(g.end.year())
	if !g.byYear {
		end = r.long(g.end)
	}
	running := both{" (en cours)", " (in progress)"}[d.lang]
	switch {
	case g.running && g.from > 0:
		dates = fmt.Sprintf("%d – %d%s", g.from, g.end.year(), running)
	case g.running:
		dates = end + running
	case r.entry%2 == 0 && g.from > 0 && g.byYear && g.from < g.end.year():
		dates = fmt.Sprintf("%d – %d", g.from, g.end.year())
	default:
		dates = end
	}
	title := g.name
	if g.abandoned {
		title += both{" (non achevé)", " (not completed)"}[d.lang]
	}
	return r.entryLines(title, dates, g.school)
}

func (r *renderer) languageLines() []string {
	d := r.d
	var out, row []string
	grid := both{"Langue | Comprendre | Parler | Écrire", "Language | Listening | Reading | Speaking | Writing"}[d.lang]
	var table []string
	for _, t := range d.tongues {
		n := languageName(t.code, d.lang)
		if len(t.level.skills) > 0 {
			s := t.level.skills
			if d.lang == fr {
				table = append(table, fmt.Sprintf("%s | %s | %s | %s", n, cefr(min(s[0], s[1])), cefr(s[2]), cefr(s[3])))
			} else {
				table = append(table, fmt.Sprintf("%s | %s | %s | %s | %s", n, cefr(s[0]), cefr(s[1]), cefr(s[2]), cefr(s[3])))
			}
			continue
		}
		w := t.level.written
		switch {
		case w == "":
			row = append(row, n)
		case strings.ContainsAny(w, "●★▮■"):
			row = append(row, n+" "+w)
		default:
			row = append(row, fmt.Sprintf([]string{"%s : %s", "%s (%s)", "%s – %s", "%s: %s", "%s, %s", "%s : %s"}[r.languages], n, w))
		}
	}
	switch {
	case len(row) == 0:
	case r.languages == 1 || r.languages == 5:
		out = append(out, strings.Join(row, map[int]string{1: ", ", 5: " ; "}[r.languages]))
	default:
		for _, w := range row {
			out = append(out, r.bullet+w)
		}
	}
	if len(table) > 0 {
		out = append(out, grid)
		out = append(out, table...)
	}
	return out
}

func (r *renderer) refereeLines() []string {
	d := r.d
	if d.onRequest {
		return []string{d.say(requestPhrases)}
	}
	var out []string
	for _, p := range d.referees {
		what := p.position + ", " + p.org
		if p.relation != "" {
			what += ", " + p.relation
		}
		switch {
		case r.entry%2 == 0:
			line := p.name + ", " + what
			if p.contact != "" {
				line += " : " + p.contact
			}
			out = append(out, r.bullet+line)
		default:
			out = append(out, p.name, strings.ToUpper(what[:1])+what[1:])
			if p.contact != "" {
				out = append(out, p.contact)
			}
			out = append(out, "")
		}
	}
	return out
}

func (r *renderer) birthLine() string {
	d := r.d
	switch b := d.birth; {
	case b == nil:
		return ""
	case b.yearOnly:
		return fmt.Sprintf(d.say(births["year"]), b.date.Year)
	case b.age > 0:
		return fmt.Sprintf(d.say(births["age"]), b.age)
	default:
		s := fmt.Sprintf("%02d/%02d/%d", b.date.Day, int(b.date.Month), b.date.Year)
		if d.chance(50) || d.lang == en {
			s = fmt.Sprintf("%d %s %d", b.date.Day, months["long"][d.lang][int(b.date.Month)-1], b.date.Year)
		}
		return fmt.Sprintf(d.say(births["date"]), s)
	}
}
