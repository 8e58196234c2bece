package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"dossier/screening/text"
)

const (
	// ocrDPI is the resolution pages are drawn at for recognition.
	ocrDPI = 200
	// ocrPageTime bounds the recognition of one page.
	ocrPageTime = 40 * time.Second
	// poorConfidence is the mean from which on a page is worth a second look.
	poorConfidence = 60
)

var errNoOCR = errors.New("tesseract is not installed")

// recognise reads a picture of a page. A sheet that lies askew in a photograph is laid
// flat, and the better of both readings kept: what looks like a sheet may be a part of
// one.
func recognise(pic *image.Gray, tools Tools) (text.Page, error) {
	q, found := findSheet(pic)
	if !found {
		p, _, err := recognisePicture(pic, nil, tools)
		return p, err
	}
	flat, photo := flatten(pic, q)
	whole, ws, err := recognisePicture(pic, nil, tools)
	if err != nil {
		return whole, err
	}
	sheet, ss, err := recognisePicture(flat, &sheetIn{photo, float64(pic.Rect.Dx()), float64(pic.Rect.Dy())}, tools)
	if err == nil && ss > ws {
		return sheet, nil
	}
	return whole, nil
}

// sheetIn tells where in a photograph of w by h a flat sheet was cut out.
type sheetIn struct {
	photo homography
	w, h  float64
}

// recognisePicture reads one picture; worth grows with the words and how sure they are.
// Sideways pages are turned first when a first reading makes no sense.
func recognisePicture(pic *image.Gray, in *sheetIn, tools Tools) (p text.Page, worth float64, err error) {
	if tools.Tesseract == "" {
		return text.Page{}, 0, errNoOCR
	}
	prepare := func() *paper {
		s := newSheetOfPaper(pic)
		if in != nil {
			s.photo, s.w, s.h = &in.photo, in.w, in.h
		}
		return s
	}
	s := prepare()
	best, sure, err := s.read(tools)
	if err != nil {
		return best, 0, err
	}
	if sure >= poorConfidence && len(best.Words) >= 5 {
		return best, value(best, sure), nil
	}
	turns := []int{}
	if t, ok := orientation(s.pic, tools); ok && t != 0 {
		turns = append(turns, t)
	} else if !ok && len(best.Words) < 5 {
		turns = append(turns, 1, 3)
	}
	for _, t := range turns {
		turned := prepare()
		turned.turn(t)
		p, c, err := turned.read(tools)
		if err == nil && value(p, c) > value(best, sure) {
			best, sure = p, c
		}
	}
	return best, value(best, sure), nil
}

// value weighs a reading: many words, surely read.
func value(p text.Page, sure float64) float64 { return float64(len(p.Words)) * sure * sure }

// read runs tesseract once; sure is the mean confidence, 0 to 100.
func (s *paper) read(tools Tools) (p text.Page, sure float64, err error) {
	languages := tools.Languages
	if languages == "" {
		languages = "fra+eng"
	}
	out, err := tesseract(s.pic, tools, "-l", languages, "--psm", "3", "--dpi", strconv.Itoa(ocrDPI), "tsv")
	if err != nil {
		return p, 0, err
	}
	p = text.Page{Engine: "tesseract", OCR: true}
	sure = s.readTSV(out, &p)
	p.Quality = round(quality(p)*min(1, sure/85), 3)
	return p, sure, nil
}

// orientation asks tesseract how the page must be turned, in quarters to the right.
func orientation(pic *image.Gray, tools Tools) (int, bool) {
	out, err := tesseract(pic, tools, "-l", "osd", "--psm", "0", "--dpi", strconv.Itoa(ocrDPI))
	if err != nil {
		return 0, false
	}
	for line := range strings.SplitSeq(string(out), "\n") {
		if v, ok := strings.CutPrefix(line, "Rotate:"); ok {
			deg, err := strconv.Atoi(strings.TrimSpace(v))
			return (deg / 90) & 3, err == nil
		}
	}
	return 0, false
}

func tesseract(pic *image.Gray, tools Tools, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), ocrPageTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, tools.Tesseract, append([]string{"stdin", "stdout"}, args...)...)
	// One thread: several only wait for each other, and the page is not alone.
	cmd.Env = []string{"OMP_THREAD_LIMIT=1", "LC_ALL=C.UTF-8"}
	cmd.Stdin = bytes.NewReader(pnm(pic))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("tesseract: %w", err)
	}
	return stdout.Bytes(), nil
}

// pnm writes a picture in the plainest format there is.
func pnm(pic *image.Gray) []byte {
	b := pic.Bounds()
	out := fmt.Appendf(nil, "P5\n%d %d\n255\n", b.Dx(), b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		i := pic.PixOffset(b.Min.X, y)
		out = append(out, pic.Pix[i:i+b.Dx()]...)
	}
	return out
}

func hasLetters(s string) bool {
	n := 0
	for _, r := range s {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r >= 0xC0 {
			n++
		}
	}
	return n*2 > len([]rune(s))
}

// noise recognises specks and rules taken for letters.
func noise(w string, conf float64) bool {
	if conf >= 50 {
		return false
	}
	return strings.Trim(w, "|_-—–~=.,:;'‘’`\"°*^<>\\/[](){}") == ""
}
