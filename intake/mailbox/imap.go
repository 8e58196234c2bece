package mailbox

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// TLSMode says how a connection is secured.
type TLSMode string

// The ways to secure a connection.
const (
	TLSNone     TLSMode = "none"
	TLSStart    TLSMode = "starttls"
	TLSImplicit TLSMode = "tls"
)

// IMAPConfig says which folder of which account is read, and how.
type IMAPConfig struct {
	Host string
	// Port defaults to 993 with TLSImplicit and to 143 otherwise.
	Port int
	// TLS defaults to TLSImplicit.
	TLS TLSMode
	// CAFile names a PEM file of authorities to trust instead of the system's.
	CAFile string
	// CAPEM are authorities to trust instead, as text.
	CAPEM string
	User  string
	// Auth defaults to AuthPassword.
	Auth AuthMethod
	// Secret gives the password or the access token. It is asked at each connection, so that a changed one
	// needs no restart. What it fails with comes back wrapped in ErrSecret.
	Secret func(ctx context.Context) (string, error)
	// Renew, when given, is called when the server refuses a token, and tells whether
	// Secret has another one to show.
	Renew func() bool
	// Folder defaults to INBOX.
	Folder string

	// Stall is how long the server may be silent when an answer is due (default 60 s).
	Stall time.Duration
	// NoIdleEvery is the longest wait on a server without IDLE (default one minute).
	NoIdleEvery time.Duration
	// IdleEvery is how often IDLE is asked anew (default 9 minutes: some servers hang up
	// after ten).
	IdleEvery time.Duration
	// MaxBytes is the largest body handed over (default 40 MiB).
	MaxBytes int64
	// Dial replaces the plain TCP dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Fixed is a secret that never changes.
func Fixed(secret string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return secret, nil }
}

// Defaults of an IMAPConfig.
const (
	DefaultStall     = time.Minute
	DefaultIdleEvery = 9 * time.Minute
	DefaultNoIdle    = time.Minute
	DefaultMaxBytes  = 40 << 20
)

// IMAP is one folder of an IMAP account, opened for reading only.
type IMAP struct {
	cfg IMAPConfig

	conn   *stallConn
	client *imapclient.Client
	idle   bool          // the server offers IDLE
	news   chan struct{} // holds one value when the server spoke of new mail
}

var _ Source = (*IMAP)(nil)

// NewIMAP checks the configuration. It does not connect.
func NewIMAP(cfg IMAPConfig) (*IMAP, error) {
	cfg.TLS, cfg.Auth = cmp.Or(cfg.TLS, TLSImplicit), cmp.Or(cfg.Auth, AuthPassword)
	switch cfg.Auth {
	case AuthPassword, AuthXOAuth2, AuthOAuthBearer:
	default:
		return nil, fmt.Errorf("auth %q: want password, xoauth2 or oauthbearer", cfg.Auth)
	}
	switch cfg.TLS {
	case TLSNone, TLSStart:
		cfg.Port = cmp.Or(cfg.Port, 143)
	case TLSImplicit:
		cfg.Port = cmp.Or(cfg.Port, 993)
	default:
		return nil, fmt.Errorf("tls %q: want none, starttls or tls", cfg.TLS)
	}
	if cfg.Host == "" {
		return nil, errors.New("host: missing")
	}
	if cfg.User == "" {
		return nil, errors.New("user: missing")
	}
	if cfg.Secret == nil {
		return nil, errors.New("secret: missing")
	}
	if cfg.Port < 1 || cfg.Port > 65535 {
		return nil, fmt.Errorf("port %d: want 1 to 65535", cfg.Port)
	}
	cfg.Folder = cmp.Or(cfg.Folder, "INBOX")
	cfg.Stall = cmp.Or(cfg.Stall, DefaultStall)
	cfg.IdleEvery = cmp.Or(cfg.IdleEvery, DefaultIdleEvery)
	cfg.NoIdleEvery = cmp.Or(cfg.NoIdleEvery, DefaultNoIdle)
	cfg.MaxBytes = cmp.Or(cfg.MaxBytes, DefaultMaxBytes)
	if cfg.Dial == nil {
		cfg.Dial = (&net.Dialer{Timeout: cfg.Stall}).DialContext
	}
	return &IMAP{cfg: cfg, news: make(chan struct{}, 1)}, nil
}

// Open implements Source. Its errors wrap ErrSecret, ErrUnreachable, ErrTLS, ErrLogin,
// ErrNoFolder, ErrLost, and beside them ErrTemporary when the server says that it will pass.
func (s *IMAP) Open(ctx context.Context) (Folder, error) {
	if s.client != nil && s.conn.cause() != nil {
		s.drop()
	}
	if s.client == nil {
		err := s.connect(ctx)
		if errors.Is(err, ErrLogin) && !errors.Is(err, ErrTemporary) && s.cfg.Renew != nil && s.cfg.Renew() {
			// A token may be worth nothing before its time, when it was withdrawn.
			s.drop()
			err = s.connect(ctx)
		}
		if err != nil {
			s.drop()
			return Folder{}, fmt.Errorf("%s: %w", s.address(), err)
		}
	}
	var data *imap.SelectData
	err := s.do(ctx, func() (err error) {
		data, err = s.client.Select(s.cfg.Folder, &imap.SelectOptions{ReadOnly: true}).Wait()
		return err
	})
	if err != nil {
		if errors.Is(err, ErrRefused) && s.forbidden(ctx, err) {
			err = fmt.Errorf("%w: %w: %w", ErrNoFolder, ErrForbidden, err)
		} else if errors.Is(err, ErrRefused) {
			err = fmt.Errorf("%w: %w", ErrNoFolder, err)
		}
		s.drop()
		return Folder{}, fmt.Errorf("%s: open %q: %w", s.address(), s.cfg.Folder, err)
	}
	if data.UIDValidity == 0 {
		s.drop()
		return Folder{}, fmt.Errorf("%s: open %q: %w: the server gives no UIDVALIDITY", s.address(), s.cfg.Folder, ErrNoFolder)
	}
	return Folder{
		Name:        s.cfg.Folder,
		UIDValidity: data.UIDValidity,
		UIDNext:     uint32(data.UIDNext),
		Messages:    data.NumMessages,
		Idle:        s.idle,
	}, nil
}

// forbidden tells a folder that may not be read from one that is not there: by the
// answer's code, else by whether the server lists it.
func (s *IMAP) forbidden(ctx context.Context, refusal error) bool {
	var answer *imap.Error
	if errors.As(refusal, &answer) {
		switch answer.Code {
		case imap.ResponseCodeNoPerm, imap.ResponseCodeAuthorizationFailed:
			return true
		case imap.ResponseCodeNonExistent, imap.ResponseCodeTryCreate:
			return false
		}
	}
	if s.client == nil || errors.Is(refusal, ErrTemporary) {
		return false
	}
	var found []*imap.ListData
	err := s.do(ctx, func() (err error) {
		found, err = s.client.List("", s.cfg.Folder, nil).Collect()
		return err
	})
	return err == nil && len(found) == 1 && !slices.Contains(found[0].Attrs, imap.MailboxAttrNoSelect) && !slices.Contains(found[0].Attrs, imap.MailboxAttrNonExistent)
}

func (s *IMAP) address() string {
	return net.JoinHostPort(s.cfg.Host, strconv.Itoa(s.cfg.Port))
}

// connect dials, secures the connection and logs in.
func (s *IMAP) connect(ctx context.Context) error {
	secret, err := s.cfg.Secret(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: %w", ErrSecret, err)
	}
	raw, err := s.cfg.Dial(ctx, "tcp", s.address())
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	s.conn = &stallConn{Conn: raw}
	s.conn.arm(s.cfg.Stall)
	stop := s.watch(ctx)
	defer stop()

	if err := s.secure(ctx); err != nil {
		return err
	}
	if err := s.do(ctx, s.client.WaitGreeting); err != nil {
		// Before a greeting nothing says that this is a mail server at all.
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	if err := s.do(ctx, func() error { return s.login(secret) }); err != nil {
		if errors.Is(err, ErrRefused) && !errors.Is(err, ErrTemporary) {
			err = fmt.Errorf("%w: %w", ErrLogin, err)
		}
		return fmt.Errorf("login: %w", err)
	}
	return s.do(ctx, func() error {
		s.idle = s.client.Caps().Has(imap.CapIdle)
		return nil
	})
}

// secure makes the client on the connection, below TLS when that is asked for.
func (s *IMAP) secure(ctx context.Context) error {
	options := &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				select {
				case s.news <- struct{}{}:
				default:
				}
			}
		},
	}}
	if s.cfg.TLS == TLSNone {
		s.client = imapclient.New(s.conn, options)
		return nil
	}
	config, err := s.tlsConfig()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrTLS, err)
	}
	if s.cfg.TLS == TLSStart {
		options.TLSConfig = config
		client, err := imapclient.NewStartTLS(s.conn, options)
		if err != nil {
			return s.secureError(ctx, err)
		}
		s.client = client
		return nil
	}
	conn := tls.Client(s.conn, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		return s.secureError(ctx, err)
	}
	s.client = imapclient.New(conn, options)
	return nil
}

// secureError tells a server that went silent or away from one that cannot be trusted.
func (s *IMAP) secureError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if cause := s.conn.cause(); errors.Is(cause, ErrStalled) {
		return fmt.Errorf("%w: %w", ErrUnreachable, cause)
	}
	return fmt.Errorf("%w: %w", ErrTLS, err)
}

func (s *IMAP) tlsConfig() (*tls.Config, error) {
	config := &tls.Config{ServerName: s.cfg.Host, MinVersion: tls.VersionTLS12}
	pem := []byte(s.cfg.CAPEM)
	if s.cfg.CAFile != "" {
		var err error
		if pem, err = os.ReadFile(s.cfg.CAFile); err != nil {
			return nil, err
		}
	}
	if len(pem) == 0 {
		return config, nil
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s: no certificate in it", cmp.Or(s.cfg.CAFile, "the authority"))
	}
	return config, nil
}

func (s *IMAP) login(secret string) error {
	caps := s.client.Caps()
	if s.cfg.Auth != AuthPassword {
		client := s.tokenClient(secret)
		if mech := strings.ToUpper(string(s.cfg.Auth)); !caps.Has(imap.AuthCap(mech)) {
			return fmt.Errorf("%w: it does not offer %s on this connection", ErrLogin, mech)
		}
		return s.client.Authenticate(client)
	}
	if caps.Has(imap.CapLoginDisabled) && !caps.Has(imap.AuthCap(sasl.Plain)) {
		return fmt.Errorf("%w: it takes no password on this connection; starttls or tls may be needed", ErrLogin)
	}
	if caps.Has(imap.CapLoginDisabled) {
		return s.client.Authenticate(sasl.NewPlainClient("", s.cfg.User, secret))
	}
	return s.client.Login(s.cfg.User, secret).Wait()
}

// watch ends the connection when ctx ends, until stop is called.
func (s *IMAP) watch(ctx context.Context) (stop func() bool) {
	conn := s.conn
	return context.AfterFunc(ctx, func() { conn.fail(context.Cause(ctx)) })
}

// do runs one exchange with the server under the stall time and ctx, and names its error.
func (s *IMAP) do(ctx context.Context, exchange func() error) error {
	if s.client == nil {
		return ErrClosed
	}
	s.conn.arm(s.cfg.Stall)
	stop := s.watch(ctx)
	err := exchange()
	stop()
	s.conn.arm(0)
	return s.named(ctx, err)
}

// named wraps an error of an exchange in the sentinel that says what to do about it, and
// drops a connection that is of no more use.
func (s *IMAP) named(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var answer *imap.Error
	if errors.As(err, &answer) && answer.Type != imap.StatusResponseTypeBye {
		if temporary(answer.Code) {
			return fmt.Errorf("%w: %w: %w", ErrRefused, ErrTemporary, err)
		}
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if errors.Is(err, ErrLogin) {
		return err
	}
	cause := s.conn.cause()
	s.conn.fail(net.ErrClosed)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case cause != nil && !errors.Is(err, cause):
		return fmt.Errorf("%w: %w: %w", ErrLost, cause, err)
	}
	return fmt.Errorf("%w: %w", ErrLost, err)
}

// temporary tells whether a NO with this code is worth asking again soon.
func temporary(code imap.ResponseCode) bool {
	switch code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeLimit,
		imap.ResponseCodeOverQuota, imap.ResponseCodeServerBug:
		return true
	}
	return false
}

// Wait implements Source: by IDLE when the server offers it, else by letting time pass.
func (s *IMAP) Wait(ctx context.Context, max time.Duration) (bool, error) {
	if s.client == nil {
		return false, ErrClosed
	}
	if !s.idle {
		// Nobody will tell us of new mail.
		max = min(max, s.cfg.NoIdleEvery)
	}
	end := time.NewTimer(max)
	defer end.Stop()
	for {
		news, done, err := s.waitOnce(ctx, end.C)
		if err != nil || news || done {
			return news, err
		}
	}
}

// waitOnce waits for news, the end, or the time to ask IDLE anew.
func (s *IMAP) waitOnce(ctx context.Context, end <-chan time.Time) (news, done bool, err error) {
	var command *imapclient.IdleCommand
	if s.idle {
		err := s.do(ctx, func() (err error) {
			command, err = s.client.Idle()
			return err
		})
		if err != nil {
			return false, false, fmt.Errorf("idle: %w", err)
		}
	}
	again := time.NewTimer(s.cfg.IdleEvery)
	defer again.Stop()
	select {
	case <-s.news:
		news = true
	case <-end:
		done = true
	case <-again.C:
	case <-s.client.Closed():
	case <-ctx.Done():
		s.conn.fail(ctx.Err())
		return false, false, ctx.Err()
	}
	// An answer here also proves that the connection is alive.
	err = s.do(ctx, func() error {
		if command == nil {
			return s.client.Noop().Wait()
		}
		if err := command.Close(); err != nil {
			return err
		}
		return command.Wait()
	})
	if err != nil {
		return false, false, fmt.Errorf("wait: %w", err)
	}
	return news, done, nil
}

// Close implements Source. It says goodbye when the server still listens.
func (s *IMAP) Close() error {
	if s.client != nil && s.conn.cause() == nil {
		s.conn.arm(min(s.cfg.Stall, 2*time.Second))
		_ = s.client.Logout().Wait() // a courtesy: the answer changes nothing
	}
	s.drop()
	return nil
}

// drop ends the connection without a word.
func (s *IMAP) drop() {
	if s.conn != nil {
		s.conn.fail(net.ErrClosed)
	}
	if s.client != nil {
		_ = s.client.Close() // it was closed above; this waits for its reader to end
	}
	s.conn, s.client, s.idle = nil, nil, false
	select {
	case <-s.news:
	default:
	}
}
