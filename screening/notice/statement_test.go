package notice

import (
	"strings"
	"testing"
)

func TestFrenchStatementNamesFieldsInFrench(t *testing.T) {
	d := ReadText("Profil recherché\n\n- Une formation en audiovisuel.\n- Master en droit ou en relations internationales.\n- Au moins deux ans d’expérience dans une ONG.\n", Options{})
	var said []string
	for _, c := range d.Criteria {
		said = append(said, c.Statement.FR)
	}
	all := strings.Join(said, "\n")
	for _, want := range []string{"audiovisuel", "droit", "relations internationales"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in the French statements:\n%s", want, all)
		}
	}
	for _, english := range []string{"audiovisual", "law", "international relations", "ngo"} {
		if strings.Contains(all, english) {
			t.Errorf("%q stands in a French statement:\n%s", english, all)
		}
	}
}

func TestCriteriaOfOneSentenceHaveTitlesOfTheirOwn(t *testing.T) {
	for _, notice := range []string{
		"Profil recherché\n\n- Bonne maîtrise d’Excel et sens de l’écoute, connaissance du droit d’asile.\n",
		"Requirements\n\n- Good command of Excel, knowledge of refugee law and a sense of humour.\n",
	} {
		d := ReadText(notice, Options{})
		if len(d.Criteria) < 2 {
			t.Fatalf("%d criteria", len(d.Criteria))
		}
		seen := map[string]bool{}
		for _, c := range d.Criteria {
			title := c.Statement.In(d.Language)
			if title == "" || seen[title] {
				t.Errorf("%q stands twice, or nothing does", title)
			}
			seen[title] = true
		}
	}
}

func TestTitleHoldsNothingThatTurnsItsWordsRound(t *testing.T) {
	d := ReadText("Chargé de \u202eprojet\u202c\u200b Kinshasa\n\nProfil recherché\n- Français courant.\n", Options{})
	if strings.ContainsAny(d.Title, "\u202e\u202c\u200b") || !strings.Contains(d.Title, "Chargé de projet") {
		t.Errorf("title %q", d.Title)
	}
}
