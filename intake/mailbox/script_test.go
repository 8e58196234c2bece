package mailbox

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// scripted is a server that misbehaves as told. It speaks enough IMAP to be opened and
// lets a test answer the other commands.
type scripted struct {
	// uids are in the folder.
	uids []int
	// fetch answers the nth UID FETCH, from 1, on the line "UID FETCH set (...)". It
	// returns false to hang up.
	fetch func(c *conversation, n int, set string) bool
	// idle, when given, replaces the answer to IDLE.
	idle func(c *conversation) bool
	// caps are offered beside IMAP4rev1.
	caps string
}

type conversation struct {
	net.Conn
	r   *bufio.Reader
	tag string
}

func (c *conversation) say(format string, args ...any) {
	_, _ = fmt.Fprintf(c, format, args...) // a client that went away is part of some tests
}

func (c *conversation) ok() bool { c.say("%s OK done\r\n", c.tag); return true }

// body sends one message as servers do.
func (c *conversation) body(uid int, text string) {
	c.say("* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE \"02-Mar-2026 10:00:00 +0100\" BODY[] {%d}\r\n%s)\r\n", uid, uid, len(text), len(text), text)
}

func text(uid int) string {
	return fmt.Sprintf("Subject: %d\r\n\r\n%s\r\n", uid, strings.Repeat("x", 500*uid))
}

// hush says nothing until the client hangs up.
func (c *conversation) hush() bool {
	_, _ = io.Copy(io.Discard, c.r) // ends when the client gives up
	return false
}

func (s scripted) start(t *testing.T) *net.TCPAddr {
	t.Helper()
	s.caps = strings.TrimSpace(s.caps + " UIDPLUS")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(&conversation{Conn: conn, r: bufio.NewReader(conn)})
		}
	}()
	return listener.Addr().(*net.TCPAddr)
}

func (s scripted) serve(c *conversation) {
	defer c.Close() // the client sees the end
	c.say("* OK [CAPABILITY IMAP4rev1 %s] ready\r\n", s.caps)
	for fetches := 0; ; {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return
		}
		tag, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		c.tag = tag
		words := strings.Fields(strings.ToUpper(rest))
		switch {
		case words[0] == "LOGIN":
			c.say("%s OK [CAPABILITY IMAP4rev1 %s] hello\r\n", tag, s.caps)
		case words[0] == "CAPABILITY":
			c.say("* CAPABILITY IMAP4rev1 %s\r\n%s OK\r\n", s.caps, tag)
		case words[0] == "EXAMINE":
			c.say("* FLAGS (\\Seen)\r\n* %d EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n%s OK [READ-ONLY] done\r\n", len(s.uids), tag)
		case words[0] == "UID" && words[1] == "SEARCH":
			c.say("* SEARCH")
			for _, uid := range s.uids {
				c.say(" %d", uid)
			}
			c.say("\r\n")
			c.ok()
		case words[0] == "UID" && words[1] == "FETCH":
			fetches++
			if !s.fetch(c, fetches, words[2]) {
				return
			}
		case words[0] == "IDLE" && s.idle != nil:
			if !s.idle(c) {
				return
			}
		case words[0] == "LOGOUT":
			c.say("* BYE\r\n")
			c.ok()
			return
		default:
			c.ok()
		}
	}
}

// quick is a stall time short enough for tests and long enough for a busy machine.
const quick = 700 * time.Millisecond

// TestNoMessageIsLostWithoutAWord replays what servers were seen to do: the library drops
// the body and reports success, or waits without end.
func TestNoMessageIsLostWithoutAWord(t *testing.T) {
	all := func(c *conversation, set string) bool {
		for uid := 1; uid <= 3; uid++ {
			if set == "1:3" || set == fmt.Sprint(uid) {
				c.body(uid, text(uid))
			}
		}
		return c.ok()
	}
	for _, test := range []struct {
		name    string
		uids    []int
		fetch   func(c *conversation, n int, set string) bool
		arrived []UID
		gone    []UID
		missing []UID
		err     error
	}{
		{"all is well", []int{1, 2, 3}, func(c *conversation, _ int, set string) bool { return all(c, set) }, []UID{1, 2, 3}, nil, nil, nil},
		{"uid after the literal", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			if n == 1 {
				c.body(1, text(1))
				c.say("* 2 FETCH (BODY[] {%d}\r\n%s UID 2)\r\n", len(text(2)), text(2))
				c.body(3, text(3))
				return c.ok()
			}
			return all(c, set)
		}, []UID{1, 2, 3}, nil, nil, nil},
		{"uid always after the literal", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			for uid := 1; uid <= 3; uid++ {
				if set == "1:3" || set == fmt.Sprint(uid) {
					c.say("* %d FETCH (BODY[] {%d}\r\n%s UID %d)\r\n", uid, len(text(uid)), text(uid), uid)
				}
			}
			return c.ok()
		}, nil, nil, []UID{1, 2, 3}, nil},
		{"flags before the body", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			if n == 1 {
				c.say("* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n")
			}
			return all(c, set)
		}, []UID{1, 2, 3}, nil, nil, nil},
		{"body NIL, then gone", []int{1, 3}, func(c *conversation, n int, set string) bool {
			if n == 1 {
				c.body(1, text(1))
				c.say("* 2 FETCH (UID 2 BODY[] NIL)\r\n")
				c.body(3, text(3))
			} else {
				c.say("* 2 FETCH (UID 2 BODY[] NIL)\r\n")
			}
			return c.ok()
		}, []UID{1, 3}, []UID{2}, nil, nil},
		{"message left out", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			if n == 1 {
				c.body(1, text(1))
				c.body(3, text(3))
				return c.ok()
			}
			return all(c, set)
		}, []UID{1, 2, 3}, nil, nil, nil},
		{"message always left out", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			if strings.Contains(set, ":") {
				c.body(1, text(1))
				c.body(3, text(3))
			}
			return c.ok()
		}, []UID{1, 3}, nil, []UID{2}, nil},
		{"NO after some messages", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			if n == 1 {
				c.body(1, text(1))
				c.say("%s NO [SERVERBUG] some messages could not be read\r\n", c.tag)
				return true
			}
			return all(c, set)
		}, []UID{1, 2, 3}, nil, nil, nil},
		{"the body sent twice", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			c.body(2, text(2))
			return all(c, set)
		}, []UID{1, 2, 3}, nil, nil, nil},
		{"a message nobody asked for", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			c.body(9, text(9))
			return all(c, set)
		}, []UID{1, 2, 3}, nil, nil, nil},
		{"cut inside a literal", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			c.body(1, text(1))
			c.say("* 2 FETCH (UID 2 BODY[] {5000}\r\n%s", text(2))
			return false
		}, []UID{1}, nil, []UID{2, 3}, ErrLost},
		{"silent before the answer", []int{1, 2, 3}, func(c *conversation, n int, set string) bool { return c.hush() }, nil, nil, []UID{1, 2, 3}, ErrStalled},
		{"silent inside a literal", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			c.body(1, text(1))
			c.say("* 2 FETCH (UID 2 BODY[] {5000}\r\n%s", text(2))
			return c.hush()
		}, []UID{1}, nil, []UID{2, 3}, ErrStalled},
		{"silent between messages", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			c.body(1, text(1))
			return c.hush()
		}, []UID{1}, nil, []UID{2, 3}, ErrStalled},
		{"BYE without hanging up", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			c.body(1, text(1))
			c.say("* BYE shutting down\r\n")
			return c.hush()
		}, []UID{1}, nil, []UID{2, 3}, ErrLost},
		{"nonsense instead of an answer", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			c.say("* 1 FETCH (UID 1 X-UNKNOWN 5 BODY[] {3}\r\nabc)\r\n")
			return c.ok()
		}, nil, nil, []UID{1, 2, 3}, ErrLost},
		{"another body under a known UID", []int{1, 2, 3}, func(c *conversation, n int, set string) bool {
			if n == 1 {
				c.say("* 2 FETCH (UID 2 BODY[HEADER] {4}\r\nX: y)\r\n")
			}
			return all(c, set)
		}, []UID{1, 2, 3}, nil, nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			addr := scripted{uids: test.uids, fetch: test.fetch}.start(t)
			s := open(t, addr, func(c *IMAPConfig) { c.Stall = quick })
			if _, err := s.Open(t.Context()); err != nil {
				t.Fatal(err)
			}
			have := got{}
			start := time.Now()
			outcome, err := s.Fetch(t.Context(), []UID{1, 2, 3}, Whole, have.receive)
			if took := time.Since(start); took > 5*quick {
				t.Errorf("took %v", took)
			}
			if !errors.Is(err, test.err) {
				t.Errorf("err = %v, want %v", err, test.err)
			}
			if errors.Is(test.err, ErrStalled) && !errors.Is(err, ErrLost) {
				t.Errorf("err = %v, want it to be lost as well", err)
			}
			if !slices.Equal(outcome.Arrived, test.arrived) || !slices.Equal(outcome.Gone, test.gone) || !slices.Equal(outcome.Missing, test.missing) {
				t.Errorf("outcome = %+v, want arrived %v gone %v missing %v", outcome, test.arrived, test.gone, test.missing)
			}
			for _, uid := range outcome.Arrived {
				if have[uid] != text(int(uid)) {
					t.Errorf("uid %d: %d bytes, want %d", uid, len(have[uid]), len(text(int(uid))))
				}
			}
			if len(have) != len(outcome.Arrived) {
				t.Errorf("%d bodies handed over, %d said to have arrived", len(have), len(outcome.Arrived))
			}
			if test.err != nil {
				if _, err := s.Open(t.Context()); err != nil {
					t.Errorf("opening again: %v", err)
				}
			}
		})
	}
}

func TestSizesAreAskedAgainWhenFlagsCameInstead(t *testing.T) {
	addr := scripted{uids: []int{1, 2}, fetch: func(c *conversation, n int, set string) bool {
		if n == 1 {
			c.say("* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n")
		}
		for uid := 1; uid <= 2; uid++ {
			if set == "1:3" || strings.Contains(set, fmt.Sprint(uid)) {
				c.say("* %d FETCH (UID %d RFC822.SIZE %d)\r\n", uid, uid, 100*uid)
			}
		}
		return c.ok()
	}}.start(t)
	s := open(t, addr, nil)
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	infos, err := s.Sizes(t.Context(), []UID{1, 2, 3})
	if err != nil || len(infos) != 2 || infos[0].Size != 100 || infos[1].Size != 200 {
		t.Errorf("Sizes = %+v, %v", infos, err)
	}
}

func TestSilenceWhileIdlingIsNoticedWhenIdleIsAskedAnew(t *testing.T) {
	addr := scripted{caps: "IDLE", idle: func(c *conversation) bool {
		c.say("+ idling\r\n")
		return c.hush()
	}}.start(t)
	s := open(t, addr, func(c *IMAPConfig) { c.Stall, c.IdleEvery = quick, 100*time.Millisecond })
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := s.Wait(t.Context(), time.Minute); !errors.Is(err, ErrLost) || !errors.Is(err, ErrStalled) {
		t.Errorf("err = %v", err)
	}
	if took := time.Since(start); took > 5*quick {
		t.Errorf("took %v", took)
	}
}

func TestServerThatHangsUpWhileIdlingIsNoticedAtOnce(t *testing.T) {
	addr := scripted{caps: "IDLE", idle: func(c *conversation) bool {
		c.say("+ idling\r\n* BYE idle too long\r\n")
		return false
	}}.start(t)
	s := open(t, addr, nil)
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := s.Wait(t.Context(), time.Minute); !errors.Is(err, ErrLost) {
		t.Errorf("err = %v", err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestSlowServerIsWaitedForAsLongAsItSpeaks(t *testing.T) {
	body := strings.Repeat("s", 40)
	addr := scripted{uids: []int{1}, fetch: func(c *conversation, _ int, _ string) bool {
		c.say("* 1 FETCH (UID 1 BODY[] {%d}\r\n", len(body))
		for i := range body {
			c.say("%s", body[i:i+1])
			time.Sleep(quick / 20)
		}
		c.say(")\r\n")
		return c.ok()
	}}.start(t)
	s := open(t, addr, func(c *IMAPConfig) { c.Stall = quick })
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	have := got{}
	if outcome, err := s.Fetch(t.Context(), []UID{1}, Whole, have.receive); err != nil || len(outcome.Arrived) != 1 || have[1] != body {
		t.Errorf("outcome = %+v, %v", outcome, err)
	}
}

func TestSlowReceiverIsNoStall(t *testing.T) {
	addr := scripted{uids: []int{1, 2, 3}, fetch: func(c *conversation, _ int, _ string) bool {
		for uid := 1; uid <= 3; uid++ {
			c.body(uid, text(uid))
		}
		return c.ok()
	}}.start(t)
	s := open(t, addr, func(c *IMAPConfig) { c.Stall = 150 * time.Millisecond })
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	outcome, err := s.Fetch(t.Context(), []UID{1, 2, 3}, Whole, func(raw Raw) error {
		time.Sleep(250 * time.Millisecond) // a disk that syncs
		_, err := io.Copy(io.Discard, raw.Body)
		return err
	})
	if err != nil || len(outcome.Arrived) != 3 {
		t.Errorf("outcome = %+v, %v", outcome, err)
	}
}

func TestFetchEndsWithItsContext(t *testing.T) {
	addr := scripted{uids: []int{1}, fetch: func(c *conversation, _ int, _ string) bool { return c.hush() }}.start(t)
	s := open(t, addr, func(c *IMAPConfig) { c.Stall = time.Minute })
	if _, err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	outcome, err := s.Fetch(ctx, []UID{1}, Whole, got{}.receive)
	if !errors.Is(err, context.DeadlineExceeded) || !slices.Equal(outcome.Missing, []UID{1}) {
		t.Errorf("outcome = %+v, %v", outcome, err)
	}
}

func TestTemporaryRefusalsAreToldFromWrongPasswords(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() // ends the server below
	answers := []string{"NO [UNAVAILABLE] try later", "NO [AUTHENTICATIONFAILED] wrong", "NO [INUSE] busy"}
	go func() {
		for _, answer := range answers {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			c := &conversation{Conn: conn, r: bufio.NewReader(conn)}
			c.say("* OK [CAPABILITY IMAP4rev1] ready\r\n")
			line, _ := c.r.ReadString('\n')
			tag, _, _ := strings.Cut(line, " ")
			c.say("%s %s\r\n", tag, answer)
			c.hush()
		}
	}()
	for _, wantLogin := range []bool{false, true, false} {
		s := open(t, listener.Addr().(*net.TCPAddr), nil)
		_, err := s.Open(t.Context())
		if errors.Is(err, ErrLogin) != wantLogin || errors.Is(err, ErrTemporary) == wantLogin {
			t.Errorf("err = %v, want a refused login: %v", err, wantLogin)
		}
	}
}

func TestSilentServerIsUnreachable(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never greets
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() // nothing was said
	for _, mode := range []TLSMode{TLSNone, TLSImplicit} {
		s := open(t, listener.Addr().(*net.TCPAddr), func(c *IMAPConfig) { c.TLS, c.Stall = mode, quick })
		if _, err := s.Open(t.Context()); !errors.Is(err, ErrUnreachable) {
			t.Errorf("%s: err = %v", mode, err)
		}
	}
}

func TestClosedSourceSaysSo(t *testing.T) {
	s := open(t, &net.TCPAddr{Port: 1}, nil)
	if _, err := s.List(t.Context(), 1); !errors.Is(err, ErrClosed) {
		t.Errorf("List: %v", err)
	}
	if outcome, err := s.Fetch(t.Context(), []UID{4}, Whole, got{}.receive); !errors.Is(err, ErrClosed) || len(outcome.Missing) != 1 {
		t.Errorf("Fetch: %+v, %v", outcome, err)
	}
	if _, err := s.Wait(t.Context(), time.Second); !errors.Is(err, ErrClosed) {
		t.Errorf("Wait: %v", err)
	}
}
