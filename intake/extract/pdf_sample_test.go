package extract

import (
	"bytes"
	"fmt"
	"strings"
)

// samplePDF writes a page of lines in Helvetica, as plain as a PDF can be.
func samplePDF(lines ...string) []byte {
	var b strings.Builder
	b.WriteString("BT /F1 11 Tf 14 TL 60 780 Td\n")
	for _, l := range lines {
		fmt.Fprintf(&b, "(%s) Tj T*\n", latin1(l))
	}
	b.WriteString("ET")
	return pagePDF(b.String())
}

// pagePDF puts content on an A4 page whose F1 is Helvetica in Windows-1252.
func pagePDF(content string) []byte {
	return objectsPDF(map[int]string{
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
		4: streamObject("", content),
		5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	})
}

func streamObject(dict, data string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(data), data)
}

// objectsPDF writes a file of objects with its index; 1 is the catalogue and 2 the
// page tree of object 3 unless they are given.
func objectsPDF(objs map[int]string) []byte {
	if objs[1] == "" {
		objs[1] = "<< /Type /Catalog /Pages 2 0 R >>"
	}
	if objs[2] == "" {
		objs[2] = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
	}
	top := 0
	for n := range objs {
		top = max(top, n)
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, top+1)
	for n := 1; n <= top; n++ {
		if objs[n] != "" {
			offsets[n] = b.Len()
			fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", n, objs[n])
		}
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", top+1)
	for n := 1; n <= top; n++ {
		fmt.Fprintf(&b, "%010d 00000 n \n", offsets[n])
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", top+1, at)
	return b.Bytes()
}

// latin1 writes a string as the bytes of Windows-1252, brackets escaped.
func latin1(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch r {
		case '(', ')', '\\':
			b.WriteByte('\\')
			b.WriteByte(byte(r))
		default:
			if c, ok := windows1252Code(r); ok {
				b.WriteByte(byte(c))
			} else {
				b.WriteByte(' ')
			}
		}
	}
	return b.String()
}
