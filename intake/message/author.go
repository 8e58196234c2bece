package message

import (
	"regexp"
	"strings"

	"dossier/screening/text"
)

// Author is who an application comes from, which is not always who sent the mail.
type Author struct {
	Address
	// Rule says how the author was found: one of the Author constants.
	Rule string
	// By is who passed the application on; empty when the author sent it.
	By Address
	// Text is what the author wrote, without the words of who passed it on.
	Text string
	// Subject is that of the author's own message.
	Subject string
	// ToConfirm asks a person to check the name, since the mail was passed on.
	ToConfirm bool
}

// How an author was found.
const (
	AuthorFrom      = "from"          // the From header
	AuthorReplyTo   = "reply_to"      // Reply-To of a mail that a platform sent
	AuthorInner     = "attached_mail" // the message attached to a forward
	AuthorQuoted    = "quoted_mail"   // the head of a message forwarded as text
	AuthorFields    = "form_fields"   // "Name: ... E-mail: ..." in the text of a platform
	AuthorPassedOn  = "passed_on"     // a name in the words of who sent the files; no address is known
	AuthorElsewhere = "sender"        // Sender or Return-Path, when From is missing
)

// FindAuthor tells who applies. own tells the organisation's own addresses; nil knows none.
func (m *Message) FindAuthor(own func(email string) bool) Author {
	if own == nil {
		own = func(string) bool { return false }
	}
	direct := Author{Address: m.From, Rule: AuthorFrom, Text: m.Body.Fresh, Subject: m.Subject}
	if direct.Email == "" {
		direct.Address, direct.Rule = m.sender(), AuthorElsewhere
	}
	if inner := m.forwarded(own); inner != nil {
		a := inner.FindAuthor(own)
		a.Rule, a.By, a.ToConfirm = AuthorInner, direct.Address, true
		return a
	}
	if q := m.Quoted; q != nil && q.From.Email != "" && !own(q.From.Email) && m.passesOn(own, q.From) {
		return Author{Address: q.From, Rule: AuthorQuoted, By: direct.Address, Text: q.Text, Subject: q.Subject, ToConfirm: true}
	}
	if isPlatform(m.From) {
		for _, r := range m.ReplyTo {
			if r.Email != "" && !strings.EqualFold(r.Email, m.From.Email) && !isPlatform(r) && !own(r.Email) {
				if r.Name == "" {
					r.Name = withoutVia(m.From.Name)
				}
				direct.Address, direct.Rule, direct.By, direct.ToConfirm = r, AuthorReplyTo, m.From, true
				return direct
			}
		}
		if a, ok := formFields(m.Body.Text); ok && !own(a.Email) {
			direct.Address, direct.Rule, direct.By, direct.ToConfirm = a, AuthorFields, m.From, true
			return direct
		}
	}
	if m.thirdParty() && len(m.ownFiles()) > 0 {
		direct.ToConfirm = true
		if name := presented(m.Body.Fresh); name != "" {
			direct.Address, direct.Rule, direct.By = Address{Name: name}, AuthorPassedOn, m.From
		}
	}
	return direct
}

var presents = regexp.MustCompile(`(?i:candidature|\bcv|profil|profile|dossier|application|resume)\s+(?i:de\s|d['’]|of\s|from\s|for\s)\s*(?:(?i:m\.|mme|mlle|monsieur|madame|mr\.?|mrs\.?|ms\.?|dr\.?)\s+)?(\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+){0,3})`)

// presented is the name of the person whose application somebody else sends.
func presented(s string) string {
	m := presents.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	return oneLine(m[1])
}

// sender is the best address when From is missing.
func (m *Message) sender() Address {
	for _, a := range append([]Address{m.Sender}, m.ReplyTo...) {
		if a.Email != "" {
			return a
		}
	}
	return firstOr(addresses(m.Header.Get("Return-Path")), Address{})
}

// forwarded returns the attached message that is the application, when this one only
// passes it on; nil when this one speaks for itself.
func (m *Message) forwarded(own func(string) bool) *Message {
	for i := range m.Inner {
		in := &m.Inner[i]
		from := in.From
		if from.Email == "" {
			from = in.sender()
		}
		if from.Email == "" || own(from.Email) || strings.EqualFold(from.Email, m.From.Email) {
			// Our own mail coming back, or an earlier mail of the sender: what they write
			// now is what counts, and the files of both are kept.
			continue
		}
		if m.passesOn(own, from) {
			return in
		}
	}
	return nil
}

var passing = regexp.MustCompile(`(?:nous|je) (?:vous |te )?(?:transmet|transfer|fais suivre|faisons suivre|adress(?:e|ons) (?:la|cette|le) candidature|communiqu|propos|prie de trouver (?:la|cette) candidature)|(?:voici|ci-(?:joint|dessous|apres)),? (?:la|une|cette|sa|le) (?:candidature|cv|dossier|profil|message|mail|courriel)|pour (?:info|information|suite a donner|votre information|ce que de droit|attribution)|a toutes fins utiles|candidature (?:spontanee )?(?:recue|de (?:m\.|mme|mlle|monsieur|madame))|recu (?:ce (?:matin|jour|message)|cette candidature|par erreur)|\bfyi\b|please (?:find|see) (?:below|attached|enclosed)?,? ?(?:the|this|an|her|his|their) (?:application|cv|candidate|profile|message|e-?mail)|for your (?:information|attention|consideration|action)|(?:i am|we are|i'm) (?:forwarding|passing|submitting|sharing)|(?:forwarding|passing on|sharing) (?:you )?(?:the|this|an|her|his)|see below|received (?:this|the following|in error)|on behalf of|voir ci-dessous|cf\.? ci-dessous`)

var firstPerson = regexp.MustCompile(`\b(?:ma|mon|mes) (?:candidature|cv|curriculum|lettre|profil|parcours|experience|motivation|dossier)|je (?:me permets de )?(?:postul|candidat|vous adresse ma|vous soumets|pose ma)|\bmy (?:application|cv|resume|curriculum|cover letter|motivation|profile|experience)\b|i (?:am|would like to|wish to|'d like to)? ?(?:apply|applying)`)

var ownReference = regexp.MustCompile(`\b(?:ma|mon|my) (?:lettre|courrier|attestation|letter|reference|recommandation|recommendation)s?(?: of| de)? (?:recommandation|reference|soutien|recommendation|support|letter|for|pour|concernant)\b`)

// speaksForSelf tells whether somebody writes, in folded text, of their own application. A
// referee speaks of "my letter" too.
func speaksForSelf(words string) bool {
	return firstPerson.MatchString(ownReference.ReplaceAllString(words, ""))
}

// passesOn tells whether this mail hands on what another person wrote. Somebody who applies
// may quote or attach other people's mail too: the notice, or a referee's letter.
func (m *Message) passesOn(own func(string) bool, author Address) bool {
	if own(m.From.Email) || isPlatform(m.From) {
		return true
	}
	words := fold(start(m.Body.Fresh))
	speaks := speaksForSelf(words)
	switch {
	case speaks && len(m.ownFiles()) > 0:
		return false
	case passing.MatchString(words):
		return true
	case speaks:
		return false
	case sameName(m.From.Name, author.Name):
		return true // the same person from another address
	}
	return isForward(m.Subject) || countWords(words) < 40
}

// ownFiles are the documents of this message itself.
func (m *Message) ownFiles() []Attachment {
	bare := *m
	bare.Inner = nil
	return bare.Documents()
}

// sameName tells whether two names share a word of at least three letters.
func sameName(a, b string) bool {
	for _, w := range strings.Fields(text.String(a)) {
		if len(w) < 3 {
			continue
		}
		for _, v := range strings.Fields(text.String(b)) {
			if v == w {
				return true
			}
		}
	}
	return false
}

var platformLocal = regexp.MustCompile(`^(?:no-?_?\.?reply|ne-?_?pas-?_?repondre|do-?_?not-?_?reply|nepasrepondre|notifications?|notify|alerts?|mailer|robot|bounces?|apply|applications?|candidatures?|jobs?|emplois?|recrutement-?auto|jobalerts?|talent|ats|postulations?)(?:[+._-].*)?$`)

// isPlatform tells addresses of machines that write for others.
func isPlatform(a Address) bool {
	local, _, _ := strings.Cut(strings.ToLower(a.Email), "@")
	return platformLocal.MatchString(local) || via.MatchString(text.String(a.Name))
}

var via = regexp.MustCompile(`\b(?:via|through|par l'intermediaire de)\b .+$`)

// withoutVia drops the platform from a name like "Awa Sow via Emplois".
func withoutVia(name string) string {
	if at := via.FindStringIndex(text.String(name)); at != nil {
		// The folded text has the same number of words before the cut.
		n := len(strings.Fields(text.String(name)[:at[0]]))
		return strings.Trim(strings.Join(strings.Fields(name)[:n], " "), `"' -,(`)
	}
	return ""
}

var (
	fieldName  = regexp.MustCompile(`(?m)^[ >*-]*(?:nom complet|nom et prenoms?|prenoms? et nom|nom du candidat|nom de la candidate|candidat(?:e|\(e\)|·e)?|full name|applicant(?: name)?|candidate(?: name)?|name|nom)\*? ?:\*? *(.+)$`)
	fieldFirst = regexp.MustCompile(`(?m)^[ >*-]*(?:prenoms?|first name|given name)\*? ?:\*? *(.+)$`)
	fieldMail  = regexp.MustCompile(`(?m)^[ >*-]*(?:e-?mail|mail|courriel|adresse (?:e-?mail|mail|electronique|courriel)|email address|contact)\*? ?:\*? *<?([^\s<>]+@[^\s<>]+)>?`)
)

// formFields reads the name and the address a platform has put on lines of their own.
func formFields(s string) (Address, bool) {
	f := text.Fold(s)
	at := fieldMail.FindStringSubmatchIndex(f.Text)
	if at == nil {
		return Address{}, false
	}
	pick := func(m []int) string {
		if m == nil {
			return ""
		}
		start, end := f.Span(m[2], m[3])
		return strings.Trim(oneLine(s[start:end]), "*_ ")
	}
	a := Address{Email: strings.Trim(pick(at), ".,;")}
	a.Name = strings.TrimSpace(pick(fieldFirst.FindStringSubmatchIndex(f.Text)) + " " + pick(fieldName.FindStringSubmatchIndex(f.Text)))
	return a, emailAddress.MatchString(a.Email)
}
