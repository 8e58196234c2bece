package extract

import (
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"strings"
	"unicode/utf8"

	"dossier/screening/text"
)

// Read reads one document in this process with the readers that need no helper: it is
// what a child does first. It never panics on bytes it does not understand, but a
// hostile file may still exhaust memory or time: strangers' files go through [Runner].
// The name is kept for messages only; the type is found in the bytes.
func Read(name string, data []byte, limits Limits) Result {
	return ReadWithPassword(name, data, "", limits)
}

// ReadWithPassword is Read for a file whose password is known.
func ReadWithPassword(_ string, data []byte, password string, limits Limits) (res Result) {
	limits = limits.orDefault()
	media := sniff(data)
	defer func() {
		if r := recover(); r != nil {
			res = Result{Media: media, Problem: ProblemDamaged, Detail: crashDetail(r)}
		}
	}()
	switch {
	case len(data) == 0:
		return Result{Media: media, Problem: ProblemEmpty, Detail: "no bytes"}
	case int64(len(data)) > limits.MaxBytes:
		return Result{Media: media, Problem: ProblemTooLarge, Detail: fmt.Sprintf("%d bytes", len(data))}
	}
	switch {
	case media == mediaPDF:
		res = readPDF(data, password, limits)
	case media == mediaDOCX:
		res = readDOCX(data, limits)
	case media == mediaODT:
		res = readODT(data, limits)
	case media == mediaRTF:
		res = readRTF(data)
	case media == mediaHTML:
		res = readHTML(data)
	case media == mediaMHTML:
		res = readMHTML(data)
	case media == mediaWordXML:
		res = readWordXML(data)
	case media == mediaFlatODT:
		res = readFlatODT(data)
	case media == mediaEuropass:
		res = readEuropass(data)
	case media == mediaPages:
		res = readPages(data, limits)
	case encryptedOffice(data):
		res = Result{Problem: ProblemPassword}
	case media == mediaDOC || media == mediaOLE:
		res = readDOC(data)
	case media == mediaText:
		res = readText(data, limits)
	case isPicture(media):
		res = Result{Problem: ProblemNoText, PageCount: 1, Engine: "picture"}
	case libreOfficeReads(media):
		res = Result{Problem: ProblemLibreOffice}
	default:
		res = Result{Problem: ProblemUnsupported, Detail: media}
	}
	res.Media = media
	finish(&res, limits)
	return res
}

// finish brings every reader's result to the same shape: valid text within the
// limits, numbers in range, quality over all pages, and a problem when there is nothing.
func finish(res *Result, l Limits) {
	room := l.MaxText
	words := 0
	for i := range res.Pages {
		p := &res.Pages[i]
		p.Number = i + 1
		if !utf8.ValidString(p.Text) || len(p.Text) > room {
			if len(p.Text) > room {
				p.Problem = ProblemTooLarge
			}
			cutPage(p, room)
			res.warn(WarnPartial)
		}
		room -= len(p.Text)
		p.Width, p.Height = finite(p.Width), finite(p.Height)
		if len(p.Hidden) > 0 {
			res.warn(WarnHidden)
		}
		if p.Problem != "" {
			res.warn(WarnPartial)
		}
		words += countWords(p.Text)
	}
	res.PageCount = max(res.PageCount, len(res.Pages))
	if len(res.Pages) > 0 && res.PageCount > len(res.Pages) {
		res.warn(WarnPagesLeftOut)
	}
	res.Quality, res.Engine = overall(*res)
	switch {
	case res.Problem != "":
		return
	case words > 0:
		if why := incomplete(*res); why != "" {
			res.Problem, res.Detail = ProblemPartial, why
		}
		return
	}
	res.Problem = ProblemEmpty
	for _, p := range res.Pages {
		if p.Problem != "" {
			res.Problem = p.Problem
		}
	}
}

// incomplete tells what is missing of a document of which something was read; empty
// when nothing is.
func incomplete(res Result) string {
	for _, p := range res.Pages {
		if p.Problem != "" {
			return fmt.Sprintf("page %d: %s", p.Number, p.Problem)
		}
	}
	if slices.Contains(res.Warnings, WarnTorn) {
		return "bytes are missing from the file"
	}
	if n := len(res.Pages); res.PageCount > n {
		return fmt.Sprintf("%d of %d pages", n, res.PageCount)
	}
	return ""
}

// cutPage makes the text of p valid UTF-8 of at most room bytes and drops the words
// that no longer fit.
func cutPage(p *text.Page, room int) {
	s := p.Text
	if !utf8.ValidString(s) {
		// Word offsets would no longer hold in a mended text.
		s, p.Words = toValid(s), nil
	}
	room = max(room, 0)
	if len(s) > room {
		for room > 0 && !utf8.RuneStart(s[room]) {
			room--
		}
		s = s[:room]
		// The last line ends as all lines do.
		if end := strings.LastIndexByte(s, '\n'); end >= 0 {
			s = s[:end+1]
		} else if s != "" {
			_, n := utf8.DecodeLastRuneInString(s)
			s = s[:len(s)-n] + "\n"
		}
	}
	p.Text = s
	for i, w := range p.Words {
		if w.End > len(s) {
			p.Words = p.Words[:i]
			break
		}
	}
}

// overall is the mean quality weighted by words, and the engine of most words.
func overall(res Result) (float64, string) {
	byEngine := map[string]int{}
	sum, n := 0.0, 0
	for _, p := range res.Pages {
		w := countWords(p.Text)
		sum += p.Quality * float64(w)
		n += w
		byEngine[p.Engine] += w
	}
	if n == 0 {
		return 0, res.Engine
	}
	best := res.Engine
	if best == "" {
		for _, p := range res.Pages {
			if best == "" || byEngine[p.Engine] > byEngine[best] {
				best = p.Engine
			}
		}
	}
	return round(sum/float64(n), 3), best
}

func (r *Result) warn(code string) {
	for _, w := range r.Warnings {
		if w == code {
			return
		}
	}
	r.Warnings = append(r.Warnings, code)
}

func countWords(s string) int {
	n, in := 0, false
	for i := 0; i < len(s); i++ {
		blank := s[i] <= ' '
		if !blank && !in {
			n++
		}
		in = !blank
	}
	return n
}

func round(x float64, digits int) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	f := math.Pow10(digits)
	return math.Round(x*f) / f
}

func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
		return 0
	}
	return x
}

// crashDetail names what a parser tripped over and where, without a word of the file.
func crashDetail(r any) string {
	s := fmt.Sprint(r)
	if len(s) > 120 {
		s = s[:120]
	}
	if testingCrashes {
		s += "\n" + string(debug.Stack())
	}
	return toValid(s)
}

// testingCrashes adds the stack to the detail of a recovered crash.
var testingCrashes = false
