package message

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

const pdf = "%PDF-1.4\n\x00\x01\x02\xff content\n%%EOF\n"

// shape is what a case expects of a message.
type shape struct {
	subject string
	from    Address
	text    string   // contained in Body.Text
	not     string   // not contained in it
	fresh   string   // equal to Body.Fresh
	files   []string // "inside/name media problem" of Documents
	content string   // of the first document
}

func files(m *Message) []string {
	var out []string
	for _, d := range m.Documents() {
		media := d.Media[strings.LastIndexByte(d.Media, '/')+1:]
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s/%s %s %s", d.Inside, d.Name, media[max(0, len(media)-12):], d.Problem)))
	}
	return out
}

func b64(s string) string { return wrap(base64.StdEncoding.EncodeToString([]byte(s))) }

func mixed(parts ...string) string {
	return "From: a@b.example\nContent-Type: multipart/mixed; boundary=X\n\n--X\n" + strings.Join(parts, "\n--X\n") + "\n--X--\n"
}

func attached(headers, content string) string { return headers + "\n\n" + content }

func TestOddMailIsRead(t *testing.T) {
	pdf64 := "Content-Transfer-Encoding: base64"
	for _, c := range []struct {
		name string
		raw  string
		want shape
	}{
		{"encoded words cut inside a letter", "Subject: =?utf-8?B?Q2FuZGlkYXR1cmUgww==?= =?utf-8?B?qXTDqQ?=\nFrom: =?iso-8859-1?Q?H=E9l=E8ne_Andr=E9?= <h@b.example>\n\nx", shape{subject: "Candidature été", from: Address{"Hélène André", "h@b.example"}, fresh: "x"}},
		{"raw latin-1 in the head", "Subject: R\xe9ponse \xe0 l'annonce\nFrom: Andr\xe9 B\xe9 <a@b.example>\n\nx", shape{subject: "Réponse à l'annonce", from: Address{"André Bé", "a@b.example"}}},
		{"raw utf-8 in the head", "Subject: Été\nFrom: Zoé <z@b.example>\n\nx", shape{subject: "Été", from: Address{"Zoé", "z@b.example"}}},
		{"comma in an unquoted name", "From: SOW, Awa <awa@b.example>\n\nx", shape{from: Address{"SOW, Awa", "awa@b.example"}}},
		{"encoded word inside quotes", "From: \"=?utf-8?Q?Ren=C3=A9?=\" <r@b.example>\n\nx", shape{from: Address{"René", "r@b.example"}}},
		{"comma in an encoded name", "From: =?utf-8?Q?Sow=2C_Awa?= <awa@b.example>\n\nx", shape{from: Address{"Sow, Awa", "awa@b.example"}}},
		{"name after the address", "From: awa@b.example (Awa Sow)\n\nx", shape{from: Address{"Awa Sow", "awa@b.example"}}},
		{"bare address", "From: awa@b.example\n\nx", shape{from: Address{"", "awa@b.example"}}},
		{"address as its own name", "From: \"awa@b.example\" <awa@b.example>\n\nx", shape{from: Address{"", "awa@b.example"}}},
		{"byte order mark, blank lines, mbox line", "\xef\xbb\xbf\r\n\r\nFrom awa@b.example Mon Mar  2 08:00:00 2026\r\nFrom: a@b.example\r\nSubject: s\r\n\r\nx", shape{subject: "s", fresh: "x"}},
		{"carriage returns alone", "From: a@b.example\rSubject: s\r\rone\rtwo", shape{subject: "s", fresh: "one\ntwo"}},
		{"windows-1252 called latin-1", "From: a@b.example\nContent-Type: text/plain; charset=iso-8859-1\n\nl\x92\x9cuvre co\xfbte 10 \x80", shape{fresh: "l’œuvre coûte 10 €"}},
		{"latin-1 called utf-8", "From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\ntr\xe8s int\xe9ress\xe9", shape{fresh: "très intéressé"}},
		{"utf-8 called latin-1", "From: a@b.example\nContent-Type: text/plain; charset=iso-8859-1\n\ntrès", shape{fresh: "très"}},
		{"unknown charset", "From: a@b.example\nContent-Type: text/plain; charset=x-mac-who-knows\n\n\xe9t\xe9", shape{fresh: "été"}},
		{"koi8-r", "From: a@b.example\nContent-Type: text/plain; charset=koi8-r\n\n\xf0\xd2\xc9\xd7\xc5\xd4", shape{fresh: "Привет"}},
		{"iso-2022-jp", "From: a@b.example\nContent-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B$3$s\x1b(B", shape{fresh: "こん"}},
		{"utf-7", "From: a@b.example\nContent-Type: text/plain; charset=utf-7\n\n+AOk-t+AOk-", shape{fresh: "été"}},
		{"quoted-printable with mistakes", "From: a@b.example\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: Quoted-Printable\n\n=C3=A9t=c3=a9 = =ZZ fin=\n suite=", shape{fresh: "été = =ZZ fin suite"}},
		{"flowed text", "From: a@b.example\nContent-Type: text/plain; format=flowed\n\nOne \ntwo\n\nthree", shape{fresh: "One two\n\nthree"}},
		{"nonsense content type", "From: a@b.example\nContent-Type: multipart/mixed; boundary=X\n\n--X\nContent-Type: text/plain\n\nhello\n--X\nContent-Type: application/pdf octet; / name=cv.pdf\nContent-Disposition: attachment; filename=cv.pdf\n" + pdf64 + "\n\n" + b64(pdf) + "\n--X--", shape{fresh: "hello", files: []string{"/cv.pdf pdf"}, content: pdf}},
		{"multipart without boundary", "From: a@b.example\nContent-Type: multipart/mixed\n\n--abc\nContent-Type: text/plain\n\nhello\n--abc\nContent-Type: application/pdf; name=cv.pdf\n" + pdf64 + "\n\n" + b64(pdf) + "\n--abc--", shape{fresh: "hello", files: []string{"/cv.pdf pdf"}, content: pdf}},
		{"last boundary missing", "From: a@b.example\nContent-Type: multipart/mixed; boundary=X\n\n--X\nContent-Type: text/plain\n\nhello\n--X\nContent-Type: application/pdf; name=cv.pdf\n" + pdf64 + "\n\n" + b64(pdf), shape{fresh: "hello", files: []string{"/cv.pdf pdf"}, content: pdf}},
		{"base64 with a foreign line", mixed("Content-Type: text/plain\n\nhello", attached("Content-Type: application/pdf; name=cv.pdf\n"+pdf64, "JVBERi0xLjQK!!!!\nAAAA")), shape{files: []string{"/cv.pdf pdf damaged"}}},
		{"base64 in two pieces", mixed("Content-Type: text/plain\n\nhello", attached("Content-Type: application/pdf; name=cv.pdf\n"+pdf64, base64.StdEncoding.EncodeToString([]byte(pdf[:10]))+"\n"+base64.StdEncoding.EncodeToString([]byte(pdf[10:])))), shape{files: []string{"/cv.pdf pdf"}, content: pdf}},
		{"base64 followed by a list's footer", mixed("Content-Type: text/plain\n\nhello", attached("Content-Type: application/pdf; name=cv.pdf\n"+pdf64, b64(pdf+"x")+"\n\n_______________\nListe emploi, https://liste.example")), shape{files: []string{"/cv.pdf pdf"}, content: pdf + "x"}},
		{"base64 not announced", mixed("Content-Type: text/plain\n\nhello", attached("Content-Type: application/octet-stream; name=cv.pdf", b64(strings.Repeat(pdf, 9)))), shape{files: []string{"/cv.pdf pdf"}, content: strings.Repeat(pdf, 9)}},
		{"uuencoded in the text", "From: a@b.example\n\nVoici mon CV.\n\nbegin 644 cv.txt\n#0V%T\n`\nend\nMerci", shape{fresh: "Voici mon CV.\n\nMerci", files: []string{"/cv.txt plain"}, content: "Cat"}},
		{"unquoted file name with blanks", mixed("Content-Type: text/plain\n\nhello", attached("Content-Type: application/pdf\nContent-Disposition: attachment; filename=CV Awa Sow.pdf; size=12\n"+pdf64, b64(pdf))), shape{files: []string{"/CV Awa Sow.pdf pdf"}}},
		{"file name in pieces and latin-1", mixed("Content-Type: text/plain\n\nhello", attached("Content-Disposition: attachment;\n filename*0*=iso-8859-1'fr'R%E9sum;\n filename*1*=%E9%20;\n filename*2=\"final.pdf\"\n"+pdf64, b64(pdf))), shape{files: []string{"/Résumé final.pdf pdf"}}},
		{"file name with a path and tricks", mixed("Content-Type: text/plain\n\nhello", attached("Content-Disposition: attachment; filename=\"..\\\\..\\\\C:\\\\CV\u202efdp.exe\"\n"+pdf64, b64(pdf))), shape{files: []string{"/CVfdp.exe pdf"}}},
		{"file name in encoded words", mixed("Content-Type: text/plain\n\nhello", attached("Content-Disposition: attachment; filename==?utf-8?Q?CV_H=C3=A9l=C3=A8ne.pdf?=\n"+pdf64, b64(pdf))), shape{files: []string{"/CV Hélène.pdf pdf"}}},
		{"decomposed accents in a file name", mixed("Content-Type: text/plain\n\nhello", attached("Content-Disposition: attachment; filename=\"He\u0301le\u0300ne.pdf\"\n"+pdf64, b64(pdf))), shape{files: []string{"/Hélène.pdf pdf"}}},
		{"no file name at all", mixed("Content-Type: text/plain\n\nhello", attached("Content-Type: application/octet-stream\nContent-Disposition: attachment\n"+pdf64, b64(pdf))), shape{files: []string{"/attachment-1.pdf pdf"}}},
		{"very long file name", mixed("Content-Type: text/plain\n\nhello", attached("Content-Disposition: attachment; filename=\""+strings.Repeat("é", 300)+".pdf\"\n"+pdf64, b64(pdf))), shape{files: []string{"/" + strings.Repeat("é", 98) + ".pdf pdf"}}},
		{"text/plain around a PDF", mixed("Content-Type: text/plain\n\nhello", attached("Content-Type: text/plain; name=cv.pdf\n"+pdf64, b64(pdf))), shape{fresh: "hello", files: []string{"/cv.pdf pdf"}, content: pdf}},
		{"empty file", mixed("Content-Type: text/plain\n\nhello", attached("Content-Type: application/pdf; name=cv.pdf\n"+pdf64, "")), shape{files: []string{"/cv.pdf pdf empty"}}},
		{"text file keeps its bytes", mixed("Content-Type: text/plain\n\nhello", attached("Content-Type: text/plain; charset=iso-8859-1; name=cv.txt\nContent-Disposition: attachment\n"+pdf64, b64("\xe9t\xe9"))), shape{files: []string{"/cv.txt plain"}, content: "\xe9t\xe9"}},
		{"message that is only a file", "From: a@b.example\nContent-Type: application/pdf; name=cv.pdf\n" + pdf64 + "\n\n" + b64(pdf), shape{files: []string{"/cv.pdf pdf"}, content: pdf}},
		{"text on both sides of a file", mixed("Content-Type: text/plain\n\none", attached("Content-Disposition: inline; filename=cv.pdf\n"+pdf64, b64(pdf)), "Content-Type: text/plain\n\ntwo"), shape{fresh: "one\n\ntwo", files: []string{"/cv.pdf pdf"}}},
		{"file inside the alternative", "From: a@b.example\nContent-Type: multipart/alternative; boundary=X\n\n--X\nContent-Type: text/plain\n\nplain words here\n--X\nContent-Type: multipart/mixed; boundary=Y\n\n--Y\nContent-Type: text/html\n\n<p>rich words here</p>\n--Y\nContent-Type: application/pdf; name=cv.pdf\n" + pdf64 + "\n\n" + b64(pdf) + "\n--Y--\n--X--", shape{fresh: "plain words here", files: []string{"/cv.pdf pdf"}}},
		{"plain part that only complains", "From: a@b.example\nContent-Type: multipart/alternative; boundary=X\n\n--X\nContent-Type: text/plain\n\nVotre logiciel ne lit pas le HTML.\n--X\nContent-Type: text/html\n\n<p>" + strings.Repeat("Une vraie lettre. ", 30) + "</p>\n--X--", shape{text: "Une vraie lettre.", not: "logiciel"}},
		{"html lines and lists", "From: a@b.example\nContent-Type: text/html\n\n<div>One<br>two</div><ul><li>a<li>b</ul><table><tr><td>c<td>d</tr></table><p>e&nbsp;&eacute;</p>", shape{fresh: "One\ntwo\n- a\n- b\n\nc d\n\ne é"}},
		{"html charset in the page only", "From: a@b.example\nContent-Type: text/html\n\n<meta http-equiv=Content-Type content='text/html; charset=koi8-r'><p>\xf0\xd2\xc9", shape{fresh: "При"}},
		{"text made invisible", "From: a@b.example\nContent-Type: text/html\n\n<p>Bonjour</p><p style='font-size:0px'>ignore all</p><span style='color:#FFFFFF'>white</span><div style=\"display: none\">gone</div><p style='font-size:0.9em'>small</p><td bgcolor='#003366'><font color=white>title</font></td>", shape{text: "small", not: "white"}},
		{"reply with history", "From: a@b.example\n\nVoici.\n\nLe lun. 2 mars 2026 à 10:00, Emploi <e@b.example>\na écrit :\n\n> Envoyez votre CV.\n> Merci", shape{fresh: "Voici."}},
		{"answer below the quote", "From: a@b.example\n\nOn Mon, Mar 2, 2026 at 10:00 AM Jobs <e@b.example> wrote:\n> Are you free?\n\nYes, from April.", shape{fresh: "Yes, from April."}},
		{"outlook history", "From: a@b.example\nSubject: RE: stage\n\nMerci.\n\n________________________________\nDe : Emploi <e@b.example>\nEnvoyé : lundi 2 mars 2026 10:00\nÀ : a@b.example\nObjet : stage\n\nBonjour", shape{fresh: "Merci."}},
		{"signature of a telephone", "From: a@b.example\n\nMon CV suit.\n\nEnvoyé de mon iPhone", shape{fresh: "Mon CV suit."}},
		{"signature", "From: a@b.example\n\nBonjour\n-- \nAwa Sow\n+221 77 000 00 00", shape{fresh: "Bonjour"}},
		{"dashes between letter and CV are no signature", "From: a@b.example\n\nLettre\n--\n" + strings.Repeat("EXPERIENCE 2019-2020 projet\n", 30), shape{text: "EXPERIENCE", fresh: "Lettre\n--\n" + strings.TrimSpace(strings.Repeat("EXPERIENCE 2019-2020 projet\n", 30))}},
		{"head without a blank line after it", "From: a@b.example\nSubject: s", shape{subject: "s"}},
		{"header line that is none", "From: a@b.example\nthis is no header\nSubject: s\n\nx", shape{subject: "s", fresh: "x"}},
		{"folded and tabbed fields", "From: a@b.example\nSubject: one\n\ttwo\n  three\n\nx", shape{subject: "one two three"}},
		{"boundary inside quotes and with odd characters", "From: a@b.example\nContent-Type: multipart/mixed; boundary=\"=_(a+b)?=:;/\"\n\n--=_(a+b)?=:;/\nContent-Type: text/plain\n\nhello\n--=_(a+b)?=:;/\nContent-Type: application/pdf; name=cv.pdf\n" + pdf64 + "\n\n" + b64(pdf) + "\n--=_(a+b)?=:;/--", shape{fresh: "hello", files: []string{"/cv.pdf pdf"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, raw := range []string{c.raw, crlf(c.raw)} {
				if strings.Contains(c.name, "carriage") {
					raw = c.raw
				}
				m := mustParse(t, raw)
				check := func(what, got, want string) {
					t.Helper()
					if want != "" && got != want {
						t.Errorf("%s = %q, want %q\n%s", what, got, want, raw)
					}
				}
				check("subject", m.Subject, c.want.subject)
				check("fresh", m.Body.Fresh, c.want.fresh)
				if c.want.from != (Address{}) && m.From != c.want.from {
					t.Errorf("from = %q, want %q", m.From, c.want.from)
				}
				if !strings.Contains(m.Body.Text, c.want.text) || c.want.not != "" && strings.Contains(m.Body.Text, c.want.not) {
					t.Errorf("text = %q, want %q and not %q", m.Body.Text, c.want.text, c.want.not)
				}
				check("files", strings.Join(files(&m), "|"), strings.Join(c.want.files, "|"))
				if c.want.content != "" {
					got := string(m.Documents()[0].Content)
					if got != c.want.content && strings.ReplaceAll(got, "\r\n", "\n") != c.want.content {
						t.Errorf("content = %q, want %q", got, c.want.content)
					}
				}
				if !utf8.ValidString(m.Body.Text) || !utf8.ValidString(m.Subject) {
					t.Error("text is no UTF-8")
				}
			}
		})
	}
}

func zipped(t *testing.T, entries ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		name, content, _ := strings.Cut(e, "=")
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestArchivesAreUnpackedWithinLimits(t *testing.T) {
	inner := zipped(t, "lettre.pdf="+pdf)
	encrypted := []byte(zipped(t, "cv.pdf="+pdf))
	encrypted[6] |= 1 // the flag of the local head
	directory := bytes.Index(encrypted, []byte("PK\x01\x02"))
	encrypted[directory+8] |= 1
	bomb := zipped(t, "big.pdf="+strings.Repeat("\x00", 30<<20))
	var many []string
	for i := range 30 {
		many = append(many, fmt.Sprintf("%02d.txt=x", i))
	}
	for _, c := range []struct {
		name    string
		archive string
		limits  Limits
		want    []string
	}{
		{"files and folders", zipped(t, "a/cv.pdf="+pdf, "b/", "__MACOSX/._cv.pdf=x", ".DS_Store=x", `dossier\lm.docx=words`), Limits{}, []string{"c.zip/cv.pdf pdf", "c.zip/lm.docx plain"}},
		{"archive in an archive", zipped(t, "cv.pdf="+pdf, "plus.zip="+inner), Limits{}, []string{"c.zip/cv.pdf pdf", "c.zip/plus.zip/lettre.pdf pdf"}},
		{"encrypted", string(encrypted), Limits{}, []string{"/c.zip zip encrypted", "c.zip/cv.pdf  encrypted"}},
		{"damaged", zipped(t, "cv.pdf="+pdf)[:60], Limits{}, []string{"/c.zip zip damaged"}},
		{"bomb", bomb, Limits{}, []string{"c.zip/big.pdf  too_large"}},
		{"too many files", zipped(t, many...), Limits{MaxFiles: 2}, []string{"/c.zip zip too_many", "c.zip/00.txt plain", "c.zip/01.txt plain"}},
		{"too deep", zipped(t, "x.zip="+zipped(t, "y.zip="+inner)), Limits{MaxDepth: 2}, []string{"c.zip/x.zip/y.zip zip too_deep"}},
		{"over all bytes", zipped(t, "a.pdf="+pdf, "b.pdf="+pdf), Limits{MaxUnpacked: int64(len(pdf)) + 3}, []string{"c.zip/a.pdf pdf", "c.zip/b.pdf  too_large"}},
		{"office file is no archive", zipped(t, "[Content_Types].xml=x", "word/document.xml=x"), Limits{}, []string{"/c.zip gml.document"}},
		{"empty archive", zipped(t), Limits{}, []string{"/c.zip zip"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := Parse([]byte(letterFor("Subject: zip", "voici", "c.zip="+c.archive)), c.limits)
			if err != nil {
				t.Fatal(err)
			}
			if got := files(&m); strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("files = %q, want %q", got, c.want)
			}
		})
	}
}

func TestNestedMessagesAreExposed(t *testing.T) {
	inner := "From: Awa <awa@b.example>\nSubject: Candidature\nContent-Type: multipart/mixed; boundary=Y\n\n--Y\nContent-Type: text/plain\n\nVoici.\n--Y\nContent-Type: application/pdf; name=cv.pdf\n\n%PDF-1.4\n--Y--"
	for name, header := range map[string]string{
		"message/rfc822":  "Content-Type: message/rfc822",
		"as a mere file":  "Content-Type: application/octet-stream; name=\"message.eml\"",
		"encoded, a sin":  "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64",
		"with a bad name": "Content-Type: message/rfc822; name*=utf-8''%ff",
	} {
		t.Run(name, func(t *testing.T) {
			content := inner
			if strings.Contains(header, "base64") {
				content = b64(inner)
			}
			m := mustParse(t, mixed("Content-Type: text/plain\n\nci-dessous", attached(header, content)))
			if len(m.Inner) != 1 || m.Inner[0].From.Email != "awa@b.example" || m.Inner[0].Body.Fresh != "Voici." {
				t.Fatalf("inner = %+v", m.Inner)
			}
			if got := files(&m); len(got) != 1 || got[0] != "/cv.pdf pdf" {
				t.Errorf("files = %v", got)
			}
		})
	}
}

func TestForwardsWithinForwardsEndAtTheLimit(t *testing.T) {
	raw := "From: a@b.example\nSubject: last\n\nx"
	for range 40 {
		raw = "From: a@b.example\nSubject: outer\nContent-Type: message/rfc822\n\n" + raw
	}
	m, err := Parse([]byte(raw), Limits{MaxDepth: 5})
	if err != nil {
		t.Fatal(err)
	}
	depth := 0
	for p := &m; len(p.Inner) > 0; p = &p.Inner[0] {
		depth++
	}
	if depth == 0 || depth > 5 {
		t.Errorf("depth = %d", depth)
	}
}

func TestLimitsHoldAgainstHugeStructures(t *testing.T) {
	many := "From: a@b.example\nContent-Type: multipart/mixed; boundary=X\n\n" + strings.Repeat("--X\nContent-Type: application/pdf; name=a.pdf\n\n%PDF\n", 20_000) + "--X--"
	var deep strings.Builder
	deep.WriteString("From: a@b.example\n")
	for i := range 5000 {
		fmt.Fprintf(&deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	deep.WriteString("Content-Type: text/plain\n\n" + strings.Repeat("text ", 200_000))
	for name, raw := range map[string]string{"20,000 parts": many, "5,000 levels": deep.String()} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			m, err := Parse([]byte(raw), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			if len(m.Warnings) == 0 || m.Warnings[0].Code != WarnCut || len(m.Attachments) > 1000 {
				t.Errorf("%d files, warnings %v", len(m.Attachments), m.Warnings)
			}
		})
	}
}

func TestWhatIsNoMailIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		raw  string
		want error
	}{
		"nothing":        {"", ErrEmpty},
		"blanks":         {" \r\n\r\n\x00\x00", ErrEmpty},
		"a PDF":          {pdf, ErrNotMail},
		"a text":         {"Dear all,\n\nthis is a letter.", ErrNotMail},
		"over the limit": {"From: a@b.example\n\n" + strings.Repeat("x", 2000), ErrTooLarge},
	} {
		if _, err := Parse([]byte(c.raw), Limits{MaxBytes: 1000}); !errors.Is(err, c.want) {
			t.Errorf("%s: err = %v, want %v", name, err, c.want)
		}
	}
}

func picture(t *testing.T, w, h int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLogosAndPixelsAreNoDocuments(t *testing.T) {
	html := "Content-Type: text/html\n\n<p>Bonjour</p><img src='cid:logo@x'><img src=\"CID:scan@x\">"
	part := func(name, id, disposition, content string) string {
		return attached(fmt.Sprintf("Content-Type: image/png; name=%q\nContent-ID: <%s>\nContent-Disposition: %s\nContent-Transfer-Encoding: base64", name, id, disposition), b64(content))
	}
	for _, c := range []struct {
		name, part string
		want       bool
	}{
		{"logo shown in the text", part("image001.png", "logo@x", "inline", picture(t, 300, 90)), true},
		{"page photographed into the text", part("IMG_2034.png", "scan@x", "inline", picture(t, 1200, 1700)), false},
		{"pixel", part("p.png", "none@x", "inline", picture(t, 1, 1)), true},
		{"photograph sent as a file", part("photo.png", "z@x", "attachment", picture(t, 400, 400)), false},
		{"scan sent as a file", part("image001.png", "z@x", "attachment", picture(t, 1000, 1400)), false},
		{"signature of a machine", attached("Content-Type: application/pkcs7-signature; name=smime.p7s", "x"), true},
		{"visiting card", attached("Content-Type: text/x-vcard; name=awa.vcf\nContent-Disposition: attachment", "BEGIN:VCARD"), true},
	} {
		m := mustParse(t, mixed(html, c.part))
		if len(m.Attachments) != 1 || m.Attachments[0].Decoration != c.want {
			t.Errorf("%s: %+v", c.name, m.Attachments)
		}
	}
}

func TestOutlookPackageIsOpened(t *testing.T) {
	le := binary.LittleEndian
	attribute := func(id uint32, data []byte) []byte {
		b := le.AppendUint32([]byte{2}, id)
		b = le.AppendUint32(b, uint32(len(data)))
		b = append(b, data...)
		return le.AppendUint16(b, 0)
	}
	wide := func(s string) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune(s + "\x00")) {
			b = le.AppendUint16(b, u)
		}
		return b
	}
	property := func(kind, id uint16, value []byte) []byte {
		b := le.AppendUint16(nil, kind)
		b = le.AppendUint16(b, id)
		b = le.AppendUint32(b, 1)
		b = le.AppendUint32(b, uint32(len(value)))
		b = append(b, value...)
		for len(b)%4 != 0 {
			b = append(b, 0)
		}
		return b
	}
	props := func(list ...[]byte) []byte {
		return append(le.AppendUint32(nil, uint32(len(list))), bytes.Join(list, nil)...)
	}
	tnef := le.AppendUint16(le.AppendUint32(nil, tnefSignature), 1)
	tnef = append(tnef, attribute(tnefMessage, props(property(0x1f, mapiBody, wide("Veuillez trouver mon CV."))))...)
	tnef = append(tnef, attribute(tnefAttachStart, make([]byte, 14))...)
	tnef = append(tnef, attribute(tnefAttachTitle, []byte("CVHLNE~1.PDF\x00"))...)
	tnef = append(tnef, attribute(tnefAttachData, []byte(pdf))...)
	tnef = append(tnef, attribute(tnefAttachProps, props(property(0x1f, mapiLongName, wide("CV Hélène.pdf"))))...)
	raw := mixed(attached("Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64", b64(string(tnef))))
	m := mustParse(t, raw)
	if got := files(&m); len(got) != 1 || got[0] != "/CV Hélène.pdf pdf" {
		t.Errorf("files = %v", got)
	}
	if m.Body.Fresh != "Veuillez trouver mon CV." {
		t.Errorf("fresh = %q", m.Body.Fresh)
	}
	for n := range tnef {
		readTNEF(tnef[:n]) // a cut package must not panic
	}
}

func TestSignedMessageIsOpenedAndAnEncryptedOneSaysSo(t *testing.T) {
	inner := "Content-Type: multipart/mixed; boundary=S\r\n\r\n--S\r\nContent-Type: text/plain\r\n\r\nSigned words\r\n--S\r\nContent-Type: application/pdf; name=cv.pdf\r\n\r\n%PDF-1.4\r\n--S--\r\n"
	der := func(tag byte, children ...[]byte) []byte {
		body := bytes.Join(children, nil)
		out := []byte{tag}
		switch n := len(body); {
		case n < 0x80:
			out = append(out, byte(n))
		default:
			out = append(out, 0x82, byte(n>>8), byte(n))
		}
		return append(out, body...)
	}
	open := func(tag byte, children ...[]byte) []byte { // of unknown length
		return append(append([]byte{tag, 0x80}, bytes.Join(children, nil)...), 0, 0)
	}
	data := []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01}
	whole := der(0x30, der(6, oidSigned), der(0xa0, der(0x30, der(2, []byte{1}), der(0x31), der(0x30, der(6, data), der(0xa0, der(4, []byte(inner)))))))
	pieces := open(0x30, der(6, oidSigned), open(0xa0, open(0x30, der(2, []byte{1}), der(0x31), open(0x30, der(6, data), open(0xa0, open(0x24, der(4, []byte(inner[:70])), der(4, []byte(inner[70:]))))))))
	encrypted := der(0x30, der(6, oidEnveloped), der(0xa0, der(0x30)))
	for name, b := range map[string][]byte{"whole": whole, "in pieces": pieces} {
		m := mustParse(t, "From: a@b.example\nContent-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"+b64(string(b)))
		if got := files(&m); len(got) != 1 || got[0] != "/cv.pdf pdf" || m.Body.Fresh != "Signed words" {
			t.Errorf("%s: files %v, text %q", name, got, m.Body.Fresh)
		}
		for n := range b {
			signedContent(b[:n]) // a cut structure must not panic
		}
	}
	m := mustParse(t, "From: a@b.example\nContent-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"+b64(string(encrypted)))
	if len(m.Attachments) != 1 || m.Attachments[0].Problem != ProblemEncrypted {
		t.Errorf("encrypted: %+v", m.Attachments)
	}
}

// A guard for the helper above: the archive cases depend on the layout of an entry.
func TestZipHelperWritesWhatItSays(t *testing.T) {
	z, err := zip.NewReader(strings.NewReader(zipped(t, "cv.pdf="+pdf)), int64(len(zipped(t, "cv.pdf="+pdf))))
	if err != nil || z.File[0].CRC32 != crc32.ChecksumIEEE([]byte(pdf)) {
		t.Error(err)
	}
}
