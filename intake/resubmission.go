package intake

import (
	"strings"
	"unicode"

	"dossier/screening/text"
)

// Earlier is an application already there that a new message may belong to.
type Earlier struct {
	Application int64
	Name        string
	Emails      []string
	// Hashes are the SHA-256 of all its files, superseded ones included, and Letters the
	// hashes of the texts of its messages.
	Hashes  []string
	Letters []string
	// Names are the names of its files, and MessageIDs the Message-IDs of its messages.
	Names      []string
	MessageIDs []string
	// Thread is true when the new message answers one of this application's messages.
	Thread bool
}

// Handed is what is compared with the earlier applications.
type Handed struct {
	Name   string
	Email  string
	Hashes []string
	// Letter is the hash of the message's text; empty when it says nothing but that files
	// are attached.
	Letter string
	// Text is all the message says, subject, signature and quoted history included.
	Text string
	// Names are those of its files, in the order of Hashes. MessageID may be empty.
	Names     []string
	MessageID string
}

// Same is what a message means for an application that is already there.
type Same struct {
	Application int64
	// New is false when everything in the message was already there.
	New bool
	// ToConfirm asks a person to check that it is the same applicant.
	ToConfirm bool
	Rule      string
}

// SamePerson finds the application a message belongs to: the same address with a
// compatible name, an answer in the application's thread with a compatible name, or the
// very same files under the same name from another address, which a person should confirm.
// It returns false when the message opens an application of its own.
func SamePerson(h Handed, earlier []Earlier) (Same, bool) {
	for _, e := range earlier {
		if hasFold(e.Emails, h.Email) && CompatibleNames(h.Name, e.Name) {
			return Same{Application: e.Application, New: somethingNew(h, e), Rule: "same_address"}, true
		}
	}
	for _, e := range earlier {
		if e.Thread && (CompatibleNames(h.Name, e.Name) || signed(h.Text, e.Name)) {
			return Same{Application: e.Application, New: somethingNew(h, e), ToConfirm: true, Rule: "same_thread"}, true
		}
	}
	for _, e := range earlier {
		if len(h.Hashes) > 0 && subset(h.Hashes, e.Hashes) && h.Name != "" && CompatibleNames(h.Name, e.Name) {
			return Same{Application: e.Application, New: somethingNew(h, e), ToConfirm: true, Rule: "same_files"}, true
		}
	}
	return Same{}, false
}

// signed tells whether every word of a name stands in a text: people answer from another
// address under a nickname, and sign with their name.
func signed(in, name string) bool {
	words := nameWords(name)
	if len(words) < 2 {
		return false
	}
	have := map[string]bool{}
	for _, w := range nameWords(in) {
		have[w] = true
	}
	for _, w := range words {
		if !have[w] {
			return false
		}
	}
	return true
}

func somethingNew(h Handed, e Earlier) bool {
	// One message that reached two addresses: servers on the way may repack its files, so
	// names and words are compared, not bytes.
	if h.MessageID != "" && contains(e.MessageIDs, h.MessageID) && subset(h.Names, e.Names) && (h.Letter == "" || contains(e.Letters, h.Letter)) {
		return false
	}
	return !subset(h.Hashes, e.Hashes) || h.Letter != "" && !contains(e.Letters, h.Letter)
}

// CompatibleNames tells whether two names may be one person's: they share a word, or one
// is missing, or each word of the shorter begins one of the other (initials).
func CompatibleNames(a, b string) bool {
	x, y := nameWords(local(a)), nameWords(local(b))
	if len(x) == 0 || len(y) == 0 {
		return true
	}
	if len(x) > len(y) {
		x, y = y, x
	}
	shared, fits := 0, 0
	for _, w := range x {
		for _, v := range y {
			if w == v && len(w) > 1 {
				shared++
			}
			if strings.HasPrefix(v, w) || strings.HasPrefix(w, v) {
				fits++
				break
			}
		}
	}
	// Two people of one family share the surname and an address: given names must fit too.
	return fits == len(x) || shared >= 2
}

func nameWords(s string) []string {
	return strings.FieldsFunc(text.String(s), func(r rune) bool { return !unicode.IsLetter(r) })
}

// local is a name, or the part of an address before the @ when that stands for it.
func local(name string) string {
	before, _, _ := strings.Cut(name, "@")
	return before
}

func subset(a, b []string) bool {
	for _, x := range a {
		if !contains(b, x) {
			return false
		}
	}
	return true
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func hasFold(list []string, s string) bool {
	for _, x := range list {
		if s != "" && strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}
