package review

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
)

const stageNotice = `Stage - Chargé·e de plaidoyer

Organisation : Rive Nord
Lieu : Bruxelles
Référence : RN-2026-30

Missions
- Vous rédigez 12 notes par an.

Profil recherché
- Français courant exigé.
- Anglais niveau B2 minimum.
- Être âgé de 18 à 26 ans.
- Le permis B serait un plus.
- Sens de l’écoute et de la mesure.

Pour postuler
Envoyez un CV et une lettre de motivation à plaidoyer30@rivenord.example jusqu'au 15 décembre 2026 à 18 h, heure de Bruxelles.
`

// drafted is a vacancy drafted from an announcement through the page.
func (d *desk) drafted(notice string) store.Vacancy {
	d.t.Helper()
	a := d.post(account.Recruiter, "/vacancies/new", "text", notice).want(http.StatusSeeOther)
	slug := strings.TrimSuffix(strings.TrimPrefix(a.Header().Get("Location"), "/vacancies/"), "/edit")
	v, err := d.store.VacancyBySlug(d.t.Context(), slug)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

func (d *desk) draft(v store.Vacancy) store.ChecklistDraft {
	d.t.Helper()
	draft, err := d.store.Draft(d.t.Context(), v.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	return draft
}

// line finds the draft's line of a kind.
func (d *desk) line(v store.Vacancy, kind string) store.DraftLine {
	d.t.Helper()
	for _, l := range d.draft(v).Body.Lines {
		if l.Criterion.Kind == kind {
			return l
		}
	}
	d.t.Fatalf("no line of kind %s", kind)
	return store.DraftLine{}
}

// act presses a button of a line.
func (d *desk) act(role account.Role, v store.Vacancy, l store.DraftLine, op string, more ...string) answer {
	d.t.Helper()
	return d.post(role, draftPath(v.Slug, "draft/act"), append([]string{"line", l.Criterion.ID, "rev", fmt.Sprint(l.Rev), "op", op}, more...)...)
}

// publish puts the draft of a vacancy into force.
func (d *desk) publish(v store.Vacancy, reason string) answer {
	d.t.Helper()
	return d.post(account.Recruiter, draftPath(v.Slug, "publish"), "version", fmt.Sprint(d.draft(v).Version), "reason", reason)
}

func TestAnnouncementBecomesADraftInWhichNothingCounts(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	draft := d.draft(v)
	if v.State != store.VacancyDraft || v.ChecklistVersion != 0 || draft.Notice == nil || len(draft.Body.Lines) < 5 || draft.Body.Pending() != len(draft.Body.Lines) {
		t.Fatalf("vacancy %+v, draft %+v", v, draft.Body)
	}
	if h := draft.Body.Head; h.Day != "2026-12-15" || h.Hour != "18:00" || len(h.Addresses) != 1 || h.Addresses[0] != "plaidoyer30@rivenord.example" {
		t.Errorf("head: %+v", h)
	}
	for _, lang := range []string{"fr", "en"} {
		page := d.get(account.Recruiter, lang, draftPath(v.Slug, "edit")).whole(lang)
		if n := len(page.all(".sentence")); n != len(draft.Notice.Sentences) {
			t.Errorf("%d sentences on the page, want %d", n, len(draft.Notice.Sentences))
		}
		if len(page.all(".lines > .line")) != len(draft.Body.Lines) || len(page.all(".line--done")) != 0 {
			t.Error("the lines are not there, or one counts")
		}
	}
	d.publish(v, "").want(http.StatusBadRequest)
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "publish")).whole("fr").want(http.StatusOK, "Aucun critère n’est approuvé.")
	// A draft takes no applications, whoever looks.
	d.get(account.Reader, "fr", draftPath(v.Slug, "edit")).want(http.StatusForbidden)
	d.post(account.Reviewer, "/vacancies/new", "text", stageNotice).want(http.StatusForbidden)
}

func TestApprovedLinesAloneOpenTheVacancy(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	d.act(account.Recruiter, v, d.line(v, "language"), "approve").want(http.StatusSeeOther)
	d.act(account.HR, v, d.line(v, "licence"), "approve").want(http.StatusSeeOther)
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "edit")).whole("fr").want(http.StatusOK, "Approuvé par Maëlle Lorcy", "Approuvé par Karim Diallo")
	done := d.publish(v, "").want(http.StatusSeeOther)
	if to := done.Header().Get("Location"); to != draftPath(v.Slug, "checklist") {
		t.Errorf("leads to %s", to)
	}
	list, err := d.store.LatestChecklist(t.Context(), v.ID)
	if err != nil || len(list.Checklist.Criteria) != 2 || list.Lines[list.Checklist.Criteria[1].ID].ApprovedBy != d.users[account.HR].ID {
		t.Fatalf("checklist: %+v, %v", list, err)
	}
	page := d.get(account.Recruiter, "fr", draftPath(v.Slug, "checklist")).whole("fr").want(http.StatusOK, "Reprendre le brouillon")
	if len(page.all(".criteria > .criterion")) != 2 {
		t.Error("the page shows what was not approved")
	}
	history := d.get(account.Reader, "en", draftPath(v.Slug, "versions")).whole("en").want(http.StatusOK, "Maëlle Lorcy")
	if n := len(history.all(".version")); n != 1 {
		t.Errorf("%d versions", n)
	}
}

func TestProtectedCriterionIsHeldUntilSomebodyWhoMayTypesItsBasis(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	age := d.line(v, "age")
	if !age.Criterion.ForReader() {
		t.Fatal("the age counts")
	}
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "edit")).want(http.StatusOK, "Motif protégé", "La base légale est écrite par une personne de l’équipe RH.")
	path := draftPath(v.Slug, "draft/legal")
	basis := func(l store.DraftLine) []string {
		return []string{"line", l.Criterion.ID, "rev", fmt.Sprint(l.Rev), "basis", "Décret 2014-1420, article 3"}
	}
	d.post(account.Recruiter, path, basis(age)...).want(http.StatusForbidden)
	d.act(account.Recruiter, v, age, "approve").want(http.StatusSeeOther)
	d.publish(v, "").want(http.StatusSeeOther)
	list, err := d.store.LatestChecklist(t.Context(), v.ID)
	if err != nil || !list.Checklist.Criteria[0].ForReader() {
		t.Fatalf("published without a basis it counts: %+v, %v", list, err)
	}
	d.post(account.HR, path, basis(d.line(v, "age"))...).want(http.StatusSeeOther)
	age = d.line(v, "age")
	if age.Criterion.ForReader() || age.LegalBy != d.users[account.HR].ID || age.Approved() {
		t.Errorf("line: %+v", age)
	}
	d.act(account.HR, v, age, "approve").want(http.StatusSeeOther)
	d.publish(v, "Programme réservé par décret").want(http.StatusSeeOther)
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "versions")).whole("fr").want(http.StatusOK, "Décret 2014-1420, article 3", "Karim Diallo", "Programme réservé par décret")
	// Typed by hand it is caught as well.
	d.post(account.Recruiter, draftPath(v.Slug, "draft/add"), "kind", "judgement", "statement", "Être de nationalité française").want(http.StatusSeeOther)
	held := false
	for _, l := range d.draft(v).Body.Lines {
		held = held || l.Origin == store.FromHand && l.Criterion.ForReader()
	}
	if !held {
		t.Error("a nationality typed by hand counts")
	}
}

func TestChangeFromAnOlderPageIsRefusedAndWhatWasTypedStays(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	old := d.line(v, "language")
	d.act(account.HR, v, old, "weigh:asset").want(http.StatusSeeOther)
	a := d.post(account.Recruiter, draftPath(v.Slug, "draft/line"), "line", old.Criterion.ID, "rev", fmt.Sprint(old.Rev), "p.language", "allemand", "p.min_level", "C2", "fr", "Allemand parfait")
	a.want(http.StatusConflict, "Rien n’a été changé", "Karim Diallo", "Allemand parfait")
	if got := attr(a.all("#" + old.Criterion.ID + "-language")[0], "value"); got != "allemand" {
		t.Errorf("the form says %q", got)
	}
	d.act(account.Recruiter, v, d.line(v, "licence"), "approve").want(http.StatusSeeOther) // another line is free
}

func TestLineIsCorrectedGroupedAndUndone(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	french := d.line(v, "language")
	d.post(account.Recruiter, draftPath(v.Slug, "draft/line"), "line", french.Criterion.ID, "rev", fmt.Sprint(french.Rev), "p.language", "français, wolof", "p.min_level", "B2",
		"fr", "Français ou wolof", "en", "French or Wolof", "importance", "asset", "approve", "1").want(http.StatusSeeOther)
	l, _ := bodyLine(d.draft(v), french.Criterion.ID)
	if !sameJSON(l.Criterion.Params, json.RawMessage(`{"any_of":["fr","wo"],"min_level":"B2"}`)) || !l.Approved() || l.Criterion.Importance != screening.Asset {
		t.Errorf("line: %s %+v", l.Criterion.Params, l)
	}
	wrong := d.post(account.Recruiter, draftPath(v.Slug, "draft/line"), "line", l.Criterion.ID, "rev", fmt.Sprint(l.Rev), "p.language", "klingon", "p.min_level", "B2", "fr", "x", "approve", "1")
	wrong.want(http.StatusBadRequest, "À compléter")
	d.act(account.Recruiter, v, l, "wrap:any_of").want(http.StatusSeeOther)
	group := d.line(v, "any_of")
	d.act(account.Recruiter, v, d.line(v, "licence"), "into", "group", group.Criterion.ID).want(http.StatusSeeOther)
	if got := d.line(v, "any_of"); len(got.Criterion.Criteria) != 2 {
		t.Fatalf("group: %+v", got)
	}
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "edit")+"?line="+group.Criterion.ID).whole("fr").want(http.StatusOK, "Un seul de ces points suffit")
	d.post(account.Recruiter, draftPath(v.Slug, "draft/undo"), "version", fmt.Sprint(d.draft(v).Version)).want(http.StatusSeeOther)
	if got := d.line(v, "any_of"); len(got.Criterion.Criteria) != 1 {
		t.Errorf("undone: %+v", got)
	}
}

func bodyLine(d store.ChecklistDraft, id string) (store.DraftLine, bool) {
	l, _ := d.Body.Line(id)
	if l == nil {
		return store.DraftLine{}, false
	}
	return *l, true
}

func TestUncoveredSentenceBecomesACriterionOrIsPassed(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	var n int
	for _, s := range d.draft(v).Notice.Sentences {
		if strings.Contains(d.draft(v).Notice.Text[s.Start:s.End], "12 notes") {
			n = s.Number
		}
	}
	before := len(d.draft(v).Body.Lines)
	d.post(account.Recruiter, draftPath(v.Slug, "draft/add"), "sentence", fmt.Sprint(n)).want(http.StatusSeeOther)
	after := d.draft(v).Body.Lines
	if len(after) != before+1 || after[before].Sentence != n || after[before].Criterion.Source == nil {
		t.Fatalf("line: %+v", after[len(after)-1])
	}
	d.post(account.Recruiter, draftPath(v.Slug, "draft/sentence"), "sentence", fmt.Sprint(n), "passed", "1").want(http.StatusSeeOther)
	if got := d.draft(v).Body.Passed; len(got) != 1 || got[0] != n {
		t.Errorf("passed: %v", got)
	}
	d.post(account.Recruiter, draftPath(v.Slug, "draft/add"), "sentence", "9999").want(http.StatusBadRequest)
}

// Every kind's form gives back what it was filled with, in both languages.
func TestFormsOfEveryKindKeepTheirParameters(t *testing.T) {
	cases := map[string][]string{
		"documents": {`{"all_of":["cv","cover_letter"],"formats":["pdf"]}`}, "deadline": {``},
		"language":     {`{"language":"prs","min_level":"A1"}`, `{"any_of":["ar","fa","ti","ckb"],"min_level":"A2","skills":["speaking"]}`},
		"experience":   {`{"domain":["protection","migration"],"min_years":2.5,"region":["africa"],"sector":["ngo"],"count":["internship"]}`, `{"max_months":23}`},
		"education":    {`{"min_level":6,"fields":["international relations","social work"],"in_progress_allowed":true,"within_months":12}`},
		"enrolment":    {`{"level":7,"year":2,"final_year":true,"internship_agreement":true}`},
		"career":       {`{"force":"police","status":"retired","min_years":20,"ranks":["commissaire divisionnaire"]}`},
		"references":   {`{"min":3,"roles":{"line_manager":2,"hr":1},"exclude_family":true}`},
		"age":          {`{"min":20,"max":36}`},
		"licence":      {`{"licence":"B"}`},
		"skill":        {`{"any_of":["Excel","Calc"],"at_least":2}`, `{"all_of":["Word"],"role":["head"]}`},
		"availability": {`{"start_from":"2026-02-01","start_until":"2026-03-31","min_months":6}`},
		"eligibility":  {`{"any_of":["bourse"]}`},
		"judgement":    {`{"topic":"tact","cues":["écoute"]}`},
		"all_of":       {``}, "any_of": {``}, "at_least": {`{"n":2}`},
	}
	for _, k := range screening.Kinds {
		if len(cases[k.Name]) == 0 || kindFields[k.Name] == nil {
			t.Errorf("%s has no form", k.Name)
		}
	}
	for kind, list := range cases {
		for _, params := range list {
			for _, lang := range []string{"fr", "en"} {
				l := localeOf(t, lang)
				c := screening.Criterion{ID: "x", Kind: kind, Params: json.RawMessage(params)}
				form := url.Values{}
				for _, f := range fieldsOf(l, c, nil, nil) {
					if strings.HasPrefix(f.Label, "[") || strings.Contains(f.Label, "_") {
						t.Errorf("%s: label %q", kind, f.Label)
					}
					switch fieldKind(f.Is) {
					case fieldCheck:
						if f.Checked {
							form.Set(f.Name, "1")
						}
					case fieldChecks, fieldSelect:
						for _, o := range f.Options {
							if o.On {
								form.Add(f.Name, o.Name)
							}
						}
					case fieldRoles:
						for _, o := range f.Options {
							form.Set(f.Name+"."+o.Name, o.Value)
						}
					case fieldSpan:
						form.Set(f.Name, f.Value)
						form.Set(f.Name+".unit", f.Unit)
					default:
						form.Set(f.Name, f.Value)
					}
				}
				got, wrong := paramsFrom(l, screening.Criterion{Kind: kind}, form)
				if wrong != "" || !sameJSON(got, c.Params) {
					t.Errorf("%s %s: %s became %s (%s)", lang, kind, params, got, wrong)
				}
				if problems := wrongFields(c); kind != "at_least" && len(problems) > 0 {
					t.Errorf("%s: %v", kind, problems)
				}
			}
		}
	}
}

func TestVacancyIsClosedArchivedAndOpenedAgainWithAReason(t *testing.T) {
	d := newDesk(t)
	move := func(to, reason string) {
		t.Helper()
		v, err := d.store.VacancyBySlug(t.Context(), d.vacancy.Slug)
		if err != nil {
			t.Fatal(err)
		}
		d.post(account.Recruiter, draftPath(v.Slug, "state"), "version", fmt.Sprint(v.Version), "to", to, "reason", reason).want(http.StatusSeeOther)
	}
	stands := func(want store.VacancyState) {
		t.Helper()
		if v, err := d.store.VacancyBySlug(t.Context(), d.vacancy.Slug); err != nil || v.Standing() != want {
			t.Errorf("stands at %s, want %s, %v", v.Standing(), want, err)
		}
	}
	move("closed", "")
	stands(store.VacancyClosed)
	move("archived", "")
	stands(store.VacancyArchived)
	d.get(account.Recruiter, "fr", "/vacancies?state=archived").whole("fr").want(http.StatusOK, "communication, Calais")
	d.get(account.Recruiter, "fr", "/vacancies?state=closed").whole("fr").without("communication, Calais")
	move("open", " ")
	stands(store.VacancyArchived)
	move("open", "Désistement")
	stands(store.VacancyOpen)
	d.get(account.Reader, "fr", draftPath(d.vacancy.Slug, "versions")).whole("fr").want(http.StatusOK, "Désistement", "Maëlle Lorcy")
	d.post(account.Reviewer, draftPath(d.vacancy.Slug, "state"), "version", "1", "to", "closed").want(http.StatusForbidden)
}

func TestTemplateServesAnotherVacancy(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	d.post(account.Recruiter, draftPath(v.Slug, "draft/template"), "name", "Stages plaidoyer").want(http.StatusSeeOther)
	d.post(account.HR, draftPath(v.Slug, "draft/template"), "name", "Stages plaidoyer").want(http.StatusConflict, "celui d’une autre personne")
	list, err := d.store.Templates(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	a := d.post(account.HR, "/vacancies/new", "blank", "1", "template", fmt.Sprint(list[0].ID)).want(http.StatusSeeOther)
	other, err := d.store.VacancyBySlug(t.Context(), strings.Split(a.Header().Get("Location"), "/")[2])
	if err != nil {
		t.Fatal(err)
	}
	draft := d.draft(other)
	if len(draft.Body.Lines) != len(d.draft(v).Body.Lines) || draft.Body.Pending() != len(draft.Body.Lines) || !d.line(other, "age").Criterion.ForReader() {
		t.Errorf("lines: %+v", draft.Body.Lines)
	}
	d.get(account.HR, "en", draftPath(other.Slug, "edit")).whole("en").want(http.StatusOK, "No announcement stands beside")
	d.post(account.HR, "/vacancies/new", "text", "  ").want(http.StatusBadRequest, "Collez le texte")
}

func TestHeadIsSavedWithItsGapsNamed(t *testing.T) {
	d := newDesk(t)
	v := d.drafted("Profil\n- Anglais courant.\n")
	save := func(rev string, pairs ...string) answer {
		return d.post(account.Recruiter, draftPath(v.Slug, "draft/head"), append([]string{"rev", rev}, pairs...)...)
	}
	rev := fmt.Sprint(d.draft(v).Body.Head.Rev)
	save(rev, "title", "Chef de projet", "addresses", "a@rivenord.example\nB@rivenord.example, pas une adresse", "day", "2026-12-15", "hour", "16h", "zone", "Africa/Dakar", "inclusive", "yes",
		"grace_minutes", "15", "retention_months", "24", "answer_language", "fr", "language", "fr").want(http.StatusSeeOther)
	h := d.draft(v).Body.Head
	if h.Hour != "16:00" || h.GraceMinutes != 15 || h.RetentionMonths != 24 || h.Addresses[1] != "b@rivenord.example" {
		t.Errorf("head: %+v", h)
	}
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "edit")).whole("fr").want(http.StatusOK, "Une adresse n’a pas la forme", "Le lieu n’est pas indiqué.")
	save(rev, "title", "Trop tard").want(http.StatusConflict, "Trop tard")
	now, err := d.store.VacancyByID(t.Context(), v.ID)
	if err != nil || now.Title != "Chef de projet" || now.DeadlineGrace != 15 || now.Deadline().Limit() != time.Date(2026, 12, 15, 16, 15, 0, 1, time.UTC) && !now.Deadline().Limit().Equal(time.Date(2026, 12, 15, 16, 15, 0, 1, time.UTC)) {
		t.Errorf("vacancy: %+v, limit %s, %v", now, now.Deadline().Limit(), err)
	}
}
