package mailbox

import (
	"errors"
	"fmt"
	"io"
)

// What can go wrong with a source. Each is a sentence an operator can act on, and is found
// with errors.Is under the details.
var (
	// ErrSecret: the password or the token could not be had; the server was not asked.
	ErrSecret = errors.New("there is no password or token to log in with")
	// ErrTokenRefused comes beside ErrSecret when the token endpoint says no: the consent was
	// withdrawn or has expired, or the client's name or secret is wrong.
	ErrTokenRefused = errors.New("the token endpoint refuses")
	// ErrNoConsent comes beside ErrSecret when nobody has agreed yet.
	ErrNoConsent = errors.New("nobody has agreed yet that the mailbox is read")
	// ErrTokenServer comes beside ErrSecret when the token endpoint cannot answer now.
	ErrTokenServer = errors.New("the token endpoint cannot answer now")
	// ErrTokenChanged: another process exchanged the refresh token first.
	ErrTokenChanged = errors.New("the refresh token was exchanged meanwhile")
	// ErrUnreachable: no connection could be made (name, network, port).
	ErrUnreachable = errors.New("the mail server cannot be reached")
	// ErrTLS: the connection could not be secured, or the certificate is not trusted.
	ErrTLS = errors.New("the connection to the mail server cannot be secured")
	// ErrLogin: the server refused the name, the password or the token. Asking again soon
	// may lock the account.
	ErrLogin = errors.New("the mail server refused the login")
	// ErrNoFolder: the folder does not exist or may not be read.
	ErrNoFolder = errors.New("the mail folder cannot be opened")
	// ErrForbidden comes beside ErrNoFolder when the folder exists and may not be read.
	ErrForbidden = errors.New("the account may not read it")
	// ErrRefused: the server answered NO or BAD to a command.
	ErrRefused = errors.New("the mail server refused a command")
	// ErrTemporary: the server says that it cannot serve now; it comes beside another error.
	ErrTemporary = errors.New("the mail server cannot serve at the moment")
	// ErrLost: the connection broke, or nothing was heard for the stall time.
	ErrLost = errors.New("the connection to the mail server was lost")
	// ErrStalled comes beside ErrLost when the server went silent.
	ErrStalled = errors.New("the mail server went silent")
	// ErrClosed: the source was not opened.
	ErrClosed = errors.New("the mail folder is not open")
	// ErrCut ends a body that is shorter than announced.
	ErrCut = fmt.Errorf("the message was cut short: %w", io.ErrUnexpectedEOF)
)
