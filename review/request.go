package review

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/web"
)

// request is one request with who makes it and in which language it is answered.
type request struct {
	echo.Context
	app *app
	// user is nil when nobody is signed in.
	user  *store.User
	words *web.Locale
	now   time.Time
	// method is how the session began, one of store's.
	method string
	// access is what the account's grants keep it to.
	access access
	// veils and behind are what the modes of vacancies keep back of the applications this
	// request has read, by application.
	veils map[int64]*veil
	// modes are those of the vacancies that are not looked at in the usual way, once read.
	modes map[int64]store.ReviewMode
	// maskAll masks every name, whatever the mode of the vacancy.
	maskAll bool
	behind  map[int64]behind
}

// handler answers one request; what it returns goes through the table of errors.go.
type handler func(r *request) error

const requestKey = "request"

// request returns the request of a context, made on first use.
func (a *app) request(c echo.Context) *request {
	if r, ok := c.Get(requestKey).(*request); ok {
		return r
	}
	r := &request{Context: c, app: a, now: a.Now()}
	r.words = a.views.Locale(r.language())
	c.Set(requestKey, r)
	return r
}

// signedIn makes the request somebody's.
func (r *request) signedIn(u *store.User) {
	r.user = u
	r.words = r.app.views.Locale(r.language())
}

var languageMatcher = func() language.Matcher {
	var tags []language.Tag
	for _, l := range web.Languages {
		tags = append(tags, language.Make(l))
	}
	return language.NewMatcher(tags)
}()

// language is the account's, else what the address or the browser asks for, else the
// instance's.
func (r *request) language() string {
	if r.user != nil && r.user.Language != "" {
		return r.user.Language
	}
	for _, l := range web.Languages {
		if r.QueryParam("lang") == l {
			return l
		}
	}
	tags, _, err := language.ParseAcceptLanguage(r.Request().Header.Get("Accept-Language"))
	if err == nil && len(tags) > 0 {
		if _, i, confidence := languageMatcher.Match(tags...); confidence >= language.High {
			return web.Languages[i]
		}
	}
	return r.app.Language
}

// may tells whether the signed-in account allows something.
func (r *request) may(p account.Permission) bool {
	return r.user != nil && r.access.may(r.user.Role, p)
}

// intParam reads a number out of the path; a path with anything else is not found.
func (r *request) intParam(name string) (int64, error) {
	id, err := strconv.ParseInt(r.Param(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("%s %q: %w", name, r.Param(name), store.ErrNotFound)
	}
	return id, nil
}

// text reads a form field, trimmed and cut at a number of bytes.
func (r *request) text(name string, maxBytes int) string {
	s := strings.TrimSpace(r.FormValue(name))
	if len(s) > maxBytes {
		s = strings.ToValidUTF8(s[:maxBytes], "")
	}
	return s
}

// back is the page of ours a form came from, safe to redirect to.
func (r *request) back(fallback string) string { return localPath(r.FormValue("next"), fallback) }

// localPath lets through a path of this site only: //host and /\host would leave it, and
// browsers drop control characters from addresses before they look for either.
func localPath(path, fallback string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, "\\") ||
		strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fallback
	}
	if u, err := url.Parse(path); err != nil || u.Host != "" || u.Scheme != "" {
		return fallback
	}
	return path
}

func requestID(c echo.Context) string {
	if id, ok := c.Get("id").(string); ok {
		return id
	}
	return ""
}

// logged writes one line per request: the route, never the address, which may hold names.
func (a *app) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		id := account.NewToken()[:12]
		c.Set("id", id)
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		if err := next(c); err != nil {
			c.Error(err)
		}
		if isAsset(c) || c.Path() == "/healthz" {
			return nil
		}
		attrs := []any{"request", id, "method", c.Request().Method, "route", c.Path(), "status", c.Response().Status, "took", time.Since(start)}
		level := slog.LevelDebug
		if err, ok := c.Get("error").(error); ok {
			attrs = append(attrs, "err", err)
			if before, _ := c.Get("told before").(bool); c.Response().Status >= http.StatusInternalServerError && !before {
				level = slog.LevelError
			}
		}
		a.Log.Log(c.Request().Context(), level, "request", attrs...)
		return nil
	}
}

func (a *app) logPanic(c echo.Context, err error, stack []byte) error {
	a.Log.Error("handler panicked", "request", requestID(c), "route", c.Path(), "err", err, "stack", string(stack))
	return err
}
