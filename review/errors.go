package review

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"dossier/internal/blob"
	"dossier/internal/store"
)

var (
	// errForbidden: the account may not do this.
	errForbidden = errors.New("not allowed")
	// errForged: the form's token is missing or not the one of the browser's cookie.
	errForged = errors.New("form token missing or wrong")
	// errBadInput: the request is not one our pages make.
	errBadInput = errors.New("bad input")
)

// statuses is the table from errors to what the visitor gets: a status and the key of the
// sentence. What is not in it is a 500.
var statuses = []struct {
	err    error
	status int
	text   string
}{
	{store.ErrNotFound, http.StatusNotFound, "error.404.text"},
	{blob.ErrNotFound, http.StatusNotFound, "error.404.text"},
	{store.ErrConflict, http.StatusConflict, "error.409.text"},
	{errVeiled, http.StatusForbidden, "error.403.veiled"},
	{errForbidden, http.StatusForbidden, "error.403.text"},
	{errForged, http.StatusForbidden, "error.403.csrf"},
	{errBadInput, http.StatusBadRequest, "error.400.text"},
}

// statusOf returns the status of an error and the key of its sentence.
func statusOf(err error) (int, string) {
	for _, s := range statuses {
		if errors.Is(err, s.err) {
			return s.status, s.text
		}
	}
	var he *echo.HTTPError
	if errors.As(err, &he) {
		switch {
		case he.Code == http.StatusNotFound || he.Code == http.StatusMethodNotAllowed:
			return http.StatusNotFound, "error.404.text"
		case he.Code == http.StatusForbidden:
			return he.Code, "error.403.csrf"
		case he.Code >= 400 && he.Code < 500:
			return http.StatusBadRequest, "error.400.text"
		}
	}
	return http.StatusInternalServerError, "error.500.text"
}

// errorPage tells what went wrong, without how.
type errorPage struct {
	page
	Status int
	Text   string
	// Reference finds the line in the log; set for our own faults only.
	Reference string
}

// handleError answers for every handler that failed.
func (a *app) handleError(err error, c echo.Context) {
	c.Set("error", err)
	if c.Response().Committed {
		return
	}
	status, text := statusOf(err)
	r := a.request(c)
	p := errorPage{page: r.newPage("", fmt.Sprintf("error.%d", status)), Status: status, Text: r.words.T(text)}
	if status == http.StatusInternalServerError {
		p.Reference = requestID(c)
	}
	if err := r.renderStatus(status, "errors/show", p); err != nil {
		a.Log.Error("error page failed", "err", err)
		_ = c.NoContent(status)
	}
}
