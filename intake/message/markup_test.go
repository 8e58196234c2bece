package message

import (
	"strings"
	"testing"
)

func TestMarkupIsTheBodyAndNoAttachment(t *testing.T) {
	head := "From: a@courriel.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
	alternative := head + "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n" +
		"--a\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n--a\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>D=E9j=E0 vu</p>\r\n--a--\r\n" +
		"--m\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename=cv.html\r\n\r\n<p>pièce</p>\r\n--m--\r\n"
	for name, c := range map[string]struct {
		raw, want string
	}{
		"alternative":     {alternative, "<p>Déjà vu</p>"},
		"single":          {head + "Content-Type: text/html\r\n\r\n<meta charset=utf-8><b>Été</b>", "<meta charset=utf-8><b>Été</b>"},
		"plain only":      {head + "\r\nBonjour", ""},
		"attachment only": {head + "Content-Type: text/html\r\nContent-Disposition: attachment\r\n\r\n<p>pièce</p>", ""},
		"nothing":         {"", ""},
	} {
		got, ok := Markup([]byte(c.raw), Limits{})
		if strings.TrimSpace(got) != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, %v; want %q", name, got, ok, c.want)
		}
	}
	if _, ok := Markup([]byte(alternative), Limits{MaxBytes: 10}); ok {
		t.Error("a message over the limit was read")
	}
}
