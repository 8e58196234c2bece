package review

import (
	"fmt"
	"mime"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/screening/fact"
)

func TestOnlyProvenPDFsAndPicturesAreShownInPlace(t *testing.T) {
	d := newDesk(t)
	png := "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 32)
	for name, c := range map[string]struct {
		claimed, content, shown string
	}{
		"PDF":                       {"application/pdf", "%PDF-1.7\n", "application/pdf"},
		"PDF called something else": {"application/octet-stream", "%PDF-1.4\n", "application/pdf"},
		"page called a PDF":         {"application/pdf", "<!doctype html><script>alert(1)</script>", ""},
		"page that mentions a PDF":  {"application/pdf", "<html>%PDF-1.7", ""},
		"page":                      {"text/html", "<html><body>hello", ""},
		"drawing with scripts":      {"image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, ""},
		"picture":                   {"image/png", png, "image/png"},
		"page called a picture":     {"image/png", "<html><script>alert(1)</script>", ""},
		"text":                      {"text/plain", "hello", ""},
		"document":                  {"application/msword", "PK\x03\x04", ""},
		"nothing":                   {"application/pdf", "", ""},
		"script":                    {"text/javascript", "alert(1)", ""},
	} {
		id := d.receive(sent{name: name, email: strings.ReplaceAll(name, " ", ".") + "@courriel.example", subject: "Candidature", receivedAt: d.now.Add(-time.Hour),
			files: []sentFile{{name: name, media: c.claimed, content: []byte(c.content), is: fact.Other}}})
		a := d.get(account.Reader, "fr", fmt.Sprintf("/documents/%d/content", d.view(id).Documents[0].ID)).want(200)
		h := a.Header()
		if got := h.Get("Content-Security-Policy"); !strings.HasPrefix(got, "sandbox; default-src 'none'") {
			t.Errorf("%s: policy %q", name, got)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: headers %v", name, h)
		}
		disposition, _, err := mime.ParseMediaType(h.Get("Content-Disposition"))
		if err != nil {
			t.Errorf("%s: disposition %q: %v", name, h.Get("Content-Disposition"), err)
		}
		wantDisposition, wantMedia := "attachment", "application/octet-stream"
		if c.shown != "" {
			wantDisposition, wantMedia = "inline", c.shown
		}
		if disposition != wantDisposition || h.Get("Content-Type") != wantMedia {
			t.Errorf("%s: %s as %s, want %s as %s", name, disposition, h.Get("Content-Type"), wantDisposition, wantMedia)
		}
		if a.Body.String() != c.content {
			t.Errorf("%s: bytes differ", name)
		}
		if c.shown != "" {
			a = d.get(account.Reader, "fr", fmt.Sprintf("/documents/%d/content?download=1", d.view(id).Documents[0].ID))
			if disposition, _, _ := mime.ParseMediaType(a.Header().Get("Content-Disposition")); disposition != "attachment" {
				t.Errorf("%s: asked as a download it is %s", name, disposition)
			}
		}
	}
}

func TestFileNamesCannotBreakOutOfTheirHeader(t *testing.T) {
	for _, name := range []string{"cv\".html", "a\r\nSet-Cookie: x=1", "../../etc/passwd", `C:\Users\x\cv.pdf`, "", ".", "<b>.pdf", "CV – Zoé.pdf", strings.Repeat("é", 4000) + ".pdf", "\x00\xff\xfe", "a;b=c.pdf"} {
		got := contentDisposition("attachment", name, 7)
		kind, params, err := mime.ParseMediaType(got)
		if err != nil || kind != "attachment" || params["filename"] == "" {
			t.Errorf("%.20q: %q does not parse: %v", name, got, err)
		}
		if strings.ContainsAny(params["filename"], "\r\n\"/\\<>;\x00") || len(params) != 1 || len([]rune(params["filename"])) > 130 {
			t.Errorf("%.20q: file name %q", name, params["filename"])
		}
	}
	if _, params, _ := mime.ParseMediaType(contentDisposition("inline", "CV – Zoé.pdf", 1)); params["filename"] != "CV _ Zoé.pdf" {
		t.Errorf("a plain name became %q", params["filename"])
	}
}

func TestDocumentsAreForThoseWhoMaySeeApplications(t *testing.T) {
	d := newDesk(t)
	d.awa()
	d.addUser(account.Operator, "Opératrice")
	for _, path := range []string{"/documents/1/content", "/documents/1/text", "/applications/1"} {
		d.get(account.Operator, "fr", path).want(403)
		d.get("", "fr", path).want(303)
		d.get(account.Reader, "fr", path).want(200)
	}
}

func TestOriginalIsServedByRanges(t *testing.T) {
	d := newDesk(t)
	d.awa()
	req := httptest.NewRequest("GET", "/documents/1/content", nil)
	req.Header.Set("Range", "bytes=0-4")
	if a := d.do(req, account.Reader, "fr").want(206); a.Body.String() != "%PDF-" {
		t.Errorf("range gave %q", a.Body.String())
	}
}
