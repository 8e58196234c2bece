package fact

import (
	"strings"

	"dossier/screening/text"
)

// Titles of the columns of a table of referees, alone on their line.
var (
	nameColumn     = text.MustPattern(`^(?:noms?(?: et prenoms?| complet| & prenoms?)?|prenoms? et noms?|names?|full name|referees?|referents?|personnes?)\s*:?$`)
	positionColumn = text.MustPattern(`^(?:fonctions?|postes?|titres?|qualites?|positions?|job titles?|titles?|roles?)\s*:?$`)
	relationColumn = text.MustPattern(`^(?:liens?|relations?(?:hip)?s?|lien hierarchique|rapports?)\s*:?$`)
	contactColumn  = text.MustPattern(`^(?:contacts?|coordonnees|e-?mails?|courriels?|tel(?:ephone)?s?|phones?|adresses?|contact details?)\s*:?$`)
	otherColumn    = text.MustPattern(`^(?:organisations?|organizations?|structures?|employeurs?|employers?|institutions?|company|companies|entreprises?)\s*:?$`)
)

// cellOf is a cell of a table: the lines between two gaps.
type cellOf struct {
	lines []int
	text  string
}

// columnsOfReferees reads a table of referees that a page gives column by column: the title
// of each column, then its cells, parted by gaps. It reads nothing unless every column has
// as many cells as the column of names.
func (v *View) columnsOfReferees(block []int) []Reference {
	columns := map[string][]cellOf{}
	current := ""
	open := false
	for _, i := range block {
		l := v.Lines[i]
		kind := ""
		switch {
		case nameColumn.MatchString(l.Text):
			kind = "name"
		case positionColumn.MatchString(l.Text):
			kind = "position"
		case relationColumn.MatchString(l.Text):
			kind = "relation"
		case contactColumn.MatchString(l.Text):
			kind = "contact"
		case otherColumn.MatchString(l.Text):
			kind = "employer"
		}
		if kind != "" {
			if columns[kind] != nil {
				return nil
			}
			columns[kind] = []cellOf{}
			current, open = kind, false
			continue
		}
		if current == "" {
			return nil
		}
		cells := columns[current]
		if !open || l.BlankBefore {
			cells = append(cells, cellOf{})
		}
		c := &cells[len(cells)-1]
		c.lines = append(c.lines, i)
		c.text = strings.TrimSpace(c.text + " " + l.Raw)
		columns[current], open = cells, true
	}
	names := columns["name"]
	if len(names) == 0 || len(columns) < 3 {
		return nil
	}
	for _, cells := range columns {
		if len(cells) != len(names) {
			return nil
		}
	}
	var out []Reference
	for n, name := range names {
		at := func(column string) string {
			if cells := columns[column]; n < len(cells) {
				return cells[n].text
			}
			return ""
		}
		ref := Reference{Name: name.text, Position: at("position"), Employer: at("employer")}
		contact := text.String(at("contact"))
		ref.Email = emailAddress.FindString(contact)
		if x, y, ok := findPhone(contact); ok {
			ref.Phone = contact[x:y]
		}
		ref.setRelation(text.String(strings.Join([]string{at("position"), at("employer"), at("relation")}, "\n")))
		first, last := v.Lines[name.lines[0]], v.Lines[name.lines[len(name.lines)-1]]
		ref.Where = Where{Span: first.All(), Rule: "reference.table"}
		if first.Page == last.Page {
			ref.Where.End = last.All().End
		}
		out = append(out, ref)
	}
	return out
}
