package extract

import (
	"encoding/hex"
	"fmt"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// predefinedPDF shows a text through one of the maps every reader must know, in a font
// that is not embedded and says nothing of its characters.
func predefinedPDF(name string, e encoding.Encoding, lines ...string) []byte {
	content := "BT /F1 14 Tf 60 700 Td "
	for _, s := range lines {
		b, err := e.NewEncoder().Bytes([]byte(s))
		if err != nil {
			panic(err)
		}
		content += "<" + hex.EncodeToString(b) + "> Tj 0 -40 Td "
	}
	return objectsPDF(map[int]string{
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
		4: streamObject("", content+"ET"),
		5: fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /%s /DescendantFonts [6 0 R] >>", name),
		6: "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Song /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /DW 1000 >>",
	})
}

func TestPredefinedMapsOfEastAsianTextAreRead(t *testing.T) {
	sixteen := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	for _, c := range []struct {
		name string
		e    encoding.Encoding
		text string
	}{
		{"90ms-RKSJ-H", japanese.ShiftJIS, "履歴書 CV2024"}, {"90ms-RKSJ-V", japanese.ShiftJIS, "履歴書"}, {"EUC-H", japanese.EUCJP, "履歴書 CV"},
		{"UniJIS-UTF16-H", sixteen, "履歴書 CV"}, {"UniJIS-UTF8-H", encoding.Nop, "履歴書 CV"}, {"UniGB-UCS2-H", sixteen, "简历 CV"},
		{"UniGB-UTF32-H", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), "简历 CV"}, {"GBK-EUC-H", simplifiedchinese.GBK, "简历 CV"},
		{"GBpc-EUC-H", simplifiedchinese.GBK, "简历"}, {"GBK2K-H", simplifiedchinese.GB18030, "简历 CV"}, {"ETen-B5-H", traditionalchinese.Big5, "履歷表 CV"},
		{"KSCms-UHC-H", korean.EUCKR, "이력서 CV"}, {"UniKS-UTF16-H", sixteen, "이력서 CV"},
	} {
		res := Read("cv.pdf", predefinedPDF(c.name, c.e, c.text), Limits{})
		checkResult(t, res)
		if got := res.Text(); got != c.text+"\n" || res.Problem != "" {
			t.Errorf("%s: %q (%s)", c.name, got, res.Problem)
		}
	}
}

func TestVerticalColumnsAreReadFromTheRight(t *testing.T) {
	data := objectsPDF(map[int]string{
		3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
		4: streamObject("", "BT /F1 14 Tf 500 700 Td <5c6565876b74> Tj -30 0 Td <592a90ce> Tj ET"),
		5: "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /UniJIS-UCS2-V /DescendantFonts [6 0 R] >>",
		6: "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Song /DW 1000 >>",
	})
	if got := Read("cv.pdf", data, Limits{}).Text(); got != "履文歴\n太郎\n" && got != "履文歴\n\n太郎\n" && got != "履文歴 太郎\n" {
		t.Errorf("got %q", got)
	}
}

// The lines are given as they are drawn: from left to right.
func TestArabicAndHebrewAreReadFromTheRight(t *testing.T) {
	sixteen := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	for drawn, want := range map[string]string{
		"םייח תורוק":                      "קורות חיים",
		".2024 דע 2019 תנשמ ןהכ":          "כהן משנת 2019 עד 2024.",
		"(C1) תילגנא":                     "אנגלית (C1)",
		")C1( תילגנא":                     "אנגלית (C1)",
		"ﺔﻴﺗاﺬﻟا ةﺮﻴﺴﻟا":                  "السيرة الذاتية",
		"Griffon Blanc תרבחב הנכות סדנהמ": "מהנדס תוכנה בחברת Griffon Blanc",
		"Cabinet םיקוח (Paris)":           "Cabinet חוקים (Paris)",
		"Juriste (Lyon), 2019":            "Juriste (Lyon), 2019",
		"ﺔﻳﺰﻴﻠﺠﻧ\ufef9ا ﺔﻐﻠﻟا 123":        "123 اللغة الإنجليزية",
	} {
		got := Read("cv.pdf", predefinedPDF("UniGB-UTF16-H", sixteen, drawn), Limits{}).Text()
		if got != want+"\n" {
			t.Errorf("%q: %q, want %q", drawn, got, want)
		}
	}
}
