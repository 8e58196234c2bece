package message

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse holds what Parse promises of any bytes: it ends, it does not panic, its strings
// are text, its names are safe, its lists are bounded, and a second reading is the same.
func FuzzParse(f *testing.F) {
	for _, c := range classCases {
		f.Add([]byte(letterFor(c.head, c.body, c.files...)))
	}
	for _, s := range []string{
		"From: a@b.example\nContent-Type: multipart/mixed; boundary=\"\"\n\n--\n\n----\n",
		"From: =?utf-8?B?w6k=?= <a@b.example>\nContent-Type: text/html; charset=utf-16\n\n\xff\xfe<\x00p\x00>\x00",
		"Received: x; 1 Jan 2026 00:00:00 +0000\nContent-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nSubject: x\n\ny",
		"Subject: x\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\neJ8+IgEA",
		"Subject: x\nContent-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHAqCA",
		"Subject: x\nContent-Disposition: attachment; filename*0*=utf-8''%; filename*1=\"\\\n\nbegin 644 x\n#0V%T\n`\nend\n",
		"Subject: x\n\n---------- Forwarded message ---------\nDe : a <a@b.example>\nDate : 1 mars 2026\nObjet : y\n\nz",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw, Limits{MaxParts: 50, MaxUnpacked: 1 << 20})
		if err != nil {
			return
		}
		for name, s := range map[string]string{
			"subject": m.Subject, "text": m.Body.Text, "fresh": m.Body.Fresh, "from": m.From.Name, "address": m.From.Email,
			"received": m.ReceivedLine, "id": m.MessageID,
		} {
			if !utf8.ValidString(s) {
				t.Errorf("%s is no text: %q", name, s)
			}
		}
		if len(m.Attachments) > 300 {
			t.Errorf("%d files", len(m.Attachments))
		}
		for _, a := range m.Documents() {
			if a.Name == "" || len(a.Name) > nameBytes+20 || strings.ContainsAny(a.Name, "/\\\x00\r\n") || !utf8.ValidString(a.Name) {
				t.Errorf("name %q", a.Name)
			}
			if a.Media == "" && len(a.Content) > 0 {
				t.Errorf("%q has no type", a.Name)
			}
		}
		if v := Classify(&m, Context{}); v.Class == "" || v.Rule == "" {
			t.Errorf("verdict %+v", v)
		}
		m.FindAuthor(nil)
		again, err := Parse(raw, Limits{MaxParts: 50, MaxUnpacked: 1 << 20})
		if err != nil || again.ContentKey() != m.ContentKey() {
			t.Errorf("a second reading differs: %v", err)
		}
	})
}
