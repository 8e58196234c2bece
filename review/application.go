package review

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

// panels are the parts of the right side, in the order of their tabs.
var panels = []string{"findings", "notes", "messages", "history"}

// applicationPage is one application: its documents beside its checklist.
type applicationPage struct {
	page
	ID      int64
	Version int64
	// Base is the application's own address, List the shortlist's query it was opened
	// from, and Back that shortlist.
	Base, List, Back string
	Name             string
	Emails           []string
	Vacancy          struct{ Title string }
	ReceivedAt       time.Time
	// ReceivedDay is its day, with the year when it is not this one.
	ReceivedDay string
	Zone        string
	Stage       screening.Stage
	StageTone   string
	AfterClose  bool
	Place       *place
	Decided     *decided
	Conflict    *conflict
	// Late is set while something came after closing that nobody has accepted.
	Late, LateRefused bool
	Noted             bool

	Documents []documentTab
	Viewer    *viewer
	// Passages are those of every document, for the script; Words its sentences.
	Passages []passage
	Words    viewerWords

	Assessed bool
	Sum      sum
	Panel    string
	Panels   []panelTab
	// Selected is the criterion that stands open.
	Selected string
	Sections []section
	Choices  []verdictChoice
	Notes    []noteView
	Messages []messageView
	Mail     mailPanel
	History  []historyView

	Decide   decide
	Opinions opinionsView
	Veil     veilView
	// Corrections are what the applicant says is right, beside what was read.
	Corrections []correctionRow
	Reviewer    reviewerView
	TypedNote   string
	// Callable are the colleagues a note can call; Looking says who else has the page open.
	Callable []string
	Looking  string
	// Compare is the address that sets it beside the next one; empty at the end.
	Compare string
}

// sum is the checklist in figures. Criteria for the reader are left out.
type sum struct {
	Met, NotMet, Unclear, Total int
	// Steps are the verdicts in the order of the page, for the bar.
	Steps []string
}

type panelTab struct {
	Name, Path       string
	Count            int
	Counted, Current bool
}

// showApplication answers GET /applications/:id. The query may name a document (doc), the
// way to show it (view=text), a criterion (c), a panel, the shortlist the reader came from
// (list) and an application decided just now (decided).
func showApplication(r *request) error {
	v, err := r.openApplication()
	if err != nil {
		return err
	}
	p, err := r.applicationPage(v, form{})
	if err != nil {
		return err
	}
	return r.render("application/show", p)
}

// openApplication reads the application of the address.
func (r *request) openApplication() (store.ApplicationView, error) {
	id, err := r.intParam("id")
	if err != nil {
		return store.ApplicationView{}, err
	}
	return r.applicationView(id)
}

// form is what somebody typed into one of the page's forms and could not be kept; the
// page shows it again.
type form struct {
	criterion, verdict, reason, choice, note string
	// problem is about the criterion's form, or the reason of a decision.
	problem string
	// These are set when those forms came without a reason.
	rejectRefused, lateRefused, unveilRefused, openRefused bool
	conflict                                               *conflict
}

func (r *request) applicationPage(v store.ApplicationView, f form) (*applicationPage, error) {
	p := &applicationPage{
		page: r.newPage("vacancies", v.Applicant.Name), ID: v.ID, Version: v.Version,
		Base: applicationPath(v.ID), List: r.list(), Name: v.Applicant.Name, Emails: v.Emails,
		ReceivedAt: v.ReceivedAt, Zone: v.Vacancy.DeadlineZone, Stage: v.Stage, StageTone: stageTone(v.Stage),
		AfterClose: v.AfterClose, Conflict: f.conflict, TypedNote: f.note,
		Assessed: v.Assessment != nil, Choices: verdictChoices,
	}
	p.Keys = keyHelps
	p.ReceivedDay = r.words.ShortDate(v.ReceivedAt, p.Zone)
	if web.In(v.ReceivedAt, p.Zone).Year() != web.In(r.now, p.Zone).Year() {
		p.ReceivedDay = r.words.ShortYear(v.ReceivedAt, p.Zone)
	}
	if p.Name == "" {
		p.Name = first(v.Emails, "–")
	}
	p.Title = p.Name
	p.Vacancy.Title = v.Vacancy.Title
	p.Back = vacancyPath(v.Vacancy.Slug, p.List)
	p.Noted = p.Flash != nil && r.QueryParam("panel") == "notes"
	var err error
	if p.Place, err = r.place(v, p.List); err != nil {
		return nil, err
	}
	if p.Decided, err = r.decidedJustNow(); err != nil {
		return nil, err
	}

	docs := newDocumentSet(r.words, v)
	p.Late, p.LateRefused = docs.waitsLate(), f.lateRefused
	p.Panel = panels[0]
	if asked := r.QueryParam("panel"); slices.Contains(panels, asked) {
		p.Panel = asked
	}
	p.Selected = r.QueryParam("c")
	if f.criterion != "" {
		p.Selected = f.criterion
	}
	b := findingsBuilder{words: r.words, view: v, docs: docs, zone: p.Zone, now: r.now, form: f,
		path: func(criterion string) string { return p.link("c", criterion, anchorOf(criterion)) }}
	p.Sections, p.Sum, p.Selected = b.build(p.Selected)
	p.Passages = b.passages
	if err := r.openDocument(p, docs, v); err != nil {
		return nil, err
	}

	users, err := r.mentionable()
	if err != nil {
		return nil, err
	}
	p.Notes = notesOf(r, v, users)
	for _, u := range users {
		if u.ID != r.user.ID {
			p.Callable = append(p.Callable, u.Name)
		}
	}
	others, err := r.app.Store.Lookers(r.Request().Context(), v.VacancyID, v.ID, r.user.ID)
	if err != nil {
		return nil, err
	}
	p.Looking = lookingText(r.words, others)
	if p.Place != nil && p.Place.NextID != 0 && r.may(account.ViewApplications) {
		p.Compare = comparePath(v.Vacancy.Slug, []int64{v.ID, p.Place.NextID})
	}
	p.Messages = messagesOf(r.words, v, docs, p.Base)
	if p.Mail, err = r.mailPanel(v, p.List); err != nil {
		return nil, err
	}
	p.History = historyOf(r.words, v, docs)
	p.History = append(p.History, historyOfMail(r.words, p.Mail.Outgoing)...)
	slices.SortStableFunc(p.History, func(a, b historyView) int { return b.At.Compare(a.At) })
	for _, name := range panels {
		count := map[string]int{"notes": len(p.Notes), "messages": len(p.Messages) + len(p.Mail.Outgoing), "history": len(p.History)}[name]
		p.Panels = append(p.Panels, panelTab{Name: name, Path: p.link("panel", name, ""), Count: count,
			Counted: name != panels[0], Current: name == p.Panel})
	}
	if p.Reviewer, err = r.reviewerOf(v); err != nil {
		return nil, err
	}
	p.Decide = decideOf(r.words, v, f)
	p.Opinions, p.Veil = r.opinionsOf(v, f), r.veilView(v.ID, f)
	if !p.Veil.On {
		if p.Corrections, err = r.correctionsOf(v); err != nil {
			return nil, err
		}
	}
	p.Words = wordsOfViewer(r.words)
	return p, nil
}

// link is the page's address with one parameter, keeping the list.
func (p *applicationPage) link(name, value, anchor string) string {
	q := url.Values{name: {value}}
	if p.List != "" {
		q.Set("list", p.List)
	}
	out := p.Base + "?" + q.Encode()
	if anchor != "" {
		out += "#" + anchor
	}
	return out
}

func applicationPath(id int64) string { return "/applications/" + strconv.FormatInt(id, 10) }

// withList adds the shortlist's query to an address of ours.
func withList(path, list string) string { return withQuery(path, "list", list) }

func vacancyPath(slug, list string) string {
	path := "/vacancies/" + url.PathEscape(slug)
	if list != "" {
		path += "?" + list
	}
	return path
}

// maxListBytes bounds the shortlist's query that travels with an application.
const maxListBytes = 1000

// list is the query of the shortlist the reader came from, rewritten in one form; empty
// when there is none, or it is no query.
func (r *request) list() string {
	raw := r.FormValue("list")
	if raw == "" || len(raw) > maxListBytes {
		return ""
	}
	q, err := url.ParseQuery(raw)
	if err != nil {
		return ""
	}
	return q.Encode()
}

func first(list []string, otherwise string) string {
	if len(list) > 0 {
		return list[0]
	}
	return otherwise
}

// keyHelp is a line of the sheet that lists the keys.
type keyHelp struct {
	Keys  []string
	Label string
}

var keyHelps = []keyHelp{
	{[]string{"J", "K"}, "keys.neighbours"}, {[]string{"U"}, "keys.back"}, {[]string{"↓", "↑"}, "keys.criteria"},
	{[]string{"1", "2", "3"}, "keys.verdict"}, {[]string{"E"}, "keys.evidence"}, {[]string{"N"}, "keys.next_evidence"},
	{[]string{"[", "]"}, "keys.documents"}, {[]string{"S"}, "keys.primary"}, {[]string{"D"}, "keys.discuss"},
	{[]string{"R"}, "keys.reject"}, {[]string{"M"}, "keys.note"}, {[]string{"Z"}, "keys.undo"}, {[]string{"G", "P"}, "keys.go"}, {[]string{"?"}, "keys.sheet"},
}

// listKeys are the keys of every other page.
var listKeys = []keyHelp{
	{[]string{"J", "K"}, "keys.row_rows"}, {[]string{"↵"}, "keys.row_open"}, {[]string{"X"}, "keys.row_select"}, {[]string{"/"}, "keys.row_search"}, {[]string{"F"}, "keys.row_filter"},
	{[]string{"G", "P"}, "keys.go_vacancies"}, {[]string{"G", "V"}, "keys.go_unclear"}, {[]string{"G", "R"}, "keys.go_intake"}, {[]string{"G", "N"}, "keys.go_mentions"}, {[]string{"?"}, "keys.sheet"},
}
