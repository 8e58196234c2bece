package review

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"dossier/internal/account"
	"dossier/internal/store"
)

// outboxPage lists the messages to applicants.
type outboxPage struct {
	page
	Tabs      []tab
	Rows      []outboxRow
	Vacancies []outboxVacancy
	// Vacancy is the slug the list is narrowed to; State the state, which the form keeps.
	Vacancy, State string
	NoServer, Kept bool
	// MayEdit shows the way to the templates.
	MayEdit     bool
	First       bool
	Start, Next string
}

type outboxRow struct {
	outgoingView
	Name, Vacancy, Application, Zone string
}

type outboxVacancy struct {
	Slug, Title string
	Current     bool
}

// waitingTab is the tab of messages that wait for a person.
const waitingTab = "waiting"

// showOutbox answers GET /outbox?state=&vacancy=&before=.
func showOutbox(r *request) error {
	ctx := r.Request().Context()
	p := outboxPage{page: r.newPage("outbox", "outbox.title"), NoServer: !r.app.Mail.Configured(), Kept: r.app.MailKept, MayEdit: r.may(account.EditTemplates), State: r.QueryParam("state"), Vacancy: r.QueryParam("vacancy")}
	q := store.OutgoingQuery{Within: r.withinFor(account.WriteApplicants)}
	q.Before, _ = strconv.ParseInt(r.QueryParam("before"), 10, 64)
	vacancies, err := r.app.Store.Vacancies(ctx)
	if err != nil {
		return err
	}
	for _, v := range vacancies {
		if !r.withinFor(account.WriteApplicants).Holds(v.ID) {
			continue
		}
		one := outboxVacancy{Slug: v.Slug, Title: v.Title, Current: v.Slug == p.Vacancy}
		if one.Current {
			q.VacancyID = v.ID
		}
		p.Vacancies = append(p.Vacancies, one)
	}
	if p.Vacancy != "" && q.VacancyID == 0 {
		return fmt.Errorf("vacancy: %w", store.ErrNotFound)
	}
	switch {
	case p.State == waitingTab:
		q.Attention = true
	case slices.Contains(store.OutgoingStates, store.OutgoingState(p.State)):
		q.State = store.OutgoingState(p.State)
	case p.State != "":
		return fmt.Errorf("state %q: %w", p.State, errBadInput)
	}
	counts, waiting, err := r.app.Store.OutgoingCounts(ctx, r.withinFor(account.WriteApplicants), q.VacancyID)
	if err != nil {
		return err
	}
	p.Tabs = r.outboxTabs(counts, waiting, p.State, p.Vacancy)
	rows, more, err := r.app.Store.OutgoingRows(ctx, q)
	if err != nil {
		return err
	}
	if p.Rows, err = r.outboxRows(rows); err != nil {
		return err
	}
	p.First, p.Start = q.Before == 0, outboxPath(p.State, p.Vacancy)
	if more {
		p.Next = withQuery(p.Start, "before", decimal(rows[len(rows)-1].ID))
	}
	return r.render("outbox/list", p)
}

// outboxTabs are the states that hold something, and those one looks for.
func (r *request) outboxTabs(counts map[store.OutgoingState]int, waiting int, current, vacancy string) []tab {
	all := 0
	for _, n := range counts {
		all += n
	}
	tabs := []tab{{Label: r.words.T("outbox.tab.all"), Count: all, Path: outboxPath("", vacancy), Current: current == ""},
		{Label: r.words.T("outbox.tab.waiting"), Count: waiting, Path: outboxPath(waitingTab, vacancy), Current: current == waitingTab}}
	for _, s := range store.OutgoingStates {
		if counts[s] > 0 || current == string(s) {
			tabs = append(tabs, tab{Label: r.words.T("outbox.tab." + string(s)), Count: counts[s], Path: outboxPath(string(s), vacancy), Current: current == string(s)})
		}
	}
	return tabs
}

func outboxPath(state, vacancy string) string {
	q := url.Values{}
	if state != "" {
		q.Set("state", state)
	}
	if vacancy != "" {
		q.Set("vacancy", vacancy)
	}
	if len(q) == 0 {
		return "/outbox"
	}
	return "/outbox?" + q.Encode()
}

// outboxRows puts rows into words, and takes names out where a vacancy is looked at without.
func (r *request) outboxRows(rows []store.OutgoingRow) ([]outboxRow, error) {
	masks := map[int64]func(int64) bool{}
	var out []outboxRow
	for _, row := range rows {
		masked, known := masks[row.VacancyID]
		if !known {
			var err error
			if masked, err = r.masks(row.VacancyID); err != nil {
				return nil, err
			}
			masks[row.VacancyID] = masked
		}
		one := outboxRow{outgoingView: r.outgoingView(row.OutgoingMessage, row.Author, row.Zone), Name: row.Name, Vacancy: row.Vacancy,
			Application: applicationPath(row.ApplicationID) + "?panel=messages", Zone: row.Zone}
		if one.Name == "" {
			one.Name = row.ToEmail
		}
		if masked != nil && masked(row.ApplicationID) {
			one.outgoingView, one.Name = veiledOutgoing(one.outgoingView), veiledName(r.words, row.ApplicationID)
		}
		out = append(out, one)
	}
	return out, nil
}

// outboxWaiting counts the messages that wait for a person; like the other counts at the
// side it is left out when it cannot be had.
func (r *request) outboxWaiting() int {
	if !r.may(account.WriteApplicants) {
		return 0
	}
	n, err := r.app.Store.OutgoingAttention(r.Request().Context(), r.withinFor(account.WriteApplicants))
	if err != nil {
		r.app.Log.Warn("outbox", "err", err)
	}
	return n
}
