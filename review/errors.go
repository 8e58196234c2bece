package review

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

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
	{blob.ErrKeyDestroyed, http.StatusGone, "error.410.text"},
	{store.ErrConflict, http.StatusConflict, "error.409.text"},
	{errVeiled, http.StatusForbidden, "error.403.veiled"},
	{errForbidden, http.StatusForbidden, "error.403.text"},
	{errForged, http.StatusForbidden, "error.403.csrf"},
	{errBadInput, http.StatusBadRequest, "error.400.text"},
}

// outageText is the key of the sentence about a database that cannot do what was asked.
var outageText = map[store.Outage]string{
	store.OutageAway: "error.503.away", store.OutageFull: "error.503.full",
	store.OutageReadOnly: "error.503.read_only", store.OutageBusy: "error.503.busy",
}

// retryAfter is how many seconds a visitor, or a program, may wait before asking again.
const retryAfter = "20"

// outages remembers the outage that was last logged: it is told once, not at every request.
type outages struct {
	mu    sync.Mutex
	known store.Outage
	at    time.Time
}

// outageAgain is how long after an outage was logged it is logged anew.
const outageAgain = 10 * time.Minute

// first tells whether an outage has to be logged.
func (o *outages) first(kind store.Outage, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.known == kind && now.Sub(o.at).Abs() < outageAgain {
		return false
	}
	o.known, o.at = kind, now
	return true
}

// statusOf returns the status of an error and the key of its sentence.
func statusOf(err error) (int, string) {
	for _, s := range statuses {
		if errors.Is(err, s.err) {
			return s.status, s.text
		}
	}
	if text, ok := outageText[store.OutageOf(err)]; ok {
		return http.StatusServiceUnavailable, text
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
	// Again is the address to try once more; only for what changed nothing.
	Again string
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
	if status == http.StatusServiceUnavailable {
		kind := store.OutageOf(err)
		c.Set("told before", !a.outage.first(kind, r.now))
		c.Response().Header().Set("Retry-After", retryAfter)
		if kind == store.OutageAway || kind == store.OutageBusy {
			r.user = nil // the side of the page would ask the database again
		}
	}
	p := errorPage{page: r.newPage("", fmt.Sprintf("error.%d", status)), Status: status, Text: r.words.T(text)}
	if status == http.StatusServiceUnavailable && c.Request().Method == http.MethodGet {
		p.Again = p.Path
	}
	if status == http.StatusInternalServerError {
		p.Reference = requestID(c)
	}
	if err := r.renderStatus(status, "errors/show", p); err != nil {
		a.Log.Error("error page failed", "err", err)
		_ = c.NoContent(status)
	}
}
