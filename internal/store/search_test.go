package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
)

// find returns the applications a search over everything finds, the newest first.
func (h *house) find(words string) []int64 {
	h.t.Helper()
	rows, _, err := h.Find(h.ctx, FindQuery{Search: ParseSearch(words)})
	h.must(err)
	var out []int64
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

// write registers a person whose CV says something.
func (h *house) write(v Vacancy, name string, after time.Duration, cv string) int64 {
	h.t.Helper()
	id := h.person(v, name, after)
	for i, d := range h.documents(id) {
		r := Reading{DocumentID: d.ID, Engine: "pdf", Quality: 0.9, Language: "fr", Type: fact.CoverLetter}
		if i == 0 {
			r.Type, r.Pages = fact.CV, []text.Page{{Number: 1, Text: "Curriculum vitæ\n" + cv + "\n"}}
		}
		h.must(h.SaveText(h.ctx, r))
	}
	return id
}

func TestSearchFindsTheSameOnBothEngines(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, other := h.vacancy("agent"), h.vacancy("other")
		ids := map[string]int64{
			"c++":    h.write(v, "Awa Ndiaye", time.Hour, "Langages : C++, C#, .NET et Go. Budget 1e5 en 2019-2021."),
			"eval":   h.write(v, "Élodie Œuvrard", 2*time.Hour, "Chargée de l’évaluation/suivi des ingénieurs, cœur de métier"),
			"rd":     h.write(v, "Maxence d’Hérouville", 3*time.Hour, "Assistant R&D ; chargé de communication interne.\nLangue : 日本語 et Українська"),
			"french": h.write(v, "Ola C. Kane", 4*time.Hour, "Français C1. Chargée des relations et de la communication"),
			"other":  h.write(other, "Awa Ndiaye", 5*time.Hour, "Ingénieure en évaluation"),
		}
		name := func(found []int64) []string {
			var out []string
			for _, id := range found {
				for n, known := range ids {
					if known == id {
						out = append(out, n)
					}
				}
			}
			slices.Sort(out)
			return out
		}
		for words, want := range map[string][]string{
			"c++":                         {"c++"},
			"C#":                          {"c++"},
			".net":                        {"c++"},
			"1e5":                         {"c++"},
			"2021":                        {"c++"},
			"c":                           {"french"},
			"évaluation":                  {"eval", "other"},
			"EVALUATION suivi":            {"eval"},
			"l'évaluation":                {"eval", "other"},
			"d’ingenieur":                 {"eval", "other"},
			"coeur":                       {"eval"},
			"oeuvrard":                    {"eval"},
			"Œuvr":                        {"eval"},
			"r&d":                         {"rd"},
			"herouville":                  {"rd"},
			"d'hérouville":                {"rd"},
			"communication":               {"french", "rd"},
			`"chargé de communication"`:   {"rd"},
			`"de communication"`:          {"rd"},
			"日本":                          {"rd"},
			"україн":                      {"rd"},
			"ndiaye":                      {"c++", "other"},
			"awa.ndiaye@courriel.example": {"c++", "other"},
			"comm":                        {"french", "rd"},
			"co":                          nil,
			"%":                           nil,
			"' OR 1=1 --":                 nil,
			`"`:                           nil,
			"awa vautrin":                 nil,
			"§1":                          nil,
			"NEAR(a b) AND NOT * ^":       nil,
			"curriculum vitae":            {"c++", "eval", "french", "other", "rd"},
		} {
			if got := name(h.find(words)); !slices.Equal(got, want) {
				t.Errorf("%s: found %q, want %q", words, got, want)
			}
		}
		rows, _, err := h.Shortlist(h.ctx, ShortlistQuery{VacancyID: v.ID, Search: ParseSearch("évaluation")})
		h.must(err)
		if len(rows) != 1 || rows[0].ID != ids["eval"] {
			t.Fatalf("within one vacancy: %v", rows)
		}
		e := rows[0].Found
		if want := []Stretch{{"Chargée de l’", false}, {"évaluation", true}, {"/suivi des ingénieurs, cœur de métier", false}}; !slices.Equal(e.Parts, want) || e.Page != 1 || e.DocumentID != h.documents(ids["eval"])[0].ID {
			t.Errorf("excerpt %+v", e)
		}
		rows, _, err = h.Shortlist(h.ctx, ShortlistQuery{VacancyID: v.ID, Search: ParseSearch("oeuvrard")})
		h.must(err)
		if len(rows) != 1 || len(rows[0].Found.Parts) != 0 {
			t.Errorf("a name alone gives a line: %+v", rows)
		}
		only, _, err := h.Find(h.ctx, FindQuery{Search: ParseSearch("ndiaye"), Vacancies: []int64{other.ID}})
		h.must(err)
		if len(only) != 1 || only[0].ID != ids["other"] || only[0].Slug != "other" {
			t.Errorf("among one's own vacancies: %+v", only)
		}
		none, _, err := h.Find(h.ctx, FindQuery{Search: ParseSearch("ndiaye"), Vacancies: []int64{}})
		h.must(err)
		if all, _, err := h.Find(h.ctx, FindQuery{Vacancies: []int64{}}); err != nil || len(none)+len(all) != 0 {
			t.Errorf("without a vacancy of one's own: %v %v %v", none, all, err)
		}
	})
}

func TestWhatIsErasedIsNotFound(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("agent")
		id := h.write(v, "Awa Ndiaye", 0, "quinzomadaire")
		if got := h.find("quinzomadaire"); !slices.Equal(got, []int64{id}) {
			t.Fatalf("found %v", got)
		}
		d := h.documents(id)[0]
		h.must(h.SaveText(h.ctx, Reading{DocumentID: d.ID, Engine: "pdf", Type: fact.CV, Pages: []text.Page{{Number: 1, Text: "autre chose"}}}))
		if got := h.find("quinzomadaire"); len(got) != 0 {
			t.Errorf("a text replaced is still found: %v", got)
		}
		h.must(h.w.Exec("DELETE FROM applications WHERE id = ?", id).Error)
		if got := append(h.find("ndiaye"), h.find("autre")...); len(got) != 0 {
			t.Errorf("an application deleted is still found: %v", got)
		}
		if h.dialect == sqliteDialect {
			var blocks []string
			h.must(h.w.Raw("SELECT hex(block) FROM application_index_data").Scan(&blocks).Error)
			// ndiaye, in the index's own bytes.
			if strings.Contains(strings.Join(blocks, " "), "6E6469617965") {
				t.Error("the index still holds the name")
			}
		}
	})
}

func TestDatabaseFromBeforeTheIndexIsIndexed(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("agent")
		id := h.write(v, "Awa Ndiaye", 0, "quinzomadaire")
		h.must(h.w.Exec("DELETE FROM application_words").Error)
		if got := h.find("quinzomadaire"); len(got) != 0 {
			t.Fatalf("found %v without an index", got)
		}
		h.reopen()
		if got := h.find("quinzomadaire"); !slices.Equal(got, []int64{id}) {
			t.Errorf("found %v after opening", got)
		}
	})
}

func TestNamesInListsFollowTheApplicant(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("agent")
		a, b := h.person(v, "Zoé Dupin", 0), h.person(v, "Alix Morel", time.Hour)
		order := func() []int64 {
			rows, _, err := h.Shortlist(h.ctx, ShortlistQuery{VacancyID: v.ID, Sort: ByName})
			h.must(err)
			return []int64{rows[0].ID, rows[1].ID}
		}
		if got := order(); !slices.Equal(got, []int64{b, a}) {
			t.Errorf("order %v", got)
		}
		h.must(h.w.Exec("UPDATE applicants SET folded_name = 'aaa' WHERE id = ?", h.application(a).ApplicantID).Error)
		if got := order(); !slices.Equal(got, []int64{a, b}) {
			t.Errorf("order %v after a new name", got)
		}
	})
}

func TestLikelySamePeopleAreHinted(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, other := h.vacancy("agent"), h.vacancy("other")
		reg := func(v Vacancy, name, email, phone string, after time.Duration) int64 {
			r := registration(v, h.message(after), email)
			r.Applicant.Name, r.Applicant.Phones = name, []string{phone}
			out, err := h.RegisterApplication(h.ctx, r)
			h.must(err)
			return out[0].ApplicationID
		}
		a := reg(v, "Awa Ndiaye", "awa@courriel.example", "+221 1", 0)
		b := reg(v, "Awa Ndiaye", "ndiaye@courriel.example", "+221 2", time.Hour)
		c := reg(v, "Bilal Ferrandon", "bilal@courriel.example", "+221 1", 2*time.Hour)
		reg(other, "Awa Ndiaye", "third@courriel.example", "+221 3", 3*time.Hour)
		hints := func() map[int64][]Likely {
			rows, _, err := h.Shortlist(h.ctx, ShortlistQuery{VacancyID: v.ID})
			h.must(err)
			out := map[int64][]Likely{}
			for _, r := range rows {
				out[r.ID] = r.Alike
			}
			return out
		}
		got := hints()
		if want := []Likely{{b, "Awa Ndiaye", "same_name"}, {c, "Bilal Ferrandon", "same_phone"}}; !slices.Equal(got[a], want) {
			t.Errorf("hints %+v, want %+v", got[a], want)
		}
		if len(got[b]) != 1 || len(got[c]) != 1 {
			t.Errorf("hints of the others %+v %+v", got[b], got[c])
		}
		h.must(h.TellApart(h.ctx, Pair{ApplicationID: b, OtherID: a, AuthorID: h.user("ada").ID}))
		if got := hints(); len(got[b]) != 0 || len(got[a]) != 1 {
			t.Errorf("hints after being told apart %+v", got)
		}
	})
}

// A paragraph that came as one line is cut in pieces, none of which is lost.
func TestTheLastWordOfALongLineIsFound(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("agent")
		line := strings.Repeat("Suivi des projets de terrain et des partenaires locaux. ", 900) + "Passionnée d’héliographie"
		if len(line) < 50_000 {
			t.Fatalf("a line of %d bytes is not long", len(line))
		}
		id := h.write(v, "Awa Ndiaye", 0, line)
		for _, words := range []string{"héliographie", "terrain heliographie", `"partenaires locaux passionnée d'héliographie"`} {
			if got := h.find(words); !slices.Equal(got, []int64{id}) {
				t.Errorf("%s: found %v", words, got)
			}
		}
		rows, _, err := h.Shortlist(h.ctx, ShortlistQuery{VacancyID: v.ID, Search: ParseSearch("héliographie")})
		h.must(err)
		if len(rows) != 1 || !slices.Contains(rows[0].Found.Parts, Stretch{"héliographie", true}) {
			t.Errorf("the line found is not shown: %+v", rows)
		}
		// A word without end is found by its beginning, and what follows it is not lost.
		endless := h.write(v, "Bilal Ferrandon", time.Hour, strings.Repeat("x", 3*maxSearchLine)+" calligraphie")
		for _, words := range []string{"xxxxxx", "calligraphie"} {
			if got := h.find(words); !slices.Equal(got, []int64{endless}) {
				t.Errorf("%s: found %v", words, got)
			}
		}
	})
}

// skipTo makes the next application's id a given one.
func (h *house) skipTo(id int64) {
	h.t.Helper()
	if h.dialect == postgresDialect {
		h.must(h.w.Exec("SELECT setval(pg_get_serial_sequence('applications', 'id'), ?, false)", id).Error)
		return
	}
	h.must(h.w.Exec("UPDATE sqlite_sequence SET seq = ? WHERE name = 'applications'", id-1).Error)
}

func TestSearchesOverAllFindWhatIsOldAndStopAtTheirBound(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, other, ada := h.vacancy("agent"), h.vacancy("other"), h.user("ada")
		var ids []int64
		const block = 1 << blockBits
		for i, at := range []int64{1, block - 1, block, 3 * block, 60*block + 5, 60*block + 6} {
			h.skipTo(at)
			of := v
			if i%2 == 1 {
				of = other
			}
			id := h.write(of, fmt.Sprint("Person ", i), time.Duration(i)*time.Hour, fmt.Sprint("apiculture dans la vallée, ruche numéro ", i))
			if id != at {
				t.Fatalf("application %d, want %d", id, at)
			}
			ids = append(ids, id)
		}
		newest := slices.Clone(ids)
		slices.Reverse(newest)
		if got := h.find("apicult vallée"); !slices.Equal(got, newest) {
			t.Errorf("found %v, want %v", got, newest)
		}
		for words, want := range map[string][]int64{
			`"ruche numéro 3"`: {ids[3]}, `"numéro ruche"`: nil, `"la vallée" 0`: {ids[0]}, "apiculture person 4": {ids[4]},
		} {
			if got := h.find(words); !slices.Equal(got, want) {
				t.Errorf("%s: found %v, want %v", words, got, want)
			}
			rows, _, err := h.Shortlist(h.ctx, ShortlistQuery{VacancyID: v.ID, Search: ParseSearch(words)})
			h.must(err)
			here := slices.DeleteFunc(slices.Clone(want), func(id int64) bool { return h.application(id).VacancyID != v.ID })
			if len(rows) != len(here) || len(rows) == 1 && rows[0].ID != here[0] {
				t.Errorf("%s in a vacancy: found %+v, want %v", words, rows, here)
			}
		}
		h.move(ids[0], screening.StageDiscuss, ada)
		h.move(ids[5], screening.StageDiscuss, ada)
		// Enough vacancies that blocks are read, of which one's own are few.
		wide := Within{other.ID}
		for i := range fewVacancies {
			wide = append(wide, 1000+int64(i))
		}
		for name, c := range map[string]struct {
			query FindQuery
			most  int
			want  []int64
			more  bool
		}{
			"the newest two":          {FindQuery{}, 2, newest[:2], true},
			"all":                     {FindQuery{}, 7, newest, false},
			"one stage":               {FindQuery{Stage: screening.StageDiscuss}, 7, []int64{ids[5], ids[0]}, false},
			"one vacancy":             {FindQuery{Vacancies: Within{v.ID}}, 7, []int64{ids[4], ids[2], ids[0]}, false},
			"one vacancy's one stage": {FindQuery{Vacancies: Within{v.ID}, Stage: screening.StageDiscuss}, 7, []int64{ids[0]}, false},
			"one of many vacancies":   {FindQuery{Vacancies: wide}, 7, []int64{ids[5], ids[3], ids[1]}, false},
			"no vacancy":              {FindQuery{Vacancies: Within{}}, 7, nil, false},
		} {
			c.query.Search = ParseSearch("apiculture")
			got, err := h.seek(h.r, c.query, c.most)
			h.must(err)
			if !slices.Equal(got.ids, c.want) || got.more != c.more {
				t.Errorf("%s: %v, more %v; want %v, more %v", name, got.ids, got.more, c.want, c.more)
			}
		}
		var exported []int64
		h.must(h.ExportFound(h.ctx, FindQuery{Search: ParseSearch("apiculture")}, func(rows []ExportRow) error {
			for _, r := range rows {
				exported = append(exported, r.ID)
			}
			return nil
		}))
		if !slices.Equal(exported, newest) {
			t.Errorf("exported %v, want %v", exported, newest)
		}
		q, err := h.Seek(h.ctx, FindQuery{Search: ParseSearch("apiculture")})
		h.must(err)
		if total, more, err := h.FindCount(h.ctx, q, 3); err != nil || total != len(ids) || more {
			t.Errorf("counted %d, more %v, %v", total, more, err)
		}
	})
}
