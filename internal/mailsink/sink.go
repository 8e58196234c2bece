// Package mailsink is a mail server on loopback that keeps what it is given and passes
// nothing on: for the demonstration, and for tests, which tell it how to misbehave.
package mailsink

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"time"
)

// Letter is one message the sink took.
type Letter struct {
	From, To string
	// Raw is the content as it was sent, without the lone dot.
	Raw []byte
	// TLS tells whether it came over an encrypted connection, User who had logged in.
	TLS  bool
	User string
	At   time.Time
}

// Fault makes the sink answer a command its own way. It gets the verb in capitals (GREETING,
// EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, END for the end of the content), the argument, and
// how often this verb has come. An empty answer lets the sink answer as usual; Cut closes the
// connection without a word, Hang leaves it open without one.
type Fault func(verb, argument string, times int) (answer string)

// Answers of a Fault that are no lines.
const (
	Cut  = "\x00cut"
	Hang = "\x00hang"
	// TakeAndCut keeps the message and closes the connection instead of saying so.
	TakeAndCut = "\x00take"
)

// Config says how a sink behaves; the zero value takes everything in the clear.
type Config struct {
	// TLS offers STARTTLS; with Implicit it speaks TLS from the first byte.
	TLS      *tls.Config
	Implicit bool
	// User and Password are asked for when User is not empty.
	User, Password string
	// Token is what XOAUTH2 must show instead, when it is not empty.
	Token string
	Fault Fault
	// Most is how many letters are kept, the newest; 1000 when 0.
	Most int
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// Sink is a running server.
type Sink struct {
	cfg      Config
	listener net.Listener
	mu       sync.Mutex
	letters  []Letter
	times    map[string]int
	open     map[net.Conn]bool
	closed   bool
	group    sync.WaitGroup
}

// maxLetter bounds one message, in bytes.
const maxLetter = 32 << 20

// Start listens on a free port of 127.0.0.1.
func Start(cfg Config) (*Sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("mail sink: %w", err)
	}
	if cfg.Most == 0 {
		cfg.Most = 1000
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Sink{cfg: cfg, listener: l, times: map[string]int{}, open: map[net.Conn]bool{}}
	s.group.Go(s.accept)
	return s, nil
}

// Port is the TCP port the sink listens on.
func (s *Sink) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// Letters are the messages taken so far, oldest first.
func (s *Sink) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter(nil), s.letters...)
}

// Close stops listening and ends every conversation.
func (s *Sink) Close() error {
	s.mu.Lock()
	s.closed = true
	for c := range s.open {
		_ = c.Close()
	}
	s.mu.Unlock()
	err := s.listener.Close()
	s.group.Wait()
	return err
}

func (s *Sink) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			_ = conn.Close()
			return
		}
		s.open[conn] = true
		s.mu.Unlock()
		s.group.Go(func() {
			defer func() {
				_ = conn.Close()
				s.mu.Lock()
				delete(s.open, conn)
				s.mu.Unlock()
			}()
			s.talk(conn)
		})
	}
}

// talk is one conversation.
type talk struct {
	*Sink
	conn     net.Conn
	in       *textproto.Reader
	secure   bool
	user     string
	from, to string
}

func (s *Sink) talk(conn net.Conn) {
	t := &talk{Sink: s, conn: conn, in: textproto.NewReader(bufio.NewReader(conn))}
	if s.cfg.Implicit && s.cfg.TLS != nil {
		if t.secured() != nil {
			return
		}
	}
	if !t.answer("GREETING", "", "220 sink.example ESMTP") {
		return
	}
	for {
		_ = t.conn.SetReadDeadline(time.Now().Add(10 * time.Minute))
		line, err := t.in.ReadLine()
		if err != nil {
			return
		}
		verb, argument, _ := strings.Cut(line, " ")
		if !t.command(strings.ToUpper(verb), argument) {
			return
		}
	}
}

// command answers one command; false ends the conversation.
func (t *talk) command(verb, argument string) bool {
	switch verb {
	case "EHLO", "HELO":
		return t.answer(verb, argument, t.hello())
	case "STARTTLS":
		if t.cfg.TLS == nil || t.secure {
			return t.say("502 5.5.1 not offered")
		}
		return t.answer(verb, argument, "220 2.0.0 go ahead") && t.secured() == nil
	case "AUTH":
		return t.answer(verb, argument, t.login(argument))
	case "MAIL":
		if t.cfg.User != "" && t.user == "" {
			return t.say("530 5.7.0 log in first")
		}
		t.from, t.to = between(argument), ""
		return t.answer(verb, argument, "250 2.1.0 fine")
	case "RCPT":
		t.to = between(argument)
		return t.answer(verb, argument, "250 2.1.5 fine")
	case "DATA":
		if t.to == "" {
			return t.say("503 5.5.1 to whom?")
		}
		return t.data(argument)
	case "RSET":
		t.from, t.to = "", ""
		return t.say("250 2.0.0 fine")
	case "NOOP":
		return t.say("250 2.0.0 fine")
	case "QUIT":
		t.say("221 2.0.0 bye")
		return false
	}
	return t.say("500 5.5.2 what?")
}

func (t *talk) hello() string {
	lines := []string{"250-sink.example", "250-8BITMIME"}
	if t.cfg.TLS != nil && !t.secure {
		lines = append(lines, "250-STARTTLS")
	}
	if t.cfg.User != "" {
		if t.cfg.Token != "" {
			lines = append(lines, "250-AUTH XOAUTH2")
		} else {
			lines = append(lines, "250-AUTH PLAIN LOGIN")
		}
	}
	return strings.Join(append(lines, "250 SIZE 33554432"), "\r\n")
}

func (t *talk) login(argument string) string {
	how, first, _ := strings.Cut(argument, " ")
	b, err := base64.StdEncoding.DecodeString(first)
	if strings.EqualFold(how, "XOAUTH2") && t.cfg.Token != "" {
		if err != nil || string(b) != "user="+t.cfg.User+"\x01auth=Bearer "+t.cfg.Token+"\x01\x01" {
			return "535 5.7.3 no such token"
		}
		t.user = t.cfg.User
		return "235 2.7.0 welcome"
	}
	parts := strings.Split(string(b), "\x00")
	if err != nil || !strings.EqualFold(how, "PLAIN") || len(parts) != 3 || parts[1] != t.cfg.User || parts[2] != t.cfg.Password {
		return "535 5.7.8 wrong name or password"
	}
	t.user = parts[1]
	return "235 2.7.0 welcome"
}

func (t *talk) data(argument string) bool {
	answered := t.fault("DATA", argument)
	if answered != "" {
		return t.play(answered)
	}
	if !t.say("354 go ahead") {
		return false
	}
	raw, err := io.ReadAll(io.LimitReader(t.in.DotReader(), maxLetter))
	if err != nil && !errors.Is(err, io.EOF) {
		return false // cut off: without its dot a message is none
	}
	letter := Letter{From: t.from, To: t.to, Raw: raw, TLS: t.secure, User: t.user, At: t.cfg.Now()}
	switch answered = t.fault("END", ""); answered {
	case "":
		t.keep(letter)
		return t.say("250 2.0.0 taken")
	case TakeAndCut:
		t.keep(letter)
		return false
	}
	return t.play(answered)
}

func (t *talk) keep(l Letter) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.letters = append(t.letters, l)
	t.letters = t.letters[max(0, len(t.letters)-t.cfg.Most):]
}

// fault asks whether a command is to be answered in another way.
func (t *talk) fault(verb, argument string) string {
	if t.cfg.Fault == nil {
		return ""
	}
	t.mu.Lock()
	t.times[verb]++
	n := t.times[verb]
	t.mu.Unlock()
	return t.cfg.Fault(verb, argument, n)
}

// answer says what the fault wants, else the usual.
func (t *talk) answer(verb, argument, usual string) bool {
	if a := t.fault(verb, argument); a != "" {
		return t.play(a)
	}
	return t.say(usual)
}

// play does what a fault asks for.
func (t *talk) play(answer string) bool {
	switch answer {
	case Cut, TakeAndCut:
		return false
	case Hang:
		_ = t.conn.SetReadDeadline(time.Now().Add(time.Minute))
		_, _ = t.in.ReadLine() // until the other end hangs up
		return false
	}
	return t.say(answer)
}

func (t *talk) say(line string) bool {
	_, err := io.WriteString(t.conn, line+"\r\n")
	return err == nil
}

func (t *talk) secured() error {
	c := tls.Server(t.conn, t.cfg.TLS)
	if err := c.Handshake(); err != nil {
		return err
	}
	t.conn, t.in, t.secure = c, textproto.NewReader(bufio.NewReader(c)), true
	return nil
}

// between is what stands between the brackets of a path.
func between(argument string) string {
	_, rest, _ := strings.Cut(argument, "<")
	address, _, _ := strings.Cut(rest, ">")
	return address
}
