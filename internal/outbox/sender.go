package outbox

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"dossier/internal/store"
)

// Config is what the sender needs.
type Config struct {
	Store    *store.Store
	Settings Settings
	Log      *slog.Logger
	Now      func() time.Time
	// Owner names this process in claims.
	Owner string
	// At is called with the name of each point between two durable changes; nil for nobody.
	// Tests stop the process there.
	At func(point string)
}

// Sender sends what is due, and writes what is to be acknowledged. Any number of processes
// may run one.
type Sender struct {
	cfg Config
	// passed are the applications that could not be acknowledged, and until when they are
	// left alone. One goroutine at a time runs rounds.
	passed map[int64]time.Time
}

// NewSender returns a sender that has done nothing yet.
func NewSender(cfg Config) *Sender { return &Sender{cfg: cfg, passed: map[int64]time.Time{}} }

// Round counts what a round did.
type Round struct {
	// Acknowledged and Skipped are applications that were answered, or never will be by
	// themselves.
	Acknowledged, Skipped int
	// Sent, PutOff, Refused and Unsure are messages.
	Sent, PutOff, Refused, Unsure int
}

// settled counts messages that are no longer due.
func (r Round) settled() int { return r.Acknowledged + r.Skipped + r.Sent + r.Refused }

const (
	// idle is how long Run waits before it looks again.
	idle = 10 * time.Second
	// mostPause bounds how long Run looks at nothing after trouble: every message waits for
	// its own next try, so a server that is back is noticed soon.
	mostPause = 2 * time.Minute
	// claimFor is how long a message may take before another process settles it. Every step
	// of the conversation is bounded by the stall time, and there are fewer than ten.
	claimFor = 15 * time.Minute
	// giveUpAfter is how often a message is tried that the server puts off, which takes about
	// two days.
	giveUpAfter = 12
	// acknowledgeAtOnce bounds one look for what is to be acknowledged.
	acknowledgeAtOnce = 50
)

// Run sends until ctx ends. A server that does not answer is left alone for a while.
func (s *Sender) Run(ctx context.Context) {
	troubled := 0
	for ctx.Err() == nil {
		round, err := s.Round(ctx)
		wait := idle
		switch {
		case err == nil:
			troubled = 0
			if round.settled() > 0 {
				continue
			}
		case ctx.Err() == nil:
			troubled++
			wait = pause(troubled)
			s.cfg.Log.Warn("sending stopped, will be tried again", "step", "outbox", "err", err)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// waits are how long a message waits after a try that came to nothing; the last repeats.
var waits = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour}

// backoff is the wait after so many tries, with a fifth of it left to chance, so that a
// server that comes back is not met by everything at once.
func backoff(tries int) time.Duration {
	w := waits[min(max(tries, 1), len(waits))-1]
	return w - w/10 + rand.N(w/5)
}

// pause is how long Run waits after so many rounds in trouble.
func pause(troubled int) time.Duration { return min(backoff(troubled), mostPause) }

// Round sends what is due, then writes what is to be acknowledged, and sends that. An error
// means that going on is no use now: the database, or the mail server as a whole, does not
// answer. What went wrong with single messages is kept with them.
func (s *Sender) Round(ctx context.Context) (r Round, err error) {
	again, held, err := s.cfg.Store.RecoverOutgoing(ctx)
	if err != nil {
		return r, err
	}
	if again+held > 0 {
		s.cfg.Log.Warn("messages were being sent when their process ended", "step", "outbox", "again", again, "held", held)
	}
	var line *smtp.Client
	defer func() {
		if line != nil {
			hangUp(line)
		}
	}()
	if line, err = s.sendDue(ctx, line, &r); err != nil {
		return r, err
	}
	if err := s.acknowledge(ctx, &r); err != nil || r.Acknowledged == 0 {
		return r, err
	}
	line, err = s.sendDue(ctx, line, &r)
	return r, err
}

// sendDue sends until nothing is due, over an open line when there is one.
func (s *Sender) sendDue(ctx context.Context, line *smtp.Client, r *Round) (*smtp.Client, error) {
	for ctx.Err() == nil {
		m, ok, err := s.cfg.Store.ClaimOutgoing(ctx, store.Claim{Owner: s.cfg.Owner, For: claimFor})
		if err != nil || !ok {
			return line, err
		}
		s.at("outgoing claimed")
		if line, err = s.send(ctx, line, m, r); err != nil {
			return line, err
		}
	}
	return line, ctx.Err()
}

// send tries one message, over an open line when there is one, and keeps what came of it.
func (s *Sender) send(ctx context.Context, line *smtp.Client, m store.OutgoingMessage, r *Round) (*smtp.Client, error) {
	vacancy, err := s.cfg.Store.VacancyByID(ctx, m.VacancyID)
	if err != nil {
		return line, errors.Join(err, s.giveBack(ctx, m.ID))
	}
	own, err := s.own(ctx)
	if err != nil {
		return line, errors.Join(err, s.giveBack(ctx, m.ID))
	}
	if err := CheckRecipient(m.ToEmail, own); err != nil {
		r.Refused++
		return line, s.cfg.Store.OutgoingRefused(ctx, m.ID, s.cfg.Owner, WhyAddress, err.Error())
	}
	raw, err := s.cfg.Settings.Wire(m, s.cfg.Settings.replyAddress(vacancy, m.Token), s.cfg.Now())
	if err != nil {
		r.Refused++
		return line, s.cfg.Store.OutgoingRefused(ctx, m.ID, s.cfg.Owner, WhyAddress, err.Error())
	}
	if line == nil || line.Reset() != nil {
		if line != nil {
			hangUp(line)
		}
		var f *failure
		if line, f = s.cfg.Settings.connect(ctx); f != nil {
			if ctx.Err() != nil {
				return nil, errors.Join(ctx.Err(), s.giveBack(ctx, m.ID))
			}
			return nil, s.settle(ctx, m, "", f, r)
		}
	}
	// A message that is being handed over is seen through, whoever asks us to stop.
	through := context.WithoutCancel(ctx)
	reply, f := s.cfg.Settings.deliver(line, m.ToEmail, raw, func() error {
		if err := s.cfg.Store.HandingOver(through, m.ID, s.cfg.Owner); err != nil {
			return err
		}
		s.at("outgoing handed over")
		return nil
	})
	s.at("outgoing answered")
	if f != nil && f.server {
		hangUp(line)
		line = nil
	}
	return line, s.settle(through, m, reply, f, r)
}

// settle keeps what came of a try.
func (s *Sender) settle(ctx context.Context, m store.OutgoingMessage, reply string, f *failure, r *Round) error {
	st, owner := s.cfg.Store, s.cfg.Owner
	switch {
	case f == nil:
		r.Sent++
		return st.OutgoingSent(ctx, m.ID, owner, reply)
	case f.unsure:
		r.Unsure++
		return errors.Join(st.OutgoingUnsure(ctx, m.ID, owner, said(f.err)), plainly(f))
	case f.final:
		r.Refused++
		return st.OutgoingRefused(ctx, m.ID, owner, f.why, said(f.err))
	case f.why == WhyLater && m.Attempts >= giveUpAfter:
		r.Refused++
		return st.OutgoingRefused(ctx, m.ID, owner, store.WhyGaveUp, said(f.err))
	}
	r.PutOff++
	err := st.OutgoingPutOff(ctx, m.ID, owner, f.why, said(f.err), backoff(m.Attempts))
	if f.server {
		return errors.Join(err, plainly(f))
	}
	return err
}

// plainly is a failure for the log: servers quote addresses in their answers, and those stay
// out of it.
func plainly(f *failure) error {
	var timeout net.Error
	if errors.As(f.err, &timeout) && timeout.Timeout() {
		return errors.New("mail server: " + f.why + ": no answer in time")
	}
	return errors.New("mail server: " + f.why)
}

func (s *Sender) giveBack(ctx context.Context, id int64) error {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return s.cfg.Store.UnclaimOutgoing(last, id, s.cfg.Owner)
}

// own tells the organisation's own addresses: ours and those of every vacancy.
func (s *Sender) own(ctx context.Context) (func(string) bool, error) {
	list := []string{s.cfg.Settings.From.Address, s.cfg.Settings.ReplyTo}
	vacancies, err := s.cfg.Store.Vacancies(ctx)
	if err != nil {
		return nil, err
	}
	for _, v := range vacancies {
		list = append(list, v.Addresses...)
	}
	return OwnAddresses(list...), nil
}

func (s *Sender) at(point string) {
	if s.cfg.At != nil {
		s.cfg.At(point)
	}
}
