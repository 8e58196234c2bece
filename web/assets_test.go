package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
)

func TestVendoredFilesAreTheOnesWeTook(t *testing.T) {
	folders, err := fs.Glob(staticFiles, "static/vendor/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no vendored files: %v", err)
	}
	for _, dir := range folders {
		list, err := fs.ReadFile(staticFiles, dir+"/SHA256SUMS")
		if err != nil {
			t.Errorf("%s: %v", dir, err)
			continue
		}
		listed := map[string]bool{"SHA256SUMS": true}
		for line := range strings.Lines(string(list)) {
			want, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
			name = path.Clean(name)
			b, err := fs.ReadFile(staticFiles, dir+"/"+name)
			if !ok || err != nil {
				t.Errorf("%s: %q: %v", dir, line, err)
				continue
			}
			listed[name] = true
			sum := sha256.Sum256(b)
			if got := hex.EncodeToString(sum[:]); got != want {
				t.Errorf("%s/%s has changed: %s, want %s", dir, name, got, want)
			}
		}
		if !listed["LICENSE"] {
			t.Errorf("%s: no licence", dir)
		}
		err = fs.WalkDir(staticFiles, dir, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && !listed[strings.TrimPrefix(name, dir+"/")] {
				t.Errorf("%s is not in SHA256SUMS", name)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestAssetsAreServedForEverUnderTheirHash(t *testing.T) {
	a := loadForTest(t).Assets
	for name, media := range map[string]string{
		"css/app.css": "text/css; charset=utf-8", "js/app.js": "text/javascript; charset=utf-8", "favicon.svg": "image/svg+xml",
		"vendor/pdfjs-6.5.438/pdf.min.mjs": "text/javascript; charset=utf-8", "vendor/inter-5.3.0/inter-latin-wght-normal.woff2": "font/woff2",
	} {
		if !a.Has(name) {
			t.Errorf("%s: missing", name)
			continue
		}
		rec := httptest.NewRecorder()
		a.ServeHTTP(rec, httptest.NewRequest("GET", a.URL(name), nil))
		if rec.Code != http.StatusOK || rec.Header().Get("Content-Type") != media ||
			!strings.Contains(rec.Header().Get("Cache-Control"), "immutable") || rec.Body.Len() == 0 {
			t.Errorf("%s: %d %s %s", name, rec.Code, rec.Header().Get("Content-Type"), rec.Header().Get("Cache-Control"))
		}
	}
	for _, bad := range []string{"/static/css/app.css", "/static/000000000000/css/app.css", a.URL("css"), a.URL("../embed.go"),
		"/static/vendor/../../embed.go", "/static/vendor/", "/static/vendor/inter-5.3.0/README.md"} {
		rec := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = bad
		a.ServeHTTP(rec, r)
		if rec.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", bad, rec.Code)
		}
	}
}

func TestStyleKeepsItsColoursInTokens(t *testing.T) {
	colour := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(`)
	names, _ := fs.Glob(staticFiles, "static/css/*.css")
	more, _ := fs.Glob(staticFiles, "static/css/components/*.css")
	layer := regexp.MustCompile(`@layer (tokens|base|components|layout|utilities)\b`)
	for _, name := range append(names, more...) {
		b, err := fs.ReadFile(staticFiles, name)
		if err != nil {
			t.Fatal(err)
		}
		if path.Base(name) != "tokens.css" {
			for _, found := range colour.FindAllString(string(b), -1) {
				t.Errorf("%s: colour %s outside tokens.css", name, found)
			}
		}
		if strings.Contains(string(b), "!important") {
			t.Errorf("%s: !important", name)
		}
		if !layer.Match(b) {
			t.Errorf("%s: belongs to no layer", name)
		}
	}
}

func TestTemplatesHoldNoScriptNorStyleOfTheirOwn(t *testing.T) {
	bad := regexp.MustCompile(`(?i)\sstyle=|<style|\son[a-z]+=|javascript:|hx-on|<script(?: type="module")?>`)
	// What is not a script to the browser may stand in the page.
	inline := regexp.MustCompile(`<script ([^>]*)>([^<])`)
	err := fs.WalkDir(templateFiles, "templates", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(templateFiles, name)
		if err != nil {
			return err
		}
		if m := bad.Find(b); m != nil {
			t.Errorf("%s: %q would be refused by the page's own policy", name, m)
		}
		for _, m := range inline.FindAllSubmatch(b, -1) {
			if !strings.Contains(string(m[1]), `type="application/json"`) {
				t.Errorf("%s: %q would be refused by the page's own policy", name, m[0])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every icon a template may ask for is drawn in the sprite, and the other way round.
func TestSpriteAndIconsAgree(t *testing.T) {
	b, err := fs.ReadFile(templateFiles, "templates/partials/sprite.html")
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]bool{}
	for _, m := range regexp.MustCompile(`id="i-([a-z-]+)"`).FindAllStringSubmatch(string(b), -1) {
		drawn[m[1]] = true
		if !icons[m[1]] {
			t.Errorf("%s is drawn and cannot be asked for", m[1])
		}
	}
	for name := range icons {
		if !drawn[name] {
			t.Errorf("%s can be asked for and is not drawn", name)
		}
	}
}
