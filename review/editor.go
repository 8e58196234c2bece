package review

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
)

// editorPage is where a vacancy is drafted: the announcement on the left, what it asks for
// in the middle, what is left to do on the right.
type editorPage struct {
	page
	Vacancy store.Vacancy
	Base    string
	// Version is that of the draft, for what concerns it as a whole.
	Version int64
	Head    headView
	// Sentences are those of the announcement, none when there is none.
	Sentences []sentenceView
	HasNotice bool
	NoticeOf  string
	// Uncovered counts the sentences that ask for something no line says.
	Uncovered int
	Notes     []noticeNote
	Lines     []lineView
	Groups    []optionView
	Kinds     []optionView
	Gaps      []string
	// Approved of Total lines count; Held wait for a legal basis; Unsure hold something to
	// look at.
	Approved, Total, Held, Unsure, Published int
	// Same tells that the draft says what is in force and leaves nothing to approve.
	Same     bool
	Received int
	Saved    string
	// Last is what can be undone, in words.
	Last      string
	Steps     []string
	Templates []store.ChecklistTemplate
	// MayGround tells whether the person may type a legal basis.
	MayGround bool
	Conflict  string
	Problem   string
	Adding    addView
	Progress  *progressView
	Upload    bool
}

// noticeNote is an oddity of the announcement that nobody has answered or read.
type noticeNote struct{ Code, Text string }

// addView is the form for a criterion written by hand.
type addView struct {
	Open bool
	Into string
}

// headView is the head of the draft with what the form offers.
type headView struct {
	store.DraftHead
	Addresses string
	Open      bool
	Zones     []string
	// Ask tells that the notice leaves open whether the moment itself still counts.
	Ask bool
	// Wrong names what cannot be used, by field.
	Wrong map[string]string
	// Warn names what may be meant and is worth a look, by field.
	Warn map[string][]string
	// When is the deadline in words; Grace and Retention are the numbers as typed.
	When, Grace, Retention string
}

// lineView is one criterion of the draft.
type lineView struct {
	criterionView
	Rev    int64
	Parent string
	// Top tells a line from a member of a group.
	Top, Group bool
	KindName   string
	Importance string
	Sentence   int
	Origin     string
	// Approved says by whom, empty while the line is inert.
	Approved string
	Flags    []string
	Wrong    []string
	Readings []readingView
	Legal    *legalView
	Fields   []fieldView
	FR, EN   string
	Open     bool
	Changed  bool
	New      bool
	Lines    []lineView
	// First and Last tell where the line stands among its neighbours.
	First, Last bool
	Into        []optionView
}

type readingView struct {
	N    int
	Text string
}

// sentenceView is one sentence of the announcement.
type sentenceView struct {
	Number    int
	Text      string
	Zone      string
	NewZone   bool
	Heading   bool
	Cites     []citeView
	Head      string
	Uncovered bool
	Passed    bool
	Quiet     bool
}

type citeView struct {
	Number int
	ID     string
	Title  string
	Held   bool
	Done   bool
}

// editing is what a form that was not taken leaves on the page.
type editing struct {
	status   int
	line     string
	typed    url.Values
	wrong    []string
	conflict bool
	problem  string
	add      addView
}

func draftPath(slug, tail string) string { return "/vacancies/" + url.PathEscape(slug) + "/" + tail }

// showEditor answers GET /vacancies/:slug/edit?line=.
func showEditor(r *request) error {
	v, err := r.app.Store.VacancyBySlug(r.Request().Context(), r.Param("slug"))
	if err != nil {
		return err
	}
	e := editing{status: http.StatusOK, line: r.QueryParam("line")}
	if r.QueryParam("add") != "" {
		e.add = addView{Open: true, Into: r.QueryParam("into")}
	}
	return r.editor(v, e)
}

// beginEditing answers POST /vacancies/:slug/edit.
func beginEditing(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	if err := r.app.Store.EditVacancy(ctx, v.ID, r.user.ID); err != nil {
		return err
	}
	return r.redirect(draftPath(v.Slug, "edit"))
}

func (r *request) editor(v store.Vacancy, e editing) error {
	ctx := r.Request().Context()
	d, err := r.app.Store.Draft(ctx, v.ID)
	if errors.Is(err, store.ErrNotFound) {
		return r.redirect(draftPath(v.Slug, "checklist"))
	}
	if err != nil {
		return err
	}
	p := editorPage{page: r.newPage("checklists", "editor.title"), Vacancy: v, Base: draftPath(v.Slug, "draft"), Version: d.Version,
		MayGround: r.may(account.AllowSensitive), Problem: e.problem, Adding: e.add, Published: v.ChecklistVersion, Upload: r.app.ReadNotice != nil}
	names, err := r.accountNames()
	if err != nil {
		return err
	}
	var published *store.Checklist
	if v.ChecklistVersion > 0 {
		list, err := r.app.Store.ChecklistAt(ctx, v.ID, v.ChecklistVersion)
		if err != nil {
			return err
		}
		published = &list
	}
	r.fillLines(&p, d.Body, e, names, published)
	r.fillNotice(&p, d)
	if p.Head, err = r.headView(v, d, e); err != nil {
		return err
	}
	p.Same = published != nil && !d.Differs(v, published.Checklist)
	p.Gaps = r.gapTexts(d.Body)
	p.Kinds = r.kindOptions()
	if p.Templates, err = r.app.Store.Templates(ctx); err != nil {
		return err
	}
	if err := r.fillSteps(&p, d, names); err != nil {
		return err
	}
	if p.Received, err = r.app.Store.CountApplications(ctx, v.ID); err != nil {
		return err
	}
	if p.Progress, err = r.progress(v); err != nil {
		return err
	}
	if e.conflict {
		p.Conflict = r.words.T("editor.conflict", "name", names[d.SavedBy], "at", r.words.Clock(d.SavedAt, r.app.Zone))
	}
	return r.renderStatus(e.status, "vacancies/edit", p)
}

// accountNames are the names of all accounts, by id.
func (r *request) accountNames() (map[int64]string, error) {
	users, err := r.app.Store.Users(r.Request().Context())
	if err != nil {
		return nil, err
	}
	out := make(map[int64]string, len(users))
	for _, u := range users {
		out[u.ID] = u.Name
	}
	return out, nil
}

func (r *request) fillLines(p *editorPage, body store.DraftBody, e editing, names map[int64]string, published *store.Checklist) {
	var groups []optionView
	for i, l := range body.Lines {
		if len(kindGroup(l.Criterion.Kind)) > 0 {
			groups = append(groups, optionView{Name: l.Criterion.ID, Label: r.words.T("editor.line_n", "n", i+1)})
		}
	}
	for i, l := range body.Lines {
		v := r.lineView(l, l.Criterion, i+1, e, names)
		v.First, v.Last = i == 0, i == len(body.Lines)-1
		v.Changed, v.New = changedFrom(published, l.Criterion)
		for _, g := range groups {
			if g.Name != l.Criterion.ID {
				v.Into = append(v.Into, g)
			}
		}
		p.Lines = append(p.Lines, v)
		p.Total++
		if l.Approved() {
			p.Approved++
		}
		if l.Criterion.ForReader() {
			p.Held++
		}
		if !l.Approved() && (len(l.Flags) > 0 || len(l.Criterion.Readings) > 0 || len(v.Wrong) > 0) {
			p.Unsure++
		}
	}
	p.Groups = groups
}

func kindGroup(kind string) string {
	if k, ok := screening.KindByName(kind); ok && k.Group {
		return kind
	}
	return ""
}

// changedFrom tells how a line stands to the checklist in force.
func changedFrom(published *store.Checklist, c screening.Criterion) (changed, added bool) {
	if published == nil {
		return false, false
	}
	for _, old := range published.Checklist.Criteria {
		if old.ID == c.ID {
			return !sameCriterion(old, c), false
		}
	}
	return false, true
}

// lineView shows a criterion of a line: the line itself, or a member of its group.
func (r *request) lineView(l store.DraftLine, c screening.Criterion, number int, e editing, names map[int64]string) lineView {
	top := c.ID == l.Criterion.ID
	v := lineView{criterionView: criterionInWords(r.words, c, number), Rev: l.Rev, Top: top, KindName: c.Kind, Group: kindGroup(c.Kind) != "",
		Importance: string(c.Importance), FR: c.Statement.FR, EN: c.Statement.EN, Open: e.line == c.ID}
	v.Members = nil
	if c.Statement.Plain != "" {
		v.FR, v.EN = c.Statement.Plain, c.Statement.Plain
	}
	v.Wrong = wrongFields(c)
	var typed url.Values
	if e.line == c.ID && e.typed != nil {
		typed = e.typed
		v.FR, v.EN = typed.Get("fr"), typed.Get("en")
		v.Wrong = append(v.Wrong, e.wrong...)
	}
	v.Fields = fieldsOf(r.words, c, typed, v.Wrong)
	for i, name := range v.Wrong {
		v.Wrong[i] = fieldLabel(r.words, c.Kind, name)
	}
	for i, reading := range c.Readings {
		alt := c
		alt.Readings, alt.Params = nil, mergeParams(c.Params, reading)
		var said []string
		for _, p := range paramsInWords(r.words, alt) {
			said = append(said, p.Label+" : "+p.Value)
		}
		v.Readings = append(v.Readings, readingView{N: i, Text: strings.Join(said, ", ")})
	}
	for i, m := range c.Criteria {
		mv := r.lineView(l, m, 0, e, names)
		mv.Parent = c.ID
		mv.First, mv.Last = i == 0, i == len(c.Criteria)-1
		v.Lines = append(v.Lines, mv)
		v.Open = v.Open && e.line == c.ID
	}
	if top {
		v.Sentence, v.Origin = l.Sentence, string(l.Origin)
		v.Legal = r.legalView(l, names)
		for _, f := range l.Flags {
			if f != "sensitive" { // told at length by the guard
				v.Flags = append(v.Flags, r.words.Sentence("draft.flag.", f, nil))
			}
		}
		switch {
		case l.ApprovedBy != 0 && l.ApprovedAt != nil:
			v.Approved = r.words.T("editor.approved_by_at", "name", names[l.ApprovedBy], "at", r.words.ShortInstant(*l.ApprovedAt, r.app.Zone, r.now))
		case l.ApprovedBy != 0:
			v.Approved = r.words.T("editor.approved_by", "name", names[l.ApprovedBy])
		case l.TakenFrom != 0:
			v.Approved = r.words.T("editor.taken_from", "n", l.TakenFrom)
		}
	}
	return v
}

// wrongFields names the parameters a criterion cannot be judged with.
func wrongFields(c screening.Criterion) []string {
	alone := c
	alone.Importance = screening.Required
	alone.Criteria = nil
	if kindGroup(c.Kind) != "" {
		if c.Kind != "at_least" {
			return nil
		}
		alone.Criteria = make([]screening.Criterion, len(c.Criteria))
		for i := range alone.Criteria {
			alone.Criteria[i] = screening.Criterion{ID: "m" + decimal(int64(i)), Kind: "judgement"}
		}
	}
	list := screening.Checklist{Deadline: &screening.Deadline{}, Criteria: []screening.Criterion{alone}}
	var out []string
	for _, p := range screening.Validate(list) {
		name := strings.TrimPrefix(p.Field, "criteria[0].")
		name = strings.TrimPrefix(name, "params.")
		if i := strings.IndexAny(name, "[."); i > 0 {
			name = name[:i]
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func (r *request) fillNotice(p *editorPage, d store.ChecklistDraft) {
	if d.Notice == nil {
		return
	}
	p.HasNotice, p.NoticeOf = true, d.NoticeName
	cites := map[int][]citeView{}
	for i, l := range p.Lines {
		line := d.Body.Lines[i]
		for _, n := range citedBy(line, d.Notice.Sentences) {
			cites[n] = append(cites[n], citeView{Number: l.Number, ID: l.ID, Title: l.Statement, Held: line.Criterion.ForReader(), Done: line.Approved()})
		}
	}
	zone := ""
	for _, s := range d.Notice.Sentences {
		v := sentenceView{Number: s.Number, Zone: s.Zone, NewZone: s.Zone != zone, Heading: s.Heading, Cites: cites[s.Number], Passed: slices.Contains(d.Body.Passed, s.Number)}
		zone = s.Zone
		if s.Start >= 0 && s.End <= len(d.Notice.Text) && s.Start < s.End {
			v.Text = strings.Join(strings.Fields(d.Notice.Text[s.Start:s.End]), " ")
		}
		for _, h := range s.Head {
			if key := "draft.head." + h; r.words.Has(key) {
				v.Head = r.words.T(key)
			}
		}
		bare := !s.Heading && len(v.Cites) == 0 && len(s.Head) == 0
		v.Uncovered = bare && s.Asks && !v.Passed
		v.Quiet = bare && !s.Asks
		if v.Uncovered {
			p.Uncovered++
		}
		p.Sentences = append(p.Sentences, v)
	}
	for _, f := range d.Notice.Flags {
		if answered(d.Body, f.Code) {
			continue
		}
		n := noticeNote{Code: f.Code}
		if code, ok := strings.CutPrefix(f.Code, concernPrefix); ok {
			n.Text = r.words.T("draft.concern", "what", protectedName(r.words, code))
		} else {
			n.Text = r.words.Sentence("draft.flag.", f.Code, nil)
		}
		for _, q := range f.Quotes {
			n.Text += " " + r.words.T("quote", "text", q)
		}
		p.Notes = append(p.Notes, n)
	}
}

// concernPrefix begins the codes of passages that touch what the law protects.
const concernPrefix = "concern."

// answered tells whether a note about the announcement has nothing left to say: somebody
// read it or answered it in the head, or what it warns of is a criterion.
func answered(b store.DraftBody, code string) bool {
	if slices.Contains(b.Heeded, code) {
		return true
	}
	ground, ok := strings.CutPrefix(code, concernPrefix)
	return ok && slices.ContainsFunc(b.Lines, func(l store.DraftLine) bool {
		return slices.Contains(l.Reasons, ground) || slices.Contains(protected(l.Criterion), ground)
	})
}

// citedBy are the sentences a line and its members come from.
func citedBy(l store.DraftLine, sentences []store.NoticeSentence) []int {
	var out []int
	add := func(n int) {
		if n > 0 && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	if l.Sentence == 0 {
		return nil
	}
	add(l.Sentence)
	for _, n := range l.Also {
		add(n)
	}
	var walk func(screening.Criterion)
	walk = func(c screening.Criterion) {
		if c.Source != nil {
			for _, s := range sentences {
				if s.Start <= c.Source.Start && c.Source.Start < s.End {
					add(s.Number)
				}
			}
		}
		for _, m := range c.Criteria {
			walk(m)
		}
	}
	walk(l.Criterion)
	return out
}

func (r *request) gapTexts(b store.DraftBody) []string {
	out := []string{}
	for _, g := range b.Gaps() {
		out = append(out, r.words.Sentence("gap.", g, nil))
	}
	return out
}

func (r *request) kindOptions() []optionView {
	var out []optionView
	for _, k := range screening.Kinds {
		label := r.words.T("kind." + k.Name)
		if key := "editor.kind." + k.Name; r.words.Has(key) {
			label = r.words.T(key)
		}
		out = append(out, optionView{Name: k.Name, Label: label})
	}
	return out
}

// shownSteps is how many changes the page lists.
const shownSteps = 8

func (r *request) fillSteps(p *editorPage, d store.ChecklistDraft, names map[int64]string) error {
	steps, err := r.app.Store.DraftSteps(r.Request().Context(), d.VacancyID, shownSteps)
	if err != nil {
		return err
	}
	p.Saved = r.words.T("editor.saved", "name", names[d.SavedBy], "at", r.words.ShortInstant(d.SavedAt, r.app.Zone, r.now))
	for i, s := range steps {
		what := r.words.Sentence("editor.step.", s.Act, nil)
		if l, c := d.Body.Line(s.Line); l != nil {
			what = r.words.T("editor.step_of", "what", what, "line", titleOf(r.words, *c))
		}
		if i == 0 {
			p.Last = what
		}
		p.Steps = append(p.Steps, r.words.T("editor.step_by", "what", what, "name", names[s.AuthorID], "at", r.words.ShortInstant(s.At, r.app.Zone, r.now)))
	}
	return nil
}
