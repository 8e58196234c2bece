package review

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"dossier/intake/message"
	"dossier/internal/account"
	"dossier/internal/blob"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
)

// desk is a running site with one vacancy and its applications, all fictitious.
type desk struct {
	t *testing.T
	// file is the database's.
	file    string
	now     time.Time
	store   *store.Store
	blobs   *blob.Store
	handler http.Handler
	log     *bytes.Buffer
	vacancy store.Vacancy
	mailbox store.Mailbox
	uid     int
	// sessions are tokens by role.
	sessions map[account.Role]string
	users    map[account.Role]store.User
}

// openLetter takes a message apart as the program does.
func openLetter(raw []byte) (Letter, error) {
	m, err := message.Parse(raw, message.Limits{})
	out := Letter{Text: m.Body.Text}
	for _, f := range m.Documents() {
		out.Files = append(out.Files, LetterFile{Name: f.Name, Content: f.Content})
	}
	return out, err
}

var zoneParis, _ = time.LoadLocation("Europe/Paris")

// newDesk opens a site whose clock stands still on 22 November 2026.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 11, 22, 14, 6, 0, 0, zoneParis), log: &bytes.Buffer{},
		sessions: map[account.Role]string{}, users: map[account.Role]store.User{}}
	clock := func() time.Time { return d.now }
	ctx := t.Context()
	var err error
	d.file = filepath.Join(t.TempDir(), "desk.db")
	if d.store, err = store.Open(ctx, store.Config{DSN: "sqlite:" + d.file, Now: clock, Throwaway: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.store.Close(); err != nil {
			t.Error(err)
		}
	})
	if d.blobs, err = blob.New(filepath.Join(t.TempDir(), "blobs")); err != nil {
		t.Fatal(err)
	}
	d.handler, err = New(Config{Store: d.store, Blobs: d.blobs, Now: clock, Log: slog.New(slog.NewTextHandler(d.log, nil)),
		Draw: drawBoxes, Markup: func(raw []byte) (string, bool) { return message.Markup(raw, message.Limits{}) }, Letter: openLetter})
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.store.ApplyVacancy(ctx, store.NewVacancy{Slug: "communication-calais", Title: "Stage – Chargé·e de communication, Calais",
		Organisation: "Rive Nord", Reference: "RN-2026-14", Addresses: []string{"recrutement+rn14@rivenord.example"}, Language: "fr"},
		deskChecklist(), store.By{Name: "vacancies.yaml"}, false)
	if err != nil {
		t.Fatal(err)
	}
	if d.vacancy, err = d.store.VacancyBySlug(ctx, "communication-calais"); err != nil {
		t.Fatal(err)
	}
	if d.mailbox, err = d.store.EnsureMailbox(ctx, store.NewMailbox{Name: "candidatures/INBOX", Account: "candidatures", Folder: "INBOX", Kind: "folder"}); err != nil {
		t.Fatal(err)
	}
	for role, name := range map[account.Role]string{account.Recruiter: "Maëlle Lorcy", account.HR: "Karim Diallo", account.Reviewer: "Inès Aubert", account.Reader: "Paul Témoin"} {
		d.addUser(role, name)
	}
	return d
}

func (d *desk) addUser(role account.Role, name string) {
	d.t.Helper()
	u, err := d.store.AddUser(d.t.Context(), store.NewUser{Email: string(role) + "@rivenord.example", Name: name, Role: role}, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	token := account.NewToken()
	if err := d.store.StartSession(d.t.Context(), account.HashToken(token), u.ID, time.Hour, "127.0.0.1", "test"); err != nil {
		d.t.Fatal(err)
	}
	d.sessions[role], d.users[role] = token, u
}

func stated(fr, en string) screening.Statement { return screening.Statement{FR: fr, EN: en} }

// deskChecklist has a criterion of every sort the page treats differently.
func deskChecklist() screening.Checklist {
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	return screening.Checklist{
		Deadline: &screening.Deadline{At: time.Date(2026, 11, 30, 23, 59, 0, 0, zoneParis), Zone: "Europe/Paris"},
		AsOf:     screening.Date{Year: 2026, Month: 11, Day: 30},
		Criteria: []screening.Criterion{
			{ID: "in-time", Kind: "deadline", Importance: screening.Required, Statement: stated("Reçue avant la date limite", "Received before the deadline")},
			{ID: "cv", Kind: "documents", Importance: screening.Required, Statement: stated("CV joint", "CV attached"), Params: raw(`{"all_of":["cv"]}`)},
			{ID: "letter", Kind: "documents", Importance: screening.Required, Statement: stated("Lettre de motivation", "Cover letter"), Params: raw(`{"all_of":["cover_letter"]}`)},
			{ID: "french", Kind: "language", Importance: screening.Required, Statement: stated("Français courant", "Fluent French"), Params: raw(`{"language":"fr","min_level":"C1"}`)},
			{ID: "english", Kind: "language", Importance: screening.Required, Statement: stated("Anglais B2 ou plus", "English B2 or better"), Params: raw(`{"language":"en","min_level":"B2"}`),
				Source: &screening.Source{Quote: "Anglais niveau B2 minimum, attestation souhaitée."}},
			{ID: "degree", Kind: "education", Importance: screening.Required, Statement: stated("Bac+3 en communication", "Bachelor in communication"), Params: raw(`{"min_level":"bachelor"}`)},
			{ID: "sector", Kind: "experience", Importance: screening.Asset, Statement: stated("Expérience associative", "Work in an association"), Params: raw(`{"min_months":12}`)},
			{ID: "languages-or-web", Kind: "any_of", Importance: screening.Asset, Statement: stated("Wolof, ou rédaction pour le web", "Wolof, or writing for the web"), Criteria: []screening.Criterion{
				{ID: "wolof", Kind: "language", Statement: stated("Wolof", "Wolof"), Params: raw(`{"language":"wo","min_level":"A1"}`)},
				{ID: "web", Kind: "skill", Statement: stated("Rédaction pour le web", "Writing for the web"), Params: raw(`{"any_of":["newsletter"]}`)}}},
			{ID: "driving", Kind: "licence", Importance: screening.Asset, Statement: stated("Permis B", "Driving licence B"), Params: raw(`{"licence":"B"}`)},
			{ID: "references", Kind: "references", Importance: screening.Required, Statement: stated("Trois références", "Three references"), Params: raw(`{"min":3}`)},
			{ID: "age", Kind: "age", Importance: screening.Required, Sensitive: true, Statement: stated("Moins de 26 ans", "Under 26"), Params: raw(`{"max":25}`)},
		},
	}
}

// sent is what an applicant sends: a mail with its documents.
type sent struct {
	name, email, subject string
	receivedAt           time.Time
	body                 string
	files                []sentFile
	// raw is the message as received; made up when empty.
	raw string
}

type sentFile struct {
	name, media string
	content     []byte
	is          fact.DocumentType
	pages       []text.Page
	problem     string
}

// receive registers a mail as an application and keeps the text of its documents.
func (d *desk) receive(s sent) int64 {
	d.t.Helper()
	ctx := d.t.Context()
	d.uid++
	put := func(b []byte) string {
		hash, _, err := d.blobs.Put(ctx, bytes.NewReader(b))
		if err != nil {
			d.t.Fatal(err)
		}
		return hash
	}
	if s.raw == "" {
		s.raw = "raw " + s.subject + strconv.Itoa(d.uid)
	}
	raw := put([]byte(s.raw))
	line := "from mx.example by mail.rivenord.example; " + s.receivedAt.Format(time.RFC1123Z)
	msg, _, err := d.store.KeepFile(ctx, d.mailbox.ID, store.KeptFile{Hash: raw, Size: 20, ReceivedAt: s.receivedAt, ReceivedLine: line, Name: fmt.Sprint(d.uid, ".eml")})
	if err != nil {
		d.t.Fatal(err)
	}
	sentAt := s.receivedAt.Add(-2 * time.Minute)
	err = d.store.SaveParsed(ctx, msg.ID, store.Summary{MessageID: fmt.Sprintf("m%d@courriel.example", d.uid), ContentKey: raw, ReceivedLine: line, SentAt: &sentAt,
		Subject: s.subject, FromName: s.name, FromEmail: s.email, DeliveredTo: []string{"recrutement+rn14@rivenord.example"}})
	if err != nil {
		d.t.Fatal(err)
	}
	files := append([]sentFile{}, s.files...)
	if s.body != "" {
		files = append(files, sentFile{name: "(body)", media: "text/plain", content: []byte(s.body), is: fact.Other, pages: []text.Page{{Number: 1, Text: s.body, Engine: "text", Quality: 1}}})
	}
	reg := store.Registration{MessageID: msg.ID, Class: store.ClassApplication, Applicant: store.NewApplicant{Name: s.name, Email: s.email},
		Routes: []store.NewRoute{{VacancyID: d.vacancy.ID, Became: store.ClassApplication, Rule: "address", Evidence: "recrutement+rn14@rivenord.example"}}}
	for _, f := range files {
		reg.Documents = append(reg.Documents, store.NewDocument{Hash: put(f.content), Size: int64(len(f.content)), Name: f.name, Media: f.media, Body: f.name == "(body)", Type: f.is})
	}
	placed, err := d.store.RegisterApplication(ctx, reg)
	if err != nil {
		d.t.Fatal(err)
	}
	view := d.view(placed[0].ApplicationID)
	for i, doc := range view.Documents {
		f := files[i]
		err := d.store.SaveText(ctx, store.Reading{DocumentID: doc.ID, Pages: f.pages, Engine: "pdf", Quality: 1, Language: "fr", Type: f.is, Problem: f.problem})
		if err != nil {
			d.t.Fatal(err)
		}
	}
	return view.ID
}

func (d *desk) view(id int64) store.ApplicationView {
	d.t.Helper()
	v, err := d.store.ApplicationView(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

// assess keeps findings for an application, as screening would.
func (d *desk) assess(id int64, findings []screening.Finding) {
	d.t.Helper()
	v := d.view(id)
	err := d.store.SaveAssessment(d.t.Context(), store.NewAssessment{ApplicationID: id, DocumentsRev: v.DocumentsRev,
		ChecklistVersion: d.vacancy.ChecklistVersion, EngineVersion: screening.EngineVersion, Findings: findings})
	if err != nil {
		d.t.Fatal(err)
	}
}

// cvPages are the pages of testdata/application/cv.pdf with their words.
func cvPages(t *testing.T) []text.Page {
	t.Helper()
	b, err := os.ReadFile("testdata/application/cv.pages.json")
	if err != nil {
		t.Fatal(err)
	}
	var pages []text.Page
	if err := json.Unmarshal(b, &pages); err != nil {
		t.Fatal(err)
	}
	return pages
}

// cite is a passage as evidence, with its boxes when the page has words.
func cite(t *testing.T, doc store.Document, pages []text.Page, quote string, role screening.Role) screening.Evidence {
	t.Helper()
	for _, p := range pages {
		if at := strings.Index(p.Text, quote); at >= 0 {
			span := text.Span{Page: p.Number, Start: at, End: at + len(quote)}
			return screening.Evidence{Kind: screening.Passage, Role: role, Document: strconv.FormatInt(doc.ID, 10), Page: p.Number,
				Start: span.Start, End: span.End, Quote: quote, Boxes: p.Boxes(span)}
		}
	}
	t.Fatalf("%q is on no page", quote)
	return screening.Evidence{}
}

const letterText = "Madame, Monsieur,\n\nVotre observatoire documente ce que la plupart des rapports taisent, et c'est ce travail que je veux servir.\nJe suis disponible dès le 2 janvier.\n\nAwa Ndiaye-Lefèvre\n"

// awa is the application of the prototypes: a CV as PDF, a letter, a mail.
func (d *desk) awa() int64 {
	d.t.Helper()
	pdf, err := os.ReadFile("testdata/application/cv.pdf")
	if err != nil {
		d.t.Fatal(err)
	}
	pages := cvPages(d.t)
	letter := []text.Page{{Number: 1, Text: letterText, Engine: "docx", Quality: 1}}
	id := d.receive(sent{name: "Awa Ndiaye-Lefèvre", email: "awa.ndiaye@courriel.example", subject: "Candidature au stage de communication",
		receivedAt: time.Date(2026, 11, 18, 21, 4, 0, 0, zoneParis), body: "Bonjour,\n\nVeuillez trouver mon CV et ma lettre.\n\nAwa\n",
		files: []sentFile{
			{name: "CV_Ndiaye-Lefevre.pdf", media: "application/pdf", content: pdf, is: fact.CV, pages: pages},
			{name: "lettre.docx", media: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", content: []byte("PK\x03\x04 not shown"), is: fact.CoverLetter, pages: letter},
		}})
	docs := d.view(id).Documents
	cv, let, body := docs[0], docs[1], docs[2]
	p := func(quote string) []screening.Evidence {
		return []screening.Evidence{cite(d.t, cv, pages, quote, screening.Supports)}
	}
	d.assess(id, []screening.Finding{
		{Criterion: "in-time", Verdict: screening.Met, Reason: "deadline.kept",
			Args: map[string]string{"deadline": "2026-11-30T23:59:00+01:00", "received": "2026-11-18T21:04:00+01:00"}, Evidence: []screening.Evidence{{Kind: screening.Header, Role: screening.Supports,
				Quote: "from mx.example by mail.rivenord.example; Wed, 18 Nov 2026 21:04:00 +0100"}}},
		{Criterion: "cv", Verdict: screening.Met, Reason: "documents.all", Args: map[string]string{"types": "cv"}, Evidence: []screening.Evidence{{Kind: screening.File, Role: screening.Supports, Document: fmt.Sprint(cv.ID)}}},
		{Criterion: "letter", Verdict: screening.Met, Reason: "documents.all", Args: map[string]string{"types": "cover_letter"}, Evidence: []screening.Evidence{cite(d.t, let, letter, "Votre observatoire documente ce que", screening.Supports)}},
		{Criterion: "french", Verdict: screening.Met, Reason: "language.reached", Args: map[string]string{"language": "fr", "want": "C1", "found": "C2"}, Evidence: p("Français : langue maternelle")},
		{Criterion: "english", Verdict: screening.Unclear, Reason: "language.no_level", Args: map[string]string{"language": "en", "want": "B2"}, Evidence: p("Anglais : courant")},
		{Criterion: "degree", Verdict: screening.Met, Reason: "education.reached", Evidence: p("Master 2 Communication et solidarité internationale")},
		{Criterion: "sector", Verdict: screening.Met, Reason: "experience.enough", Args: map[string]string{"months": "30", "months_lo": "30", "months_hi": "30", "min": "12", "as_of": "2026-11-30"}, Evidence: p("Chargée de communication, Association Rivages")},
		{Criterion: "languages-or-web", Verdict: screening.Met, Reason: "group.one_met", Args: map[string]string{"met": "2", "not_met": "0", "of": "2"}, Evidence: append(p("Wolof : courant"), p("newsletter trilingue, réseaux sociaux")...), Parts: []screening.Finding{
			{Criterion: "wolof", Verdict: screening.Met, Reason: "language.listed", Args: map[string]string{"language": "wo", "want": "A1"}, Evidence: p("Wolof : courant")},
			{Criterion: "web", Verdict: screening.Met, Reason: "skill.named", Evidence: p("newsletter trilingue, réseaux sociaux")}}},
		{Criterion: "driving", Verdict: screening.Unclear, Reason: "licence.silent", Args: map[string]string{"licence": "B"}, Evidence: []screening.Evidence{{Kind: screening.Search, Role: screening.Context,
			Searched: []string{fmt.Sprint(cv.ID), fmt.Sprint(let.ID), fmt.Sprint(body.ID)}}}},
		{Criterion: "references", Verdict: screening.NotMet, Reason: "references.too_few", Args: map[string]string{"found": "2", "want": "3"}, Evidence: append(p("Claire Exemple, directrice"), p("Jean Modèle, coordinateur")...)},
		{Criterion: "age", Verdict: screening.Unclear, Reason: "age.silent", ForReader: true, Evidence: []screening.Evidence{{Kind: screening.Search, Role: screening.Context, Searched: []string{fmt.Sprint(cv.ID)}}}},
	})
	return id
}

// answer is what the site answered.
type answer struct {
	*httptest.ResponseRecorder
	t *testing.T
}

// get asks for a page as somebody, in a language; an empty role is nobody.
func (d *desk) get(role account.Role, lang, path string) answer {
	d.t.Helper()
	req := httptest.NewRequest(http.MethodGet, path, nil)
	return d.do(req, role, lang)
}

// post sends a form as somebody.
func (d *desk) post(role account.Role, path string, pairs ...string) answer {
	d.t.Helper()
	form := url.Values{"csrf": {csrfToken}}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.do(req, role, "fr")
}

// csrfToken stands in the cookie and in the form, as a browser would carry it.
const csrfToken = "0123456789abcdef0123456789abcdef"

func (d *desk) do(req *http.Request, role account.Role, lang string) answer {
	d.t.Helper()
	req.Host = "127.0.0.1"
	req.Header.Set("Accept-Language", lang)
	req.AddCookie(&http.Cookie{Name: "csrf", Value: csrfToken})
	if role != "" {
		req.AddCookie(&http.Cookie{Name: "session", Value: d.sessions[role]})
	}
	rec := httptest.NewRecorder()
	d.handler.ServeHTTP(rec, req)
	for _, line := range strings.Split(d.log.String(), "\n") {
		if strings.Contains(line, "level=ERROR") {
			d.t.Errorf("logged: %s", line)
		}
	}
	d.log.Reset()
	return answer{rec, d.t}
}

// want fails unless the status is the one expected and the page holds all the texts.
func (a answer) want(status int, texts ...string) answer {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("status %d, want %d: %.400s", a.Code, status, a.Body.String())
	}
	for _, s := range texts {
		if !strings.Contains(a.Body.String(), s) {
			a.t.Errorf("page does not hold %q", s)
		}
	}
	return a
}

// without fails when the page holds one of the texts.
func (a answer) without(texts ...string) answer {
	a.t.Helper()
	for _, s := range texts {
		if strings.Contains(a.Body.String(), s) {
			a.t.Errorf("page holds %q", s)
		}
	}
	return a
}
