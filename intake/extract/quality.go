package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/screening/text"
)

// goodEnough is the quality from which a page needs no other engine.
const goodEnough = 0.6

// quality scores how much the text of a page looks like text, 0 to 1, alike for every
// engine: characters that stand for nothing, words shattered into letters, words run
// together, and a check that a share of the words is French or English.
func quality(p text.Page) float64 {
	var chars, bad, tokens, letters, single, long, common int
	for word := range strings.FieldsSeq(p.Text) {
		n, alpha := 0, 0
		for _, r := range word {
			n++
			if strangeRune(r) {
				bad++
			}
			if unicode.IsLetter(r) {
				alpha++
			}
		}
		chars += n
		tokens++
		if alpha > 0 {
			letters++
		}
		switch {
		case n == 1 && alpha == 1 && !strings.ContainsAny(word, "aàyôiAÀYIôoO"):
			single++
		case n > 25 && alpha*10 > n*8:
			long++
		case n <= 4 && commonWords[strings.ToLower(strings.Trim(word, ".,;:()'’"))]:
			common++
		}
	}
	if tokens == 0 {
		return 0
	}
	score := 1.0
	score -= penalty(share(bad, chars), 0.02, 0.20)
	score -= penalty(share(single, letters), 0.15, 0.50)
	score -= penalty(share(long, letters), 0.03, 0.15)
	// A wrong character map gives letters that make no words. Only a long text in Latin
	// letters is held to it: short pages and lists hold few small words.
	if letters > 150 && common*100 < letters*2 && latin(p.Text) {
		score -= 0.3
	}
	return round(max(0, score), 3)
}

// penalty rises from 0 at the share that is still normal to 0.9 at the one that is noise.
func penalty(share, normal, noise float64) float64 {
	if share <= normal {
		return 0
	}
	return 0.9 * min(1, (share-normal)/(noise-normal))
}

func share(part, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(part) / float64(all)
}

// strangeRune stands for no character: a replacement, a control, a private use that no
// icon font explains.
func strangeRune(r rune) bool {
	return r == utf8.RuneError || r < 0x20 || r >= 0x7f && r < 0xa0 || unicode.Is(unicode.Co, r) || unicode.Is(unicode.Cn, r)
}

// latin tells whether most letters are Latin ones.
func latin(s string) bool {
	l, other := 0, 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Latin, r):
			l++
		case unicode.IsLetter(r):
			other++
		}
	}
	return l > other
}

// commonWords are small words that any page of running French or English (and most
// other Latin languages nearby) holds.
var commonWords = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`de la le les des du et en un une à au aux pour par sur avec dans est qui que son sa ses ma mes mon
		the and of in to for a an at on by with from as is are was my we our or i il elle je ce cette ans
		el los las del y con por para una uno e o di il da per con der die das und von mit im am`) {
		m[w] = true
	}
	return m
}()

// NeedsMore tells whether Deepen could read what Read could not: a page that is a
// picture or noise, or a format that needs LibreOffice.
func NeedsMore(res Result) bool {
	switch res.Problem {
	case ProblemLibreOffice:
		return true
	case ProblemNoText:
		return true
	case ProblemDamaged:
		return res.Media == mediaPDF
	case ProblemPassword:
		// Other ways of encryption than ours come with the reason we gave up.
		return res.Media == mediaPDF && res.Detail != ""
	}
	for _, p := range res.Pages {
		if pageNeedsMore(p) {
			return true
		}
	}
	return false
}

func pageNeedsMore(p text.Page) bool {
	if p.Problem == ProblemTooLarge {
		return false
	}
	return p.Problem != "" || p.Quality < goodEnough && p.Text != ""
}
