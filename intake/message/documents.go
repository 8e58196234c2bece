package message

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"dossier/screening/text"
)

// Documents are the files an applicant may have meant to send: those of the message and of
// the messages in it, without decorations, calendars and archives whose files are there.
func (m *Message) Documents() []Attachment {
	var out []Attachment
	for i, a := range m.Attachments {
		switch {
		case a.Decoration, a.Media == "text/calendar", a.Declared == "text/calendar":
		case a.Container && a.Problem == "" && m.unpacked(i):
		default:
			out = append(out, a)
		}
	}
	for i := range m.Inner {
		out = append(out, m.Inner[i].Documents()...)
	}
	return out
}

// unpacked tells whether files follow that come from the archive at i.
func (m *Message) unpacked(i int) bool {
	inside := strings.TrimPrefix(m.Attachments[i].Inside+"/"+m.Attachments[i].Name, "/")
	for _, a := range m.Attachments[i+1:] {
		if a.Inside == inside || strings.HasPrefix(a.Inside, inside+"/") {
			return true
		}
	}
	return false
}

// ContentKey is the same for the same mail found in another mailbox or after the folder was
// renumbered: a hash over the sender, the message id, the files and the text. A mail with
// the same id and other files is another mail.
func (m *Message) ContentKey() string {
	var files []string
	for _, a := range m.Documents() {
		files = append(files, a.SHA256)
	}
	slices.Sort(files)
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n", strings.ToLower(m.From.Email), m.MessageID)
	fmt.Fprintf(h, "%s\n", strings.Join(files, " "))
	fmt.Fprintf(h, "%s", strings.Join(strings.Fields(text.String(m.Body.Text)), " "))
	return hex.EncodeToString(h.Sum(nil))
}
