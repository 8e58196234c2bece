package review

import (
	"net/url"
	"strconv"

	"dossier/internal/account"
	"dossier/internal/store"
)

// undoSort offers to take a sorting back.
type undoSort struct {
	ID   int64
	Text string
}

// withSorted is the address of the page after a message was sorted.
func withSorted(path string, id int64) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := u.Query()
	q.Set("sorted", decimal(id))
	u.RawQuery = q.Encode()
	return u.String()
}

// sortedJustNow is the sorting that led to this page, nil when it was somebody else's, long
// ago, or taken back since.
func (r *request) sortedJustNow() (*undoSort, error) {
	id, err := strconv.ParseInt(r.QueryParam("sorted"), 10, 64)
	if err != nil || !r.may(account.SortMessages) {
		return nil, nil // an address made by hand tells nothing
	}
	ruling, ok, err := r.app.Store.RulingOf(r.Request().Context(), id)
	if err != nil || !ok || ruling.AuthorID != r.user.ID || r.now.Sub(ruling.At) > justNow {
		return nil, err
	}
	key := map[store.RulingAct]string{store.RulingAssign: "flash.message_assigned", store.RulingDismiss: "flash.message_dismissed", store.RulingSeparate: "flash.message_separated"}[ruling.Act]
	if key == "" {
		return nil, nil
	}
	return &undoSort{ID: id, Text: r.words.T(key)}, nil
}

// afterSorting is the address that opens the message below the selected one, else the one
// above it; without either, the list.
func afterSorting(start string, groups []intakeGroup, selected int64) string {
	above, passed := start, false
	for _, g := range groups {
		for _, row := range g.Rows {
			switch {
			case row.ID == selected:
				passed = true
			case !row.CanSort:
			case passed:
				return row.Path
			default:
				above = row.Path
			}
		}
	}
	return above
}
