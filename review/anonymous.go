package review

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
	"dossier/screening/text"
	"dossier/web"
)

// errVeiled: the vacancy is looked at without names, and this would show one.
var errVeiled = errors.New("kept back by the anonymous review")

// veil is what one reader is not shown of one application.
type veil struct {
	mask *mask
	// facts were read in the documents, by id: they say where a birth or an age stands.
	facts map[int64]*fact.Facts
}

// behind tells what the vacancy's mode keeps back of one application from one reader.
type behind struct {
	// Veiled: who the applicant is. Unveiled: the reader had it shown to them.
	Veiled, Unveiled bool
	// Opinions: what colleagues said, until the reader has given an opinion. Given is that
	// opinion; Kept counts what is not shown.
	Opinions bool
	Given    *store.Opinion
	Kept     int
}

// applicationView reads an application as this reader may see it. It is the one door to an
// application's page: what the mode of its vacancy keeps back is not in it.
func (r *request) applicationView(id int64) (store.ApplicationView, error) {
	v, err := r.app.Store.ApplicationView(r.Request().Context(), id)
	if err != nil {
		return v, err
	}
	if err := r.sees(v.VacancyID); err != nil {
		return v, err
	}
	return v, r.keepBack(&v)
}

// keepBack takes out of a view what its reader is not to see.
func (r *request) keepBack(v *store.ApplicationView) error {
	var b behind
	if v.Mode.Anonymous {
		b.Unveiled = slices.ContainsFunc(v.Reveals, func(x store.Reveal) bool { return x.UserID == r.user.ID && x.What == store.RevealIdentity })
		b.Veiled = !b.Unveiled
	}
	b.Veiled = b.Veiled || r.maskAll
	if v.Mode.HiddenUntilMine {
		r.hideOpinions(v, &b)
	}
	if b.Veiled {
		var texts []store.DocumentText
		one := &veil{facts: map[int64]*fact.Facts{}}
		for _, d := range v.Documents {
			t, err := r.app.Store.TextOf(r.Request().Context(), d.ID)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			texts = append(texts, t)
			one.facts[d.ID] = t.Facts
		}
		one.mask = maskOf(*v, texts)
		one.cover(v, r.words)
		if r.veils == nil {
			r.veils = map[int64]*veil{}
		}
		r.veils[v.ID] = one
	}
	if r.behind == nil {
		r.behind = map[int64]behind{}
	}
	r.behind[v.ID] = b
	return nil
}

// veiledName is what an application is called while nobody is to know whose it is.
func veiledName(l *web.Locale, application int64) string {
	return l.T("veil.name", "n", strconv.FormatInt(application, 10))
}

// veiledFile is what a file is called then: its number and its form.
func veiledFile(d store.Document) string {
	ext := strings.ToLower(path.Ext(d.Name))
	if len(ext) > 6 || strings.ContainsFunc(ext, func(r rune) bool { return r > 0x7f }) {
		ext = ""
	}
	return "piece-" + strconv.FormatInt(d.ID, 10) + ext
}

// cover masks a whole view in place.
func (o *veil) cover(v *store.ApplicationView, l *web.Locale) {
	word := l.T("veil.gap")
	say := func(s string) string { return shown(o.mask.text(s), word) }
	v.Applicant.Name, v.Applicant.FoldedName, v.Emails, v.Phones = veiledName(l, v.ID), "", nil, nil
	for i := range v.Documents {
		d := &v.Documents[i]
		if !d.Body {
			d.Name = veiledFile(*d)
		}
		d.Inside, d.Detail = "", ""
	}
	for i := range v.Messages {
		m := &v.Messages[i]
		m.Subject, m.Route.Evidence = say(m.Subject), say(m.Route.Evidence)
		m.FromName, m.FromEmail, m.ReceivedLine, m.MessageID, m.SourceName = word, "", "", "", ""
	}
	for i := range v.Notes {
		v.Notes[i].Body = say(v.Notes[i].Body)
	}
	for i := range v.Overrides {
		v.Overrides[i].Reason = say(v.Overrides[i].Reason)
	}
	for i := range v.Decisions {
		v.Decisions[i].Reason = say(v.Decisions[i].Reason)
	}
	for i := range v.Opinions {
		v.Opinions[i].Reason = say(v.Opinions[i].Reason)
	}
	for i := range v.Reveals {
		v.Reveals[i].Reason = say(v.Reveals[i].Reason)
	}
	v.LateAcceptedReason = say(v.LateAcceptedReason)
	if v.Assessment == nil {
		return
	}
	personal := map[string]bool{}
	for _, c := range v.Checklist.Checklist.Criteria {
		personal[c.ID] = c.Sensitive || c.Kind == "age"
	}
	found := v.Assessment.Findings
	v.Assessment.Findings = nil
	for _, f := range found {
		if c, ok := findCriterion(v.Checklist.Checklist.Criteria, f.Criterion); ok && personal[f.Criterion] {
			if c.ForReader() {
				continue // what the machine read of an age is not for this reader
			}
			f = screening.Finding{Criterion: f.Criterion, Verdict: f.Verdict}
		}
		v.Assessment.Findings = append(v.Assessment.Findings, o.finding(f, word))
	}
}

// finding masks one finding; quotes keep their length, so that passages keep their places.
func (o *veil) finding(f screening.Finding, word string) screening.Finding {
	evidence, parts := f.Evidence, f.Parts
	f.Evidence, f.Parts = nil, nil
	for _, e := range evidence {
		e.Quote = o.mask.text(e.Quote)
		if e.Kind == screening.Header {
			e.Quote = word
		}
		f.Evidence = append(f.Evidence, e)
	}
	args := f.Args
	if len(args) > 0 {
		f.Args = make(map[string]string, len(args))
		for k, s := range args {
			f.Args[k] = shown(o.mask.text(s), word)
		}
	}
	for _, p := range parts {
		f.Parts = append(f.Parts, o.finding(p, word))
	}
	return f
}

// pages masks the pages of a document; words and hidden text go too.
func (o *veil) pages(document int64, pages []text.Page) []text.Page {
	out := slices.Clone(pages)
	for i := range out {
		out[i].Text = covered(out[i].Text, o.mask.pageSpans(out[i], o.facts[document]))
		out[i].Words, out[i].Hidden = nil, nil
	}
	return out
}

// boxes are the places to paint over on each page of a document; nil for a page that
// cannot be shown as a picture: its words have no known place, or it is a scan, where a
// portrait cannot be told from the paper.
func (o *veil) boxes(document int64, pages []text.Page) [][]text.Box {
	out := make([][]text.Box, len(pages))
	for i, p := range pages {
		if p.OCR || len(p.Words) == 0 || p.Number != i+1 {
			continue
		}
		out[i] = []text.Box{}
		for _, at := range o.mask.pageSpans(p, o.facts[document]) {
			out[i] = append(out[i], p.Boxes(text.Span{Page: p.Number, Start: at[0], End: at[1]})...)
		}
	}
	return out
}

// quotesOf cuts the quotes of passages out of the masked pages, so that both agree.
func (o *veil) quotesOf(passages []passage, document string, pages []text.Page) {
	for i := range passages {
		p := &passages[i]
		for _, page := range pages {
			if p.Document == document && page.Number == p.Page && p.start >= 0 && p.start <= p.end && p.end <= len(page.Text) {
				p.Quote = page.Text[p.start:p.end]
			}
		}
	}
}

// veilView is what the page says about what it keeps back.
type veilView struct {
	// On: names are masked. Lifted: the reader had them shown.
	On, Lifted bool
	// MayLift: the form is offered; Missing: it came without a reason.
	MayLift, Missing bool
}

func (r *request) veilView(id int64, f form) veilView {
	b := r.behind[id]
	return veilView{On: b.Veiled, Lifted: b.Unveiled, MayLift: b.Veiled && r.may(account.Judge), Missing: f.unveilRefused}
}

// unveil answers POST /applications/:id/unveil: one reader sees who one applicant is, for
// a reason that stays in the history.
func unveil(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	if !r.behind[v.ID].Veiled {
		return r.redirect(withList(applicationPath(v.ID), r.list()))
	}
	reason := r.text("reason", maxReasonBytes)
	if reason == "" {
		return r.refused(v, form{unveilRefused: true}, http.StatusUnprocessableEntity)
	}
	if err := r.app.Store.Reveal(r.Request().Context(), v.ID, r.user.ID, store.RevealIdentity, reason); err != nil {
		return err
	}
	r.say(true, "veil.lifted", 1, "")
	return r.redirect(withList(applicationPath(v.ID), r.list()))
}

// mayOpenOriginal fails with errVeiled when a file would show who an applicant is.
func (r *request) mayOpenOriginal(vacancyID, application int64) error {
	masked, err := r.masks(vacancyID)
	if err == nil && masked != nil && masked(application) {
		err = fmt.Errorf("application %d: %w", application, errVeiled)
	}
	return err
}

// masks tells which applications of a vacancy this reader sees without names: nil for none,
// else a function of the application. Lists use it.
func (r *request) masks(vacancyID int64) (func(application int64) bool, error) {
	mode, err := r.app.Store.ReviewMode(r.Request().Context(), vacancyID)
	if err != nil || !mode.Anonymous {
		return nil, err
	}
	lifted, err := r.app.Store.Revealed(r.Request().Context(), vacancyID, r.user.ID, store.RevealIdentity)
	return func(id int64) bool { return !lifted[id] }, err
}
