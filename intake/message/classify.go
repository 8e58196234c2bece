package message

import (
	"regexp"
	"slices"
	"strings"

	"dossier/screening/text"
)

// Classify says what sort of mail a message is, and by which rule. Mail that looks
// automatic but carries a CV is an application to check: job boards send applications
// with every mark of a mass mailing.
func Classify(m *Message, c Context) Verdict { return classify(m, c, 0) }

// forwardsDeep is how many forwards of forwards are looked into.
const forwardsDeep = 5

func classify(m *Message, c Context, depth int) Verdict {
	v := look(m, c)
	for _, r := range rules {
		if class, rule, evidence, ok := r(v); ok {
			return v.soften(Verdict{Class: class, Rule: rule, Evidence: shorten(evidence)})
		}
	}
	if got, ok := v.passedOn(depth); ok {
		return got
	}
	for _, r := range contentRules {
		if class, rule, evidence, ok := r(v); ok {
			return v.soften(Verdict{Class: class, Rule: rule, Evidence: shorten(evidence)})
		}
	}
	return v.application()
}

// rule tells a class when it fires, with its code and what it saw.
type rule func(v *view) (class Class, code, evidence string, ok bool)

// rules look at machines' marks, and come before a forward is opened.
var rules = []rule{isBounce, isCalendar, isAutoReply}

// contentRules look at what people wrote, the strongest evidence first.
var contentRules = []rule{isNewsletter, isSpam, isReferee, isInternal, isFollowUp, isQuestion, isBusiness}

// view is a message prepared for the rules: texts folded and on one line.
type view struct {
	m       *Message
	c       Context
	subject string
	fresh   string
	all     string
	names   []string // of the documents
	docs    []Attachment
	read    BodyReading
	author  Author
	cv      string // the name of a document that looks like one of an application
	first   bool   // the writer speaks of their own application
}

func look(m *Message, c Context) *view {
	v := &view{m: m, c: c, docs: m.Documents()}
	v.subject = fold(m.Subject)
	v.fresh = fold(start(m.Body.Fresh))
	v.all = fold(start(m.Body.Text))
	v.author = m.FindAuthor(v.own)
	v.read = ReadBody(start(m.Body.Fresh))
	for _, d := range v.docs {
		name := text.String(d.Name)
		v.names = append(v.names, name)
		if v.cv == "" && cvName.MatchString(spaced(name)) && isDocument(d) && !noticeName.MatchString(spaced(name)) {
			v.cv = d.Name
		}
	}
	v.first = speaksForSelf(v.fresh)
	return v
}

// textToJudge is how much of a text the rules look at, in bytes: enough for a letter and a
// CV, and no more of what a machine pasted below.
const textToJudge = 32 << 10

func start(s string) string {
	if len(s) <= textToJudge {
		return s
	}
	return strings.ToValidUTF8(s[:textToJudge], "")
}

// spaced parts the words of a file name.
func spaced(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	return strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(name)
}

// isDocument tells files people write letters and CVs in from others.
func isDocument(a Attachment) bool {
	switch {
	case strings.HasPrefix(a.Media, "image/"), a.Container, a.Media == "application/pdf", a.Media == "application/msword",
		strings.Contains(a.Media, "wordprocessingml"), strings.Contains(a.Media, "opendocument.text"),
		strings.HasSuffix(a.Media, "rtf"), strings.HasPrefix(a.Media, "text/"), a.Media == "application/x-ole-storage",
		a.Media == "application/vnd.apple.pages", a.Media == "application/octet-stream":
		return true
	}
	return false
}

// own tells the organisation's addresses: those named by the caller, and those of the
// domain the message was delivered to.
func (v *view) own(email string) bool {
	if v.c.Own != nil && v.c.Own(email) {
		return true
	}
	domain := domainOf(email)
	if domain == "" || freeMail.MatchString(domain) {
		return false
	}
	for _, r := range v.m.Recipients {
		switch r.Header {
		case "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To":
			if domainOf(r.Address) == domain {
				return true
			}
		}
	}
	return false
}

func domainOf(email string) string {
	return strings.ToLower(email[strings.LastIndexByte(email, '@')+1:])
}

// freeMail are domains that everybody has an address in.
var freeMail = regexp.MustCompile(`^(?:gmail|googlemail|yahoo|ymail|outlook|hotmail|live|msn|icloud|me|aol|gmx|proton|protonmail|laposte|orange|wanadoo|free|sfr|bbox|mail|yandex)\.[a-z.]+$`)

// strong is what speaks for an application whatever else the mail looks like.
func (v *view) strong() string {
	switch {
	case v.cv != "":
		return v.cv
	case len(v.docs) > 0 && (v.read.Applies || appliesCue.MatchString(v.subject)):
		return v.docs[0].Name
	case v.read.CV:
		return "CV in the text"
	case hasApplied.MatchString(v.subject) || hasApplied.MatchString(v.all):
		return hasApplied.FindString(v.subject + " " + v.all)
	}
	return ""
}

// soften keeps mail with documents from being set aside unseen.
func (v *view) soften(got Verdict) Verdict {
	switch got.Class {
	case Newsletter, Spam, AutoReply, Calendar:
		if s := v.strong(); s != "" && !(got.Class != Newsletter && len(v.docs) == 0) {
			return Verdict{Class: Application, Rule: got.Rule + "_with_documents", Evidence: shorten(got.Evidence + " | " + s), ToCheck: true}
		}
		got.ToCheck = len(v.documentsOwn()) > 0
	case Internal, Reference, FollowUp, Other:
		got.ToCheck = got.ToCheck || got.Class != Reference && len(v.docs) > 0
	}
	return got
}

// documentsOwn are the documents of the message itself, not of mail returned in it.
func (v *view) documentsOwn() []Attachment {
	return slices.DeleteFunc(v.m.ownFiles(), func(a Attachment) bool { return !isDocument(a) })
}

// passedOn judges what was forwarded as if it had come by itself.
func (v *view) passedOn(depth int) (Verdict, bool) {
	if depth >= forwardsDeep {
		return Verdict{}, false
	}
	switch v.author.Rule {
	case AuthorInner:
		inner := v.m.forwarded(v.own)
		if inner == nil {
			return Verdict{}, false
		}
		whole := *inner
		whole.Attachments = append(slices.Clone(inner.Attachments), v.m.Attachments...)
		return v.forwardedAs(&whole, depth, "attached message from "+v.author.Email)
	case AuthorQuoted:
		q := *v.m.Quoted
		whole := Message{From: q.From, Subject: q.Subject, Attachments: v.m.Attachments, Inner: v.m.Inner, Recipients: v.m.Recipients, Header: map[string][]string{}}
		whole.setText(q.Text)
		return v.forwardedAs(&whole, depth, "quoted message from "+v.author.Email)
	}
	return Verdict{}, false
}

func (v *view) forwardedAs(inner *Message, depth int, evidence string) (Verdict, bool) {
	got := classify(inner, v.c, depth+1)
	switch got.Class {
	case Application, Question, FollowUp, Reference, Newsletter, Spam, Bounce, AutoReply, Calendar:
		return Verdict{Class: got.Class, Rule: "forwarded:" + got.Rule, Evidence: shorten(evidence + " | " + got.Evidence), ToCheck: true}, true
	}
	return Verdict{}, false
}

// application is what is left: files, a letter or a CV in the text, or words that apply.
func (v *view) application() Verdict {
	documents := slices.ContainsFunc(v.docs, isDocument)
	check := v.author.ToConfirm || v.m.thirdParty()
	switch {
	case v.cv != "":
		return Verdict{Class: Application, Rule: "cv_attached", Evidence: shorten(v.cv), ToCheck: check}
	case v.read.CV:
		return Verdict{Class: Application, Rule: "cv_in_text", Evidence: shorten(strings.Join(v.read.Sections, ", ")), ToCheck: check}
	case documents:
		return Verdict{Class: Application, Rule: "documents_attached", Evidence: shorten(v.docs[0].Name), ToCheck: check}
	case v.read.Letter:
		return Verdict{Class: Application, Rule: "letter_in_text", Evidence: strings.Join(v.read.Motivation, ", "), ToCheck: check}
	case v.read.Applies || appliesCue.MatchString(v.subject) || hasApplied.MatchString(v.all):
		// A mail that applies without a document: forgotten, behind a link, or on a platform.
		return Verdict{Class: Application, Rule: "says_it_applies", Evidence: shorten(firstOf(v, appliesCue, hasApplied)), ToCheck: true}
	case v.c.KnownThread:
		return Verdict{Class: FollowUp, Rule: "known_thread", Evidence: firstOr(v.m.InReplyTo, ""), ToCheck: true}
	case len(v.docs) > 0:
		return Verdict{Class: Other, Rule: "unusual_files", Evidence: shorten(v.docs[0].Name), ToCheck: true}
	}
	return Verdict{Class: Other, Rule: "nothing_recognised", ToCheck: v.fresh != ""}
}

// thirdParty tells that the writer sends what somebody else wrote.
func (m *Message) thirdParty() bool {
	words := fold(start(m.Body.Fresh))
	return passing.MatchString(words) && !speaksForSelf(words)
}

func firstOf(v *view, cues ...*regexp.Regexp) string {
	for _, re := range cues {
		for _, s := range []string{v.subject, v.fresh, v.all} {
			if found := re.FindString(s); found != "" {
				return found
			}
		}
	}
	return ""
}

// evidenceBytes is how much of what a rule saw is kept.
const evidenceBytes = 160

func shorten(s string) string {
	s = oneLine(s)
	if len(s) <= evidenceBytes {
		return s
	}
	return strings.ToValidUTF8(s[:evidenceBytes], "") + "…"
}

func fold(s string) string { return strings.Join(strings.Fields(text.String(s)), " ") }
