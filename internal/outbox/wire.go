package outbox

import (
	"bytes"
	"context"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"dossier/internal/store"
)

// The most bytes of a header we write, and the most ids of the thread before ours.
const (
	maxSubject = 300
	maxName    = 200
	maxThread  = 20
)

// Wire is a message as it goes out. at stands in its Date. replyTo is where answers go.
func (s Settings) Wire(m store.OutgoingMessage, replyTo string, at time.Time) ([]byte, error) {
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP))
	if err := out.FromFormat(oneLine(s.From.Name, maxName), s.From.Address); err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	if err := CheckRecipient(m.ToEmail, nil); err != nil {
		return nil, fmt.Errorf("to: %w", err)
	}
	out.ToMailAddress(&mail.Address{Name: oneLine(m.ToName, maxName), Address: m.ToEmail})
	if replyTo != "" {
		if err := out.ReplyTo(replyTo); err != nil {
			return nil, fmt.Errorf("reply to: %w", err)
		}
	}
	out.Subject(oneLine(m.Subject, maxSubject))
	out.SetDateWithValue(at)
	out.SetMessageIDWithValue(m.MessageID)
	if id := bracketed(m.InReplyTo); id != "" {
		out.SetGenHeaderPreformatted(gomail.HeaderInReplyTo, id)
		out.SetGenHeaderPreformatted(gomail.HeaderReferences, strings.Join(references(m), "\r\n "))
	}
	// No absence note should answer what a person wrote either; answers by hand go to ReplyTo.
	out.SetGenHeader("X-Auto-Response-Suppress", "OOF, AutoReply")
	if m.Automatic {
		out.SetGenHeader("Auto-Submitted", "auto-replied")
		out.SetGenHeader(gomail.HeaderPrecedence, "bulk")
		out.SetGenHeader("X-Auto-Response-Suppress", "All")
	}
	out.SetGenHeader("Content-Language", m.Language)
	out.SetBodyString(gomail.TypeTextPlain, strings.ReplaceAll(m.Body, "\r\n", "\n"))
	if m.Calendar != "" {
		out.AddAlternativeString("text/calendar; method=REQUEST", m.Calendar)
		err := out.AttachReader("invitation.ics", strings.NewReader(m.Calendar), gomail.WithFileContentType("application/ics"))
		if err != nil {
			return nil, fmt.Errorf("invitation: %w", err)
		}
	}
	var b bytes.Buffer
	if _, err := out.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("compose: %w", err)
	}
	return b.Bytes(), nil
}

// references are the ids of the thread, the one answered last.
func references(m store.OutgoingMessage) []string {
	var out []string
	for _, id := range append(append([]string{}, m.Thread...), m.InReplyTo) {
		if id := bracketed(id); id != "" {
			out = append(out, id)
		}
	}
	return out[max(0, len(out)-maxThread):]
}

// bracketed is a stranger's message id in brackets, or nothing when it is none: it goes into
// a header as it is.
func bracketed(id string) string {
	if id == "" || len(id) > 250 || !strings.Contains(id, "@") {
		return ""
	}
	for _, r := range id {
		if r <= ' ' || r >= 0x7f || r == '<' || r == '>' {
			return ""
		}
	}
	return "<" + id + ">"
}

// replyAddress is where answers to a message of a vacancy go. The message of that token is
// found by it when the server delivers tagged addresses.
func (s Settings) replyAddress(v store.Vacancy, token string) string {
	to := s.ReplyTo
	if to == "" && len(v.Addresses) > 0 {
		to = v.Addresses[0]
	}
	if to == "" {
		to = s.From.Address
	}
	local, domain, ok := strings.Cut(to, "@")
	if !s.ReplyTag || !ok || strings.Contains(local, "+") {
		return to
	}
	return local + "+d-" + token + "@" + domain
}

// Notify writes to somebody who is no applicant, at once and without the outbox: an operator
// about the machine itself. It tries once.
func (s Settings) Notify(ctx context.Context, to, subject, body string, at time.Time) error {
	id, _ := s.NewName()
	m := store.OutgoingMessage{ToEmail: to, Subject: subject, Body: body, MessageID: id, Automatic: true, Language: "en"}
	raw, err := s.Wire(m, s.ReplyTo, at)
	if err != nil {
		return err
	}
	line, f := s.connect(ctx)
	if f != nil {
		return plainly(f)
	}
	defer hangUp(line)
	if _, f = s.deliver(line, to, raw, func() error { return nil }); f != nil {
		return plainly(f)
	}
	return nil
}
