package message

import (
	"regexp"
	"strings"
	"unicode"

	"dossier/screening/text"
)

// setText splits the text of a message into what its sender wrote, the signature, and the
// messages quoted below; a message forwarded as text is opened.
func (m *Message) setText(s string) {
	m.Body.Text = s
	lines := strings.Split(s, "\n")
	folded := make([]string, len(lines))
	for i, line := range lines {
		folded[i] = strings.TrimSpace(text.String(line))
	}
	end := len(lines)
	var history []string
	if at, block, ok := findBlock(lines, folded); ok {
		end = at
		if block.forward || isForward(m.Subject) || fresh(lines[:at]) == "" {
			m.Quoted = &block.Quoted
		}
		history = lines[at:]
	}
	own, quoted := splitReply(lines[:end], folded[:end])
	body, signature := splitSignature(own)
	m.Body.Fresh = fresh(body)
	m.Body.Signature = fresh(signature)
	m.Body.History = fresh(append(quoted, history...))
}

// fresh joins lines without blank ones at the ends.
func fresh(lines []string) string { return strings.TrimSpace(strings.Join(lines, "\n")) }

var forwardSubject = regexp.MustCompile(`^\s*\[?(?:tr|trans|transf|transfert|fwd?|fw|wg|i|enc|rv|doorst|vs)\]? ?:`)

// isForward tells whether a subject is that of a forwarded message.
func isForward(subject string) bool { return forwardSubject.MatchString(text.String(subject)) }

var (
	attribution = regexp.MustCompile(`(?:^|\s)(?:le|on|am|el|il|em|op|a) .{4,200}(?: a ecrit| wrote| schrieb| escribio| ha scritto| escreveu| schreef| ecrivait)\s*: ?$`)
	writes      = regexp.MustCompile(`^[^:]{1,120}(?: a ecrit| wrote)\s*: ?$`)
)

// splitReply parts what was written from the reply history: lines marked with ">", and
// what an attribution ("On ... wrote:") announces.
func splitReply(lines, folded []string) (own, quoted []string) {
	for i := 0; i < len(lines); i++ {
		if strings.HasPrefix(folded[i], ">") {
			quoted = append(quoted, lines[i])
			continue
		}
		n := attributionAt(folded, i)
		if n == 0 {
			own = append(own, lines[i])
			continue
		}
		quoted = append(quoted, lines[i:i+n]...)
		i += n - 1
		next := i + 1
		for next < len(lines) && folded[next] == "" {
			next++
		}
		if next < len(lines) && !strings.HasPrefix(folded[next], ">") {
			// Nothing is marked, so all that follows is the earlier message.
			return own, append(quoted, lines[i+1:]...)
		}
	}
	return own, quoted
}

// attributionAt returns over how many lines an attribution stands at i, or 0.
func attributionAt(folded []string, i int) int {
	joined := ""
	for n := 1; n <= 3 && i+n <= len(folded); n++ {
		joined = strings.TrimSpace(joined + " " + folded[i+n-1])
		if !strings.HasSuffix(joined, ":") {
			continue
		}
		if attribution.MatchString(joined) && strings.ContainsAny(joined, "0123456789@") && startsAttribution(folded[i]) {
			return n
		}
		if n == 1 && writes.MatchString(joined) && i+1 < len(folded) && strings.HasPrefix(nextWritten(folded, i+1), ">") {
			return n
		}
	}
	return 0
}

func startsAttribution(line string) bool {
	for _, p := range []string{"le ", "on ", "am ", "el ", "il ", "em ", "op ", "a "} {
		if strings.HasPrefix(line, p) {
			return true
		}
	}
	return false
}

func nextWritten(folded []string, i int) string {
	for ; i < len(folded); i++ {
		if folded[i] != "" {
			return folded[i]
		}
	}
	return ""
}

var (
	sentFrom = regexp.MustCompile(`^(?:envoye (?:de|depuis|a partir de) (?:mon|ma|outlook|yahoo|gmail|mail)|sent from (?:my|outlook|yahoo|mail|gmail)|get outlook for|telecharger outlook|obtenir outlook|provenance : courrier|sent with |envoye avec |garanti sans virus|virus-free)`)
	notice   = regexp.MustCompile(`^(?:-* ?(?:avertissement|disclaimer|confidentialite|confidentiality notice)\b|(?:ce|le present|cet) (?:message|courriel|courrier electronique|e-?mail)\b.{0,120}(?:confidentiel|destinataire)|this (?:e-?mail|message|communication)\b.{0,120}(?:confidential|intended|privileged)|(?:pensez|merci de penser) (?:a l'environnement|a la planete)|(?:avant d'imprimer|please consider the environment|think before you print|n'imprimez ce))`)
)

// A signature has at most this many lines and bytes; more is part of the letter, since
// people also use "--" to part a letter from a CV.
const (
	signatureLines = 15
	signatureBytes = 1200
)

// splitSignature cuts at the signature mark, at the note of a telephone, or at a notice of
// confidentiality, whichever comes first near the end.
func splitSignature(lines []string) (body, signature []string) {
	for i, line := range lines {
		f := strings.TrimSpace(text.String(line))
		rest := lines[i+1:]
		written := 0
		size := 0
		for _, l := range rest {
			if strings.TrimSpace(l) != "" {
				written++
			}
			size += len(l)
		}
		mark := f == "--" && (strings.HasPrefix(line, "--") || strings.TrimSpace(line) == "--")
		switch {
		case mark && written <= signatureLines && size <= signatureBytes,
			sentFrom.MatchString(f) && written <= signatureLines,
			notice.MatchString(f) && size <= 4*signatureBytes:
			return lines[:i], lines[i:]
		}
	}
	return lines, nil
}

// countWords counts words of at least one letter.
func countWords(s string) int {
	n := 0
	for _, f := range strings.Fields(s) {
		if strings.IndexFunc(f, unicode.IsLetter) >= 0 {
			n++
		}
	}
	return n
}
