package intake

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"mime/quotedprintable"
	"strings"
	"testing"

	"dossier/internal/store"
)

// odd is a message as strange senders make them, with what must come of it.
type odd struct {
	name string
	raw  []byte
	// file is what was attached; nil when nothing can be recovered.
	file []byte
	// altered is true when the file was damaged on the way: it is then whole, or marked.
	altered bool
	// refused is true for bytes that are no mail, or nothing at all.
	refused bool
}

// oddities makes odd messages, each with a file of its own.
type oddities struct {
	made []odd
	rnd  *rand.Rand
}

func (b *oddities) file() []byte {
	f := []byte("%PDF-1.4\n")
	for range 900 {
		f = append(f, byte(b.rnd.IntN(256)))
	}
	return append(f, "\n%%EOF\n"...)
}

func (b *oddities) add(o odd) {
	o.raw = bytes.ReplaceAll(o.raw, []byte("@SERIAL@"), fmt.Appendf(nil, "odd-%d", len(b.made)))
	b.made = append(b.made, o)
}

const oddHead = "Message-ID: <@SERIAL@@post.example>\r\nFrom: Ada Brunel <@SERIAL@@post.example>\r\nTo: post@jobs.example\r\nSubject: application\r\nMIME-Version: 1.0\r\n"

const oddLetter = "I am applying for the post. Please find my CV attached.\r\n"

func mixedOf(parts ...string) string {
	return oddHead + "Content-Type: multipart/mixed; boundary=cut\r\n\r\n" + inParts("cut", parts...)
}

func inParts(boundary string, parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("--" + boundary + "\r\n" + p + "\r\n")
	}
	return b.String() + "--" + boundary + "--\r\n"
}

const oddText = "Content-Type: text/plain; charset=utf-8\r\n\r\n" + oddLetter

func asBase64(f []byte) string {
	s := base64.StdEncoding.EncodeToString(f)
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return b.String() + s + "\r\n"
}

func asQuoted(f []byte) string {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	w.Binary = true
	_, _ = w.Write(f)
	_ = w.Close()
	return b.String()
}

func asUU(f []byte) string {
	var b strings.Builder
	b.WriteString("begin 644 cv.pdf\r\n")
	enc := func(v byte) byte {
		if v == 0 {
			return '`'
		}
		return v + 32
	}
	for i := 0; i < len(f); i += 45 {
		line := f[i:min(i+45, len(f))]
		b.WriteByte(enc(byte(len(line))))
		for j := 0; j < len(line); j += 3 {
			var t [3]byte
			copy(t[:], line[j:])
			b.Write([]byte{enc(t[0] >> 2), enc(t[0]<<4&63 | t[1]>>4), enc(t[1]<<2&63 | t[2]>>6), enc(t[2] & 63)})
		}
		b.WriteString("\r\n")
	}
	return b.String() + "`\r\nend\r\n"
}

// names are file names as senders write them into the head of a part.
func (b *oddities) names() {
	for what, disposition := range map[string]string{
		"plain":             `attachment; filename=cv.pdf`,
		"quoted":            `attachment; filename="my cv.pdf"`,
		"utf8 parameter":    `attachment; filename*=UTF-8''CV%20H%C3%A9l%C3%A8ne.pdf`,
		"continued":         "attachment; filename*0*=UTF-8''CV%20H%C3%A9;\r\n filename*1*=l%C3%A8ne;\r\n filename*2=.pdf",
		"encoded word":      `attachment; filename="=?utf-8?Q?CV_H=C3=A9l=C3=A8ne=2Epdf?="`,
		"encoded words":     "attachment; filename=\"=?utf-8?B?Q1YgSMOpbA==?=\r\n =?utf-8?B?w6huZS5wZGY=?=\"",
		"raw utf8":          "attachment; filename=\"CV Hélène.pdf\"",
		"raw latin1":        "attachment; filename=\"CV H\xe9l\xe8ne.pdf\"",
		"raw iso-2022-jp":   "attachment; filename=\"\x1b$BMzNr=q\x1b(B.pdf\"",
		"unknown charset":   `attachment; filename*=x-what''CV%E9.pdf`,
		"no quotes, spaces": `attachment; filename=CV de Ada.pdf`,
		"open quote":        `attachment; filename="cv.pdf`,
		"parameters glued":  `attachment; filename="cv.pdf"; size=12; x="y" z`,
		"path":              `attachment; filename="../../etc/cv.pdf"`,
		"windows path":      `attachment; filename="C:\\Users\\Ada\\cv.pdf"`,
		"control":           "attachment; filename=\"c\x01v\x7f.pdf\"",
		"turned round":      "attachment; filename=\"cv\u202efdp.exe\"",
		"very long":         `attachment; filename="` + strings.Repeat("long-", 120) + `.pdf"`,
		"empty":             `attachment; filename=""`,
		"none":              `attachment`,
		"twice":             `attachment; filename="cv.pdf"; filename="other.pdf"`,
		"nonsense":          `; ; filename cv.pdf`,
		"script":            `attachment; filename="<img src=x onerror=alert(1)>.pdf"`,
	} {
		for how, encode := range map[string]func([]byte) string{"base64": asBase64, "quoted-printable": asQuoted} {
			f := b.file()
			b.add(odd{name: "name " + what + " " + how, file: f, raw: []byte(mixedOf(oddText,
				"Content-Type: application/pdf\r\nContent-Disposition: "+disposition+"\r\nContent-Transfer-Encoding: "+how+"\r\n\r\n"+encode(f)))})
		}
		f := b.file()
		b.add(odd{name: "name in type " + what, file: f, raw: []byte(mixedOf(oddText,
			"Content-Type: application/octet-stream; "+strings.ReplaceAll(strings.TrimPrefix(disposition, "attachment; "), "filename", "name")+
				"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"+asBase64(f)))})
	}
}

// charsets are the charsets of letters, rightly and wrongly declared.
func (b *oddities) charsets() {
	for _, charset := range []string{"utf-8", "UTF8", "us-ascii", "iso-8859-1", "latin1", "windows-1252", "cp1252", "iso-8859-15", "macintosh", "windows-1256",
		"koi8-r", "gb18030", "shift_jis", "iso-2022-jp", "utf-7", "utf-16", "x-unknown", "", "\"utf-8", "8bit"} {
		for _, body := range []string{"Je postule, voilà mon expérience.\r\n", "Je postule, voil\xe0 mon exp\xe9rience.\r\n", "\xff\xfeJ\x00e\x00 \x00p\x00o\x00s\x00t\x00u\x00l\x00e\x00", "Je postule.\x00\x01\x02\r\n"} {
			f := b.file()
			b.add(odd{name: fmt.Sprintf("charset %q %.12q", charset, body), file: f, raw: []byte(mixedOf(
				"Content-Type: text/plain; charset="+charset+"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"+oddLetter+body,
				"Content-Type: application/pdf; name=cv.pdf\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"+asBase64(f)))})
		}
	}
}

// letters are texts whose encoding is odd.
func (b *oddities) letters() {
	for _, encoding := range []string{"quoted-printable", "base64", "7bit", "binary", "x-uuencode", "", "8BIT "} {
		for _, body := range []string{"Je postule =E9 =C3=A9 =ZZ = \r\n", "Sm UgcG9 zdHVsZQ==\r\n", "<p>Je postule</p>\r\n", "begin 644 x\r\nnothing\r\n"} {
			f := b.file()
			b.add(odd{name: fmt.Sprintf("letter %q %.8q", encoding, body), file: f, raw: []byte(mixedOf(
				"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "+encoding+"\r\n\r\n"+oddLetter+body, pdfPart(f)))})
		}
	}
}

// pdfPart is a file as mail programs attach it.
func pdfPart(f []byte) string {
	return "Content-Type: application/pdf; name=cv.pdf\r\nContent-Disposition: attachment; filename=cv.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + asBase64(f)
}

// damaged are files whose encoding suffered on the way.
func (b *oddities) damaged() {
	for what, spoil := range map[string]func(string) string{
		"no padding":        func(s string) string { return strings.TrimRight(strings.TrimSpace(s), "=") },
		"one line":          func(s string) string { return strings.ReplaceAll(s, "\r\n", "") },
		"spaces":            func(s string) string { return strings.ReplaceAll(s, "\r\n", "  \r\n \t") },
		"strange letters":   func(s string) string { return s[:100] + "!*#" + s[100:] },
		"text after":        func(s string) string { return s + "\r\nThis mail was checked for viruses.\r\n" },
		"cut":               func(s string) string { return s[:len(s)/2] },
		"a line missing":    func(s string) string { return s[:78] + s[156:] },
		"a letter missing":  func(s string) string { return s[:200] + s[201:] },
		"padding inside":    func(s string) string { return s[:152] + "==" + s[154:] },
		"empty":             func(string) string { return "" },
		"quoted marks":      func(s string) string { return "> " + strings.ReplaceAll(s, "\r\n", "\r\n> ") },
		"dots doubled":      func(s string) string { return "..\r\n" + s },
		"url alphabet":      func(s string) string { return strings.NewReplacer("+", "-", "/", "_").Replace(s) },
		"bytes of 8 bits":   func(s string) string { return s[:300] + "\xa0\xe9" + s[300:] },
		"blank lines first": func(s string) string { return "\r\n\r\n\r\n" + s },
	} {
		for _, encoding := range []string{"base64", "BASE64", "base64 ", "\"base64\"", "base64; charset=utf-8"} {
			f := b.file()
			keep := f
			if what == "empty" || what == "a line missing" || what == "padding inside" {
				keep = nil // nothing is left of it, or nothing in the encoding tells
			}
			b.add(odd{name: "damaged " + what + " as " + encoding, file: keep, altered: true, raw: []byte(mixedOf(oddText,
				"Content-Type: application/pdf; name=cv.pdf\r\nContent-Disposition: attachment; filename=cv.pdf\r\nContent-Transfer-Encoding: "+encoding+"\r\n\r\n"+spoil(asBase64(f))))})
		}
	}
}

// shapes are trees of parts, right and wrong.
func (b *oddities) shapes() {
	shape := func(name string, make func(f []byte) string) {
		f := b.file()
		b.add(odd{name: "shape " + name, file: f, raw: []byte(make(f))})
	}
	inner := func(f []byte) string {
		return strings.ReplaceAll(mixedOf(oddText, pdfPart(f)), "@SERIAL@@", "inner-@SERIAL@@")
	}
	shape("alternative with the file in it", func(f []byte) string {
		return oddHead + "Content-Type: multipart/alternative; boundary=cut\r\n\r\n" + inParts("cut", oddText, "Content-Type: text/html\r\n\r\n<p>I am applying</p>", pdfPart(f))
	})
	shape("related with a cid", func(f []byte) string {
		return oddHead + "Content-Type: multipart/related; boundary=cut\r\n\r\n" + inParts("cut", "Content-Type: text/html\r\n\r\n<p>I am applying. <a href=\"cid:cv\">CV</a></p>",
			"Content-ID: <cv>\r\nContent-Type: application/pdf\r\nContent-Disposition: inline; filename=cv.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"+asBase64(f))
	})
	shape("inline file", func(f []byte) string { return mixedOf(oddText, strings.Replace(pdfPart(f), "attachment", "inline", 1)) })
	shape("file before text", func(f []byte) string { return mixedOf(pdfPart(f), oddText) })
	shape("file alone as the message", func(f []byte) string { return oddHead + pdfPart(f) })
	shape("digest", func(f []byte) string {
		return oddHead + "Content-Type: multipart/digest; boundary=cut\r\n\r\n" + inParts("cut", "\r\n"+inner(f))
	})
	shape("signed", func(f []byte) string {
		return oddHead + "Content-Type: multipart/signed; boundary=out; micalg=sha-256; protocol=\"application/pgp-signature\"\r\n\r\n" +
			inParts("out", "Content-Type: multipart/mixed; boundary=cut\r\n\r\n"+inParts("cut", oddText, pdfPart(f)), "Content-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----")
	})
	for depth := 1; depth <= 8; depth++ {
		shape(fmt.Sprintf("nested %d deep", depth), func(f []byte) string {
			body := "Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + inParts("b0", oddText, pdfPart(f))
			for i := 1; i < depth; i++ {
				cut := fmt.Sprint("b", i)
				body = "Content-Type: multipart/mixed; boundary=" + cut + "\r\n\r\n" + inParts(cut, body)
			}
			return oddHead + body
		})
	}
	for depth := 1; depth <= 5; depth++ {
		shape(fmt.Sprintf("forwarded %d times", depth), func(f []byte) string {
			m := inner(f)
			for i := range depth {
				m = strings.ReplaceAll(mixedOf("Content-Type: text/plain\r\n\r\nSee below.\r\n", "Content-Type: message/rfc822\r\n\r\n"+m), "Message-ID: <@", fmt.Sprintf("Message-ID: <f%d@", i))
			}
			return m
		})
	}
	shape("forwarded as a file", func(f []byte) string {
		return mixedOf(oddText, "Content-Type: application/octet-stream; name=mail.eml\r\nContent-Disposition: attachment; filename=mail.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n"+asBase64([]byte(inner(f))))
	})
	shape("zipped", func(f []byte) string {
		var z bytes.Buffer
		w := zip.NewWriter(&z)
		part, _ := w.Create("dossier/cv.pdf")
		_, _ = part.Write(f)
		_ = w.Close()
		return mixedOf(oddText, strings.ReplaceAll(pdfPart(z.Bytes()), "cv.pdf", "cv.zip"))
	})
	shape("unencoded 8 bits", func(f []byte) string {
		text := bytes.Map(func(r rune) rune { return 'a' + r%26 }, f)
		copy(f, text)
		return mixedOf(oddText, "Content-Type: application/pdf; name=cv.pdf\r\nContent-Disposition: attachment; filename=cv.pdf\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"+string(f))
	})
	whole := func(f []byte) string { return mixedOf(oddText, pdfPart(f)) }
	for name, spoil := range map[string]func(string) string{
		"bare line feeds":           func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") },
		"bare carriage returns":     func(s string) string { return strings.ReplaceAll(s, "\r\n", "\r") },
		"doubled carriage returns":  func(s string) string { return strings.ReplaceAll(s, "\r\n", "\r\r\n") },
		"byte order mark":           func(s string) string { return "\ufeff" + s },
		"blank lines first":         func(s string) string { return "\r\n\r\n" + s },
		"mbox line first":           func(s string) string { return "From ada Mon Mar  2 10:00:00 2026\r\n" + s },
		"nul bytes":                 func(s string) string { return strings.Replace(s, "Please", "Pl\x00ease", 1) },
		"a head line without colon": func(s string) string { return "X-Odd line\r\n" + s },
		"a head line of spaces":     func(s string) string { return strings.Replace(s, "MIME", " \r\nMIME", 1) },
		"a huge head":               func(s string) string { return "X-Big: " + strings.Repeat("y", 300_000) + "\r\n" + s },
		"many head lines":           func(s string) string { return strings.Repeat("X-Many: y\r\n", 5000) + s },
		"no sender":                 func(s string) string { return strings.Replace(s, "From: ", "X-From: ", 1) },
		"two senders":               func(s string) string { return "From: other@post.example\r\n" + s },
		"a bad date":                func(s string) string { return "Date: tomorrow\r\n" + s },
		"no end":                    func(s string) string { return strings.TrimSuffix(s, "--cut--\r\n") },
		"text after the end":        func(s string) string { return s + "Sent from my telephone" },
		"text before the parts":     func(s string) string { return strings.Replace(s, "--cut", "This is a message in parts\r\n--cut", 1) },
		"no boundary named":         func(s string) string { return strings.Replace(s, "; boundary=cut", "", 1) },
		"boundary in quotes":        func(s string) string { return strings.Replace(s, "boundary=cut", `boundary="cut"`, 1) },
		"boundary with a blank":     func(s string) string { return strings.ReplaceAll(s, "--cut\r\n", "--cut  \r\n") },
		"another boundary named":    func(s string) string { return strings.Replace(s, "boundary=cut", "boundary=other", 1) },
		"the type twice": func(s string) string {
			return strings.Replace(s, "Content-Type: m", "Content-Type: text/plain\r\nContent-Type: m", 1)
		},
		"the type in capitals": func(s string) string { return strings.Replace(s, "multipart/mixed", "MULTIPART/MIXED", 1) },
		"a type that is nonsense": func(s string) string {
			return strings.Replace(s, "application/pdf; name=cv.pdf", "application/pdf/odd; ;name", 1)
		},
		"a type without a slash": func(s string) string { return strings.Replace(s, "application/pdf; name=cv.pdf", "pdf", 1) },
		"no mime version":        func(s string) string { return strings.Replace(s, "MIME-Version: 1.0\r\n", "", 1) },
		"a text type for the file": func(s string) string {
			return strings.Replace(s, "application/pdf; name=cv.pdf", "text/plain; charset=utf-8", 1)
		},
		"an unknown type of parts": func(s string) string { return strings.Replace(s, "multipart/mixed", "multipart/x-odd", 1) },
		"a subject in pieces": func(s string) string {
			return strings.Replace(s, "Subject: a", "Subject: =?utf-8?B?w6k?= =?x?Q?=?= a", 1)
		},
		"a subject of raw bytes":  func(s string) string { return strings.Replace(s, "Subject: a", "Subject: r\xe9sum\xe9 a", 1) },
		"a subject of many lines": func(s string) string { return strings.Replace(s, "Subject: a", "Subject:\r\n a\r\n\tb\r\n a", 1) },
		"a subject with a script": func(s string) string {
			return strings.Replace(s, "Subject: a", "Subject: <script>alert(1)</script> a", 1)
		},
		"no message id":               func(s string) string { return strings.Replace(s, "Message-ID", "X-Message-ID", 1) },
		"a message id of odd letters": func(s string) string { return strings.Replace(s, "Message-ID: <", "Message-ID: <é\x00 ", 1) },
		"a line of 100,000 letters": func(s string) string {
			return strings.Replace(s, "Please", strings.Repeat("word ", 20_000)+"Please", 1)
		},
	} {
		f := b.file()
		b.add(odd{name: "head " + name, file: f, altered: strings.Contains(name, "carriage") || strings.Contains(name, "a text type"), raw: []byte(spoil(whole(f)))})
	}
	f := b.file()
	b.add(odd{name: "uuencoded in the text", file: f, raw: []byte(oddHead + "Content-Type: text/plain\r\n\r\n" + oddLetter + "\r\n" + asUU(f))})
	f = b.file()
	b.add(odd{name: "an unknown encoding", file: f, altered: true, raw: []byte(strings.Replace(whole(f), "base64", "x-odd", 1))})
	for name, raw := range map[string]string{
		"nothing": "", "blank lines": "\r\n\r\n\r\n", "bytes of a picture": "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\xff", 400), "one line": "hello",
	} {
		b.add(odd{name: "no mail: " + name, raw: []byte(raw), refused: true})
	}
	b.add(odd{name: "a head and nothing else", raw: []byte(oddHead + "\r\n")})
	b.add(odd{name: "ten thousand parts", raw: []byte(mixedOf(append([]string{oddText}, strings.Split(strings.Repeat("Content-Type: text/plain\r\n\r\nx|", 10_000), "|")...)...))})
	b.add(odd{name: "five hundred deep", raw: []byte(oddHead + strings.Repeat("Content-Type: multipart/mixed; boundary=cut\r\n\r\n--cut\r\n", 500) + oddText)})
}

// TestOddMessagesAreAccountedFor puts in hundreds of messages as broken senders make them.
// Each ends in one state with a reason; what was attached is kept byte for byte, or, when
// the way had damaged it, whole or marked as damaged.
func TestOddMessagesAreAccountedFor(t *testing.T) {
	b := &oddities{rnd: rand.New(rand.NewPCG(5, 8))}
	b.names()
	b.charsets()
	b.letters()
	b.damaged()
	b.shapes()
	if len(b.made) < 300 {
		t.Fatalf("only %d messages", len(b.made))
	}
	w := newWorld(t, memoryServer(t), "")
	// Kept as files: the server in memory reads what it is given, and returns nothing of
	// what it cannot read.
	box, err := w.store.EnsureMailbox(t.Context(), store.NewMailbox{Name: "odd", Kind: store.KindFolder})
	w.must(err)
	for _, o := range b.made {
		hash, size, err := w.blobs.Put(t.Context(), bytes.NewReader(o.raw))
		w.must(err)
		_, _, err = w.store.KeepFile(t.Context(), box.ID, store.KeptFile{Hash: hash, Size: size, ReceivedAt: w.now.Now(), Name: o.name})
		w.must(err)
	}
	_, err = w.pipeline().Work(t.Context())
	w.must(err)
	rows, err := w.store.LedgerRows(t.Context(), store.LedgerQuery{})
	w.must(err)
	if len(rows) != len(b.made) {
		t.Fatalf("%d rows for %d messages", len(rows), len(b.made))
	}
	exact, marked := 0, 0
	for i, o := range b.made {
		switch kept := w.kept(rows[i], o.file); {
		case rows[i].State == store.Listed || rows[i].State == store.Stored || rows[i].State == store.Parsed:
			t.Errorf("%s: left %s", o.name, rows[i].State)
		case rows[i].Reason == "":
			t.Errorf("%s: %s without a reason", o.name, rows[i].State)
		case o.refused:
			if rows[i].State != store.Failed {
				t.Errorf("%s: %s, want failed", o.name, rows[i].State)
			}
		case o.file == nil:
		case kept == "exact":
			exact++
		case o.altered && kept == "marked":
			marked++
		default:
			t.Errorf("%s: %s as %s (%s), its file is %s", o.name, rows[i].State, rows[i].Class, rows[i].Reason, kept)
		}
	}
	t.Logf("%d messages: %d files byte for byte, %d damaged and marked", len(b.made), exact, marked)
}

// kept tells what became of a file: exact, marked (as damaged), changed or missing.
func (w *world) kept(row store.LedgerRow, file []byte) string {
	w.t.Helper()
	if row.Application == 0 {
		return "missing"
	}
	view, err := w.store.ApplicationView(w.t.Context(), row.Application)
	w.must(err)
	sum := sha256.Sum256(file)
	out := "missing"
	for _, d := range view.Documents {
		switch {
		case d.MessageID != row.ID || d.Body:
		case d.Hash == hex.EncodeToString(sum[:]):
			return "exact"
		case d.Damaged:
			out = "marked"
		case out == "missing":
			out = "changed"
		}
	}
	return out
}
