package review

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
)

// change is a change of a draft on its way: how it is called, the form it came from, and
// where on the page to go on.
type change struct {
	act, line string
	// form names the form whose words are kept when it cannot be taken.
	form string
	// to is the anchor shown next, open the line whose form is.
	to, open string
}

func screeningToday(r *request) screening.Date { return screening.DateOf(r.now) }

// changeDraft changes the draft of the vacancy in the address and shows it again.
func (r *request) changeDraft(c change, f func(b *store.DraftBody, now time.Time) error) error {
	v, err := r.app.Store.VacancyBySlug(r.Request().Context(), r.Param("slug"))
	if err != nil {
		return err
	}
	_, err = r.app.Store.ChangeDraft(r.Request().Context(), store.DraftAct{VacancyID: v.ID, AuthorID: r.user.ID, Act: c.act, Line: c.line}, f)
	return r.afterChange(v, c, err)
}

// afterChange goes back to the editor, or tells why the change was not made: what was typed
// stays in its form.
func (r *request) afterChange(v store.Vacancy, c change, err error) error {
	e := editing{line: c.form}
	var wrong errWrongField
	switch {
	case err == nil:
		path := draftPath(v.Slug, "edit")
		if c.open != "" {
			path += "?line=" + c.open
		}
		if c.to != "" {
			path += "#" + c.to
		}
		return r.redirect(path)
	case errors.Is(err, store.ErrConflict):
		e.status, e.conflict = http.StatusConflict, true
	case errors.As(err, &wrong):
		e.status, e.wrong, e.problem = http.StatusBadRequest, wrong.fields, r.words.T("editor.cannot_judge", "line", wrong.line, "fields", strings.Join(wrong.labels, ", "))
	case errors.Is(err, errWrongHead):
		e.status, e.problem = http.StatusBadRequest, r.words.T("head.refused")
	case errors.Is(err, store.ErrInvalid):
		e.status, e.problem = http.StatusBadRequest, r.words.T("editor.invalid")
	default:
		return err
	}
	if c.form != "" {
		form, err := r.FormParams()
		if err != nil {
			return errBadInput
		}
		e.typed = form
	}
	return r.editor(v, e)
}

// errWrongField refuses a line that the engine could not judge.
type errWrongField struct {
	line           string
	fields, labels []string
}

func (e errWrongField) Error() string {
	return "line cannot be judged: " + strings.Join(e.fields, ", ")
}

// refuseUnjudgeable fails for a line, or a member of it, that cannot be judged.
func (r *request) refuseUnjudgeable(c screening.Criterion) error {
	if fields := wrongFields(c); len(fields) > 0 {
		e := errWrongField{line: titleOf(r.words, c), fields: fields}
		for _, f := range fields {
			e.labels = append(e.labels, fieldLabel(r.words, c.Kind, f))
		}
		return e
	}
	for _, m := range c.Criteria {
		if err := r.refuseUnjudgeable(m); err != nil {
			return err
		}
	}
	return nil
}

// lineOf reads which line a form is about.
func (r *request) lineOf() (id string, rev int64, err error) {
	rev, err = strconv.ParseInt(r.FormValue("rev"), 10, 64)
	id = r.text("line", 100)
	if err != nil || id == "" {
		return "", 0, errBadInput
	}
	return id, rev, nil
}

// saveLine answers POST /vacancies/:slug/draft/line: what a person made of a criterion, and
// with approve=1 their name to it.
func saveLine(r *request) error {
	id, rev, err := r.lineOf()
	if err != nil {
		return err
	}
	form, err := r.FormParams()
	if err != nil {
		return errBadInput
	}
	approve := form.Get("approve") != ""
	act := "line.changed"
	if approve {
		act = "line.approved"
	}
	return r.changeDraft(change{act: act, line: id, form: id, to: "line-" + id}, func(b *store.DraftBody, now time.Time) error {
		l, c := b.Line(id)
		if l == nil {
			return store.ErrConflict
		}
		changed := *c
		if to := screening.Importance(form.Get("importance")); c.ID == l.Criterion.ID && (to == screening.Required || to == screening.Asset) {
			changed.Importance = to
		}
		changed.Statement = screening.Statement{FR: r.text("fr", 600), EN: r.text("en", 600)}
		if c.Statement.Plain != "" && changed.Statement.FR == changed.Statement.EN {
			changed.Statement = screening.Statement{Plain: changed.Statement.FR}
		}
		params, wrong := paramsFrom(r.words, *c, form)
		if wrong != "" {
			return errWrongField{line: titleOf(r.words, *c), fields: []string{wrong}, labels: []string{fieldLabel(r.words, c.Kind, wrong)}}
		}
		if !sameJSON(params, c.Params) {
			changed.Params, changed.Readings = params, nil
		}
		corrected := !sameCriterion(changed, *c)
		if corrected {
			if err := b.Change(changed, rev); err != nil {
				return err
			}
			guard(l, true)
			rev = l.Rev
		}
		if !approve {
			return nil
		}
		if err := r.refuseUnjudgeable(l.Criterion); err != nil {
			return err
		}
		return b.Approve(l.Criterion.ID, rev, r.user.ID, now)
	})
}

// sameJSON compares parameters by what they say.
func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	if len(a) > 0 && json.Unmarshal(a, &x) != nil || len(b) > 0 && json.Unmarshal(b, &y) != nil {
		return false
	}
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return string(p) == string(q)
}

// sameCriterion compares criteria by what they say, whatever passage they cite.
func sameCriterion(a, b screening.Criterion) bool {
	plain := func(c screening.Criterion) []byte {
		c.Source = nil
		c.Criteria = slices.Clone(c.Criteria)
		for i := range c.Criteria {
			c.Criteria[i].Source = nil
		}
		out, _ := json.Marshal(c)
		return out
	}
	return sameJSON(plain(a), plain(b))
}

// mergeParams lays a reading over parameters.
func mergeParams(params, reading json.RawMessage) json.RawMessage {
	out := map[string]any{}
	_ = json.Unmarshal(params, &out)
	_ = json.Unmarshal(reading, &out)
	b, err := json.Marshal(out)
	if err != nil {
		return params
	}
	return b
}

// actOnLine answers POST /vacancies/:slug/draft/act: one button of a line.
func actOnLine(r *request) error {
	id, rev, err := r.lineOf()
	if err != nil {
		return err
	}
	op, arg, _ := strings.Cut(r.FormValue("op"), ":")
	if op == "into" {
		arg = r.text("group", 100)
	}
	c := change{act: "line." + op, line: id, to: "line-" + id}
	switch op {
	case "approve", "withdraw", "up", "down", "remove", "weigh", "wrap", "into", "release", "reading", "kind":
	default:
		return errBadInput
	}
	if op == "remove" {
		c.to = "criteria"
	}
	if op == "kind" {
		c.open, arg = id, r.text("kind", 40)
	}
	return r.changeDraft(c, func(b *store.DraftBody, now time.Time) error {
		l, criterion := b.Line(id)
		if l == nil {
			return store.ErrConflict
		}
		// Where a criterion moves, both lines are looked at again.
		from := l.Criterion.ID
		regard := func(err error) error {
			for _, touched := range []string{id, from} {
				if l, _ := b.Line(touched); l != nil && err == nil {
					guard(l, true)
				}
			}
			return err
		}
		switch op {
		case "approve":
			if err := r.refuseUnjudgeable(l.Criterion); err != nil {
				return err
			}
			return b.Approve(l.Criterion.ID, rev, r.user.ID, now)
		case "withdraw":
			return b.Withdraw(id, rev)
		case "up":
			return b.Move(id, rev, -1)
		case "down":
			return b.Move(id, rev, 1)
		case "remove":
			return b.Remove(id, rev)
		case "weigh":
			return b.Weigh(id, rev, screening.Importance(arg))
		case "wrap":
			_, err := b.Wrap(id, rev, arg)
			return regard(err)
		case "into":
			return regard(b.Gather(id, rev, arg))
		case "release":
			return regard(b.Release(id, rev))
		case "reading":
			return regard(chooseReading(b, *criterion, rev, arg))
		default:
			return regard(changeKind(b, *criterion, rev, arg))
		}
	})
}

// chooseReading keeps one reading of an ambiguous criterion.
func chooseReading(b *store.DraftBody, c screening.Criterion, rev int64, n string) error {
	i, err := strconv.Atoi(n)
	if err != nil || i < 0 || i >= len(c.Readings) {
		return store.ErrInvalid
	}
	c.Params, c.Readings = mergeParams(c.Params, c.Readings[i]), nil
	return b.Change(c, rev)
}

// changeKind has a criterion judged in another way; its words stay.
func changeKind(b *store.DraftBody, c screening.Criterion, rev int64, kind string) error {
	if _, ok := screening.KindByName(kind); !ok || kindGroup(kind) != "" && kindGroup(c.Kind) == "" {
		return store.ErrInvalid
	}
	if kindGroup(kind) == "" && kindGroup(c.Kind) != "" {
		return store.ErrInvalid
	}
	if c.Kind == kind {
		return nil
	}
	c.Kind, c.Params, c.Readings = kind, nil, nil
	if blank := blankParams[kind]; blank != "" {
		c.Params = json.RawMessage(blank)
	}
	return b.Change(c, rev)
}

// addLine answers POST /vacancies/:slug/draft/add: a criterion by hand, or out of a
// sentence of the announcement.
func addLine(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	d, err := r.app.Store.Draft(ctx, v.ID)
	if err != nil {
		return err
	}
	var l store.DraftLine
	if n, _ := strconv.Atoi(r.FormValue("sentence")); n > 0 {
		s, ok := sentenceOf(d, n)
		if !ok {
			return errBadInput
		}
		l = lineFromSentence(d.Notice.Text[s.Start:s.End], s, d.Body.Head.Language)
	} else {
		kind := r.text("kind", 40)
		if _, ok := screening.KindByName(kind); !ok {
			return errBadInput
		}
		l = store.DraftLine{Origin: store.FromHand, Criterion: screening.Criterion{Kind: kind, Importance: screening.Required, Statement: inLanguage(r.text("statement", 600), r.words.Lang)}}
		if r.FormValue("importance") == string(screening.Asset) {
			l.Criterion.Importance = screening.Asset
		}
		if blank := blankParams[kind]; blank != "" {
			l.Criterion.Params = json.RawMessage(blank)
		}
		guard(&l, false)
	}
	group := r.text("into", 100)
	var id string
	_, err = r.app.Store.ChangeDraft(ctx, store.DraftAct{VacancyID: v.ID, AuthorID: r.user.ID, Act: "line.added"}, func(b *store.DraftBody, _ time.Time) error {
		var err error
		if id, err = b.Add(l, group); err == nil {
			if parent, _ := b.Line(id); parent != nil {
				guard(parent, true)
			}
		}
		return err
	})
	return r.afterChange(v, change{to: "line-" + id, open: id}, err)
}

func sentenceOf(d store.ChecklistDraft, n int) (store.NoticeSentence, bool) {
	if d.Notice == nil {
		return store.NoticeSentence{}, false
	}
	for _, s := range d.Notice.Sentences {
		if s.Number == n && s.Start >= 0 && s.Start < s.End && s.End <= len(d.Notice.Text) {
			return s, true
		}
	}
	return store.NoticeSentence{}, false
}

// passSentence answers POST /vacancies/:slug/draft/sentence: a sentence that asks for
// nothing, or a note about the announcement that somebody has read.
func passSentence(r *request) error {
	if code := r.text("note", 100); code != "" {
		if err := r.knownNote(code); err != nil {
			return err
		}
		return r.changeDraft(change{act: "note.read", to: "main"}, func(b *store.DraftBody, _ time.Time) error {
			b.Heed(code)
			return nil
		})
	}
	n, err := strconv.Atoi(r.FormValue("sentence"))
	if err != nil || n <= 0 {
		return errBadInput
	}
	passed := r.FormValue("passed") == "1"
	return r.changeDraft(change{act: "sentence.passed", to: "sentence-" + strconv.Itoa(n)}, func(b *store.DraftBody, _ time.Time) error {
		b.Pass(n, passed)
		return nil
	})
}

// knownNote refuses a code that no note about the announcement has.
func (r *request) knownNote(code string) error {
	v, err := r.app.Store.VacancyBySlug(r.Request().Context(), r.Param("slug"))
	if err != nil {
		return err
	}
	d, err := r.app.Store.Draft(r.Request().Context(), v.ID)
	if err != nil {
		return err
	}
	if d.Notice == nil || !slices.ContainsFunc(d.Notice.Flags, func(f store.NoticeFlag) bool { return f.Code == code }) {
		return errBadInput
	}
	return nil
}

// groundLine answers POST /vacancies/:slug/draft/legal: the legal basis that lets a
// sensitive criterion count. The route asks for the permission.
func groundLine(r *request) error {
	id, rev, err := r.lineOf()
	if err != nil {
		return err
	}
	if !r.may(account.AllowSensitive) {
		return errForbidden
	}
	basis := r.text("basis", 2000)
	act := "line.grounded"
	if basis == "" {
		act = "line.ungrounded"
	}
	return r.changeDraft(change{act: act, line: id, form: id, to: "line-" + id}, func(b *store.DraftBody, now time.Time) error {
		return b.Ground(id, rev, basis, r.user.ID, now)
	})
}
