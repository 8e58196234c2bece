package outbox

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/internal/mailsink"
	"dossier/internal/store"
	"dossier/screening"
)

func TestAMessageIsSentOnceAndKeepsTheServersAnswer(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		o := newOfficeOn(t, mailsink.Config{}, dsn)
		id := o.writes(o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete()), nil).ID
		if r := o.round(); r.Sent != 1 {
			t.Errorf("round %+v", r)
		}
		o.round()
		m := o.stands(id, store.OutgoingSent, "")
		if m.SentAt == nil || !strings.Contains(m.Reply, "taken") || m.ClaimedBy != "" {
			t.Errorf("%+v", m)
		}
		letters := o.sink.Letters()
		if len(letters) != 1 || letters[0].To != "awa@courriel.example" || letters[0].From != "jobs@rivenord.example" {
			t.Fatalf("letters %+v", letters)
		}
		got := o.parsed(letters[0])
		for name, want := range map[string]string{
			"Message-Id": "<" + m.MessageID + ">", "In-Reply-To": "<application-1@post.example>", "References": "<earlier@post.example> <application-1@post.example>",
			"Reply-To": "<recrutement+rn14@rivenord.example>", "To": `"Awa Ndiaye" <awa@courriel.example>`, "Auto-Submitted": "", "X-Auto-Response-Suppress": "OOF, AutoReply",
		} {
			if have := got.Header.Get(name); have != want {
				t.Errorf("%s: %q, want %q", name, have, want)
			}
		}
		if !strings.Contains(string(letters[0].Raw), "\n.\n") && !strings.Contains(string(letters[0].Raw), "\r\n.\r\n") {
			t.Error("a line with a lone dot was lost or ended the message")
		}
	})
}

func TestTwoSendersNeverSendTheSameMessage(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		o := newOfficeOn(t, mailsink.Config{}, dsn)
		const count = 24
		app := o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete())
		for range count {
			o.writes(app, nil)
		}
		var group sync.WaitGroup
		for _, owner := range []string{"one", "two", "three"} {
			group.Go(func() {
				if _, err := o.sender(owner).Round(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		seen := map[string]int{}
		for _, l := range o.sink.Letters() {
			seen[o.parsed(l).Header.Get("Message-Id")]++
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("%s was sent %d times", id, n)
			}
		}
		if len(seen) != count {
			t.Errorf("%d messages arrived, want %d", len(seen), count)
		}
	})
}

// on answers one verb in another way, the first times.
func on(verb, answer string, times int) mailsink.Fault {
	return func(v, _ string, n int) string {
		if v == verb && (times == 0 || n <= times) {
			return answer
		}
		return ""
	}
}

func TestWhatTheServerSaysDecidesWhatBecomesOfAMessage(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault mailsink.Fault
		// state and why are those after the first try; stops tells that the round ended there.
		state store.OutgoingState
		why   string
		stops bool
		// arrived is how many copies the server has at the end, after all due tries.
		arrived int
	}{
		{"recipient unknown", on("RCPT", "550 5.1.1 <awa@courriel.example> unknown", 0), store.OutgoingFailed, WhyRecipient, false, 0},
		{"sender refused", on("MAIL", "553 5.7.1 not yours", 0), store.OutgoingFailed, WhySender, false, 0},
		{"content refused", on("END", "554 5.6.0 no", 0), store.OutgoingFailed, WhyContent, false, 0},
		{"no data wanted", on("DATA", "554 5.5.0 no", 0), store.OutgoingFailed, WhyContent, false, 0},
		{"mailbox full, later not", on("RCPT", "452 4.2.2 full", 1), store.OutgoingQueued, WhyLater, false, 1},
		{"grey-listed at the end", on("END", "451 4.7.1 later", 1), store.OutgoingQueued, WhyLater, false, 1},
		{"greeting put off", on("GREETING", "421 4.3.2 busy", 1), store.OutgoingQueued, WhyConnect, true, 1},
		{"cut at the greeting", on("GREETING", mailsink.Cut, 1), store.OutgoingQueued, WhyConnect, true, 1},
		{"cut at EHLO", func(v, _ string, n int) string {
			if v == "EHLO" && n == 1 || v == "HELO" {
				return mailsink.Cut
			}
			return ""
		}, store.OutgoingQueued, WhyConnect, true, 1},
		{"cut at MAIL", on("MAIL", mailsink.Cut, 1), store.OutgoingQueued, WhyCut, true, 1},
		{"cut at RCPT", on("RCPT", mailsink.Cut, 1), store.OutgoingQueued, WhyCut, true, 1},
		{"cut at DATA", on("DATA", mailsink.Cut, 1), store.OutgoingQueued, WhyCut, true, 1},
		{"cut after the end, not taken", on("END", mailsink.Cut, 1), store.OutgoingHeld, store.WhyUnsure, true, 0},
		{"cut after the end, taken", on("END", mailsink.TakeAndCut, 1), store.OutgoingHeld, store.WhyUnsure, true, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t, mailsink.Config{Fault: c.fault})
			id := o.writes(o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete()), nil).ID
			if _, err := o.sender("one").Round(t.Context()); (err != nil) != c.stops {
				t.Errorf("round: %v", err)
			} else if err != nil && strings.Contains(err.Error(), "@") {
				t.Errorf("the log would hold an address: %v", err)
			}
			m := o.stands(id, c.state, c.why)
			if m.Attempts != 1 || m.ClaimedBy != "" || m.Error == "" {
				t.Errorf("%+v", m)
			}
			if c.state == store.OutgoingQueued && !m.NextTryAt.After(o.Now()) {
				t.Error("it is due at once again")
			}
			for range 3 {
				o.pass(time.Hour)
				o.round()
			}
			if n := len(o.sink.Letters()); n != c.arrived {
				t.Errorf("%d copies arrived, want %d", n, c.arrived)
			}
			if c.state == store.OutgoingQueued {
				o.stands(id, store.OutgoingSent, "")
			}
		})
	}
}

func TestAServerThatIsSilentIsGivenUp(t *testing.T) {
	for verb, want := range map[string]string{"GREETING": WhyConnect, "MAIL": WhyCut, "END": store.WhyUnsure} {
		o := newOffice(t, mailsink.Config{Fault: on(verb, mailsink.Hang, 1)})
		o.settings.Stall = 200 * time.Millisecond
		id := o.writes(o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete()), nil).ID
		if _, err := o.sender("one").Round(t.Context()); err == nil {
			t.Errorf("%s: the round went well", verb)
		}
		if m := o.message(id); m.Why != want {
			t.Errorf("%s: %s, %q", verb, m.State, m.Why)
		}
	}
}

func TestAMessageThatIsPutOffForDaysIsGivenUp(t *testing.T) {
	o := newOffice(t, mailsink.Config{Fault: on("RCPT", "451 4.7.1 later", 0)})
	id := o.writes(o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete()), nil).ID
	for range giveUpAfter {
		o.round()
		o.pass(9 * time.Hour)
	}
	m := o.stands(id, store.OutgoingFailed, store.WhyGaveUp)
	if m.Attempts != giveUpAfter {
		t.Errorf("%d tries", m.Attempts)
	}
	// A person may insist.
	o.must(o.store.RetryOutgoing(t.Context(), id, o.hr.ID))
	if m := o.stands(id, store.OutgoingQueued, ""); m.Attempts != 0 {
		t.Errorf("%d tries after a new beginning", m.Attempts)
	}
}

func TestOneBadMessageDoesNotKeepTheOthers(t *testing.T) {
	o := newOffice(t, mailsink.Config{Fault: func(verb, argument string, _ int) string {
		if verb == "RCPT" && strings.Contains(argument, "bad@") {
			return "550 5.1.1 unknown"
		}
		return ""
	}})
	bad := o.writes(o.applies("Bea Dumas", "bad@courriel.example", nil, complete()), nil).ID
	good := o.writes(o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete()), nil).ID
	o.round()
	o.stands(bad, store.OutgoingFailed, WhyRecipient)
	o.stands(good, store.OutgoingSent, "")
}

// TestKilledInTheMiddleNothingIsSentTwice ends the sender at each point, as kill -9 would:
// nothing it had in hands is settled, and another process goes on.
func TestKilledInTheMiddleNothingIsSentTwice(t *testing.T) {
	for _, c := range []struct {
		point string
		state store.OutgoingState
		why   string
	}{
		{"outgoing claimed", store.OutgoingSent, ""},
		{"outgoing handed over", store.OutgoingHeld, store.WhyUnsure},
		{"outgoing answered", store.OutgoingHeld, store.WhyUnsure},
	} {
		t.Run(c.point, func(t *testing.T) {
			engines(t, func(t *testing.T, dsn string) {
				o := newOfficeOn(t, mailsink.Config{}, dsn)
				id := o.writes(o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete()), nil).ID
				dying := o.sender("dying")
				died := make(chan struct{})
				dying.cfg.At = func(point string) {
					if point == c.point {
						close(died)
						select {} // this process does nothing any more
					}
				}
				go func() { _, _ = dying.Round(t.Context()) }()
				<-died
				// Nobody touches it while the claim holds.
				if r := o.round(); r != (Round{}) {
					t.Errorf("somebody else took it: %+v", r)
				}
				if _, err := o.store.ReleaseOwners(t.Context(), func(owner string) bool { return owner == "dying" }); err != nil {
					t.Fatal(err)
				}
				o.round()
				o.stands(id, c.state, c.why)
				o.pass(24 * time.Hour)
				o.round()
				if n := len(o.sink.Letters()); n > 1 {
					t.Errorf("%d copies arrived", n)
				}
				if c.state == store.OutgoingHeld {
					before := o.message(id).MessageID
					o.must(o.store.RetryOutgoing(t.Context(), id, o.hr.ID))
					o.round()
					if m := o.stands(id, store.OutgoingSent, ""); m.MessageID != before {
						t.Error("the repeated message has another Message-ID")
					}
				}
			})
		})
	}
}

func TestAnAnswerThatComesTooLateChangesNothing(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	o.writes(o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete()), nil)
	ctx := t.Context()
	m, ok, err := o.store.ClaimOutgoing(ctx, store.Claim{Owner: "slow", For: time.Minute})
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	o.pass(2 * time.Minute)
	if again, _, err := o.store.RecoverOutgoing(ctx); err != nil || again != 1 {
		t.Fatal(again, err)
	}
	if err := o.store.HandingOver(ctx, m.ID, "slow"); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the slow process may still hand over: %v", err)
	}
	o.round()
	o.stands(m.ID, store.OutgoingSent, "")
}

func TestPrivacyIsAskedForAndKept(t *testing.T) {
	config, ca := certificate(t)
	_, otherCA := certificate(t)
	user := mailsink.Config{TLS: config, User: "jobs", Password: "secret"}
	implicit := user
	implicit.Implicit = true
	for _, c := range []struct {
		name     string
		sink     mailsink.Config
		tls      TLS
		ca, pass string
		why      string
	}{
		{"starttls", user, TLSStart, ca, "secret", ""},
		{"tls", implicit, TLSFull, ca, "secret", ""},
		{"starttls, unknown authority", user, TLSStart, otherCA, "secret", WhyTLS},
		{"tls, unknown authority", implicit, TLSFull, otherCA, "secret", WhyTLS},
		{"starttls not offered", mailsink.Config{User: "jobs", Password: "secret"}, TLSStart, ca, "secret", WhyTLS},
		{"starttls taken back", mailsink.Config{TLS: config, User: "jobs", Password: "secret", Fault: on("STARTTLS", "454 4.7.0 not now", 0)}, TLSStart, ca, "secret", WhyTLS},
		{"wrong password", user, TLSStart, ca, "wrong", WhyAuth},
		{"no login offered", mailsink.Config{TLS: config}, TLSStart, ca, "secret", WhyAuth},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t, c.sink)
			o.settings.TLS, o.settings.CAFile, o.settings.User = c.tls, c.ca, "jobs"
			o.settings.Secret = func() (string, error) { return c.pass, nil }
			id := o.writes(o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete()), nil).ID
			_, err := o.sender("one").Round(t.Context())
			letters := o.sink.Letters()
			if c.why == "" {
				if err != nil || len(letters) != 1 || !letters[0].TLS || letters[0].User != "jobs" {
					t.Fatalf("%v, %+v", err, letters)
				}
				return
			}
			if err == nil || len(letters) != 0 {
				t.Errorf("%v, %d letters", err, len(letters))
			}
			o.stands(id, store.OutgoingQueued, c.why)
		})
	}
}

func TestATokenIsShownInsteadOfAPasswordAndRenewedOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		sink    mailsink.Config
		tokens  []string
		renewed int
		why     string
	}{
		{"good", mailsink.Config{User: "jobs", Token: "two"}, []string{"two"}, 0, ""},
		{"withdrawn", mailsink.Config{User: "jobs", Token: "two"}, []string{"one", "two"}, 1, ""},
		{"refused", mailsink.Config{User: "jobs", Token: "two"}, []string{"one", "three"}, 1, WhyAuth},
		{"not offered", mailsink.Config{User: "jobs", Password: "two"}, []string{"two"}, 1, WhyAuth},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t, c.sink)
			at, renewed := 0, 0
			o.settings.User = "jobs"
			o.settings.Token = func() (string, error) { return c.tokens[at], nil }
			o.settings.Renew = func() bool {
				renewed++
				at++
				return at < len(c.tokens)
			}
			id := o.writes(o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete()), nil).ID
			_, err := o.sender("one").Round(t.Context())
			if renewed != c.renewed {
				t.Errorf("renewed %d times, want %d", renewed, c.renewed)
			}
			if c.why == "" {
				if letters := o.sink.Letters(); err != nil || len(letters) != 1 || letters[0].User != "jobs" {
					t.Errorf("%v, %+v", err, letters)
				}
				return
			}
			o.stands(id, store.OutgoingQueued, c.why)
		})
	}
}

func TestHeldUntilItsDayAndOnlyWhileTheDecisionStands(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	ctx := t.Context()
	id := o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete())
	refusal := func(n *store.NewOutgoing) {
		until := HoldUntil(o.Now(), 2, "Europe/Paris")
		n.Kind, n.HoldUntil = store.MailRefusal, &until
	}
	n := store.NewOutgoing{ApplicationID: id, Kind: store.MailRefusal, ToEmail: "awa@courriel.example", Subject: "s", Body: "b", MessageID: "x@y", Token: "t", AuthorID: o.hr.ID}
	if _, err := o.store.QueueOutgoing(ctx, n); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a refusal without a decision: %v", err)
	}
	decide := func(to screening.Stage) {
		o.must(o.store.RecordDecision(ctx, store.Act{ApplicationID: id, Version: o.view(id).Version, AuthorID: o.hr.ID}, to, "another profile"))
	}
	decide(screening.StageNotRetained)
	n.AuthorID = 0
	if _, err := o.store.QueueOutgoing(ctx, n); !errors.Is(err, store.ErrInvalid) {
		t.Errorf("a refusal by nobody: %v", err)
	}
	m := o.writes(id, refusal)
	o.round()
	o.stands(m.ID, store.OutgoingHeld, store.WhyDelay)
	o.pass(96*time.Hour - time.Minute) // Thursday to Monday, a minute before the hour
	o.round()
	o.stands(m.ID, store.OutgoingHeld, store.WhyDelay)

	decide(screening.StageDiscuss)
	o.pass(time.Hour)
	o.round()
	o.stands(m.ID, store.OutgoingCancelled, store.WhyUndone)
	if err := o.store.RetryOutgoing(ctx, m.ID, o.hr.ID); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a refusal nobody decided was sent again: %v", err)
	}

	decide(screening.StageNotRetained)
	cancelled := o.writes(id, refusal)
	o.must(o.store.CancelOutgoing(ctx, cancelled.ID, o.hr.ID))
	m = o.writes(id, refusal)
	o.pass(7 * 24 * time.Hour)
	o.round()
	o.stands(m.ID, store.OutgoingSent, "")
	if c := o.stands(cancelled.ID, store.OutgoingCancelled, store.WhyCancelled); c.CancelledBy == nil || *c.CancelledBy != o.hr.ID {
		t.Errorf("cancelled by %v", c.CancelledBy)
	}
	if err := o.store.CancelOutgoing(ctx, m.ID, o.hr.ID); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a message that has left was cancelled: %v", err)
	}
	if n := len(o.sink.Letters()); n != 1 {
		t.Errorf("%d letters, want 1", n)
	}
}

func TestWorkingDays(t *testing.T) {
	for _, c := range []struct {
		from string
		days int
		want string
	}{
		{"2026-11-19 10:00", 2, "2026-11-23 10:00"}, // Thursday: Friday, Monday
		{"2026-11-20 18:30", 1, "2026-11-23 18:30"},
		{"2026-11-21 09:00", 1, "2026-11-23 09:00"},
		{"2026-11-16 09:00", 5, "2026-11-23 09:00"},
		{"2026-11-16 09:00", 0, "2026-11-16 09:00"},
		{"2026-10-23 09:00", 1, "2026-10-26 09:00"}, // the clocks change on the 25th
	} {
		from, _ := time.ParseInLocation("2006-01-02 15:04", c.from, paris)
		if got := HoldUntil(from, c.days, "Europe/Paris").In(paris).Format("2006-01-02 15:04"); got != c.want {
			t.Errorf("%d working days from %s: %s, want %s", c.days, c.from, got, c.want)
		}
	}
}

func TestToldToStopItGivesBackWhatItHolds(t *testing.T) {
	o := newOffice(t, mailsink.Config{})
	id := o.writes(o.applies("Awa Ndiaye", "awa@courriel.example", nil, complete()), nil).ID
	s := o.sender("one")
	m, _, err := o.store.ClaimOutgoing(t.Context(), store.Claim{Owner: "one", For: time.Minute})
	o.must(err)
	o.must(s.giveBack(stopped(t.Context()), m.ID))
	if m := o.stands(id, store.OutgoingQueued, ""); m.Attempts != 0 {
		t.Errorf("%d attempts counted", m.Attempts)
	}
}

// certificate makes a key for 127.0.0.1 and the file of its authority.
func certificate(t *testing.T) (*tls.Config, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: der}); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, name
}

func TestTheSenderLooksAgainSoonAfterTrouble(t *testing.T) {
	for tries := range 50 {
		if p := pause(tries + 1); p > 2*time.Minute || p < 30*time.Second {
			t.Errorf("after %d rounds in trouble it pauses for %s", tries+1, p)
		}
	}
}
