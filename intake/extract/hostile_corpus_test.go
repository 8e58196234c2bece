package extract

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// hostileFile is a file made to be hard to read.
type hostileFile struct {
	// name says how it was made; its ending may lie.
	name string
	data []byte
	// words, when not nil, are those of the whole file it was cut from, of a kind that
	// shows when something is missing.
	words []string
}

// whole is a good file to be spoilt.
type whole struct {
	name  string
	data  []byte
	words []string
}

// manyPages is a PDF of n pages with compressed contents.
func manyPages(n int) []byte {
	objs := map[int]string{3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"}
	var kids strings.Builder
	for i := range n {
		fmt.Fprintf(&kids, "%d 0 R ", 4+2*i)
		objs[4+2*i] = fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", 5+2*i)
		var b strings.Builder
		for k := range 30 {
			b.WriteString(at(60, 780-20*k, fmt.Sprintf("page%dligne%d poste%d tenu depuis %d", i, k, 31*i+k, 1990+k)))
		}
		objs[5+2*i] = streamObject("/Filter /FlateDecode", deflated(b.String()))
	}
	objs[2] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", &kids, n)
	return objectsPDF(objs)
}

// wholes are the good files: one of each kind we read.
func wholes() ([]whole, error) {
	var long strings.Builder
	for i := range 200 {
		long.WriteString(para(fmt.Sprintf("Ligne %d : chargée de mission numéro %d à Valbrême", i, 7*i)))
	}
	pic := image.NewGray(image.Rect(0, 0, 300, 200))
	for i := range pic.Pix {
		pic.Pix[i] = uint8(i * i >> 7)
	}
	var asPNG, asJPEG, asGIF bytes.Buffer
	for _, err := range []error{png.Encode(&asPNG, pic), jpeg.Encode(&asJPEG, pic, nil),
		gif.Encode(&asGIF, pic, nil)} {
		if err != nil {
			return nil, err
		}
	}
	odt := strings.NewReplacer("<w:p><w:r><w:t>", "<text:p>", "</w:t></w:r></w:p>", "</text:p>").Replace(long.String())
	prose := strings.NewReplacer("<w:p><w:r><w:t>", "<p>", "</w:t></w:r></w:p>", "</p>\n").Replace(long.String())
	list := []whole{
		{name: "plain.pdf", data: columnsPDF()}, {name: "pages.pdf", data: manyPages(6)}, {name: "long.pdf", data: manyPages(40)},
		{name: "cv.docx", data: sampleDOCX(long.String())}, {name: "cv.odt", data: sampleODT("", odt)},
		{name: "cv.rtf", data: []byte(`{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 ` + strings.ReplaceAll(strings.ReplaceAll(prose, "<p>", ""), "</p>", `\par`) + "}")},
		{name: "cv.html", data: []byte("<!doctype html><html><body>" + prose + "</body></html>")},
		{name: "cv.txt", data: []byte(strings.NewReplacer("<p>", "", "</p>", "").Replace(prose))},
		{name: "scan.png", data: asPNG.Bytes()}, {name: "scan.jpg", data: asJPEG.Bytes()}, {name: "scan.gif", data: asGIF.Bytes()},
		{name: "old.doc", data: append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), bytes.Repeat([]byte{0, 1, 0xfe, 0xff}, 1000)...)},
		{name: "all.zip", data: zipped("a/cv.txt", "Parcours", "cv.docx", string(sampleDOCX(para("Parcours"))))},
	}
	locked, err := filepath.Glob("testdata/*.pdf")
	if err != nil {
		return nil, err
	}
	for _, name := range locked {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		list = append(list, whole{name: filepath.Base(name), data: b})
	}
	for i := range list {
		if ext := filepath.Ext(list[i].name); ext == ".txt" || ext == ".html" || ext == ".rtf" {
			// Nothing in these tells where they end.
			continue
		}
		if res := Read(list[i].name, list[i].data, Limits{}); res.Complete() {
			list[i].words = strings.Fields(res.Text())
		}
	}
	return list, nil
}

// hostileFiles makes n files; the same seed makes the same ones. Every third is built by
// hand, the others are good files spoilt.
func hostileFiles(n int, seed uint64, yield func(hostileFile) bool) error {
	rng := rand.New(rand.NewPCG(seed, 9))
	good, err := wholes()
	if err != nil {
		return err
	}
	traps := trapNames()
	for i := range n {
		var f hostileFile
		if i%3 == 0 {
			name := traps[i/3%len(traps)]
			f = hostileFile{name: name, data: hostileTraps[name](rng)}
		} else {
			f = spoil(rng, good[rng.IntN(len(good))], spoilers[i%len(spoilers)])
		}
		if !yield(f) {
			return nil
		}
	}
	return nil
}

var spoilers = []string{"cut", "bits", "bytes", "numbers", "moved", "hole", "stuffed", "renamed", "prefixed", "zeroed"}

var digitRuns = regexp.MustCompile(`[0-9]+`)

// spoil damages a good file in one way.
func spoil(rng *rand.Rand, w whole, how string) hostileFile {
	d := bytes.Clone(w.data)
	f := hostileFile{name: how + " " + w.name}
	switch how {
	case "cut":
		d = d[:rng.IntN(len(d))]
		f.words = w.words
	case "bits":
		for range 1 + rng.IntN(40) {
			d[rng.IntN(len(d))] ^= 1 << rng.IntN(8)
		}
	case "bytes":
		for range 1 + rng.IntN(200) {
			d[rng.IntN(len(d))] = byte(rng.IntN(256))
		}
	case "numbers":
		large := []string{"999999999", "4294967296", "-1", "0", "2147483647", "18446744073709551616", "1e99"}
		for range 1 + rng.IntN(6) {
			at := digitRuns.FindAllIndex(d, -1)
			if len(at) == 0 {
				break
			}
			p := at[rng.IntN(len(at))]
			d = bytes.Join([][]byte{d[:p[0]], []byte(large[rng.IntN(len(large))]), d[p[1]:]}, nil)
		}
	case "moved":
		for range 1 + rng.IntN(5) {
			from := rng.IntN(len(d))
			copy(d[rng.IntN(len(d)):], bytes.Clone(d[from:min(len(d), from+rng.IntN(3000))]))
		}
	case "hole":
		from := rng.IntN(len(d))
		d = append(d[:from:from], d[min(len(d), from+1+rng.IntN(len(d)/2)):]...)
		f.words = w.words
	case "stuffed":
		from := rng.IntN(len(d))
		d = bytes.Join([][]byte{d[:from], bytes.Repeat([]byte{byte(rng.IntN(256))}, 1+rng.IntN(20_000)), d[from:]}, nil)
	case "renamed":
		f.name += []string{" as.docx", " as.pdf", " as.exe", " as.html"}[rng.IntN(4)]
	case "prefixed":
		d = append([]byte([]string{"%PDF-1.7\n", "PK\x03\x04", "{\\rtf1 ", "\x89PNG\r\n\x1a\n", "<html>", "GIF89a", "\xff\xd8\xff\xe0"}[rng.IntN(7)]), d...)
	case "zeroed":
		from := rng.IntN(len(d))
		clear(d[from:min(len(d), from+rng.IntN(len(d)))])
	}
	f.data = d
	return f
}

// onPage is a PDF whose page 3 and further objects are given.
func onPage(page string, more map[int]string) []byte {
	objs := map[int]string{3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] " + page + " >>",
		9: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
	for n, o := range more {
		objs[n] = o
	}
	return objectsPDF(objs)
}

// contentOf is a page whose content is a stream with a dictionary of its own.
func contentOf(dict, data string) []byte {
	return onPage("/Resources << /Font << /F1 9 0 R >> >> /Contents 4 0 R", map[int]string{4: streamObject(dict, data)})
}

// pngHeader begins a picture of a size of its own saying, with no data behind it.
func pngHeader(width, height uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	b = binary.BigEndian.AppendUint32(b, width)
	b = binary.BigEndian.AppendUint32(b, height)
	return append(b, 8, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'I', 'D', 'A', 'T')
}

func zipOfBombs(depth int, inner []byte) []byte {
	for range depth {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for k := range 8 {
			w, err := z.Create(fmt.Sprintf("%d.zip", k))
			if err == nil {
				_, _ = w.Write(inner)
			}
		}
		z.Close()
		inner = b.Bytes()
	}
	return inner
}
