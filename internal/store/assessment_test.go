package store

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
)

func TestADossierHoldsWhatScreeningNeeds(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		app := h.apply(v, h.message(0), "awa@mail.example").ApplicationID
		h.readAll(app)
		again := registration(v, h.message(time.Hour), "awa@mail.example")
		again.Documents = again.Documents[:1]
		_, err := h.RegisterApplication(h.ctx, again)
		h.must(err)
		h.readAll(app)
		docs := h.documents(app)
		d, err := h.DossierOf(h.ctx, app, "rules 1")
		h.must(err)
		in := d.Dossier
		if !in.ReceivedAt.Equal(monday) || in.ReceivedLine != "by mx.example; then" || in.SenderName != "Awa Ndiaye" || in.SenderEmail != "awa@mail.example" {
			t.Errorf("head: %+v", in)
		}
		if len(in.Documents) != 3 || len(d.Late) != 0 {
			t.Fatalf("%d documents and %d late, want 3 and 0", len(in.Documents), len(d.Late))
		}
		first := in.Documents[0]
		if first.ID != strconv.FormatInt(docs[0].ID, 10) || first.Name != "cv.pdf" || !first.Superseded || first.Facts == nil ||
			first.Pages[0].Text != "Langues : français C1, œuvre cv.pdf\n" {
			t.Errorf("the first CV: %+v", first)
		}
		if in.Documents[1].Superseded || !in.Documents[1].Body || in.Documents[2].Superseded {
			t.Errorf("the letter or the second CV: %+v", in.Documents[1:])
		}
		d, err = h.DossierOf(h.ctx, app, "rules 2")
		h.must(err)
		if d.Dossier.Documents[0].Facts != nil {
			t.Error("facts of older rules were handed over")
		}
		h.must(h.SaveFacts(h.ctx, docs[0].ID, &fact.Facts{Type: fact.CV, Language: "en"}, "rules 2"))
		d, err = h.DossierOf(h.ctx, app, "rules 2")
		h.must(err)
		if f := d.Dossier.Documents[0].Facts; f == nil || f.Language != "en" {
			t.Errorf("facts: %+v", f)
		}
	})
}

func TestWhatArrivesAfterClosingWaitsForAPerson(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, u := h.vacancy("one"), h.user("rita")
		app := h.apply(v, h.message(0), "awa@mail.example").ApplicationID
		h.apply(v, h.message(48*time.Hour), "awa@mail.example")
		h.readAll(app)
		sizes := func() (int, int) {
			t.Helper()
			d, err := h.DossierOf(h.ctx, app, "")
			h.must(err)
			for _, doc := range d.Dossier.Documents {
				if doc.Superseded && len(d.Late) > 0 {
					t.Error("a document is replaced by one that does not count")
				}
			}
			return len(d.Documents), len(d.Late)
		}
		if n, late := sizes(); n != 2 || late != 2 {
			t.Errorf("%d count and %d wait, want 2 and 2", n, late)
		}
		h.clock.Advance(72 * time.Hour)
		rev := h.application(app).DocumentsRev
		h.wants(h.AcceptLate(h.ctx, Act{app, 1, u.ID}, " "), ErrInvalid)
		h.must(h.AcceptLate(h.ctx, Act{app, 1, u.ID}, "the server was down"))
		if n, late := sizes(); n != 4 || late != 0 {
			t.Errorf("accepted: %d count and %d wait, want 4 and 0", n, late)
		}
		if h.application(app).DocumentsRev == rev {
			t.Error("accepting does not ask for a new assessment")
		}

		// Late as a whole: judged with what it brought, and marked.
		whole := h.apply(v, h.message(49*time.Hour), "omar@mail.example").ApplicationID
		h.readAll(whole)
		d, err := h.DossierOf(h.ctx, whole, "")
		h.must(err)
		if len(d.Documents) != 2 || !d.Application.AfterClose {
			t.Errorf("late as a whole: %d documents, after close %v", len(d.Documents), d.Application.AfterClose)
		}
	})
}

func TestAnAssessmentOfAnOldDossierIsRefused(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		app := h.apply(v, h.message(0), "awa@mail.example").ApplicationID
		h.readAll(app)
		d, err := h.DossierOf(h.ctx, app, "")
		h.must(err)
		n := NewAssessment{ApplicationID: app, DocumentsRev: d.Application.DocumentsRev, ChecklistVersion: d.Checklist.Version, EngineVersion: "e"}

		h.apply(v, h.message(time.Minute), "awa@mail.example")
		h.wants(h.SaveAssessment(h.ctx, n), ErrConflict)
		h.readAll(app)
		d, err = h.DossierOf(h.ctx, app, "")
		h.must(err)
		n.DocumentsRev = d.Application.DocumentsRev
		_, err = h.PublishChecklist(h.ctx, v.ID, v.Version-1, checklist(), By{Name: "x"}, "again")
		h.wants(err, ErrConflict)
		_, err = h.PublishChecklist(h.ctx, v.ID, v.Version, checklist(), By{Name: "x"}, "again")
		h.must(err)
		h.wants(h.SaveAssessment(h.ctx, n), ErrConflict)
		if got := h.count("assessments"); got != 0 {
			t.Errorf("%d assessments kept, want none", got)
		}
		n.ChecklistVersion = 2
		h.must(h.SaveAssessment(h.ctx, n))
		if _, err := h.CurrentAssessment(h.ctx, v.ID, app); err != nil {
			t.Error(err)
		}
	})
}

func TestListsShowWhatAnAssessmentSays(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		app := h.apply(v, h.message(0), "awa@mail.example").ApplicationID
		h.readAll(app)
		h.assess(app, "e", screening.NotMet, screening.Unclear, screening.NotMet)
		a := h.application(app)
		if a.Verdicts != "nu-" || a.MetCount != 0 || a.NotMetCount != 1 || a.UnclearCount != 1 || a.RequiredNotMet != 1 || a.RequiredUnclear != 0 {
			t.Errorf("application: %+v", a)
		}
		if a.AssessedEngine != "e" || a.AssessedChecklist != 1 || a.AssessedRev != a.DocumentsRev || a.AssessedAt == nil || a.Stage != screening.StageNew {
			t.Errorf("application: %+v", a)
		}
		got, err := h.CurrentAssessment(h.ctx, v.ID, app)
		h.must(err)
		if len(got.Findings) != 3 || got.Findings[0].Verdict != screening.NotMet || got.Findings[0].Reason != "test.reason" {
			t.Errorf("findings: %+v", got.Findings)
		}
	})
}

func TestTextIsKeptToTheByte(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		app := h.apply(v, h.message(0), "awa@mail.example").ApplicationID
		d := h.documents(app)[0]
		_, err := h.TextOf(h.ctx, d.ID)
		h.wants(err, ErrNotFound)
		page := text.Page{Number: 1, Text: "a<b>&\x00é\u2028\n", Words: []text.Word{{Start: 0, End: 1, Box: text.Box{0.1, 0.2, 0.3, 0.4}}}, OCR: true, Quality: 0.5}
		r := Reading{DocumentID: d.ID, Pages: []text.Page{page}, Engine: "tesseract", Type: fact.CV, FactsEngine: "r"}
		for range 2 { // a second worker that was slower
			h.must(h.SaveText(h.ctx, r))
		}
		got, err := h.TextOf(h.ctx, d.ID)
		h.must(err)
		if len(got.Pages) != 1 || got.Pages[0].Text != page.Text || got.Pages[0].Words[0] != page.Words[0] || !got.Pages[0].OCR || got.Facts != nil {
			t.Errorf("got %+v", got)
		}
		r.Pages[0].Text = "broken \xff"
		h.wants(h.SaveText(h.ctx, r), ErrInvalid)
		r.Pages, r.Problem, r.Detail = nil, "pdf.encrypted", "needs a password"
		h.must(h.SaveText(h.ctx, r))
		now, err := h.DocumentByID(h.ctx, d.ID)
		h.must(err)
		if now.State != Unreadable || now.Problem != "pdf.encrypted" || now.Detail != "needs a password" || now.PageCount != 0 {
			t.Errorf("document: %+v", now)
		}
	})
}

func TestDocumentsOfOneApplicationMayBeReadSideBySide(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		var app int64
		for i := range 4 {
			app = h.apply(v, h.message(time.Duration(i)*time.Hour), "awa@mail.example").ApplicationID
		}
		stores := []*Store{h.Store, h.reopen()}
		before := h.application(app).DocumentsRev
		var group sync.WaitGroup
		start := time.Now()
		for i, d := range h.documents(app) {
			group.Go(func() {
				err := stores[i%2].SaveText(h.ctx, Reading{DocumentID: d.ID, Type: d.Type, Pages: []text.Page{{Number: 1, Text: "page of " + d.Name}}})
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("took %v: they wait for each other in a ring", took)
		}
		docs := h.documents(app)
		for i, d := range docs {
			next := i + 2 // CV and letter of the following message
			if next >= len(docs) {
				if d.SupersededBy != nil {
					t.Errorf("document %d, of the last message, is replaced", d.ID)
				}
			} else if d.SupersededBy == nil || *d.SupersededBy != docs[next].ID {
				t.Errorf("document %d is replaced by %v, want %d", d.ID, d.SupersededBy, docs[next].ID)
			}
		}
		if got := h.application(app); got.DocumentsRev != before+8 || len(h.find("page of cv.pdf")) != 1 {
			t.Errorf("revision %d after %d, found %v", got.DocumentsRev, before, h.find("page of cv.pdf"))
		}
	})
}

func TestLettersFollowTheChecklist(t *testing.T) {
	list := screening.Checklist{Criteria: []screening.Criterion{
		{ID: "a", Importance: screening.Required}, {ID: "b", Importance: screening.Asset}, {ID: "c"},
		{ID: "s", Sensitive: true}, {ID: "l", Sensitive: true, LegalBasis: "art. 4", Importance: screening.Required},
	}}
	gone := monday
	findings := []screening.Finding{{Criterion: "b", Verdict: screening.NotMet}, {Criterion: "a", Verdict: screening.Met},
		{Criterion: "s", Verdict: screening.NotMet}, {Criterion: "l", Verdict: screening.NotMet}}
	for name, c := range map[string]struct {
		overrides []Override
		want      Tally
	}{
		"the machine's word":              {nil, Tally{"mnu-n", 1, 2, 1, 1, 1}},
		"a person's word":                 {[]Override{{Criterion: "b", Verdict: screening.Met}, {Criterion: "c", Verdict: screening.NotMet}}, Tally{"mMN-n", 2, 2, 0, 2, 0}},
		"a person in doubt":               {[]Override{{Criterion: "a", Verdict: screening.Unclear}}, Tally{"Unu-n", 0, 2, 2, 1, 2}},
		"a word taken back":               {[]Override{{Criterion: "b", Verdict: screening.Met, WithdrawnAt: &gone}}, Tally{"mnu-n", 1, 2, 1, 1, 1}},
		"never for the reader's criteria": {[]Override{{Criterion: "s", Verdict: screening.Met}}, Tally{"mnu-n", 1, 2, 1, 1, 1}},
	} {
		if got := tally(list, findings, c.overrides); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
	if got := tally(screening.Checklist{}, nil, nil); got != (Tally{}) {
		t.Errorf("an empty checklist: %+v", got)
	}
}
