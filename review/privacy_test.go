package review

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/erasure"
	"dossier/internal/store"
	"dossier/screening"
)

// rights is a desk whose pages can erase and purge.
func (d *desk) rights() *desk {
	d.t.Helper()
	clock := func() time.Time { return d.now }
	var err error
	d.handler, err = New(Config{Store: d.store, Blobs: d.blobs, Now: clock, Log: slog.New(slog.NewTextHandler(d.log, nil)),
		Eraser: &erasure.Eraser{Store: d.store, Blobs: d.blobs, Journal: erasure.Journal{Path: filepath.Join(d.t.TempDir(), "erasures.jsonl")}, Now: clock}})
	if err != nil {
		d.t.Fatal(err)
	}
	return d
}

func TestARequestIsDueOneMonthAfterItCame(t *testing.T) {
	d := newDesk(t).rights()
	applicant := d.view(d.awa()).ApplicantID
	d.post(account.HR, "/privacy/requests", "kind", "erasure", "received", "2026-10-31", "who", decimal(applicant), "note", "Lettre du 31 octobre").want(http.StatusSeeOther)
	d.get(account.HR, "fr", "/privacy").want(200, "Effacement", "reçue le 31 oct. 2026, à traiter avant le 30 nov. 2026", "8 jours restants", rightsPath(applicant)).without("[privacy")
	d.post(account.HR, "/privacy/requests", "kind", "tea", "received", "2026-10-31").want(http.StatusBadRequest)
	d.post(account.HR, "/privacy/requests/1", "state", "refused", "outcome", "").want(http.StatusSeeOther)
	d.get(account.HR, "fr", "/privacy").want(200, "8 jours restants")
	d.post(account.HR, "/privacy/requests/1", "state", "refused", "outcome", "Identité non établie").want(http.StatusSeeOther)
	d.get(account.HR, "fr", "/privacy").want(200, "Personne n’attend", "Identité non établie")
	d.post(account.Recruiter, "/privacy/requests", "kind", "access", "received", "2026-11-01").want(http.StatusForbidden)
}

func TestSomebodyIsErasedOnceTheirNameIsTyped(t *testing.T) {
	d := newDesk(t).rights()
	id := d.awa()
	v := d.view(id)
	path := rightsPath(v.ApplicantID)
	name := v.Applicant.Name
	page := d.get(account.HR, "fr", path).want(200, name, "1 candidature", "Pour confirmer, saisissez").without("[privacy")
	if len(page.all(`form[action="`+path+`/erase"]`)) != 1 {
		t.Error("no form to erase")
	}
	d.get(account.HR, "en", path).want(200, "To confirm, type").without("[privacy")
	d.post(account.HR, path+"/erase", "confirm", "Somebody Else").want(http.StatusSeeOther)
	if d.view(id).ID != id {
		t.Fatal("erased without the name")
	}
	d.post(account.HR, "/privacy/holds", "application", decimal(id), "reason", "Litige", "next", path).want(http.StatusSeeOther)
	d.get(account.HR, "fr", path).want(200, "Un blocage interdit", "Litige")
	d.post(account.HR, path+"/erase", "confirm", name).want(http.StatusSeeOther)
	d.post(account.HR, "/privacy/holds/1/lift", "next", path).want(http.StatusSeeOther)
	d.post(account.Reviewer, path+"/erase", "confirm", name).want(http.StatusForbidden)
	d.post(account.HR, path+"/erase", "confirm", strings.ToUpper(name)).want(http.StatusSeeOther)
	d.get(account.HR, "fr", path).want(http.StatusNotFound)
	d.get(account.HR, "fr", applicationPath(id)).want(http.StatusNotFound)
	d.get(account.HR, "fr", "/privacy/log").want(200, "sur demande", "candidatures\u00a0: 1").without(name, "[privacy")
	d.get(account.HR, "fr", "/vacancies/communication-calais").want(200).without(name)
	d.get(account.HR, "fr", "/vacancies/communication-calais/figures").want(200, "1 candidature a été effacée ou purgée depuis (Nouvelle 1)")
}

func TestTheCopyOfOnesDataHoldsOriginalsAndCoversOthers(t *testing.T) {
	d := newDesk(t).rights()
	id := d.awa()
	v := d.view(id)
	other := d.receive(sent{name: "Moussa Keïta", email: "moussa@courriel.example", subject: "Candidature", receivedAt: d.now, body: "Bonjour"})
	if err := d.store.AddNote(t.Context(), id, d.users[account.HR].ID, "Plus à l’aise que Moussa Keïta."); err != nil {
		t.Fatal(err)
	}
	a := d.post(account.HR, rightsPath(v.ApplicantID)+"/copy").want(http.StatusOK)
	if got := a.Header().Get("Content-Type"); got != "application/zip" {
		t.Errorf("Content-Type %q", got)
	}
	z, err := zip.NewReader(bytes.NewReader(a.Body.Bytes()), int64(a.Body.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(b)
	}
	index := files["index.html"]
	for _, want := range []string{v.Applicant.Name, "Constats", "Plus à l’aise que ████.", "collègue 1", v.Vacancy.Title} {
		if !strings.Contains(index, want) {
			t.Errorf("index.html lacks %q", want)
		}
	}
	for _, never := range []string{"Keïta", "Karim Diallo", "[privacy", "[stage", "[verdict"} {
		if strings.Contains(index, never) {
			t.Errorf("index.html holds %q", never)
		}
	}
	originals := 0
	for name := range files {
		if strings.HasPrefix(name, "originals/") {
			originals++
		}
	}
	if originals == 0 || files["data.json"] == "" {
		t.Errorf("%d originals, %d bytes of data", originals, len(files["data.json"]))
	}
	if d.view(other).ID == 0 {
		t.Error("the other application is gone")
	}
}

func TestACorrectionStandsBesideTheOriginal(t *testing.T) {
	d := newDesk(t).rights()
	v := d.view(d.awa())
	path := rightsPath(v.ApplicantID)
	d.post(account.HR, path+"/corrections", "field", "name", "value", "Awa Ndiaye-Fall", "reason", "Courriel du 20 novembre").want(http.StatusSeeOther)
	d.get(account.HR, "fr", path).want(200, "Awa Ndiaye-Fall", "<s>"+v.Applicant.Name+"</s>", "Courriel du 20 novembre")
	d.get(account.HR, "fr", "/vacancies/communication-calais?q=fall").want(200, "Awa Ndiaye-Fall")
	d.get(account.Reviewer, "fr", applicationPath(v.ID)).want(200, "a fait rectifier", "<s>"+v.Applicant.Name+"</s>")
	d.post(account.HR, path+"/corrections/1").want(http.StatusSeeOther)
	if got := d.view(v.ID).Applicant.Name; got != v.Applicant.Name {
		t.Errorf("after withdrawing: %q", got)
	}
	d.post(account.HR, path+"/corrections", "field", "name", "value", "", "reason", "").want(http.StatusSeeOther)
	d.post(account.HR, path+"/consents", "given", "2026-11-01", "until", "2030-01-01", "source", "courriel").want(http.StatusSeeOther)
	d.get(account.HR, "fr", path).want(200).without("en cours")
	d.post(account.HR, path+"/consents", "given", "2026-11-01", "until", "2027-11-01", "source", "courriel").want(http.StatusSeeOther)
	d.get(account.HR, "fr", path).want(200, "en cours", "jusqu’au 2027-11-01")
	d.post(account.HR, path+"/consents/1").want(http.StatusSeeOther)
	d.get(account.HR, "fr", path).want(200, "retirée").without("en cours")
}

func TestNothingOfAnOpenVacancyIsPurgedAndNothingUnasked(t *testing.T) {
	d := newDesk(t).rights()
	id := d.awa()
	ctx := t.Context()
	hr := d.users[account.HR].ID
	v := d.view(id)
	if err := d.store.RecordDecision(ctx, store.Act{ApplicationID: id, Version: v.Version, AuthorID: hr}, screening.StageNotRetained, "Autre profil"); err != nil {
		t.Fatal(err)
	}
	d.now = d.now.AddDate(5, 0, 0)
	d.addUser(account.Admin, "Karim Daubry")
	d.get(account.Admin, "fr", "/privacy/retention").want(200, "Rien n’est échu").without("[privacy")
	d.post(account.Admin, "/privacy/purge", "sure", "1").want(http.StatusSeeOther)
	d.view(id)
	vacancy, err := d.store.VacancyBySlug(ctx, "communication-calais")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.store.MoveVacancy(ctx, vacancy.ID, vacancy.Version, store.VacancyClosed, store.By{UserID: hr}, ""); err != nil {
		t.Fatal(err)
	}
	d.get(account.Admin, "fr", "/privacy/retention").want(200, "coordonnées des références dans 1 candidature").without(v.Applicant.Name)
	d.now = d.now.AddDate(0, 4, 0)
	d.addUser(account.Privacy, "Solène Darc")
	d.get(account.Privacy, "fr", "/privacy/retention").want(200, v.Applicant.Name, "Non retenue")
	eraser := &erasure.Eraser{Store: d.store, Blobs: d.blobs, Journal: erasure.Journal{Path: filepath.Join(t.TempDir(), "e.jsonl")}, Now: func() time.Time { return d.now }}
	if done, err := eraser.Purge(ctx, store.PurgeScope{Enabled: true}, 0); err != nil || done.Applications != 0 {
		t.Errorf("purged unasked: %+v, %v", done, err)
	}
	d.post(account.Privacy, "/privacy/purge").want(http.StatusSeeOther)
	d.view(id)
	d.post(account.Privacy, "/privacy/retention", "vacancy", decimal(vacancy.ID), "not_retained", "3", "withdrawn", "1", "selected", "x").want(http.StatusSeeOther)
	d.post(account.Privacy, "/privacy/retention", "vacancy", decimal(vacancy.ID), "not_retained", "3", "withdrawn", "1", "selected", "3", "undecided", "24",
		"referees", "0", "unsent", "3", "enabled", "1").want(http.StatusSeeOther)
	if done, err := eraser.Purge(ctx, store.PurgeScope{Enabled: true}, 0); err != nil || done.Applications != 1 {
		t.Errorf("the daily run purged %+v, %v", done, err)
	}
	d.get(account.Privacy, "fr", "/privacy/log").want(200, "durée échue", "Non retenue").without(v.Applicant.Name)
}

func TestTheRecordsAreMadeFromTheSettingsInForce(t *testing.T) {
	d := newDesk(t).rights()
	for lang, words := range map[string][]string{"fr": {"Registre des traitements", "Rive Nord", "Non retenue\u00a0: 3 mois", "Analyse d’impact"}, "en": {"Record of processing", "Rive Nord", "Not retained: 3 months"}} {
		d.get(account.HR, lang, "/privacy/records").want(200, words...).without("[privacy", "{{", "<no value>")
	}
	for _, name := range recordNames {
		for _, lang := range []string{"fr", "en"} {
			a := d.get(account.HR, "fr", "/privacy/records/"+name+"?lang="+lang).want(200, "2026")
			if strings.Contains(a.Body.String(), "[privacy") || !strings.HasPrefix(a.Body.String(), "# ") {
				t.Errorf("%s in %s: %.80s", name, lang, a.Body.String())
			}
		}
	}
	d.get(account.HR, "fr", "/privacy/records/passwd?lang=fr").want(http.StatusNotFound)
}

func TestACopyOfOnesDataThatFailsDoesNotLookWhole(t *testing.T) {
	d := newDesk(t).rights()
	v := d.view(d.awa())
	kept, err := d.store.SubjectOf(t.Context(), v.ApplicantID, 0)
	if err != nil {
		t.Fatal(err)
	}
	// unreadable puts something in the place of a file that fails, and is not simply gone.
	unreadable := func(hash string) (undo func()) {
		t.Helper()
		path := filepath.Join(d.blobs.Dir(), hash[:2], hash)
		if err := errors.Join(os.Rename(path, path+".away"), os.Mkdir(path, 0o700)); err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := errors.Join(os.Remove(path), os.Rename(path+".away", path)); err != nil {
				t.Fatal(err)
			}
		}
	}
	ask := func() (rec *httptest.ResponseRecorder, torn any) {
		t.Helper()
		req := httptest.NewRequest(http.MethodPost, rightsPath(v.ApplicantID)+"/copy", strings.NewReader("csrf="+csrfToken))
		req.Host = "127.0.0.1"
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.AddCookie(&http.Cookie{Name: "csrf", Value: csrfToken})
		req.AddCookie(&http.Cookie{Name: "session", Value: d.sessions[account.HR]})
		rec = httptest.NewRecorder()
		defer func() { torn = recover() }()
		d.handler.ServeHTTP(rec, req)
		return rec, nil
	}
	undo := unreadable(v.Documents[0].Hash)
	if rec, torn := ask(); torn != nil || rec.Code != http.StatusInternalServerError || rec.Header().Get("Content-Type") == "application/zip" {
		t.Errorf("before anything was sent: %d, %s, %v", rec.Code, rec.Header().Get("Content-Type"), torn)
	}
	undo()
	undo = unreadable(kept.Messages[0].RawHash)
	if rec, torn := ask(); torn != http.ErrAbortHandler {
		t.Errorf("on the way: %d, %v; want a connection that is torn", rec.Code, torn)
	}
	undo()
	// What is gone for good is counted, and the rest handed over.
	if err := d.blobs.Delete(kept.Messages[0].RawHash); err != nil {
		t.Fatal(err)
	}
	d.log.Reset()
	d.post(account.HR, rightsPath(v.ApplicantID)+"/copy").want(http.StatusOK)
}

func TestTheCopyOfOnesDataLeavesOutAnothersApplication(t *testing.T) {
	d := newDesk(t).rights()
	v := d.view(d.awa())
	kept, err := d.store.SubjectOf(t.Context(), v.ApplicantID, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, shared := range []bool{false, true} {
		var out bytes.Buffer
		b := subjectWriter{SubjectCopy: SubjectCopy{Blobs: d.blobs, Now: d.now}, zip: zip.NewWriter(&out)}
		kept.Shared = map[int64]bool{kept.Messages[0].ID: shared}
		if err := errors.Join(b.messages(t.Context(), kept), b.zip.Close()); err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		row := b.page.Mails[0]
		if shared != (len(z.File) == 0 && row.Subject == "" && row.File == "" && b.page.Others == 1) {
			t.Errorf("shared %t: %d files, %+v, %d listed without text", shared, len(z.File), row, b.page.Others)
		}
	}
}
