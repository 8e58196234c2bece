package browsertest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"dossier/internal/testenv"
)

const goodPage = `<!doctype html><html lang="en"><head><title>Good</title></head><body><main><h1>Good</h1><label>Name <input name="name"></label><button>Go</button></main></body></html>`

func TestBrowserReadsTypesAndChecks(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/favicon.ico" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(goodPage))
	}))
	defer site.Close()
	b := Start(t, site.URL)
	b.Goto("/page")
	if got := b.Text("h1"); got != "Good" {
		t.Errorf("h1 is %q", got)
	}
	b.Type("input", "Awa")
	if got := Eval[string](b, `document.querySelector("input").value`); got != "Awa" {
		t.Errorf("typed %q", got)
	}
	b.Axe()
	b.NoSidewaysScroll()
}

// recorder takes the place of a test to see that it would fail.
type recorder struct {
	testing.TB
	failed int
}

func (r *recorder) Errorf(string, ...any) { r.failed++ }
func (r *recorder) Helper()               {}

func TestBrowserNoticesComplaintsAndViolations(t *testing.T) {
	testenv.Chromium(t)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "script-src 'none'")
		_, _ = w.Write([]byte(`<!doctype html><html><head><title></title></head><body><img src="/favicon.ico"><script>1</script></body></html>`))
	}))
	defer site.Close()
	b := Start(t, site.URL)
	b.Goto("/")
	r := &recorder{TB: t}
	b.t = r
	b.Axe()
	if r.failed == 0 {
		t.Error("axe found nothing on a page without a language and a title")
	}
	r.failed = 0
	b.report()
	if r.failed == 0 {
		t.Error("a broken policy was not noticed")
	}
	b.t, b.problems = t, nil
}
