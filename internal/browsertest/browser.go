// Package browsertest drives a real Chromium through a site under test. A test fails when
// a page complains in the console or breaks its own content policy.
//
// Only tests import it.
package browsertest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"dossier/internal/testenv"
)

const (
	// stepWait bounds one step; a busy machine takes seconds to open a page.
	stepWait = 30 * time.Second
	// testWait bounds a whole test.
	testWait = 5 * time.Minute
)

// Browser is one tab of a Chromium of its own, with a fresh profile.
type Browser struct {
	t    testing.TB
	ctx  context.Context
	base string

	mu       sync.Mutex
	problems []string
	expected []string
}

// Start opens a Chromium on a site; base is its address without a path, like
// http://127.0.0.1:8080. The test is skipped unless DOSSIER_TEST_CHROMIUM is set. What the
// pages complained about fails the test at its end.
func Start(t testing.TB, base string) *Browser {
	t.Helper()
	path := testenv.Chromium(t)
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1440, 900),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-extensions", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("lang", "fr"),
	}
	ctx, cancel := context.WithTimeout(context.Background(), testWait)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}), chromedp.WithLogf(func(string, ...any) {}))
	t.Cleanup(closeTab)
	b := &Browser{t: t, ctx: ctx, base: strings.TrimSuffix(base, "/")}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatalf("chromium: %v", err)
	}
	for _, enable := range []func() error{
		func() error { _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); return err },
		func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err },
	} {
		if err := enable(); err != nil {
			t.Fatalf("chromium: %v", err)
		}
	}
	t.Cleanup(b.report)
	b.View(1440, 900, "light")
	b.Language("fr")
	return b
}

func (b *Browser) listen(ev any) {
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if ev.ExceptionDetails.Exception != nil {
			text += " " + ev.ExceptionDetails.Exception.Description
		}
		b.complain("exception: " + text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == "error" || ev.Type == "assert" {
			var words []string
			for _, a := range ev.Args {
				words = append(words, string(a.Value)+a.Description)
			}
			b.complain("console: " + strings.Join(words, " "))
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == "error" {
			b.complain(fmt.Sprintf("%s: %s %s", ev.Entry.Source, ev.Entry.Text, ev.Entry.URL))
		}
	}
}

func (b *Browser) complain(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = append(b.problems, text)
}

// Expect allows complaints that hold a text, for tests that provoke one.
func (b *Browser) Expect(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, text)
}

func (b *Browser) report() {
	b.mu.Lock()
	defer b.mu.Unlock()
complaints:
	for _, p := range b.problems {
		for _, e := range b.expected {
			if strings.Contains(p, e) {
				continue complaints
			}
		}
		b.t.Errorf("the page complained: %s", p)
	}
}

// do runs steps within their time.
func (b *Browser) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepWait)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Shot("failed")
		b.t.Fatalf("%s: %v", what, err)
	}
}

// View sets the size of the window in CSS pixels and the colour scheme, light or dark.
func (b *Browser) View(width, height int, scheme string) {
	b.t.Helper()
	b.do("view", chromedp.EmulateViewport(int64(width), int64(height)), chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	}))
}

// Language sets what the browser asks for, fr or en.
func (b *Browser) Language(lang string) {
	b.t.Helper()
	b.do("language", chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": lang}})
		return err
	}))
}

// SignIn fills in the sign-in form and waits for the page behind it.
func (b *Browser) SignIn(email, password string) {
	b.t.Helper()
	b.Goto("/signin")
	b.Type(`input[name=email]`, email)
	b.Type(`input[name=password]`, password)
	b.Click(`form[action="/signin"] button`)
	b.Wait("#main .page-head")
}

// Session signs in by a session's cookie, which spares the password's arithmetic.
func (b *Browser) Session(name, token string) {
	b.t.Helper()
	b.do("cookie", chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: token, URL: b.base + "/", HTTPOnly: new(true)})
		return err
	}))
}

// Goto opens a path and waits until the page and its fonts are there.
func (b *Browser) Goto(path string) {
	b.t.Helper()
	b.do("goto "+path, chromedp.Navigate(b.base+path), chromedp.WaitReady(chromedp.CSS("body")))
	Eval[bool](b, `document.fonts.ready.then(() => true)`)
}

// Click clicks the first element a selector finds.
func (b *Browser) Click(selector string) {
	b.t.Helper()
	b.do("click "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Type puts a text into a field, in place of what it holds.
func (b *Browser) Type(selector, text string) {
	b.t.Helper()
	b.do("type into "+selector, chromedp.Clear(chromedp.CSS(selector)), chromedp.SendKeys(chromedp.CSS(selector), text))
}

// Press presses keys, each rune one key; see chromedp's kb package for those without one.
func (b *Browser) Press(keys string) {
	b.t.Helper()
	b.do("press "+keys, chromedp.KeyEvent(keys))
}

// Wait waits until a selector finds something visible.
func (b *Browser) Wait(selector string) {
	b.t.Helper()
	b.do("wait for "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
}

// Text is the visible text of the first element a selector finds.
func (b *Browser) Text(selector string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepWait)
	defer cancel()
	s, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS(selector)))
	if err != nil {
		b.Shot("failed")
		b.t.Fatalf("text of %s: %v", selector, err)
	}
	return s
}

// Path is the path and query of the page shown.
func (b *Browser) Path() string {
	b.t.Helper()
	return Eval[string](b, `location.pathname + location.search`)
}

// Eval runs an expression in the page, waits for its promise if it is one, and returns
// its value.
func Eval[T any](b *Browser, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepWait)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%.80s: %v", expression, err)
	}
	return v
}

// untilPause is the time between two looks at what Until waits for.
const untilPause = 50 * time.Millisecond

// Until waits until an expression is true in the page, across changes of page.
func (b *Browser) Until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepWait)
	defer cancel()
	for {
		// An expression fails while a new page takes the place of the old.
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression, chromedp.EvalAwaitPromise)); ok && err == nil {
			return
		}
		select {
		case <-ctx.Done():
			b.Shot("failed")
			b.t.Fatalf("until %s: %v", expression, ctx.Err())
		case <-time.After(untilPause):
		}
	}
}

// NoSidewaysScroll fails when the page is wider than its window.
func (b *Browser) NoSidewaysScroll() {
	b.t.Helper()
	if over := Eval[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		b.t.Errorf("%s scrolls sideways by %d px", b.Path(), over)
	}
}

// ShotsVariable names the folder screenshots are kept in.
const ShotsVariable = "DOSSIER_TEST_SHOTS"

// Shot keeps a picture of the window in the folder DOSSIER_TEST_SHOTS names; without one
// it does nothing.
func (b *Browser) Shot(name string) {
	b.t.Helper()
	dir := os.Getenv(ShotsVariable)
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, stepWait)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		if err = os.MkdirAll(dir, 0o755); err == nil {
			err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
		}
	}
	if err != nil {
		b.t.Errorf("screenshot %s: %v", name, err)
	}
}
