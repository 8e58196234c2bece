package message

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	_ "image/gif"  // the sizes of pictures
	_ "image/jpeg" // the sizes of pictures
	_ "image/png"  // the sizes of pictures
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/text/unicode/norm"
)

// file takes a part that is not the body: a nested message, an archive, a document.
func (c *collector) file(p *part, depth int, within string) {
	b, damaged := p.content()
	a := Attachment{
		Name: p.name(), Declared: p.media, Content: b,
		Inline: p.disposition == "inline", ContentID: p.contentID(),
	}
	if damaged {
		a.Problem = ProblemDamaged
		c.warn(WarnDamaged, safeName(a.Name, 0))
	}
	switch {
	case isMessage(p, a.Name, b):
		c.inner(b, depth)
		return
	case p.media == "message/delivery-status", p.media == "message/disposition-notification", p.media == "text/rfc822-headers":
		// The machine's part of a report: Classify reads it from Header and Reports.
		c.m.Reports = append(c.m.Reports, plainLines(charsetText(b, "")))
		return
	case p.media == "application/ms-tnef" || strings.EqualFold(a.Name, "winmail.dat"):
		if c.tnef(a, depth) {
			return
		}
	case p.media == "application/pkcs7-mime" || p.media == "application/x-pkcs7-mime":
		if c.signed(a, depth) {
			return
		}
	}
	if within == "multipart/report" && a.Name == "" {
		return
	}
	c.add(a)
}

// isMessage tells a nested message, also one that was attached as a mere file.
func isMessage(p *part, name string, b []byte) bool {
	if p.media == "message/rfc822" || p.media == "message/global" {
		return true
	}
	return strings.HasSuffix(strings.ToLower(name), ".eml") && looksLikeMail(newPart(ReadHead(b[:min(len(b), 64<<10)])))
}

// inner reads a message attached to this one.
func (c *collector) inner(b []byte, depth int) {
	if depth+1 > c.limits.MaxDepth {
		c.warn(WarnInner, ProblemTooDeep)
		return
	}
	m, err := c.reader.message(b, depth+1)
	if err != nil {
		c.warn(WarnInner, err.Error())
		c.add(Attachment{Name: "message.eml", Declared: "message/rfc822", Content: b, Problem: ProblemDamaged})
		return
	}
	c.m.Inner = append(c.m.Inner, m)
}

// add keeps a file, and what is in it when it is an archive.
func (c *collector) add(a Attachment) {
	c.addInside(a, 0)
}

func (c *collector) addInside(a Attachment, depth int) {
	a.Media = mediaOf(a.Content, a.Declared)
	a.Name = safeName(a.Name, len(c.m.Attachments)+1)
	if !strings.Contains(a.Name, ".") {
		a.Name += extension(a.Media)
	}
	if len(a.Content) == 0 && a.Problem == "" {
		a.Problem = ProblemEmpty
	}
	switch a.Media {
	case "application/zip":
		a.Container = true
		files, problem := c.unzip(a, depth)
		if a.Problem == "" {
			a.Problem = problem
		}
		c.m.Attachments = append(c.m.Attachments, a)
		for _, f := range files {
			c.addInside(f, depth+1)
		}
		return
	case "application/x-7z-compressed", "application/x-rar-compressed", "application/vnd.rar", "application/x-tar", "application/gzip", "application/x-bzip2", "application/x-xz":
		a.Container = true
		if a.Problem == "" {
			a.Problem = ProblemUnsupported
		}
	}
	c.m.Attachments = append(c.m.Attachments, a)
}

// A file that unpacks to more than ratioMost times its packed size, and to more than
// ratioFrom bytes, is a trap and not a document.
const (
	ratioMost = 200
	ratioFrom = 10 << 20
)

// unzip reads the files of an archive within the limits. What could not be unpacked is
// returned as a file with a problem, so that it is seen.
func (c *collector) unzip(a Attachment, depth int) (files []Attachment, problem string) {
	if depth+c.depth+1 > c.limits.MaxDepth {
		return nil, ProblemTooDeep
	}
	z, err := zip.NewReader(bytes.NewReader(a.Content), int64(len(a.Content)))
	if err != nil {
		return nil, ProblemDamaged
	}
	inside := strings.TrimPrefix(a.Inside+"/"+a.Name, "/")
	for _, f := range z.File {
		name := zipName(f)
		if f.FileInfo().IsDir() || strings.HasSuffix(name, "/") || isDebris(name) {
			continue
		}
		if c.files <= 0 {
			return files, ProblemTooMany
		}
		c.files--
		got := Attachment{Name: name, Inside: inside}
		got.Content, got.Problem = c.unpack(f)
		files = append(files, got)
		if got.Problem == ProblemEncrypted {
			problem = ProblemEncrypted
		}
	}
	return files, problem
}

func (c *collector) unpack(f *zip.File) (content []byte, problem string) {
	if f.Flags&1 != 0 {
		return nil, ProblemEncrypted
	}
	most := min(c.bytes, max(ratioFrom, ratioMost*int64(f.CompressedSize64)))
	rc, err := f.Open()
	if err != nil {
		return nil, ProblemDamaged
	}
	defer rc.Close() // reading is checked below
	var out bytes.Buffer
	n, err := out.ReadFrom(&atMost{r: rc, left: most})
	c.bytes -= n
	switch {
	case err == errOver:
		return nil, ProblemTooLarge
	case err != nil:
		return out.Bytes(), ProblemDamaged
	}
	return out.Bytes(), ""
}

// zipName is the name of a file in an archive: UTF-8 when it is, else the code page that
// archivers on Windows use.
func zipName(f *zip.File) string {
	name := f.Name
	if !utf8.ValidString(name) {
		name = decodeWith(lookup("ibm850"), []byte(name))
	}
	return strings.ReplaceAll(name, `\`, "/")
}

// isDebris tells of files that systems leave in archives.
func isDebris(name string) bool {
	base := strings.ToLower(path.Base(name))
	return strings.HasPrefix(name, "__MACOSX/") || strings.Contains(name, "/__MACOSX/") || strings.HasPrefix(base, "._") ||
		base == ".ds_store" || base == "thumbs.db" || base == "desktop.ini"
}

// mediaOf says what a file is from its bytes; the sender's word counts only where bytes
// prove nothing.
func mediaOf(b []byte, declared string) string {
	if len(b) == 0 {
		return declared
	}
	media, _, _ := strings.Cut(mimetype.Detect(b).String(), ";")
	if (media == "application/octet-stream" || media == "text/plain") && bytes.Contains(b[:min(len(b), 1024)], []byte("%PDF-")) {
		// QUIRK: some producers put bytes before the mark; readers accept it within 1 KB.
		return "application/pdf"
	}
	switch media {
	case "application/zip":
		return zipMedia(b)
	case "application/octet-stream":
		if strings.HasPrefix(declared, "text/") || declared == "" || provable(declared) {
			return media
		}
		return declared
	case "text/plain":
		if strings.HasPrefix(declared, "text/") {
			return declared
		}
	}
	return media
}

// provable tells of types whose files always show what they are; a file that does not is
// not one of them.
func provable(media string) bool {
	return media == "application/pdf" || media == "application/zip" || strings.HasPrefix(media, "image/") ||
		strings.HasPrefix(media, "application/vnd.openxml") || media == "application/msword"
}

// zipMedia tells office documents, which are archives too, from archives.
func zipMedia(b []byte) string {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return "application/zip"
	}
	for _, f := range z.File {
		switch {
		case f.Name == "word/document.xml":
			return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		case f.Name == "xl/workbook.xml":
			return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		case f.Name == "ppt/presentation.xml":
			return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
		case f.Name == "mimetype" && f.UncompressedSize64 < 200:
			if s := readSmall(f); strings.HasPrefix(s, "application/") {
				return s
			}
		case f.Name == "Index/Document.iwa":
			return "application/vnd.apple.pages"
		}
	}
	return "application/zip"
}

func readSmall(f *zip.File) string {
	rc, err := f.Open()
	if err != nil {
		return ""
	}
	defer rc.Close() // only read from
	var out bytes.Buffer
	if _, err := out.ReadFrom(&atMost{r: rc, left: 200}); err != nil {
		return ""
	}
	return strings.TrimSpace(out.String())
}

var extensions = map[string]string{
	"application/pdf": ".pdf", "application/zip": ".zip", "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif",
	"text/plain": ".txt", "text/html": ".html", "application/msword": ".doc", "text/rtf": ".rtf", "application/rtf": ".rtf",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
	"application/vnd.oasis.opendocument.text":                                 ".odt",
	"text/calendar": ".ics", "image/tiff": ".tif", "image/webp": ".webp", "image/heic": ".heic",
}

func extension(media string) string { return extensions[media] }

// nameBytes is the longest name, in bytes.
const nameBytes = 200

// safeName makes a file name fit to show and to store under. n numbers nameless files.
func safeName(s string, n int) string {
	s = strings.ReplaceAll(oneLine(s), `\`, "/")
	s = path.Base(s)
	// A header whose quotes were lost glues the next parameter on.
	for _, glue := range []string{`"`, "; filename", ";filename", "; size=", "; creation-date", "; modification-date"} {
		if i := strings.Index(s, glue); i > 0 {
			s = s[:i]
		}
	}
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:|?*"`, r) {
			return '_'
		}
		return r
	}, s)
	s = norm.NFC.String(strings.Trim(s, " ./"))
	if s == "" || s == "_" {
		if n == 0 {
			return ""
		}
		s = fmt.Sprintf("attachment-%d", n)
	}
	if len(s) <= nameBytes {
		return s
	}
	ext := path.Ext(s)
	if len(ext) > 10 {
		ext = ""
	}
	return strings.TrimSpace(strings.ToValidUTF8(s[:nameBytes-len(ext)], "")) + ext
}

var (
	decorName  = regexp.MustCompile(`(?i)^(?:image\d{3}|logo|signature|banner|bandeau|facebook|linkedin|twitter|instagram|icon|icone|spacer|pixel|outlook-|att0000\d|emoji|smiley)`)
	exchangeAT = regexp.MustCompile(`(?i)^ATT\d{5,}\.(?:txt|html?|dat|c)$`)
)

// isDecoration tells pictures of a signature, pixels that track, and signatures of
// machines from documents. A photographed page set into the text is large, and stays.
func isDecoration(a Attachment, shown bool) bool {
	name := strings.ToLower(a.Name)
	switch a.Media {
	case "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "text/vcard", "text/x-vcard":
		return true
	}
	switch a.Declared {
	case "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/pgp-keys", "text/vcard", "text/x-vcard":
		return true
	}
	if strings.HasSuffix(name, ".p7s") || strings.HasSuffix(name, ".vcf") || exchangeAT.MatchString(a.Name) && len(a.Content) < 4<<10 {
		return true
	}
	if !strings.HasPrefix(a.Media, "image/") {
		return false
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(a.Content))
	if err == nil && (size.Width <= 32 || size.Height <= 32) {
		return true
	}
	placed := shown || a.Inline && a.ContentID != ""
	small := len(a.Content) < 60<<10
	if err == nil {
		small = min(size.Width, size.Height) < 450 || size.Width > 3*size.Height
	}
	switch {
	case placed && small, decorName.MatchString(a.Name) && small && (placed || a.Inline):
		return true
	case err == nil && size.Width*size.Height < 100*100:
		return true
	}
	return false
}
