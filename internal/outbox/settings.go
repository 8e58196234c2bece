package outbox

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"
)

// TLS is how the connection to the mail server is kept private.
type TLS string

// The ways.
const (
	// TLSNone is for a server on the same machine.
	TLSNone TLS = "none"
	// TLSStart begins in the clear and must be answered by STARTTLS.
	TLSStart TLS = "starttls"
	// TLSFull speaks TLS from the first byte.
	TLSFull TLS = "tls"
)

// Settings say how mail leaves and under whose name.
type Settings struct {
	Host string
	Port int
	TLS  TLS
	// CAFile names PEM certificates to trust besides the machine's own; empty for none.
	CAFile string
	User   string
	// Secret gives the password at each connection; nil or an empty User logs in nowhere.
	Secret func() (string, error)
	// Token, when given, gives an access token at each connection, and the login is by
	// XOAUTH2 with it instead of a password. Renew is called when the server refuses it, and
	// tells whether Token has another one to show; nil for never.
	Token func() (string, error)
	Renew func() bool
	// From is the address messages come from, with its name. Bounces go there.
	From mail.Address
	// ReplyTo is where answers go; empty sends them to the vacancy's own address, or to From
	// when it has none.
	ReplyTo string
	// ReplyTag adds "+d-TOKEN" to the address of answers, for servers that deliver such
	// addresses to the same mailbox.
	ReplyTag bool
	// Stall is how long the server may stay silent; a minute when zero.
	Stall time.Duration
}

// Configured tells whether there is a server to send with.
func (s Settings) Configured() bool { return s.Host != "" && s.From.Address != "" }

// domain is that of From.
func (s Settings) domain() string {
	_, d, ok := strings.Cut(s.From.Address, "@")
	if !ok {
		return "localhost"
	}
	return d
}

// tokenBytes of randomness make a token that nobody guesses and few would mistype.
const tokenBytes = 7

// tokenLength is how many characters of them are written: 50 bits.
const tokenLength = 10

var tokenForm = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// NewName makes what a message is recognised by: its Message-ID, without brackets, and the
// token that stands in its subject.
func (s Settings) NewName() (messageID, token string) {
	var b [tokenBytes]byte
	_, _ = rand.Read(b[:]) // never fails
	token = tokenForm.EncodeToString(b[:])[:tokenLength]
	return s.NameOf(token), token
}

// NameOf is the Message-ID that belongs to a token, without brackets.
func (s Settings) NameOf(token string) string { return fmt.Sprintf("dossier.%s@%s", token, s.domain()) }

var wholeToken = regexp.MustCompile(`^[a-km-np-z2-9]{10}$`)

// ValidToken tells whether s has the form of a token.
func ValidToken(s string) bool { return wholeToken.MatchString(s) }

// marked is a subject with its token.
func marked(subject, token string) string { return subject + mark(token) }

func mark(token string) string { return " [D-" + token + "]" }

// Unmarked is a subject without the token it was given.
func Unmarked(subject, token string) string { return strings.TrimSuffix(subject, mark(token)) }

var (
	tokenInSubject = regexp.MustCompile(`(?i)\bD-([a-z2-9]{10})\b`)
	tokenInAddress = regexp.MustCompile(`(?i)\+d-([a-z2-9]{10})@`)
)

// Tokens finds the tokens of our messages in what an answer carries: its subject and the
// addresses it was sent to.
func Tokens(subject string, addresses []string) []string {
	var out []string
	for _, m := range tokenInSubject.FindAllStringSubmatch(subject, 10) {
		out = append(out, strings.ToLower(m[1]))
	}
	for _, a := range addresses {
		if m := tokenInAddress.FindStringSubmatch(a); m != nil {
			out = append(out, strings.ToLower(m[1]))
		}
	}
	return out
}
