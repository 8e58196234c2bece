package review

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"dossier/internal/blob"
	"dossier/internal/erasure"
	"dossier/internal/outbox"
	"dossier/internal/store"
	"dossier/web"
)

// maxFormBytes bounds what a form may send.
const maxFormBytes = "1M"

// maxUpload bounds what a form with a file may send.
const maxUpload = "17M"

// takesFiles tells the routes whose forms bring a file.
func takesFiles(c echo.Context) bool {
	return c.Path() == "/vacancies/new" || c.Path() == "/vacancies/:slug/draft/notice" || c.Path() == "/vacancies/:slug/draft/import"
}

const defaultZone = "Europe/Paris"

// Config is what the pages need.
type Config struct {
	// Store and Blobs are required.
	Store *store.Store
	Blobs *blob.Store
	// Eraser erases and purges; nil offers neither.
	Eraser *erasure.Eraser
	// Log takes ids only; nil discards.
	Log *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// PublicURL is the address people type, like https://dossier.example. With https the
	// cookies are bound to it. Empty means plain http on this machine.
	PublicURL string
	// Proxies are the networks whose word about the visitor's address and about https is
	// taken. Without any the peer's own address counts, since anybody can send the headers.
	Proxies []netip.Prefix
	// TLS tells that pages are served with a certificate of our own.
	TLS bool
	// SignIn says how people sign in besides with a password.
	SignIn SignIn
	// Language is used when neither the account nor the browser asks for one; fr when empty.
	Language string
	// Zone is the IANA zone of pages that belong to no vacancy; Europe/Paris when empty.
	Zone string
	// Markup finds the HTML of a message; nil shows mails as text alone.
	Markup MarkupFunc
	// Letter takes a message apart for who sorts it; nil shows its subject alone.
	Letter LetterFunc
	// Draw draws pages for readers who are not to know whose they are; nil shows them the
	// text alone.
	Draw DrawFunc
	// ReadNotice reads uploaded announcements; nil takes pasted text alone.
	ReadNotice ReadFunc
	// Files reads and writes vacancy files; nil offers none.
	Files VacancyFiles
	// Unlock reads a document with a password; nil offers nobody to type one.
	Unlock UnlockFunc
	// Mail is how messages to applicants leave; without a server they are kept and wait.
	// MailKept says that the server keeps what it gets and passes nothing on.
	Mail     outbox.Settings
	MailKept bool
	// PollEvery is how often mailboxes are polled, shown on the intake page; 0 when this
	// process does not know.
	PollEvery time.Duration
	// SilentAfter is how old the last good round of a mailbox may be before everybody who
	// sees the intake is told; 0 when this process does not know.
	SilentAfter time.Duration
	// Mailboxes tests and connects mail accounts; nil shows them only.
	Mailboxes Mailboxes
	// NoRoom tells whether intake stands still since a disk is full; nil for never.
	NoRoom func(ctx context.Context) bool
	// Ready tells whether the process takes visitors; nil asks the database alone.
	Ready func(ctx context.Context) error
}

// app is the pages with what they need.
type app struct {
	Config
	views  *web.Views
	secure bool
	nav    navCounts
	silent silentBoxes
	outage outages
	drawn  drawnPages
	// panels lets one dossier of a panel be made at a time.
	panels sync.Mutex
	// tryouts are the trials of drafts.
	tryouts tryouts
	// hashing bounds how many passwords are checked at once: each takes 64 MiB.
	hashing chan struct{}
}

// New returns the pages. It fails when a setting or a template is broken.
func New(cfg Config) (http.Handler, error) {
	if cfg.Store == nil || cfg.Blobs == nil {
		return nil, errors.New("review: a store and a blob store are needed")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Language == "" {
		cfg.Language = web.Languages[0]
	}
	if cfg.Zone == "" {
		cfg.Zone = defaultZone
	}
	if _, err := time.LoadLocation(cfg.Zone); err != nil {
		return nil, fmt.Errorf("review: %w", err)
	}
	public, err := url.Parse(cfg.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("review: public URL: %w", err)
	}
	views, err := web.Load(cfg.Log)
	if err != nil {
		return nil, fmt.Errorf("review: %w", err)
	}
	a := &app{Config: cfg, views: views, secure: public.Scheme == "https" || cfg.TLS, hashing: make(chan struct{}, 2),
		tryouts: tryouts{byID: map[int64]*tryout{}, running: make(chan struct{}, 1)}}
	return a.echo(), nil
}

func (a *app) echo() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(discard{})
	e.IPExtractor = a.visitor()
	e.HTTPErrorHandler = a.handleError
	e.Use(a.logged, a.securityHeaders, a.onlySafely, middleware.RecoverWithConfig(middleware.RecoverConfig{LogErrorFunc: a.logPanic}))
	e.Use(middleware.BodyLimitWithConfig(middleware.BodyLimitConfig{Limit: maxFormBytes, Skipper: takesFiles}),
		middleware.BodyLimitWithConfig(middleware.BodyLimitConfig{Limit: maxUpload, Skipper: func(c echo.Context) bool { return !takesFiles(c) }}), middleware.GzipWithConfig(middleware.GzipConfig{Level: 5, MinLength: 1024, Skipper: isDocument}))
	e.Use(a.csrf())

	e.GET("/static/*", echo.WrapHandler(a.views.Assets))
	for _, r := range routes() {
		e.Add(r.method, r.path, a.serve(r))
		if r.method == http.MethodGet {
			// Those who watch the service ask so; the server leaves the body out.
			e.Add(http.MethodHead, r.path, a.serve(r))
		}
	}
	return e
}

// discard swallows what echo itself would log; our own line per request says more.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// cookieName gives a cookie the prefix that binds it to this host when it travels safely.
func (a *app) cookieName(name string) string {
	if a.secure {
		return "__Host-" + name
	}
	return name
}

func (a *app) cookie(name, value string, life time.Duration) *http.Cookie {
	c := &http.Cookie{Name: a.cookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: a.secure, SameSite: http.SameSiteLaxMode}
	if life != 0 {
		c.MaxAge = int(life / time.Second)
	}
	return c
}

func (a *app) csrf() echo.MiddlewareFunc {
	return middleware.CSRFWithConfig(middleware.CSRFConfig{
		TokenLookup:    "form:csrf,header:X-CSRF-Token",
		CookieName:     a.cookieName("csrf"),
		CookiePath:     "/",
		CookieSecure:   a.secure,
		CookieHTTPOnly: true,
		CookieSameSite: http.SameSiteLaxMode,
		Skipper:        func(c echo.Context) bool { return isAsset(c) || c.Path() == "/healthz" || c.Path() == "/readyz" },
		ErrorHandler:   func(error, echo.Context) error { return errForged },
	})
}
