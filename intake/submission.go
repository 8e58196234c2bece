package intake

import (
	"strings"

	"dossier/intake/message"
)

// Submission is what one message hands in: whose it is, and the documents in it.
type Submission struct {
	Name  string
	Email string
	// Forwarded is true when somebody else sent the message on the applicant's behalf; a
	// person should confirm whose it is.
	Forwarded bool
	// Subject and Letter are the applicant's own, not the forwarder's.
	Subject string
	Letter  string
	Files   []SubmittedFile
}

// SubmittedFile is one file of a submission.
type SubmittedFile struct {
	Name    string
	Media   string
	Content []byte
	SHA256  string
	// Inside names the archive or the forwarded message the file came out of.
	Inside string
	// Problem is a code of intake/message when the file arrived damaged.
	Problem string
}

// Submitted reads who applies and with what. own tells whether an address belongs to the
// organisation; nil knows none.
func Submitted(m message.Message, own func(string) bool) Submission {
	if inner, ok := forwarded(m, own); ok {
		s := Submission{
			Name: inner.From.Name, Email: lower(inner.From.Email), Forwarded: true,
			Subject: inner.Subject, Letter: inner.Body.Fresh,
		}
		s.Files = append(files(inner, inner.Subject), files(m, "")...)
		return s
	}
	if q := m.Quoted; q != nil && q.From.Email != "" && !strings.EqualFold(q.From.Email, m.From.Email) && (isForward(m.Subject) || isOwn(own, m.From.Email)) {
		return Submission{
			Name: q.From.Name, Email: lower(q.From.Email), Forwarded: true,
			Subject: q.Subject, Letter: q.Text, Files: files(m, ""),
		}
	}
	from := m.From
	if machine(from.Email) && len(m.ReplyTo) > 0 && !machine(m.ReplyTo[0].Email) {
		if from = m.ReplyTo[0]; from.Name == "" {
			from.Name = m.From.Name
		}
	}
	s := Submission{Name: from.Name, Email: lower(from.Email), Subject: m.Subject, Letter: m.Body.Fresh, Files: files(m, "")}
	for _, inner := range m.Inner {
		s.Files = append(s.Files, files(inner, inner.Subject)...)
	}
	return s
}

// forwarded finds the attached message that is the application, when the sender only
// passes it on: the two senders differ, and the sender is a colleague or sends no document
// of their own.
func forwarded(m message.Message, own func(string) bool) (message.Message, bool) {
	for _, inner := range m.Inner {
		if inner.From.Email == "" || strings.EqualFold(inner.From.Email, m.From.Email) || isOwn(own, inner.From.Email) {
			continue
		}
		if isOwn(own, m.From.Email) || len(files(m, "")) == 0 {
			if deeper, ok := forwarded(inner, own); ok {
				return deeper, true
			}
			return inner, true
		}
	}
	return message.Message{}, false
}

func files(m message.Message, inside string) []SubmittedFile {
	var out []SubmittedFile
	for _, a := range m.Attachments {
		if a.Decoration || a.Container && a.Problem == "" {
			continue
		}
		where := a.Inside
		if inside != "" {
			where = strings.TrimSuffix(inside+"/"+a.Inside, "/")
		}
		out = append(out, SubmittedFile{Name: a.Name, Media: a.Media, Content: a.Content, SHA256: a.SHA256, Inside: where, Problem: a.Problem})
	}
	return out
}

func isForward(subject string) bool {
	s := strings.ToLower(strings.TrimSpace(subject))
	for _, p := range []string{"fwd:", "fw:", "tr:", "tr :", "fwd :", "i:", "rv:", "wg:"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// machine tells whether an address is one nobody reads.
func machine(email string) bool {
	local, _, _ := strings.Cut(strings.ToLower(email), "@")
	for _, p := range []string{"noreply", "no-reply", "no_reply", "ne-pas-repondre", "nepasrepondre", "donotreply", "do-not-reply", "notification"} {
		if strings.HasPrefix(local, p) {
			return true
		}
	}
	return false
}

func isOwn(own func(string) bool, email string) bool { return own != nil && own(email) }

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
