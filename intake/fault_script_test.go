package intake

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/intake/mailbox"
)

// oddServer is a mail server that speaks just enough IMAP, and answers its first fetches
// of bodies as a quirk says: what real servers were seen to do, and libraries pass over.
type oddServer struct {
	mu       sync.Mutex
	messages [][]byte
	// gone are UIDs that are not there any more.
	gone map[int]bool
	// quirky is how many fetches of bodies are answered oddly; quirk says how. It returns
	// false to hang up.
	quirky int
	quirk  func(c *oddTalk, uids []int) bool
}

// oddTalk is one connection.
type oddTalk struct {
	net.Conn
	r   *bufio.Reader
	s   *oddServer
	tag string
}

func (c *oddTalk) say(format string, args ...any) {
	_, _ = fmt.Fprintf(c, format, args...) // a client that went away is part of some tests
}

func (c *oddTalk) ok() bool { c.say("%s OK done\r\n", c.tag); return true }

const oddDate = `INTERNALDATE "02-Mar-2026 10:00:00 +0100"`

func (c *oddTalk) body(uid int) {
	b := c.s.messages[uid-1]
	c.say("* %d FETCH (UID %d RFC822.SIZE %d %s BODY[] {%d}\r\n%s)\r\n", uid, uid, len(b), oddDate, len(b), b)
}

func (c *oddTalk) hush() bool {
	_, _ = io.Copy(io.Discard, c.r) // ends when the client gives up
	return false
}

func (s *oddServer) start(t *testing.T) (host string, port int) {
	t.Helper()
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
			go s.talk(&oddTalk{Conn: conn, r: bufio.NewReader(conn), s: s})
		}
	}()
	return "127.0.0.1", listener.Addr().(*net.TCPAddr).Port
}

func (s *oddServer) talk(c *oddTalk) {
	defer c.Close() // the client sees the end
	const caps = "IMAP4rev1 UIDPLUS"
	c.say("* OK [CAPABILITY %s] ready\r\n", caps)
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return
		}
		tag, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		c.tag = tag
		words := strings.Fields(strings.ToUpper(rest))
		s.mu.Lock()
		count := len(s.messages)
		s.mu.Unlock()
		switch {
		case words[0] == "LOGIN":
			c.say("%s OK [CAPABILITY %s] hello\r\n", tag, caps)
		case words[0] == "EXAMINE":
			c.say("* FLAGS (\\Seen)\r\n* %d EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n%s OK [READ-ONLY] done\r\n", count, tag)
		case words[0] == "UID" && words[1] == "SEARCH":
			c.say("* SEARCH")
			for _, uid := range s.within(words[3]) {
				c.say(" %d", uid)
			}
			c.say("\r\n")
			c.ok()
		case words[0] == "UID" && words[1] == "FETCH":
			uids := s.within(words[2])
			if strings.Contains(rest, "BODY.PEEK[]") {
				s.mu.Lock()
				odd := s.quirky > 0
				s.quirky--
				s.mu.Unlock()
				if odd {
					if !s.quirk(c, uids) {
						return
					}
					continue
				}
			}
			for _, uid := range uids {
				if strings.Contains(rest, "BODY.PEEK[]") {
					c.body(uid)
				} else {
					c.say("* %d FETCH (UID %d RFC822.SIZE %d %s)\r\n", uid, uid, len(s.messages[uid-1]), oddDate)
				}
			}
			c.ok()
		case words[0] == "LOGOUT":
			c.say("* BYE\r\n")
			c.ok()
			return
		default:
			c.ok()
		}
	}
}

// within lists the UIDs of a set like 1:3,5 that are there.
func (s *oddServer) within(set string) []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []int
	for _, part := range strings.Split(set, ",") {
		from, to, ranged := strings.Cut(part, ":")
		first, _ := strconv.Atoi(from)
		last := first
		if ranged {
			if last, _ = strconv.Atoi(to); to == "*" {
				last = len(s.messages)
			}
		}
		for uid := max(first, 1); uid <= min(last, len(s.messages)); uid++ {
			if !s.gone[uid] {
				out = append(out, uid)
			}
		}
	}
	return out
}

// scriptedFaults are the oddities of row 16.
func scriptedFaults() []fault {
	all := func(c *oddTalk, uids []int, except int) {
		for _, uid := range uids {
			if uid != except {
				c.body(uid)
			}
		}
	}
	var out []fault
	for _, tc := range []struct {
		name   string
		quirky int
		quirk  func(c *oddTalk, uids []int) bool
		// want counts the rows; 5 applications when nil.
		want map[string]int
	}{
		{"the UID after the literal", 1, func(c *oddTalk, uids []int) bool {
			all(c, uids, 2)
			c.say("* 2 FETCH (BODY[] {%d}\r\n%s UID 2)\r\n", len(c.s.messages[1]), c.s.messages[1])
			return c.ok()
		}, nil},
		{"the UID always after the literal", 1000, func(c *oddTalk, uids []int) bool {
			for _, uid := range uids {
				if uid != 2 {
					c.body(uid)
					continue
				}
				c.say("* 2 FETCH (BODY[] {%d}\r\n%s UID 2)\r\n", len(c.s.messages[1]), c.s.messages[1])
			}
			return c.ok()
		}, map[string]int{"application": 4, "failed fetch.missing": 1}},
		{"flags before a body", 2, func(c *oddTalk, uids []int) bool {
			c.say("* 3 FETCH (UID 3 FLAGS (\\Seen))\r\n")
			all(c, uids, 0)
			return c.ok()
		}, nil},
		{"a body that is NIL, and gone then", 1, func(c *oddTalk, uids []int) bool {
			c.s.mu.Lock()
			c.s.gone[4] = true
			c.s.mu.Unlock()
			all(c, uids, 4)
			c.say("* 4 FETCH (UID 4 BODY[] NIL)\r\n")
			return c.ok()
		}, map[string]int{"application": 4, "vanished gone_before_fetch": 1}},
		{"a message left out", 1, func(c *oddTalk, uids []int) bool { all(c, uids, 5); return c.ok() }, nil},
		{"NO after some messages", 1, func(c *oddTalk, uids []int) bool {
			c.body(uids[0])
			c.say("%s NO [SERVERBUG] some messages could not be read\r\n", c.tag)
			return true
		}, nil},
		{"NO to everything for a while", 8, func(c *oddTalk, _ []int) bool {
			c.say("%s NO [UNAVAILABLE] try later\r\n", c.tag)
			return true
		}, nil},
		{"BYE without hanging up", 2, func(c *oddTalk, uids []int) bool {
			c.body(uids[0])
			c.say("* BYE shutting down\r\n")
			return c.hush()
		}, nil},
		{"silence within a literal", 1, func(c *oddTalk, uids []int) bool {
			c.say("* 1 FETCH (UID 1 BODY[] {5000}\r\nhalf of it")
			return c.hush()
		}, nil},
		{"hanging up within a literal, three times", 3, func(c *oddTalk, uids []int) bool {
			c.say("* %d FETCH (UID %d BODY[] {%d}\r\n%s", uids[0], uids[0], len(c.s.messages[uids[0]-1]), c.s.messages[uids[0]-1][:40])
			return false
		}, nil},
		{"a body twice, and one nobody asked for", 1, func(c *oddTalk, uids []int) bool {
			c.body(2)
			all(c, uids, 0)
			c.say("* 9 FETCH (UID 9 BODY[] {3}\r\nabc)\r\n")
			return c.ok()
		}, nil},
		{"nonsense", 1, func(c *oddTalk, _ []int) bool {
			c.say("* 1 FETCH (UID 1 X-ODD 5 BODY[] {3}\r\nabc)\r\n")
			return c.ok()
		}, nil},
	} {
		out = append(out, fault{16, tc.name, func(t *testing.T, w *world) {
			s := &oddServer{gone: map[int]bool{}, quirky: tc.quirky, quirk: tc.quirk}
			for range 5 {
				w.serial++
				raw := letter(w.serial, 1000)
				s.messages = append(s.messages, raw)
				w.delivered[key(t, raw)] = true
			}
			host, port := s.start(t)
			p := w.poller("INBOX", func(_ *PollerConfig, ic *mailbox.IMAPConfig) {
				ic.Host, ic.Port, ic.Stall = host, port, 700*time.Millisecond
			})
			// The connection may break on a message a few times: what comes then is another
			// try, later.
			for range 8 {
				if round, err := p.Round(t.Context()); err == nil && round.Missing == 0 {
					break
				}
				if tc.want == nil {
					w.now.move(11 * time.Minute)
				}
			}
			_, err := w.pipeline().Work(t.Context())
			w.must(err)
			if tc.want == nil {
				if got := states(w.accounted()); got["application"] != 5 || len(got) != 1 {
					t.Errorf("states: %v", got)
				}
				return
			}
			rows, err := w.rows()
			w.must(err)
			got := states(rows)
			for state, n := range tc.want {
				if got[state] != n {
					t.Errorf("states: %v, want %v", got, tc.want)
				}
			}
		}})
	}
	return out
}
