package review

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
)

// newOffice is a desk with everything the lists show: vacancies of every state, a
// shortlist, and mail in every state. All of it is fictitious.
func newOffice(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.addUser(account.Admin, "Karim Daubry")
	d.addUser(account.Operator, "Éloi Garance")
	d.addUser(account.Auditor, "Nadia Ferrand")
	d.addUser(account.Privacy, "Solène Darc")
	d.fillVacancies()
	d.fillShortlist()
	d.fillIntake()
	return d
}

func (d *desk) fillVacancies() {
	d.t.Helper()
	for _, v := range []struct {
		slug, title, place, reference string
		deadline                      time.Time
		zone                          string
		state                         store.VacancyState
	}{
		{"plaidoyer", "Chargé·e de plaidoyer", "Bruxelles", "RN-2026-16", time.Date(2026, 11, 24, 17, 0, 0, 0, zoneParis), "Europe/Brussels", store.VacancyOpen},
		{"logistique", "Responsable logistique", "Dunkerque", "RN-2026-17", time.Date(2026, 12, 15, 12, 0, 0, 0, zoneParis), "Europe/Paris", store.VacancyOpen},
		{"juridique", "Stage – Assistance juridique", "Calais", "RN-2026-19", time.Time{}, "", store.VacancyOpen},
		{"protection", "Coordination protection", "Bangui", "RN-2026-11", time.Date(2026, 11, 4, 18, 0, 0, 0, zoneParis), "Africa/Bangui", store.VacancyClosed},
		{"comptable", "Comptable bailleurs", "Dakar", "RN-2026-18", time.Date(2026, 12, 20, 23, 59, 0, 0, time.UTC), "Africa/Dakar", store.VacancyDraft},
	} {
		list := deskChecklist()
		list.Deadline = nil
		if !v.deadline.IsZero() {
			list.Deadline = &screening.Deadline{At: v.deadline, Zone: v.zone}
		}
		n := store.NewVacancy{Slug: v.slug, Title: v.title, Organisation: "Rive Nord", Place: v.place, Reference: v.reference,
			Addresses: []string{v.slug + "@rivenord.example"}, Language: "fr", State: v.state}
		if _, err := d.store.ApplyVacancy(d.t.Context(), n, list, store.By{Name: "vacancies.yaml"}, false); err != nil {
			d.t.Fatal(err)
		}
	}
}

// people are the applications of the prototypes: a letter per criterion of deskChecklist,
// upper case when a person said so.
var people = []struct {
	name, email, verdicts string
	at                    time.Time
	stage                 screening.Stage
	scanned               bool
}{
	{"Tiago Marchand", "t.marchand@courriel.example", "mmmmummmmmu", time.Date(2026, 11, 18, 17, 32, 0, 0, zoneParis), screening.StageToReview, false},
	{"Inès Bellamy", "ines.bellamy@courriel.example", "mmmmmmMmumu", time.Date(2026, 11, 17, 23, 58, 0, 0, zoneParis), screening.StageShortlisted, false},
	{"Soraya Vautrin", "soraya.v@courriel.example", "mmmmmmummmu", time.Date(2026, 11, 17, 11, 20, 0, 0, zoneParis), screening.StageToReview, false},
	{"Ousmane Kergoat", "o.kergoat@courriel.example", "mmnmmmmmmnu", time.Date(2026, 11, 16, 19, 45, 0, 0, zoneParis), screening.StageNew, false},
	{"Léa Montaigu", "lea.montaigu@courriel.example", "mmmmuummmmu", time.Date(2026, 11, 16, 8, 13, 0, 0, zoneParis), screening.StageNew, false},
	{"Bilal Ferrandon", "bilal.ferrandon@courriel.example", "mmmmmmmmmmu", time.Date(2026, 11, 15, 22, 40, 0, 0, zoneParis), screening.StageShortlisted, false},
	{"Yann Oriol", "yann.oriol@courriel.example", "mummnmmmmmu", time.Date(2026, 11, 14, 10, 27, 0, 0, zoneParis), screening.StageNew, true},
	{"Fatou Dellière", "fatou.delliere@courriel.example", "mmmmmNmmmmu", time.Date(2026, 11, 13, 18, 16, 0, 0, zoneParis), screening.StageDiscuss, false},
	{"Hugo Santerre", "hugo.santerre@courriel.example", "mmnmunuumnu", time.Date(2026, 11, 13, 9, 51, 0, 0, zoneParis), screening.StageNotRetained, false},
	{"Nour Castellan", "nour.castellan@courriel.example", "mmmmmmmummu", time.Date(2026, 11, 12, 16, 38, 0, 0, zoneParis), screening.StageNew, false},
}

const cvText = "Expérience\n2022 – 2024 Chargée de communication, Réseau Horizon (Lille)\nLangues\nFrançais : langue maternelle. Anglais : courant.\n"

func (d *desk) fillShortlist() {
	d.t.Helper()
	d.awa()
	for _, p := range people {
		engine := "pdf"
		if p.scanned {
			engine = "tesseract"
		}
		pages := []text.Page{{Number: 1, Text: cvText, Engine: engine, Quality: 0.9, OCR: p.scanned}}
		id := d.receiveRead(sent{name: p.name, email: p.email, subject: "Candidature", receivedAt: p.at,
			files: []sentFile{{name: "CV.pdf", media: "application/pdf", content: []byte("%PDF " + p.email), is: fact.CV, pages: pages}}}, engine)
		cv := d.view(id).Documents[0]
		var findings []screening.Finding
		for i, c := range deskChecklist().Criteria {
			f := screening.Finding{Criterion: c.ID, Reason: "language.silent", ForReader: c.ForReader()}
			switch p.verdicts[i] {
			case 'm', 'M':
				f.Verdict, f.Reason = screening.Met, "language.reached"
				f.Evidence = []screening.Evidence{cite(d.t, cv, pages, "Français : langue maternelle", screening.Supports)}
			case 'n', 'N':
				f.Verdict, f.Reason = screening.NotMet, "documents.missing"
			}
			if f.Verdict == screening.Unclear && i == 4 {
				f.Reason = "language.no_level"
				f.Evidence = []screening.Evidence{cite(d.t, cv, pages, "Anglais : courant", screening.Supports)}
			}
			if len(f.Evidence) == 0 {
				f.Evidence = []screening.Evidence{{Kind: screening.Search, Role: screening.Context, Searched: []string{fmt.Sprint(cv.ID)}}}
			}
			findings = append(findings, f)
		}
		d.assess(id, findings)
		d.judge(id, p.verdicts, p.stage)
	}
}

// judge does what people did: the overrides in upper case, then the move to a stage.
func (d *desk) judge(id int64, verdicts string, stage screening.Stage) {
	d.t.Helper()
	act := func() store.Act {
		return store.Act{ApplicationID: id, Version: d.view(id).Version, AuthorID: d.users[account.Recruiter].ID}
	}
	for i, c := range deskChecklist().Criteria {
		if verdict := map[byte]screening.Verdict{'M': screening.Met, 'N': screening.NotMet}[verdicts[i]]; verdict != screening.Unclear {
			if err := d.store.RecordOverride(d.t.Context(), act(), c.ID, verdict, "Pièce relue"); err != nil {
				d.t.Fatal(err)
			}
		}
	}
	if stage == screening.StageNew {
		return
	}
	if err := d.store.RecordDecision(d.t.Context(), act(), stage, "Décision d’équipe"); err != nil {
		d.t.Fatal(err)
	}
	if err := d.store.AssignReviewer(d.t.Context(), act(), d.users[account.Recruiter].ID); err != nil {
		d.t.Fatal(err)
	}
}

// receiveRead is receive for documents that a given engine read.
func (d *desk) receiveRead(s sent, engine string) int64 {
	d.t.Helper()
	id := d.receive(s)
	for _, doc := range d.view(id).Documents {
		err := d.store.SaveText(d.t.Context(), store.Reading{DocumentID: doc.ID, Pages: s.files[0].pages, Engine: engine, Quality: 0.9, Language: "fr", Type: doc.Type})
		if err != nil {
			d.t.Fatal(err)
		}
	}
	return id
}

// fillIntake adds a mailbox that is read, one that fails, and mail in every state.
func (d *desk) fillIntake() {
	d.t.Helper()
	ctx := d.t.Context()
	box, err := d.store.EnsureMailbox(ctx, store.NewMailbox{Name: "emploi/INBOX", Account: "emploi", Folder: "INBOX", Kind: store.KindIMAP})
	if err != nil {
		d.t.Fatal(err)
	}
	broken, err := d.store.EnsureMailbox(ctx, store.NewMailbox{Name: "logistique/INBOX", Account: "logistique", Folder: "INBOX", Kind: store.KindIMAP})
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.store.RoundFailed(ctx, broken.ID, store.FaultLogin, errors.New("sign-in refused: wrong password"), time.Time{}); err != nil {
		d.t.Fatal(err)
	}
	for i, m := range []struct {
		from, subject string
		then          func(id int64) error
	}{
		{"amina.roussel@courriel.example", "candidature", func(id int64) error {
			return d.store.Unrouted(ctx, id, store.Conclusion{Reason: "no_vacancy", Trace: json.RawMessage(`{"kind":"application","rule":"cv_attached","evidence":"CV.pdf"}`)})
		}},
		{"absence@courriel.example", "Réponse automatique : absence", func(id int64) error {
			return d.store.SetAside(ctx, id, store.Conclusion{Class: store.ClassAutoReply, Reason: "auto_submitted", Detail: "auto-replied"})
		}},
		{"contact@placement.example", "Lettre d’information n° 12", func(id int64) error {
			return d.store.SetAside(ctx, id, store.Conclusion{Class: store.ClassNewsletter, Reason: "forwarded:list_header", Detail: "List-Unsubscribe"})
		}},
		{"e.fontan@courriel.example", "Lettre", func(id int64) error {
			return d.failThrice(id)
		}},
	} {
		raw := []byte("From: " + m.from + "\r\nSubject: " + m.subject + "\r\n\r\nBonjour\r\n")
		hash, _, err := d.blobs.Put(ctx, bytes.NewReader(raw))
		if err != nil {
			d.t.Fatal(err)
		}
		at := d.now.Add(-time.Duration(i+1) * 20 * time.Minute)
		msg, _, err := d.store.KeepFile(ctx, box.ID, store.KeptFile{Hash: hash, Size: int64(len(raw)), ReceivedAt: at, Name: fmt.Sprint("mail-", i, ".eml")})
		if err != nil {
			d.t.Fatal(err)
		}
		if err := d.store.SaveParsed(ctx, msg.ID, store.Summary{MessageID: fmt.Sprintf("i%d@courriel.example", i), ContentKey: hash, Subject: m.subject, FromEmail: m.from}); err != nil {
			d.t.Fatal(err)
		}
		if err := m.then(msg.ID); err != nil {
			d.t.Fatal(err)
		}
	}
}

// failThrice lets the work on a message fail until it waits for a person.
func (d *desk) failThrice(id int64) error {
	now := d.now
	defer func() { d.now = now }()
	for range store.MaxAttempts {
		if _, ok, err := d.store.ClaimMessage(d.t.Context(), store.Claim{Owner: "test", For: time.Minute}); !ok || err != nil {
			return fmt.Errorf("claim: %v, %w", ok, err)
		}
		if err := d.store.FailMessage(d.t.Context(), id, "message.unparsed", errors.New("mime: no media type")); err != nil {
			return err
		}
		d.now = d.now.Add(time.Hour)
	}
	return nil
}

// all parses the page and returns what a selector finds.
func (a answer) all(selector string) []*html.Node {
	a.t.Helper()
	doc, err := html.Parse(bytes.NewReader(a.Body.Bytes()))
	if err != nil {
		a.t.Fatal(err)
	}
	return cascadia.QueryAll(doc, cascadia.MustCompile(selector))
}

// text is the text of the first node a selector finds, blanks folded; it fails when
// there is none.
func (a answer) text(selector string) string {
	a.t.Helper()
	found := a.all(selector)
	if len(found) == 0 {
		a.t.Fatalf("nothing at %s", selector)
	}
	return textOf(found[0])
}

func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// missingText is how a key without a text shows.
var missingText = regexp.MustCompile(`\[[a-z_]+(?:\.[a-z0-9_]+)+\]`)

// whole fails when a page is not complete HTML, holds a text that is missing from the
// catalogue, or mixes in what the page's policy refuses.
func (a answer) whole(lang string) answer {
	a.t.Helper()
	a.want(http.StatusOK)
	for _, m := range missingText.FindAllString(a.Body.String(), -1) {
		a.t.Errorf("text %s is missing", m)
	}
	if root := a.all("html"); len(root) != 1 || attr(root[0], "lang") != lang {
		a.t.Errorf("page is not in %s", lang)
	}
	for _, selector := range []string{"main", "head > title", "h1"} {
		if n := len(a.all(selector)); n != 1 {
			a.t.Errorf("%d × %s, want one", n, selector)
		}
	}
	for _, form := range a.all("form[method=post]") {
		if len(cascadia.QueryAll(form, cascadia.MustCompile("input[name=csrf]"))) != 1 {
			a.t.Errorf("form %s has no token", attr(form, "action"))
		}
	}
	ids := map[string]bool{}
	for _, n := range a.all("[id]") {
		if ids[attr(n, "id")] {
			a.t.Errorf("id %s stands twice", attr(n, "id"))
		}
		ids[attr(n, "id")] = true
	}
	return a
}

func cascadiaAll(n *html.Node, selector string) []*html.Node {
	return cascadia.QueryAll(n, cascadia.MustCompile(selector))
}
