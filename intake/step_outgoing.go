package intake

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"dossier/intake/message"
	"dossier/internal/outbox"
	"dossier/internal/store"
)

// ruleAnswersUs is the rule of a message that answers one of ours.
const ruleAnswersUs = "answers_our_message"

// ours are the messages to applicants that a message answers.
type ours []store.OutgoingMessage

// ours finds the messages to applicants that a message answers: by its thread, by the token
// in its subject, or by the address it was sent to.
func (p *Pipeline) ours(ctx context.Context, m message.Message) (ours, error) {
	var addresses []string
	for _, r := range m.Recipients {
		addresses = append(addresses, r.Address)
	}
	return p.cfg.Store.OutgoingByMessageIDs(ctx, thread(m), outbox.Tokens(m.Subject, addresses))
}

// routes are the applications those messages belong to, as a thread.
func (o ours) routes() []store.Route {
	var out []store.Route
	for _, m := range o {
		out = append(out, store.Route{VacancyID: m.VacancyID, ApplicationID: m.ApplicationID})
	}
	return out
}

// verdict is what a message is that answers one of ours. What a person writes back is part
// of their application, also without a file: names of referees come in the text. An answer
// of a machine, a withdrawal, or mail of our own people stays what it is.
func (o ours) verdict(v message.Verdict) message.Verdict {
	if len(o) == 0 || isWithdrawal(v) {
		return v
	}
	switch v.Class {
	case message.FollowUp, message.Question, message.Other:
		return message.Verdict{Class: message.Application, Rule: ruleAnswersUs, Evidence: o[len(o)-1].MessageID, ToCheck: v.Class != message.FollowUp}
	}
	return v
}

// joins is the application of a vacancy that an answer belongs to, whoever sent it; false
// when there is none, or more than one.
func (o ours) joins(vacancyID int64) (int64, bool) {
	var ids []int64
	for _, m := range o {
		if m.VacancyID == vacancyID && !slices.Contains(ids, m.ApplicationID) {
			ids = append(ids, m.ApplicationID)
		}
	}
	if len(ids) != 1 {
		return 0, false
	}
	return ids[0], true
}

func isWithdrawal(v message.Verdict) bool {
	return v.Class == message.FollowUp && (v.Rule == "withdrawal" || strings.HasSuffix(v.Rule, ":withdrawal"))
}

// tie tells the outbox what a message that is no application says about messages to
// applicants: that one came back, or that somebody takes their application back. The latter
// is only proposed; a person decides.
func (p *Pipeline) tie(ctx context.Context, row store.Message, m message.Message, sub Submission, v message.Verdict, o ours, earlier map[int64][]Earlier) error {
	switch {
	case v.Class == message.Bounce:
		b, failed := bounceOf(m)
		if !failed {
			return nil
		}
		_, err := p.cfg.Store.RecordBounce(ctx, row.ID, b)
		return err
	case isWithdrawal(v):
		var ids []int64
		for _, r := range o.routes() {
			ids = append(ids, r.ApplicationID)
		}
		for _, list := range earlier {
			for _, e := range list {
				if hasFold(e.Emails, sub.email()) && CompatibleNames(sub.Author.Name, e.Name) && !slices.Contains(ids, e.Application) {
					ids = append(ids, e.Application)
				}
			}
		}
		if len(ids) == 0 {
			return nil
		}
		slices.Sort(ids)
		return p.cfg.Store.ProposeWithdrawal(ctx, row.ID, firstBytes(strings.TrimSpace(m.Subject+"\n"+m.Body.Fresh), quoteOfWithdrawal), ids)
	}
	return nil
}

// quoteOfWithdrawal is how much of a withdrawal is shown, in bytes.
const quoteOfWithdrawal = 600

var (
	reportAction    = regexp.MustCompile(`(?im)^Action:[ \t]*([a-z]+)`)
	reportRecipient = regexp.MustCompile(`(?im)^(?:Final|Original)-Recipient:[ \t]*(?:[a-z0-9-]+;)?[ \t]*<?([^\s<>;]+@[^\s<>;]+)>?`)
	reportSaid      = regexp.MustCompile(`(?im)^Diagnostic-Code:[ \t]*(?:[a-z0-9-]+;)?[ \t]*(.+)$`)
	reportStatus    = regexp.MustCompile(`(?im)^Status:[ \t]*([245]\.\d{1,3}\.\d{1,3})`)
	idLine          = regexp.MustCompile(`(?im)^[> \t]*Message-ID:[ \t\r\n]*<([^<>\s]{3,250})>`)
	addressLoose    = regexp.MustCompile(`[\pL\pN.!#$%&'*+/=?^_{|}~-]+@[\pL\pN](?:[\pL\pN.-]*[\pL\pN])?`)
	saidPlainly     = regexp.MustCompile(`(?m)\b[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3}\b.*$|\b5\d\d[ -].*$`)
)

// mostNamed bounds how many ids and addresses of one report are looked at.
const mostNamed = 50

// bounceOf reads a report of non-delivery: which message it is about, for whom it failed,
// and what the other server said. failed is false for a report of delay, or of success.
func bounceOf(m message.Message) (b store.Bounce, failed bool) {
	failed = true
	b.Report = len(m.Reports) > 0 || message.FromMailSystem(m)
	add := func(list *[]string, s string) {
		if s = strings.TrimSpace(s); s != "" && len(*list) < mostNamed && !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	speaksOf := func(text string) {
		for _, a := range addressLoose.FindAllString(firstBytes(text, headOfReturned), mostNamed) {
			add(&b.Named, lower(a))
		}
	}
	actions, failures := 0, 0
	for _, report := range m.Reports {
		speaksOf(report)
		for _, a := range reportAction.FindAllStringSubmatch(report, mostNamed) {
			actions++
			if strings.EqualFold(a[1], "failed") {
				failures++
			}
		}
		if actions == 0 {
			for _, s := range reportStatus.FindAllStringSubmatch(report, mostNamed) {
				actions++
				if strings.HasPrefix(s[1], "5") {
					failures++
				}
			}
		}
		for _, a := range reportRecipient.FindAllStringSubmatch(report, mostNamed) {
			add(&b.Addresses, lower(a[1]))
		}
		if d := reportSaid.FindStringSubmatch(report); d != nil && b.Diagnostic == "" {
			b.Diagnostic = strings.TrimSpace(d[1])
		}
		for _, id := range idLine.FindAllStringSubmatch(report, mostNamed) {
			add(&b.MessageIDs, id[1])
		}
	}
	if actions > 0 && failures == 0 {
		return b, false
	}
	for _, inner := range m.Inner {
		add(&b.MessageIDs, inner.MessageID)
		for _, r := range inner.Recipients {
			add(&b.Named, lower(r.Address))
		}
	}
	for _, id := range append(thread(m), idsIn(m.Body.Text)...) {
		add(&b.MessageIDs, id)
	}
	for _, a := range m.Attachments { // headers of what came back, attached as text
		if strings.HasPrefix(a.Media, "text/") || strings.HasPrefix(a.Declared, "text/rfc822") || strings.HasPrefix(a.Declared, "message/") {
			head := firstBytes(string(a.Content), headOfReturned)
			speaksOf(head)
			for _, id := range idsIn(head) {
				add(&b.MessageIDs, id)
			}
		}
	}
	for _, value := range m.Header["X-Failed-Recipients"] {
		for _, a := range addressLoose.FindAllString(value, mostNamed) {
			add(&b.Addresses, lower(a))
		}
	}
	speaksOf(m.Body.Text)
	if len(b.Addresses) == 0 && len(m.Reports) == 0 {
		for _, a := range addressLoose.FindAllString(firstBytes(m.Body.Text, headOfReturned), mostNamed) {
			add(&b.Addresses, lower(a))
		}
	}
	if b.Diagnostic == "" {
		b.Diagnostic = strings.TrimSpace(saidPlainly.FindString(firstBytes(m.Body.Text, headOfReturned)))
	}
	return b, true
}

// headOfReturned is how much of a returned text is searched, in bytes.
const headOfReturned = 16 << 10

func idsIn(text string) []string {
	var out []string
	for _, id := range idLine.FindAllStringSubmatch(text, mostNamed) {
		out = append(out, id[1])
	}
	return out
}
