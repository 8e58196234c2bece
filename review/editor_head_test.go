package review

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening/notice"
	"dossier/web"
)

// headForm is the head of a draft as its form sends it, with some fields typed otherwise.
func (d *desk) headForm(v store.Vacancy, typed ...string) []string {
	h := d.draft(v).Body.Head
	form := url.Values{"rev": {fmt.Sprint(h.Rev)}, "title": {h.Title}, "organisation": {h.Organisation}, "place": {h.Place}, "reference": {h.Reference},
		"addresses": {strings.Join(h.Addresses, "\n")}, "portal": {h.Portal}, "language": {h.Language}, "day": {h.Day}, "hour": {h.Hour}, "zone": {h.Zone},
		"inclusive": {h.Inclusive}, "source": {h.Source}, "as_of": {h.AsOf}, "grace_minutes": {"0"}, "retention_months": {"0"}}
	for i := 0; i < len(typed); i += 2 {
		form.Set(typed[i], typed[i+1])
	}
	var out []string
	for name := range form {
		out = append(out, name, form.Get(name))
	}
	return out
}

func TestNonsenseInTheHeadIsToldAtItsFieldAndNothingIsSaved(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	before := d.draft(v)
	for _, c := range []struct{ field, typed, says string }{
		{"hour", "25:99", "Ce n’est pas une heure du jour"},
		{"zone", "Europe/Nulle-Part", "Ce fuseau n’existe pas"},
		{"as_of", "0001-01-01", "Indiquez un jour entre 2000 et 2100"},
		{"grace_minutes", "-5", "Indiquez un nombre entier de 0 à 10"},
		{"grace_minutes", "abc", "Indiquez un nombre entier de 0 à 10"},
		{"grace_minutes", "999999", "Indiquez un nombre entier de 0 à 10"},
		{"retention_months", "99999", "Indiquez un nombre entier de 0 à 120"},
		{"retention_months", "-3", "Indiquez un nombre entier de 0 à 120"},
		{"title", strings.Repeat("é", 5000), "Trop long"},
	} {
		page := d.post(account.Recruiter, draftPath(v.Slug, "draft/head"), d.headForm(v, c.field, c.typed)...).want(http.StatusBadRequest, "Rien n’a été enregistré")
		if got := page.text("#wrong-" + c.field); !strings.Contains(got, c.says) {
			t.Errorf("%s %.10q: the field says %q", c.field, c.typed, got)
		}
		page.want(http.StatusBadRequest, `value="`+c.typed+`"`)
		if after := d.draft(v); after.Version != before.Version {
			t.Fatalf("%s %.10q was saved: %+v", c.field, c.typed, after.Body.Head)
		}
	}
	// A title of 400 letters that take two bytes each is whole.
	long := strings.Repeat("é", 400)
	d.post(account.Recruiter, draftPath(v.Slug, "draft/head"), d.headForm(v, "title", long)...).want(http.StatusSeeOther)
	if got := d.draft(v).Body.Head.Title; got != long {
		t.Errorf("a title of 400 letters was cut to %d bytes", len(got))
	}
	// A deadline of the past is legal and worth a warning.
	d.post(account.Recruiter, draftPath(v.Slug, "draft/head"), d.headForm(v, "day", "1999-05-01")...).want(http.StatusSeeOther)
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "edit")+"?line=head").whole("fr").want(http.StatusOK, "La date limite est déjà passée.", "mai 1999")
}

func TestSharedAddressIsNamedWhereItIsTypedAndBeforePublishing(t *testing.T) {
	d := newDesk(t)
	first := d.drafted(stageNotice)
	d.act(account.Recruiter, first, d.line(first, "language"), "approve").want(http.StatusSeeOther)
	d.publish(first, "").want(http.StatusSeeOther)
	second := d.drafted(strings.ReplaceAll(stageNotice, "RN-2026-30", "RN-2026-31"))
	for _, path := range []string{"edit?line=head", "publish"} {
		d.get(account.Recruiter, "fr", draftPath(second.Slug, path)).want(http.StatusOK, "plaidoyer30@rivenord.example est aussi l’adresse du poste ouvert", first.Title)
	}
	// It can be published all the same: references tell the two apart.
	d.act(account.Recruiter, second, d.line(second, "language"), "approve").want(http.StatusSeeOther)
	d.publish(second, "").want(http.StatusSeeOther)
	d.get(account.Recruiter, "en", draftPath(first.Slug, "publish")).want(http.StatusOK, "is also the address of the open vacancy")
}

func TestRemarksGoOnceTheyAreAnsweredOrRead(t *testing.T) {
	d := newDesk(t)
	v := d.drafted("Profil recherché\n- Être titulaire d’une bourse pour un stage.\n- Français courant exigé.\n- Être âgé de 20 à 30 ans.\n\nPour postuler\nEnvoyez un CV à mission@rivenord.example.\n")
	draft := d.draft(v)
	has := func(code string) bool {
		for _, f := range draft.Notice.Flags {
			if f.Code == code {
				return true
			}
		}
		return false
	}
	page := d.get(account.Recruiter, "fr", draftPath(v.Slug, "edit")).whole("fr")
	page.without("sans que ce soit un critère")
	if !has("title.assumed") {
		t.Fatalf("the title is not said to be a guess: %+v, title %q", draft.Notice.Flags, draft.Body.Head.Title)
	}
	page.want(http.StatusOK, "L’intitulé a été deviné.")
	d.post(account.Recruiter, draftPath(v.Slug, "draft/head"), d.headForm(v, "title", "Chargé·e de mission")...).want(http.StatusSeeOther)
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "edit")).without("L’intitulé a été deviné.")
	d.post(account.Recruiter, draftPath(v.Slug, "draft/sentence"), "note", "no.such").want(http.StatusBadRequest)
}

func TestRepeatedSentenceIsCoveredByItsCriterion(t *testing.T) {
	d := newDesk(t)
	v := d.drafted("Stage\n\nProfil recherché\n- Permis B exigé.\n- Français courant exigé.\n- Le permis B est exigé.\n")
	l := d.line(v, "licence")
	if len(l.Also) != 1 {
		t.Fatalf("the licence is asked for twice and cites %d and %v", l.Sentence, l.Also)
	}
	for _, s := range d.get(account.Recruiter, "fr", draftPath(v.Slug, "edit")).all(".sentence--bare") {
		t.Errorf("a sentence is left without criterion: %v", s)
	}
}

func TestNothingIsCompleteWhileSentencesHaveNoCriterion(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	line := d.line(v, "licence")
	d.act(account.Recruiter, v, line, "remove").want(http.StatusSeeOther)
	for _, l := range d.draft(v).Body.Lines {
		d.act(account.Recruiter, v, l, "approve")
	}
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "edit")).want(http.StatusOK, "1 phrase sans critère").without("Tout est approuvé et complet")
}

func TestDraftThatSaysWhatIsInForceIsNotOffered(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	for _, l := range d.draft(v).Body.Lines {
		d.act(account.Recruiter, v, l, "approve").want(http.StatusSeeOther)
	}
	d.publish(v, "").want(http.StatusSeeOther)
	page := d.get(account.Recruiter, "fr", draftPath(v.Slug, "checklist")).want(http.StatusOK, "Modifier la grille").without("Reprendre le brouillon")
	if n := len(page.all("#close-go")); n != 1 || !strings.Contains(page.text(".life__sure"), "Clore le poste") {
		t.Error("closing is not asked twice")
	}
	edit := d.get(account.Recruiter, "fr", draftPath(v.Slug, "edit")).whole("fr").want(http.StatusOK, "Identique à la version 1")
	if len(edit.all("#to-publish")) != 0 {
		t.Error("publishing is offered where nothing would change")
	}
	d.act(account.Recruiter, v, d.line(v, "licence"), "remove").want(http.StatusSeeOther)
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "checklist")).want(http.StatusOK, "Reprendre le brouillon")
}

func TestHistoryCountsOnlyApprovalsThatWereGiven(t *testing.T) {
	d := newDesk(t)
	v := d.vacancy
	d.post(account.Recruiter, draftPath(v.Slug, "edit")).want(http.StatusSeeOther)
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "edit")).whole("fr").want(http.StatusOK, "Repris tel quel de la version").without("Approuvé par")
	v = d.drafted(stageNotice)
	_, err := d.store.ChangeDraft(t.Context(), store.DraftAct{VacancyID: v.ID, AuthorID: d.users[account.HR].ID, Act: "line.changed"}, func(b *store.DraftBody, now time.Time) error {
		for i := range b.Lines {
			b.Lines[i].TakenFrom = 3
		}
		return b.Approve(b.Lines[0].Criterion.ID, b.Lines[0].Rev, d.users[account.Recruiter].ID, now)
	})
	if err != nil {
		t.Fatal(err)
	}
	d.publish(v, "").want(http.StatusSeeOther)
	d.get(account.Reader, "fr", draftPath(v.Slug, "versions")).whole("fr").want(http.StatusOK, "Maëlle Lorcy (1)", "de la version 3").without("Karim Diallo (")
}

func TestPublishPageDoesNotContradictItself(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	d.get(account.Recruiter, "fr", draftPath(v.Slug, "publish")).whole("fr").want(http.StatusOK, "Avant de pouvoir ouvrir ou publier").
		without("Le poste peut ouvrir ainsi").without("0 critère")
}

func TestEveryProtectedGroundCitesItsLawInBothLanguages(t *testing.T) {
	list, _, _ := notice.Grounds()
	for _, lang := range web.Languages {
		l := localeOf(t, lang)
		for _, g := range list {
			if g.Law != "" && !l.Has("law."+g.Code) {
				t.Errorf("%s: the law behind %s has no words", lang, g.Code)
			}
			if lang == "fr" && strings.Contains(l.T("law."+g.Code), " and ") {
				t.Errorf("the law behind %s is cited in English: %s", g.Code, l.T("law."+g.Code))
			}
		}
	}
}

func TestDraftListShowsTheDateOfADraft(t *testing.T) {
	d := newDesk(t)
	v := d.drafted(stageNotice)
	if v.DeadlineAt == nil || !v.DeadlineAt.Equal(time.Date(2026, 12, 15, 17, 0, 0, 0, time.UTC)) {
		t.Errorf("deadline %v", v.DeadlineAt)
	}
	d.post(account.Recruiter, draftPath(v.Slug, "draft/head"), d.headForm(v, "hour", "")...).want(http.StatusSeeOther)
	d.get(account.Recruiter, "fr", "/vacancies?state=draft").want(http.StatusOK, "Date à compléter")
}
