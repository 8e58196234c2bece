package extract

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// isMHTML recognises a web page saved as one file, which Word writes under the name of
// a document: the head of a mail whose parts belong together.
func isMHTML(head []byte) bool {
	low := bytes.ToLower(head)
	return bytes.HasPrefix(bytes.TrimLeft(low, "\xef\xbb\xbf\r\n"), []byte("mime-version:")) && bytes.Contains(low, []byte("multipart/related")) ||
		bytes.HasPrefix(low, []byte("from: <saved by")) && bytes.Contains(low, []byte("multipart/related"))
}

// maxMHTMLParts bounds the parts looked at for the one that is the page.
const maxMHTMLParts = 200

// readMHTML reads the first HTML part of a web page saved as one file.
func readMHTML(data []byte) Result {
	damaged := Result{Problem: ProblemDamaged, Detail: "no page in the archive"}
	m, err := mail.ReadMessage(bytes.NewReader(bytes.TrimLeft(data, "\xef\xbb\xbf\r\n")))
	if err != nil {
		return damaged
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return damaged
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range maxMHTMLParts {
		p, err := parts.NextRawPart()
		if err != nil {
			break
		}
		media, how, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if media != mediaHTML && media != mediaText {
			continue
		}
		var body io.Reader = p
		switch strings.ToLower(strings.TrimSpace(p.Header.Get("Content-Transfer-Encoding"))) {
		case "quoted-printable":
			body = quotedprintable.NewReader(p)
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, p)
		}
		b, err := io.ReadAll(io.LimitReader(body, maxPart))
		if len(b) == 0 {
			continue
		}
		s, hidden := HTMLText(b, how["charset"])
		page := flowPage("html", s)
		page.Hidden = hidden
		if err != nil {
			page.Problem = ProblemDamaged
		}
		return onePage(page)
	}
	return damaged
}
