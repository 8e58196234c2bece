package review

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"dossier/internal/account"
	"dossier/internal/browsertest"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
)

// ready is true once the page's script has drawn the document.
const ready = `document.querySelector("[data-application]")?.dataset.ready === "" && document.querySelector("[data-viewer]")?.dataset.ready === ""`

// onItsWords tells how much of a quote, where the PDF's own words stand on the screen, the
// current mark covers: 0 to 1.
func onItsWords(b *browsertest.Browser, quote string) float64 {
	return browsertest.Eval[float64](b, `(() => {
		const quote = `+strconv.Quote(quote)+`;
		const walker = document.createTreeWalker(document.querySelector(".viewer__pages"), NodeFilter.SHOW_TEXT);
		const marks = [...document.querySelectorAll(".mark[data-current]")].map((m) => m.getBoundingClientRect());
		for (let node = walker.nextNode(); node; node = walker.nextNode()) {
			const at = node.data.indexOf(quote);
			if (at < 0) continue;
			const range = document.createRange();
			range.setStart(node, at);
			range.setEnd(node, at + quote.length);
			const words = range.getBoundingClientRect();
			const both = marks.map((m) => Math.max(0, Math.min(m.right, words.right) - Math.max(m.left, words.left)) *
				Math.max(0, Math.min(m.bottom, words.bottom) - Math.max(m.top, words.top)));
			return Math.max(0, ...both) / (words.width * words.height);
		}
		return -1;
	})()`)
}

// TestReviewerJudgesAnApplication is the main job, from the sign-in to the decision.
func TestReviewerJudgesAnApplication(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.receive(sent{name: "Tiago Marchand", email: "t.marchand@courriel.example", subject: "Candidature", receivedAt: d.view(id).ReceivedAt.AddDate(0, 0, -1), body: "Bonjour"})
	ada := d.addPassword(account.Recruiter)
	b := d.browse("")
	b.SignIn(deskEmail, deskPassword)
	b.Click(`a[href="/vacancies/communication-calais"]`)
	b.Wait(".matrix")
	b.Click(`a[href^="` + applicationPath(id) + `"]`)
	b.Until(ready)

	// A quote of the checklist is found on the page of the PDF, where its words stand.
	b.Click(`a[data-passage="e5-1"]`)
	b.Wait(".mark[data-current]")
	if covered := onItsWords(b, "Anglais : courant"); covered < 0.7 {
		t.Errorf("the highlight covers %.0f %% of the quote's words", 100*covered)
	}
	b.Shot("application-quote")
	// One on the second page brings that page into view.
	b.Click(`a[data-passage="e10-2"]`)
	b.Until(`document.querySelector("[data-viewer-count]").textContent === "Page 2 / 2"`)
	if covered := onItsWords(b, "Jean Modèle, coordinateur"); covered < 0.7 {
		t.Errorf("on page 2 the highlight covers %.0f %% of the quote's words", 100*covered)
	}
	// A highlight leads back to its criterion.
	b.Press("[") // round to the extracted text
	b.Until(ready + ` && document.querySelector("[data-viewer]").dataset.show === "text"`)
	b.Press("]")
	b.Until(ready + ` && document.querySelector("[data-viewer]").dataset.show === "pdf" && document.querySelector(".mark") !== null`)
	b.Click(`.mark[data-mark~="e6-1"]`)
	b.Wait(`#c-degree.finding--open [data-finding-more]`)

	// Another document opens beside the same checklist.
	b.Click(`a[data-passage="e3-1"]`)
	b.Until(ready + ` && document.querySelector("[data-viewer]").dataset.document === "2" && document.querySelector(".passage[data-current]") !== null`)

	// The verdict changes with a reason, by keyboard.
	b.Click(`[data-select="english"]`)
	b.Press("1")
	b.Until(`document.activeElement === document.querySelector('#c-english input[name="reason"]')`)
	browsertest.Eval[string](b, `document.activeElement.value = ""`)
	b.Press("Attestation reçue par courrier" + kb.Enter)
	b.Wait(`#c-english .changed .verdict--met`)
	if got := b.Text("#c-english .override__entry"); got == "" {
		t.Error("the override does not tell who and when")
	}
	b.Until(ready)
	b.Press("s")
	b.Wait(".notice--good")
	if got := b.Text("h1"); got != "Tiago Marchand" {
		t.Errorf("after the decision the page is %q's, want the next one", got)
	}
	b.Axe()
	v := d.view(id)
	if v.Stage != screening.StageShortlisted || v.LastDecision().AuthorID != ada.ID {
		t.Errorf("stage %s, decided by %d", v.Stage, v.LastDecision().AuthorID)
	}
	if o := v.InForce("english"); o == nil || o.Reason != "Attestation reçue par courrier" || o.Verdict != screening.Met {
		t.Errorf("override %+v", o)
	}
	b.Until(ready)
	b.Press("z")
	b.Until(`location.pathname === "` + applicationPath(id) + `"`)
	if got := d.view(id).Stage; got != screening.StageNew {
		t.Errorf("after undoing: %s", got)
	}
}

func TestApplicationPageIsAccessibleAtEverySize(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	act := func() store.Act {
		return store.Act{ApplicationID: id, Version: d.view(id).Version, AuthorID: d.users[account.HR].ID}
	}
	if err := d.store.RecordDecision(t.Context(), act(), screening.StageToReview, ""); err != nil {
		t.Fatal(err)
	}
	if err := d.store.RecordOverride(t.Context(), act(), "french", screening.NotMet, "Entretien téléphonique : niveau B2 au plus"); err != nil {
		t.Fatal(err)
	}
	if err := d.store.RecordDecision(t.Context(), act(), screening.StageDiscuss, "Second avis"); err != nil {
		t.Fatal(err)
	}
	if err := d.store.AddNote(t.Context(), id, d.users[account.HR].ID, "Lettre très concrète.\nVérifier l’attestation d’anglais."); err != nil {
		t.Fatal(err)
	}
	hostile := d.hostile()
	b := d.browse(account.Recruiter)
	for _, view := range []struct {
		lang          string
		width, height int
		scheme        string
	}{{"fr", 1440, 900, "light"}, {"en", 1440, 900, "dark"}, {"fr", 390, 844, "light"}, {"en", 390, 844, "dark"}, {"fr", 320, 700, "light"}, {"fr", 1000, 700, "light"}} {
		b.Language(view.lang)
		b.View(view.width, view.height, view.scheme)
		for name, path := range map[string]string{
			"findings": applicationPath(id), "override": applicationPath(id) + "?c=french", "group": applicationPath(id) + "?c=languages-or-web", "notes": applicationPath(id) + "?panel=notes",
			"messages": applicationPath(id) + "?panel=messages", "history": applicationPath(id) + "?panel=history", "text": applicationPath(id) + "?view=text", "hostile": applicationPath(hostile),
		} {
			if view.width != 1440 && view.width != 390 && name != "findings" {
				continue // the widths between change the layout, not what stands in it
			}
			b.Goto(path)
			b.Until(ready)
			b.NoSidewaysScroll()
			b.Axe()
			b.Shot(fmt.Sprintf("application-%s-%s-%d-%s", name, view.lang, view.width, view.scheme))
		}
		b.Goto(applicationPath(id))
		b.Until(ready)
		b.Click("details[data-reject] summary")
		b.Wait("details[data-reject] .decide__panel")
		b.Axe()
		b.Shot(fmt.Sprintf("application-reject-%s-%d-%s", view.lang, view.width, view.scheme))
	}
	b.View(1440, 900, "light")
	b.Goto("/documents/1/text")
	b.Axe()
	b.Shot("document-text")
}

func TestKeysAreInertInFieldsAndCanBeSwitchedOff(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	b := d.browse(account.Recruiter)
	b.Goto(applicationPath(id))
	b.Until(ready)
	b.Press("m")
	b.Until(`document.activeElement === document.querySelector("[data-note]")`)
	// The protocol types the M that a keyboard would have kept back.
	browsertest.Eval[string](b, `document.querySelector("[data-note]").value = ""`)
	b.Press("sdrj1?")
	if got := browsertest.Eval[string](b, `document.querySelector("[data-note]").value`); got != "sdrj1?" {
		t.Errorf("the note holds %q", got)
	}
	if v := d.view(id); len(v.Decisions) != 0 || b.Path() != applicationPath(id) {
		t.Error("typing a note decided something")
	}
	// A draft survives leaving the page.
	b.Goto("/vacancies")
	b.Goto(applicationPath(id))
	b.Until(ready)
	if got := browsertest.Eval[string](b, `document.querySelector("[data-note]").value`); got != "sdrj1?" {
		t.Errorf("the draft became %q", got)
	}
	b.Press("?")
	b.Wait("dialog[open]")
	b.Axe()
	b.Shot("application-keys")
	b.Click("[data-keys-switch]")
	b.Press(kb.Escape)
	b.Press("r")
	if browsertest.Eval[bool](b, `document.querySelector("[data-reject]").open`) {
		t.Error("R opened the reasons although keys are off")
	}
	b.Press("?")
	b.Wait("dialog[open]")
	b.Click("[data-keys-switch]")
	b.Click("dialog .button")
	b.Press("r")
	b.Wait("details[data-reject] .decide__panel")
	b.Press("1")
	b.Wait(`.notice--good`)
	got := d.view(id)
	if last := got.LastDecision(); last == nil || got.Stage != screening.StageNotRetained || last.Reason != "Critère non rempli\u00a0: Trois références" {
		t.Errorf("1 decided %s: %+v", got.Stage, last)
	}
}

// bare is an application whose findings know no places on the page: the browser has to
// find the quotes among the PDF's words.
func (d *desk) bare() int64 {
	d.t.Helper()
	id := d.awa()
	v := d.view(id)
	pages := cvPages(d.t)
	quote := func(q string) screening.Evidence {
		e := cite(d.t, v.Documents[0], pages, q, screening.Supports)
		e.Boxes = nil
		return e
	}
	second := quote("Université de l’Atlantique")
	second.Start = bytes.LastIndex([]byte(pages[0].Text), []byte(second.Quote))
	second.End = second.Start + len(second.Quote)
	elsewhere := quote("Outils")
	elsewhere.Quote = "Outils et méthodes"
	d.assess(id, []screening.Finding{
		{Criterion: "english", Verdict: screening.Unclear, Reason: "language.no_level", Args: map[string]string{"language": "en", "want": "B2"}, Evidence: []screening.Evidence{quote("dans les droits humains et la mobilité, à l’aise avec le travail de terrain, la\nrédaction longue")}},
		{Criterion: "degree", Verdict: screening.Met, Reason: "education.held", Args: map[string]string{"found": "Licence"}, Evidence: []screening.Evidence{second}},
		{Criterion: "driving", Verdict: screening.Unclear, Reason: "licence.silent", Args: map[string]string{"licence": "B"}, Evidence: []screening.Evidence{elsewhere}},
	})
	return id
}

func TestQuotesWithoutPlacesAreFoundAmongTheWords(t *testing.T) {
	d := newDesk(t)
	id := d.bare()
	b := d.browse(account.Recruiter)
	b.Goto(applicationPath(id))
	b.Until(ready)
	b.Click(`a[data-passage="e5-1"]`)
	b.Wait(".mark[data-current]")
	if n := browsertest.Eval[int](b, `document.querySelectorAll(".mark[data-current]").length`); n != 2 {
		t.Errorf("a quote over two lines has %d marks, want one per line", n)
	}
	if covered := onItsWords(b, "humains et la mobilité"); covered < 0.7 {
		t.Errorf("the highlight covers %.0f %% of the quote's words", 100*covered)
	}
	// The second of two equal quotes is marked, not the first.
	b.Click(`a[data-passage="e6-1"]`)
	b.Until(`document.querySelector(".mark[data-current]")?.dataset.mark === "e6-1"`)
	if covered := onItsWords(b, "Licence Information et communication, Université de l’Atlantique"); covered < 0.2 {
		t.Errorf("the second occurrence is not the one marked (%.2f)", covered)
	}
	// What is not there is said, not guessed.
	b.Click(`a[data-passage="e9-1"]`)
	b.Wait("[data-viewer-status]")
	if browsertest.Eval[bool](b, `document.querySelector('.mark[data-mark~="e9-1"]') !== null`) {
		t.Error("a quote that is not on the page is marked")
	}
}

func TestDocumentsThatAreNoPDFAreShownToo(t *testing.T) {
	d := newDesk(t)
	picture := image.NewGray(image.Rect(0, 0, 300, 400))
	for i := range picture.Pix {
		picture.Pix[i] = 255
	}
	for x := 60; x < 240; x++ {
		picture.Set(x, 100, color.Black)
	}
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, picture); err != nil {
		t.Fatal(err)
	}
	scan := []text.Page{{Number: 1, Text: "Anglais : courant\n", Engine: "tesseract", OCR: true, Quality: 0.8,
		Words: []text.Word{{Start: 0, End: 7, Box: text.Box{0.2, 0.2, 0.4, 0.27}}, {Start: 8, End: 9, Box: text.Box{0.42, 0.2, 0.44, 0.27}}, {Start: 10, End: 17, Box: text.Box{0.46, 0.2, 0.8, 0.27}}}}}
	id := d.receive(sent{name: "Yann Oriol", email: "yann.oriol@courriel.example", subject: "Candidature", receivedAt: d.now.Add(-time.Hour), files: []sentFile{
		{name: "cv.png", media: "image/png", content: encoded.Bytes(), is: fact.CV, pages: scan},
		{name: "lettre.pdf", media: "application/pdf", content: []byte("%PDF-1.7\nthis is where it ends"), is: fact.CoverLetter, pages: []text.Page{{Number: 1, Text: "Ma lettre\n", Engine: "pdf", Quality: 1}}},
	}})
	d.assess(id, []screening.Finding{{Criterion: "english", Verdict: screening.Unclear, Reason: "language.no_level", Args: map[string]string{"language": "en", "want": "B2"},
		Evidence: []screening.Evidence{cite(t, d.view(id).Documents[0], scan, "Anglais : courant", screening.Supports)}}})
	b := d.browse(account.Recruiter)
	b.Goto(applicationPath(id))
	b.Until(ready)
	b.Click(`a[data-passage="e5-1"]`)
	b.Wait(".mark[data-current]")
	b.Axe()
	b.Shot("application-picture")
	// A PDF that cannot be drawn gives the text that was read from it, and says so.
	b.Click(`[data-document-tab="2"]`)
	b.Until(ready + ` && document.querySelector("[data-viewer]").dataset.document === "2"`)
	b.Wait("[data-viewer-status]")
	if got := b.Text(".reading__text"); got != "Ma lettre" {
		t.Errorf("instead of the PDF: %q", got)
	}
	b.Shot("application-broken")
}
