package intake

import (
	"sort"
	"strings"
	"unicode"

	"dossier/screening/text"
)

// Target is what routing knows of one vacancy.
type Target struct {
	ID        int64
	Slug      string
	Title     string
	Place     string
	Reference string
	Addresses []string
	// Open vacancies are found by title; closed ones only by address, reference or thread.
	Open bool
}

// Clues are what routing knows of one message.
type Clues struct {
	// Recipients are every address the message was sent or delivered to, strongest header first.
	Recipients []Recipient
	// Subject is the subject of the message and of the messages forwarded in it.
	Subject string
	// Text is the beginning of what the sender wrote.
	Text string
	// Files are the names of the attachments.
	Files []string
	// Thread holds the vacancies of messages this one answers.
	Thread []int64
}

// Recipient is an address and the header it was read from.
type Recipient struct{ Header, Address string }

// Hit is one vacancy a message belongs to, and why.
type Hit struct {
	VacancyID int64 `json:"-"`
	// Vacancy is its slug, for people.
	Vacancy  string `json:"vacancy"`
	Rule     string `json:"rule"`
	Evidence string `json:"evidence"`
	// ToConfirm asks a person to check, since the rule is a guess.
	ToConfirm bool `json:"to_confirm,omitempty"`
}

// The rules of routing, strongest first.
const (
	ruleAddress   = "address"
	ruleReference = "reference"
	ruleThread    = "thread"
	ruleTitle     = "title"
	// ruleImport is for files a person imported for a vacancy.
	ruleImport = "import"
)

// textForReference is how much of the letter is searched for a reference code, in bytes.
const textForReference = 2000

// Route tells which vacancies a message is for: by address, else by reference code, else
// by the thread it belongs to, else by the title of an open vacancy. It returns nothing
// when no rule fires, or when several vacancies share the address and nothing tells them
// apart: a person must then choose.
func Route(c Clues, targets []Target) []Hit {
	byAddress := routeByAddress(c, targets)
	if len(byAddress) > 0 && !sharesAddress(byAddress, targets) {
		return byAddress
	}
	candidates := targets
	if len(byAddress) > 0 {
		candidates = pick(targets, byAddress)
	}
	if hits := routeByReference(c, candidates); len(hits) > 0 {
		return hits
	}
	if hits := routeByThread(c, candidates); len(hits) > 0 {
		return hits
	}
	return routeByTitle(c, candidates)
}

func routeByAddress(c Clues, targets []Target) []Hit {
	var hits []Hit
	for _, base := range []bool{false, true} {
		for _, r := range c.Recipients {
			got := strings.ToLower(r.Address)
			if base {
				got = withoutTag(got)
			}
			for _, t := range targets {
				for _, a := range t.Addresses {
					if strings.EqualFold(a, got) {
						hits = addHit(hits, Hit{VacancyID: t.ID, Vacancy: t.Slug, Rule: ruleAddress, Evidence: r.Header + ": " + r.Address})
					}
				}
			}
		}
		if len(hits) > 0 {
			break
		}
	}
	return hits
}

// withoutTag drops the "+tag" of an address.
func withoutTag(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	if plus := strings.IndexByte(address[:at], '+'); plus > 0 {
		return address[:plus] + address[at:]
	}
	return address
}

// sharesAddress tells whether one header address stands for several of the vacancies hit.
func sharesAddress(hits []Hit, targets []Target) bool {
	seen := map[string]bool{}
	for _, h := range hits {
		for _, t := range targets {
			if t.ID != h.VacancyID {
				continue
			}
			if seen[h.Evidence] {
				return true
			}
			seen[h.Evidence] = true
		}
	}
	return false
}

func pick(targets []Target, hits []Hit) []Target {
	var out []Target
	for _, t := range targets {
		for _, h := range hits {
			if h.VacancyID == t.ID {
				out = append(out, t)
			}
		}
	}
	return out
}

func routeByReference(c Clues, targets []Target) []Hit {
	places := []struct{ name, text string }{
		{"subject", c.Subject},
		{"text", firstBytes(c.Text, textForReference)},
		{"file name", strings.Join(c.Files, "\n")},
	}
	for _, p := range places {
		var hits []Hit
		for _, t := range targets {
			if containsCode(p.text, t.Reference) {
				hits = addHit(hits, Hit{VacancyID: t.ID, Vacancy: t.Slug, Rule: ruleReference, Evidence: p.name + ": " + t.Reference})
			}
		}
		if len(hits) > 0 {
			return hits
		}
	}
	return nil
}

// containsCode finds a reference code whatever dashes, spaces, slashes and case the sender
// used. The code must stand alone: RN-1 is not in RN-14.
func containsCode(s, code string) bool {
	want := codeRunes(code)
	if len(want) < 3 {
		return false
	}
	in := []rune(text.String(s))
	for start := range in {
		if start > 0 && isCode(in[start-1]) || !isCode(in[start]) {
			continue
		}
		i, j := start, 0
		for i < len(in) && j < len(want) {
			switch {
			case in[i] == want[j]:
				i, j = i+1, j+1
			case j > 0 && !isCode(in[i]) && in[i] != '\n':
				i++
			default:
				j = len(want) + 1
			}
		}
		if j == len(want) && (i == len(in) || !isCode(in[i])) {
			return true
		}
	}
	return false
}

func codeRunes(code string) []rune {
	var out []rune
	for _, r := range text.String(code) {
		if isCode(r) {
			out = append(out, r)
		}
	}
	return out
}

func isCode(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func routeByThread(c Clues, targets []Target) []Hit {
	var hits []Hit
	for _, id := range c.Thread {
		for _, t := range targets {
			if t.ID == id {
				hits = addHit(hits, Hit{VacancyID: id, Vacancy: t.Slug, Rule: ruleThread, Evidence: "answers a message of this vacancy"})
			}
		}
	}
	return hits
}

// titleShare is the part of a title's telling words that must be found.
const titleShare = 0.6

func routeByTitle(c Clues, targets []Target) []Hit {
	type scored struct {
		Hit
		score float64
	}
	var best []scored
	subject, body := titleWords(c.Subject), titleWords(firstBytes(c.Text, textForReference))
	for _, t := range targets {
		words := titleWords(t.Title)
		if !t.Open || len(words) < 2 {
			continue
		}
		bySubject, byBody := shareFound(words, subject), shareFound(words, body)
		score := max(bySubject, byBody-0.2)
		if score < titleShare {
			continue
		}
		where := "subject"
		if byBody-0.2 > bySubject {
			where = "text"
		}
		best = append(best, scored{Hit{VacancyID: t.ID, Vacancy: t.Slug, Rule: ruleTitle, Evidence: where + ": " + t.Title, ToConfirm: true}, score})
	}
	sort.SliceStable(best, func(i, j int) bool { return best[i].score > best[j].score })
	if len(best) == 0 || len(best) > 1 && best[0].score-best[1].score < 0.15 {
		return nil
	}
	return []Hit{best[0].Hit}
}

var titleStop = map[string]bool{
	"de": true, "des": true, "du": true, "la": true, "le": true, "les": true, "et": true, "en": true, "au": true,
	"aux": true, "pour": true, "the": true, "of": true, "and": true, "for": true, "in": true, "un": true, "une": true,
	"sur": true, "dans": true, "phase": true, "poste": true, "post": true, "offre": true, "projet": true, "project": true,
	"trice": true, "euse": true, "ice": true,
}

// titleWords are the telling words of a title, cut to six letters so that inclusive and
// plural forms meet.
func titleWords(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(text.String(s), func(r rune) bool { return !isCode(r) }) {
		if len(w) < 2 || titleStop[w] {
			continue
		}
		out = append(out, stem(w))
	}
	return out
}

func stem(w string) string {
	if len(w) > 6 {
		return w[:6]
	}
	return strings.TrimSuffix(w, "s")
}

func shareFound(words, in []string) float64 {
	have := map[string]bool{}
	for _, w := range in {
		have[w] = true
	}
	n := 0
	for _, w := range words {
		if have[w] {
			n++
		}
	}
	return float64(n) / float64(len(words))
}

func addHit(hits []Hit, h Hit) []Hit {
	for _, known := range hits {
		if known.VacancyID == h.VacancyID {
			return hits
		}
	}
	return append(hits, h)
}

// firstBytes cuts s to n bytes without splitting a rune.
func firstBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
