package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"regexp"
	"strings"
	"testing"

	"dossier/screening/text"
)

// maxUnpack bounds what one packed part may become in the search, in bytes.
const maxUnpack = 8 << 20

var base64Run = regexp.MustCompile(`[A-Za-z0-9+/]{16,}(?:\r?\n[A-Za-z0-9+/]+)*={0,2}`)

// trace returns the first trace of the person in some bytes, as they are, folded, unpacked
// or decoded; empty when there is none.
func trace(b []byte) string { return traceIn(b, 2) }

func traceIn(b []byte, depth int) string {
	lower := strings.ToLower(string(b))
	folded := text.String(strings.ToValidUTF8(string(b), " "))
	wide := strings.ReplaceAll(lower, "\x00", "") // UTF-16 of Latin letters
	for _, t := range traces {
		if strings.Contains(lower, t) || strings.Contains(folded, t) || strings.Contains(wide, t) {
			return t
		}
	}
	if depth == 0 {
		return ""
	}
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte{0x1f, 0x8b, 8})
		if i < 0 {
			break
		}
		at += i
		if r, err := gzip.NewReader(bytes.NewReader(b[at:])); err == nil {
			r.Multistream(false)
			plain, _ := io.ReadAll(io.LimitReader(r, maxUnpack)) // half of it is worth looking at too
			if t := traceIn(plain, depth-1); t != "" {
				return "packed: " + t
			}
		}
		at += 3
	}
	if z, err := zip.NewReader(bytes.NewReader(b), int64(len(b))); err == nil {
		for _, f := range z.File {
			if r, err := f.Open(); err == nil {
				plain, _ := io.ReadAll(io.LimitReader(r, maxUnpack))
				if t := traceIn(append([]byte(f.Name+"\n"), plain...), depth-1); t != "" {
					return "zipped: " + t
				}
			}
		}
	}
	for _, run := range base64Run.FindAll(b, -1) {
		run = bytes.Map(func(r rune) rune {
			if r == '\r' || r == '\n' || r == '=' {
				return -1
			}
			return r
		}, run)
		for cut := range 4 { // a run may begin in the middle of something else
			if cut >= len(run) {
				break
			}
			piece := run[cut:]
			piece = piece[:len(piece)/4*4]
			plain := make([]byte, base64.StdEncoding.DecodedLen(len(piece)))
			n, _ := base64.StdEncoding.Decode(plain, piece)
			if t := traceIn(plain[:n], 0); t != "" {
				return "encoded: " + t
			}
		}
	}
	if plain, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(b))); err == nil {
		return traceIn(plain, 0)
	}
	return ""
}

// TestTracesAreFound keeps the search honest.
func TestTracesAreFound(t *testing.T) {
	var packed, zipped bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte("Awatef"))
	w.Close()
	z := zip.NewWriter(&zipped)
	f, _ := z.Create("a.txt")
	_, _ = f.Write([]byte(gonePhrase))
	z.Close()
	for name, b := range map[string][]byte{
		"plain": []byte("x " + goneName), "folded": []byte("KABORE"), "packed": append([]byte("head"), packed.Bytes()...), "zipped": zipped.Bytes(),
		"base64": []byte("AAAA" + base64.StdEncoding.EncodeToString([]byte("le numéro "+gonePhone))), "quoted": []byte("Kabor=C3=A9"),
		"wide": []byte("a\x00w\x00a\x00t\x00e\x00f\x00"),
	} {
		if trace(b) == "" {
			t.Errorf("%s: not found", name)
		}
	}
	if got := trace([]byte("Moussa Ténor, Ziguinchor")); got != "" {
		t.Errorf("found %q where there is nothing", got)
	}
}
