package outbox

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// The codes of what stood in the way of a message; the pages put them into words.
const (
	// WhyConnect: the server could not be reached, or hung up before it took anything.
	WhyConnect = "connect"
	// WhyTLS: it is reached, but not privately as asked.
	WhyTLS = "tls"
	// WhyAuth: it does not accept the account or its password.
	WhyAuth = "auth"
	// WhySender, WhyRecipient and WhyContent: it refuses our address, the applicant's, or
	// the message.
	WhySender    = "sender_refused"
	WhyRecipient = "recipient_refused"
	WhyContent   = "content_refused"
	// WhyLater: it asks to try again later (4xx).
	WhyLater = "later"
	// WhyCut: the line was cut before the message was whole.
	WhyCut = "cut"
	// WhyAddress: the address is none, or one of our own.
	WhyAddress = "bad_address"
)

// failure is why a try ended without the server taking the message.
type failure struct {
	why string
	// server is set when the trouble is with the server as a whole, so that trying other
	// messages is no use now; final when the message is refused for good; unsure when it may
	// have been taken.
	server, final, unsure bool
	err                   error
}

func (f *failure) Error() string { return f.why + ": " + f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// refused sorts the error of a command: a 5xx is final, anything else is not.
func refused(why string, err error) *failure {
	var said *textproto.Error
	if errors.As(err, &said) {
		if said.Code >= 500 {
			return &failure{why: why, final: true, err: err}
		}
		return &failure{why: WhyLater, err: err}
	}
	return &failure{why: WhyCut, server: true, err: err}
}

// maxReply bounds what is kept of a server's answer, in bytes.
const maxReply = 500

// said is what a server answered, fit to be kept.
func said(err error) string {
	var text *textproto.Error
	if errors.As(err, &text) {
		return oneLine(strconv.Itoa(text.Code)+" "+text.Msg, maxReply)
	}
	return oneLine(err.Error(), maxReply)
}

// line is a connection whose every read and write must come to something within the stall time.
type line struct {
	net.Conn
	stall time.Duration
}

func (l line) Read(b []byte) (int, error) {
	_ = l.SetReadDeadline(time.Now().Add(l.stall))
	return l.Conn.Read(b)
}

func (l line) Write(b []byte) (int, error) {
	_ = l.SetWriteDeadline(time.Now().Add(l.stall))
	return l.Conn.Write(b)
}

// connect opens a conversation. A token may be worth nothing before its time, when it was
// withdrawn: then another one is shown, once.
func (s Settings) connect(ctx context.Context) (*smtp.Client, *failure) {
	c, f := s.connectOnce(ctx)
	if f != nil && f.why == WhyAuth && s.Token != nil && s.Renew != nil && s.Renew() {
		return s.connectOnce(ctx)
	}
	return c, f
}

// connectOnce is greeting, privacy and login.
func (s Settings) connectOnce(ctx context.Context) (*smtp.Client, *failure) {
	stall := cmp.Or(s.Stall, time.Minute)
	fail := func(why string, err error) (*smtp.Client, *failure) {
		return nil, &failure{why: why, server: true, err: err}
	}
	dialer := net.Dialer{Timeout: stall}
	raw, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port)))
	if err != nil {
		return fail(WhyConnect, err)
	}
	// A process that is told to stop does not wait for a silent server.
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	conn := net.Conn(line{raw, stall})
	private, err := s.tlsConfig()
	if err != nil {
		return fail(WhyTLS, errors.Join(err, raw.Close()))
	}
	if s.TLS == TLSFull {
		secured := tls.Client(conn, private)
		if err := secured.HandshakeContext(ctx); err != nil {
			return fail(WhyTLS, errors.Join(err, raw.Close()))
		}
		conn = secured
	}
	c, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return fail(WhyConnect, errors.Join(err, raw.Close()))
	}
	if err := c.Hello(s.domain()); err != nil {
		return fail(WhyConnect, errors.Join(err, c.Close()))
	}
	if s.TLS == TLSStart {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return fail(WhyTLS, errors.Join(errors.New("the server does not offer STARTTLS"), c.Close()))
		}
		if err := c.StartTLS(private); err != nil {
			return fail(WhyTLS, errors.Join(err, c.Close()))
		}
	}
	if err := s.login(c); err != nil {
		return fail(WhyAuth, errors.Join(err, c.Close()))
	}
	return c, nil
}

// Probe connects to the server and logs in, and hangs up: nothing is sent. why is the code of
// what stood in the way.
func (s Settings) Probe(ctx context.Context) (why string, err error) {
	line, f := s.connect(ctx)
	if f != nil {
		return f.why, f.err
	}
	hangUp(line)
	return "", nil
}

func (s Settings) tlsConfig() (*tls.Config, error) {
	c := &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12}
	if s.CAFile == "" || s.TLS == TLSNone {
		return c, nil
	}
	pem, err := os.ReadFile(s.CAFile)
	if err != nil {
		return nil, err
	}
	if c.RootCAs, err = x509.SystemCertPool(); err != nil {
		c.RootCAs = x509.NewCertPool()
	}
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", s.CAFile)
	}
	return c, nil
}

func (s Settings) login(c *smtp.Client) error {
	if s.User == "" || s.Secret == nil && s.Token == nil {
		return nil
	}
	_, offered := c.Extension("AUTH")
	if s.Token != nil {
		if !slices.Contains(strings.Fields(offered), "XOAUTH2") {
			return errors.New("the server offers no login by XOAUTH2")
		}
		token, err := s.Token()
		if err != nil {
			return err
		}
		return c.Auth(smtp.XOAuth2Auth(s.User, token))
	}
	password, err := s.Secret()
	if err != nil {
		return err
	}
	// A server on this machine may be spoken to in the clear; settings elsewhere refuse it.
	clear := s.TLS == TLSNone
	switch {
	case strings.Contains(offered, "PLAIN"):
		return c.Auth(smtp.PlainAuth("", s.User, password, s.Host, clear))
	case strings.Contains(offered, "LOGIN"):
		return c.Auth(smtp.LoginAuth(s.User, password, s.Host, clear))
	}
	return errors.New("the server offers no login by password")
}

// deliver hands one message over. handingOver is called before the end of the content goes
// out, and nothing is delivered when it fails. The server's answer comes back.
func (s Settings) deliver(c *smtp.Client, to string, raw []byte, handingOver func() error) (reply string, _ *failure) {
	// The extension is asked for only where an address needs it: few servers on the way have it.
	c.SkipSMTPUTF8(!strings.ContainsFunc(to, func(r rune) bool { return r > 0x7e }))
	if err := c.Mail("<" + s.From.Address + ">"); err != nil {
		return "", refused(WhySender, err)
	}
	if err := c.Rcpt("<" + to + ">"); err != nil {
		return "", refused(WhyRecipient, err)
	}
	w, err := c.Data()
	if err != nil {
		return "", refused(WhyContent, err)
	}
	// Without the lone dot at its end a server must throw the content away.
	if _, err := w.Write(raw); err != nil {
		return "", &failure{why: WhyCut, server: true, err: err}
	}
	if err := c.Text.W.Flush(); err != nil {
		return "", &failure{why: WhyCut, server: true, err: err}
	}
	if err := handingOver(); err != nil {
		return "", &failure{why: WhyCut, server: true, err: err}
	}
	if err := w.Close(); err != nil {
		if f := refused(WhyContent, err); f.why != WhyCut {
			return "", f
		}
		return "", &failure{why: WhyCut, server: true, unsure: true, err: err}
	}
	if r, ok := w.(interface{ ServerResponse() string }); ok {
		reply = r.ServerResponse()
	}
	return oneLine(reply, maxReply), nil
}

// hangUp ends a conversation.
func hangUp(c io.Closer) { _ = c.Close() }
