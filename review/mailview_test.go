package review

import (
	"fmt"
	"strings"
	"testing"

	"dossier/internal/account"
	"dossier/web"
)

// evilMail is a mail whose layout tries whatever HTML can.
const evilMail = "From: a@courriel.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain\r\n\r\nBonjour, voici ma candidature.\r\n" +
	"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" +
	`<html><head><title>T</title><style>body{background:url(https://tracker.example/s)}</style><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example"></head>` +
	`<body onload="alert(1)"><script>alert(2)</script><p style="background:url(//tracker.example/p)" class="x" id="csrf">Bonjour, <b>voici</b> ma candidature.</p>` +
	`<img src="https://tracker.example/pixel.gif"><img src=x onerror=alert(3)><a href="javascript:alert(4)">ici</a><a href="https://evil.example/login" hx-get="/signout">là</a>` +
	`<form action="https://evil.example"><input name="csrf"><button>Envoyer</button></form><iframe src="https://evil.example"></iframe><svg><script>alert(5)</script></svg>` +
	`<object data="x"></object><math><mi xlink:href="javascript:alert(6)">m</mi></math><table><tr><td colspan="2" background="https://tracker.example/t">Cellule</td></tr></table><!-- <script>alert(7)</script> -->` +
	`<<script>script>alert(8)</script><template><img src=x onerror=alert(9)></template></body></html>` + "\r\n--b--\r\n"

func TestLayoutOfAMailIsCleanedInASandbox(t *testing.T) {
	d := newDesk(t)
	id := d.receive(sent{name: "Awa", email: "a@courriel.example", subject: "x", receivedAt: d.now, body: "Bonjour, voici ma candidature.", raw: evilMail})
	v := d.view(id)
	mail := fmt.Sprintf("%s/messages/%d/html", applicationPath(id), v.Messages[0].ID)
	a := d.get(account.Reader, "fr", mail).want(200, "<b>voici</b>", "Cellule", "ici")
	body := a.Body.String()
	a.without("script", "alert", "onload", "onerror", "http:", "https:", "//", "javascript", "hx-", "<img", "<form", "<input", "<iframe", "<svg", "<object", "<base", "refresh", "background:url", `id="csrf"`, `class="x"`, "href")
	if n := strings.Count(body, "<style"); n != 1 {
		t.Errorf("%d style sheets, want our own", n)
	}
	if got := a.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "sandbox; default-src 'none'; style-src 'sha256-") {
		t.Errorf("policy %q", got)
	}
	if a.Header().Get("X-Content-Type-Options") != "nosniff" || a.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("headers %v", a.Header())
	}
	for _, lang := range web.Languages {
		page := d.get(account.Reader, lang, fmt.Sprintf("%s?doc=%d&view=layout", applicationPath(id), v.Documents[0].ID)).whole(lang).want(200)
		frames := page.all("iframe")
		if len(frames) != 1 || attr(frames[0], "src") != mail || attr(frames[0], "sandbox") != "" {
			t.Errorf("%d frames", len(frames))
		}
	}
	if got := d.get(account.Reader, "fr", fmt.Sprintf("%s?doc=%d", applicationPath(id), v.Documents[0].ID)).all("iframe"); len(got) != 0 {
		t.Error("the layout shows without being asked for")
	}
	// Nobody reads a message through an application it does not belong to.
	other := d.receive(sent{name: "Lou", email: "l@courriel.example", subject: "x", receivedAt: d.now, body: "Bonjour"})
	d.get(account.Reader, "fr", fmt.Sprintf("%s/messages/%d/html", applicationPath(other), v.Messages[0].ID)).want(404)
	d.get(account.Reader, "fr", fmt.Sprintf("%s/messages/%d/html", applicationPath(other), d.view(other).Messages[0].ID)).want(404)
	d.mode(false, true)
	d.get(account.Reader, "fr", mail).want(403)
}

func TestCleanedMailIsBounded(t *testing.T) {
	deep := strings.Repeat("<div>", 20_000) + strings.Repeat("é", 2_000_000)
	if got := len(cleanMail(deep)); got > 2*maxMarkupBytes {
		t.Errorf("%d bytes come out", got)
	}
}

func FuzzCleanMail(f *testing.F) {
	f.Add(evilMail)
	f.Add(`<p title='"><script>alert(1)</script>'>x</p>`)
	f.Add("<a href=\"java\nscript:alert(1)\">x")
	f.Fuzz(func(t *testing.T, s string) {
		got := strings.ToLower(string(cleanMail(s)))
		for _, bad := range []string{"<script", "<img", "<iframe", "<svg", "<form", "<link", "<meta", "<base", "<style", "<object", "<a "} {
			if strings.Contains(got, bad) {
				t.Errorf("%q lets %q through: %q", s, bad, got)
			}
		}
	})
}

func TestWhatPeopleWriteStaysText(t *testing.T) {
	d := newDesk(t)
	id := d.hostile()
	evil := `</script><script>alert("n")</script> @<b onmouseover=alert(1)>Inès {{.CSRF}}`
	d.post(account.Recruiter, applicationPath(id)+"/notes", "body", evil).want(303)
	d.post(account.Recruiter, applicationPath(id)+"/overrides", "version", version(d, id), "criterion", "english", "verdict", "met", "reason", evil).want(303)
	d.post(account.Recruiter, applicationPath(id)+"/decisions", "version", version(d, id), "to", "not_retained", "reason", evil).want(303)
	other := d.awa()
	d.mode(true, true)
	d.post(account.Recruiter, applicationPath(id)+"/opinion", "view", "unfavourable", "reason", evil).want(303)
	d.post(account.Recruiter, applicationPath(id)+"/unveil", "reason", evil).want(303)
	for _, lang := range web.Languages {
		for _, path := range []string{applicationPath(id), applicationPath(id) + "?panel=notes", applicationPath(id) + "?panel=history", applicationPath(id) + "?panel=messages", "/mentions",
			comparePath("communication-calais", []int64{id, other}), "/vacancies/communication-calais/figures", "/vacancies/communication-calais"} {
			d.get(account.Recruiter, lang, path).whole(lang).want(200).without("<script>alert", "<b onmouseover", "<img src=x")
		}
	}
	d.get(account.Recruiter, "fr", "/vacancies/communication-calais/panel.pdf").want(200)
}

func TestFormsOfThisPageNeedTheirToken(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.mode(true, true)
	before := d.view(id)
	for _, path := range []string{"/opinion", "/opinions", "/unveil", "/looking", "/notes", "/overrides", "/decisions", "/undo", "/opinion/withdraw"} {
		d.post(account.Recruiter, applicationPath(id)+path, "csrf", "wrong", "view", "favourable", "reason", "r", "body", "x", "to", "shortlisted", "version", version(d, id)).want(403)
	}
	for _, path := range []string{"/mentions", "/settings/keys", "/vacancies/communication-calais/mode", "/vacancies/communication-calais/compare"} {
		d.post(account.Recruiter, path, "csrf", "wrong").want(403)
	}
	if after := d.view(id); after.Version != before.Version || len(after.Opinions)+len(after.Reveals)+len(after.Notes) != 0 || !after.Mode.Anonymous {
		t.Error("a forged form was obeyed")
	}
}
