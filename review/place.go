package review

import (
	"net/url"
	"strconv"
	"time"

	"dossier/internal/store"
	"dossier/screening"
)

// place is where the application stands in the list the reader came from.
type place struct {
	Position, Total int
	// Previous and Next are addresses, empty at the ends.
	Previous, Next string
	NextID         int64
}

// place finds the neighbours of an application in the shortlist that list describes.
func (r *request) place(v store.ApplicationView, list string) (*place, error) {
	values, err := url.ParseQuery(list)
	if err != nil {
		return nil, errBadInput
	}
	// The list's filters are of the checklist in force, which may be newer than the
	// assessment's.
	ctx, criteria := r.Request().Context(), v.Checklist.Checklist.Criteria
	if inForce := v.Vacancy.ChecklistVersion; inForce != v.Checklist.Version {
		newer, err := r.app.Store.ChecklistAt(ctx, v.VacancyID, inForce)
		if err != nil {
			return nil, err
		}
		criteria = newer.Checklist.Criteria
	}
	f := readShortlist(v.Vacancy, criteria, values)
	if err := r.readAs(&f); err != nil {
		return nil, err
	}
	n, err := r.app.Store.Neighbours(ctx, f.query, v.ID)
	if err != nil {
		return nil, err
	}
	p := &place{Position: n.Position, Total: n.Total, NextID: n.Next}
	if n.Previous != 0 {
		p.Previous = withList(applicationPath(n.Previous), list)
	}
	if n.Next != 0 {
		p.Next = withList(applicationPath(n.Next), list)
	}
	return p, nil
}

// decided is the application decided just before this one was opened.
type decided struct {
	Name, Path string
	Stage      screening.Stage
	Version    int64
}

// justNow is how long a decision is offered for undoing on the next page.
const justNow = 10 * time.Minute

// decidedJustNow tells of the decision that led to this page, when it was this account's.
func (r *request) decidedJustNow() (*decided, error) {
	id, err := strconv.ParseInt(r.QueryParam("decided"), 10, 64)
	if err != nil || id <= 0 || r.Request().Method != "GET" {
		return nil, nil
	}
	v, err := r.applicationView(id)
	if err != nil {
		// The address was made by hand, or the application is gone: nothing to tell.
		return nil, nil
	}
	last := v.LastDecision()
	if _, ok := undoOf(v); !ok || last.Reason == store.ReasonUndone || last.AuthorID != r.user.ID || r.now.Sub(last.At) > justNow {
		return nil, nil
	}
	return &decided{Name: v.Applicant.Name, Path: applicationPath(id), Stage: v.Stage, Version: v.Version}, nil
}

// withQuery adds parameters to an address of ours: names and values by turns, empty ones
// left out.
func withQuery(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
