package outbox

import (
	"errors"
	"net/mail"
	"regexp"
	"strings"
	"unicode"
)

// Why nothing is sent to an address.
var (
	// ErrNoAddress: there is no address, or it is not one.
	ErrNoAddress = errors.New("no usable address")
	// ErrOwnAddress: it is one of the organisation's own, and an answer would come back to us.
	ErrOwnAddress = errors.New("one of our own addresses")
	// ErrRobot: nobody reads what is sent there.
	ErrRobot = errors.New("an address of a machine")
)

// robots are the local parts of addresses that nobody reads.
var robots = regexp.MustCompile(`^(?:no[._-]?reply|(?:do[._-]?)?not[._-]?reply|ne[._-]?pas[._-]?repondre|nepasrepondre|noreponse|sans[._-]?reponse|mailer[._-]?daemon|postmaster|hostmaster|bounces?|listserv|majordomo|mdaemon|root|nobody|auto(?:mat(?:ed|ic|ique))?[._-]?(?:reply|response|confirm|mailer)|notifications?|alerts?)(?:[._+-].*)?$|[._-](?:no[._-]?reply|bounces?)$`)

// maxAddress bounds an address, in bytes: RFC 5321 allows 254.
const maxAddress = 254

// CheckRecipient tells whether an applicant can be written to at an address. own tells the
// organisation's own addresses.
func CheckRecipient(address string, own func(string) bool) error {
	a, err := mail.ParseAddress(address)
	if err != nil || a.Address != address || len(address) > maxAddress || !strings.Contains(address, ".") ||
		strings.ContainsFunc(address, func(r rune) bool {
			return unicode.IsControl(r) || unicode.IsSpace(r) || r == '<' || r == '>' || r == '"'
		}) {
		return ErrNoAddress
	}
	if own != nil && own(strings.ToLower(address)) {
		return ErrOwnAddress
	}
	return nil
}

// CheckAutomatic is CheckRecipient for messages that nobody wrote: machines are left alone.
func CheckAutomatic(address string, own func(string) bool) error {
	if err := CheckRecipient(address, own); err != nil {
		return err
	}
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	if robots.MatchString(local) {
		return ErrRobot
	}
	return nil
}

// OwnAddresses tells the addresses given, in any case and with any +tag.
func OwnAddresses(list ...string) func(string) bool {
	own := map[string]bool{}
	for _, a := range list {
		own[withoutTag(strings.ToLower(strings.TrimSpace(a)))] = true
	}
	delete(own, "")
	return func(address string) bool { return own[withoutTag(strings.ToLower(address))] }
}

// withoutTag drops the "+tag" of an address.
func withoutTag(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok {
		return address
	}
	if plus := strings.IndexByte(local, '+'); plus > 0 {
		local = local[:plus]
	}
	return local + "@" + domain
}

// oneLine makes a value fit for a header: what would begin another line becomes a space.
func oneLine(s string, maxBytes int) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Cf, r) && r != '\u200d'
	}), " ")
	if len(s) > maxBytes {
		s = strings.ToValidUTF8(s[:maxBytes], "")
	}
	return s
}
