package mailbox

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"
)

// AuthMethod says what the secret is and how it is shown to the server.
type AuthMethod string

// The ways to log in.
const (
	// AuthPassword: the secret is a password.
	AuthPassword AuthMethod = "password"
	// AuthXOAuth2 and AuthOAuthBearer: the secret is an OAuth 2.0 access token. Microsoft
	// takes the first only; the second is the standard (RFC 7628).
	AuthXOAuth2     AuthMethod = "xoauth2"
	AuthOAuthBearer AuthMethod = "oauthbearer"
)

// tokenClient shows an access token to a server.
func (s *IMAP) tokenClient(token string) sasl.Client {
	if s.cfg.Auth == AuthXOAuth2 {
		return refusing{xoauth2{user: s.cfg.User, token: token}}
	}
	return refusing{sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{
		Username: s.cfg.User, Token: token, Host: s.cfg.Host, Port: s.cfg.Port})}
}

// xoauth2 is the mechanism of Google and Microsoft, which the library leaves out.
type xoauth2 struct{ user, token string }

// Start implements sasl.Client.
func (x xoauth2) Start() (mech string, ir []byte, err error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next implements sasl.Client; refusing never calls it.
func (xoauth2) Next([]byte) ([]byte, error) { return nil, ErrLogin }

// refusing takes every challenge for a refusal, which is what it is with tokens. QUIRK: an
// empty answer, as the protocol asks for, is sent by the library in a way that Dovecot 2.3
// takes for a fault of the protocol; so the connection is closed instead.
type refusing struct{ sasl.Client }

// Next implements sasl.Client.
func (refusing) Next(challenge []byte) ([]byte, error) {
	var said struct {
		Status string `json:"status"`
	}
	if err := json.Unmarshal(challenge, &said); err != nil || said.Status == "" {
		said.Status = "no reason given"
	}
	return nil, fmt.Errorf("%w: the token is not accepted (%.80s)", ErrLogin, strings.ToValidUTF8(said.Status, "?"))
}
