package extract

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// Media types the readers know.
const (
	mediaPDF  = "application/pdf"
	mediaText = "text/plain"
	mediaHTML = "text/html"
	mediaRTF  = "text/rtf"
	mediaDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	mediaODT  = "application/vnd.oasis.opendocument.text"
	mediaDOC  = "application/msword"
	mediaOLE  = "application/x-ole-storage"
	mediaHEIC = "image/heic"
	// Documents of one XML or mail file.
	mediaWordXML = "application/vnd.ms-word.2003+xml"
	mediaFlatODT = "application/vnd.oasis.opendocument.text-flat-xml"
	mediaMHTML   = "multipart/related"
	mediaPages   = "application/vnd.apple.pages"
	// mediaEuropass is the data of a Europass CV, which travels inside its PDF.
	mediaEuropass = "application/vnd.europass+xml"
)

// Media tells the type of a file from its bytes, such as application/pdf.
func Media(data []byte) string { return sniff(data) }

func sniff(data []byte) string {
	head := data[:min(len(data), 4096)]
	switch {
	case len(data) == 0:
		return "application/octet-stream"
	// QUIRK: some mail gateways and scanners put lines before the header. Readers of
	// PDF accept it anywhere in the first kilobyte.
	case !bytes.HasPrefix(head, []byte("PK\x03\x04")) && bytes.Contains(head[:min(len(head), 1100)], []byte("%PDF-")):
		return mediaPDF
	case endsAsPDF(data):
		return mediaPDF
	case bytes.HasPrefix(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"), []byte(`{\rtf`)):
		return mediaRTF
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		if m := sniffZip(data); m != "" {
			return m
		}
	case isHEIC(head):
		return mediaHEIC
	case looksUTF16(head):
		return mediaText
	case isEuropass(head):
		return mediaEuropass
	case isMHTML(head):
		return mediaMHTML
	case bytes.Contains(head, []byte("schemas.microsoft.com/office/word/2003/wordml")), bytes.Contains(head, []byte("schemas.microsoft.com/office/2006/xmlPackage")):
		return mediaWordXML
	case bytes.Contains(head, []byte("<office:document ")) && bytes.Contains(data[:min(len(data), 16<<10)], []byte(mediaODT)):
		return mediaFlatODT
	}
	if bytes.HasPrefix(head, oleMagic) {
		if o, err := openOLE(data); err == nil && len(o.stream("WordDocument")) > 0 {
			return mediaDOC
		}
	}
	m, _, _ := strings.Cut(mimetype.Detect(data).String(), ";")
	switch {
	case m == mediaHTML || m == "application/xhtml+xml":
		return mediaHTML
	case m == "application/octet-stream" && mostlyText(head), m == "text/xml" && looksHTML(head):
		if looksHTML(head) {
			return mediaHTML
		}
		return mediaText
	case strings.HasPrefix(m, "text/") && m != "text/xml" && m != "text/rtf" && m != "text/vcard" && m != "text/calendar":
		if looksHTML(head) {
			return mediaHTML
		}
		return mediaText
	}
	return m
}

// endsAsPDF recognises a PDF that has lost its head: its tail would pass for a text.
func endsAsPDF(data []byte) bool {
	tail := data[max(0, len(data)-1100):]
	return bytes.Contains(tail, []byte("startxref")) && bytes.Contains(tail, []byte("%%EOF")) && bytes.Contains(data, []byte(" obj"))
}

// sniffZip looks into a zip for the part that makes it a text document. Writers order
// their parts as they please, so the first bytes alone do not tell.
func sniffZip(data []byte) string {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		// A cut file has lost its list, but its parts still carry their names.
		switch {
		case bytes.Contains(data, []byte("word/document.xml")):
			return mediaDOCX
		case bytes.Contains(data[:min(len(data), 200)], []byte(mediaODT)):
			return mediaODT
		}
		return ""
	}
	for i, f := range z.File {
		if i > 5000 {
			break
		}
		switch {
		case f.Name == "mimetype" && f.UncompressedSize64 < 200:
			if r, err := f.Open(); err == nil {
				b, _ := io.ReadAll(io.LimitReader(r, 200))
				r.Close()
				if m := strings.TrimSpace(string(b)); strings.HasPrefix(m, "application/") {
					if m == mediaODT+"-template" {
						m = mediaODT
					}
					return m
				}
			}
		case strings.HasPrefix(strings.ToLower(f.Name), "word/document"):
			return mediaDOCX
		case f.Name == "Index/Document.iwa", f.Name == "QuickLook/Preview.pdf":
			return mediaPages
		case f.Name == "[Content_Types].xml" && f.UncompressedSize64 < 1<<20:
			if r, err := f.Open(); err == nil {
				b, _ := io.ReadAll(io.LimitReader(r, 1<<20))
				r.Close()
				if bytes.Contains(b, []byte("wordprocessingml.document.main+xml")) || bytes.Contains(b, []byte("wordprocessingml.template.main+xml")) || bytes.Contains(b, []byte("ms-word.document.macroEnabled.main+xml")) {
					return mediaDOCX
				}
			}
		}
	}
	return ""
}

// looksHTML finds an opening tag early in a text: mails and exports often start with
// a comment or an XML line that hides it.
func looksHTML(head []byte) bool {
	low := bytes.ToLower(head[:min(len(head), 1024)])
	return bytes.Contains(low, []byte("<html")) || bytes.Contains(low, []byte("<!doctype html")) ||
		bytes.Contains(low, []byte("<body"))
}

// mostlyText accepts bytes of an old one-byte charset: hardly any control characters.
func mostlyText(head []byte) bool {
	bad := 0
	for _, c := range head {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b || c == 0x7f {
			bad++
		}
	}
	return len(head) > 0 && bad*200 < len(head)
}

func isPicture(media string) bool {
	switch media {
	case "image/jpeg", "image/png", "image/tiff", "image/webp", "image/gif", "image/bmp", mediaHEIC:
		return true
	}
	return false
}

// Readable tells whether documents of this type may hold what an applicant wrote, by the
// type that [Media] finds.
func Readable(media string) bool {
	switch media {
	case mediaPDF, mediaDOCX, mediaODT, mediaRTF, mediaHTML, mediaText, mediaDOC, mediaMHTML, mediaWordXML, mediaFlatODT, mediaPages, mediaEuropass:
		return true
	}
	return isPicture(media) || libreOfficeReads(media)
}

// libreOfficeReads lists the word processors' formats that only LibreOffice opens.
func libreOfficeReads(media string) bool {
	switch media {
	case mediaDOC, mediaOLE, "application/vnd.ms-works", "application/vnd.wordperfect",
		"application/vnd.apple.pages", "application/x-iwork-pages-sffpages", "application/vnd.sun.xml.writer":
		return true
	}
	return false
}
