package synthetic

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/goregular"

	"dossier/screening"
)

// Mail is the case as the applicant would have sent it: the text of the message, and each
// document as a PDF with a text layer.
func (c Case) Mail(to string) ([]byte, error) {
	const boundary = "synthetic"
	received := c.Dossier.ReceivedAt
	letter := "Please find my application attached."
	var files []screening.Document
	for _, d := range c.Dossier.Documents {
		if d.Body {
			letter = pagesText(d)
		} else {
			files = append(files, d)
		}
	}
	// A number in the address and the name keeps two cases that drew one name apart.
	user, domain, _ := strings.Cut(c.Dossier.SenderEmail, "@")
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\r\n", c.Dossier.ReceivedLine)
	fmt.Fprintf(&b, "From: %s <%s.%d@%s>\r\nTo: %s\r\n", mime.QEncoding.Encode("utf-8", c.Dossier.SenderName), user, c.Number, domain, to)
	fmt.Fprintf(&b, "Date: %s\r\nMessage-ID: <synthetic-%d@%s>\r\nSubject: Application\r\n", received.Format(time.RFC1123Z), c.Number, domain)
	fmt.Fprintf(&b, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=%s\r\n\r\n", boundary)
	part := func(head string, content []byte) {
		fmt.Fprintf(&b, "--%s\r\n%s\r\nContent-Transfer-Encoding: base64\r\n\r\n", boundary, head)
		for s := base64.StdEncoding.EncodeToString(content); s != ""; {
			n := min(76, len(s))
			b.WriteString(s[:n] + "\r\n")
			s = s[n:]
		}
	}
	part("Content-Type: text/plain; charset=utf-8", []byte(letter))
	for _, f := range files {
		pdf, err := printed(f)
		if err != nil {
			return nil, fmt.Errorf("case %d: %s: %w", c.Number, f.Name, err)
		}
		name := strings.TrimSuffix(f.Name, ".pdf") + ".pdf"
		part("Content-Type: application/pdf\r\nContent-Disposition: "+mime.FormatMediaType("attachment", map[string]string{"filename": name}), pdf)
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.Bytes(), nil
}

func pagesText(d screening.Document) string {
	var out []string
	for _, p := range d.Pages {
		out = append(out, p.Text)
	}
	return strings.Join(out, "\n")
}

// printed sets a document in one column on A4.
func printed(d screening.Document) ([]byte, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCreationDate(time.Unix(0, 0).UTC())
	pdf.SetModificationDate(time.Unix(0, 0).UTC())
	pdf.AddUTF8FontFromBytes("go", "", goregular.TTF)
	for _, page := range d.Pages {
		pdf.AddPage()
		pdf.SetFont("go", "", 10)
		for _, line := range strings.Split(strings.TrimRight(page.Text, "\n"), "\n") {
			pdf.MultiCell(0, 5, line, "", "L", false)
		}
	}
	var out bytes.Buffer
	err := pdf.Output(&out)
	return out.Bytes(), err
}
