package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"dossier/intake/mailbox"
	"dossier/intake/message"
	"dossier/internal/store"
)

const (
	reconcileEvery = 24 * time.Hour
	// dueAtOnce is how many unsettled messages are asked of the store at a time.
	dueAtOnce = 20_000
	// sizesAtOnce is how many of them are asked of the server before their bodies.
	sizesAtOnce = 1000
	// headBytes is how much of a message is kept in memory to read its time of receipt.
	headBytes = 32 << 10
)

func (p *Poller) round(ctx context.Context, mb store.Mailbox, lease store.Lease) (round Round, err error) {
	if err := p.cfg.Room.Err(); err != nil {
		return round, err
	}
	folder, err := p.cfg.Source.Open(ctx)
	if err != nil {
		return round, err
	}
	from := mailbox.UID(max(mb.LowUID, 1))
	now := p.cfg.Now()
	p.answerFrom = p.cfg.AnswerSince
	if p.answerFrom.IsZero() {
		p.answerFrom = mb.CreatedAt
	}
	if mb.AnswerFrom != nil && mb.AnswerFrom.After(p.answerFrom) {
		p.answerFrom = *mb.AnswerFrom
	}
	if folder.UIDValidity != mb.UIDValidity {
		if err := p.cfg.Store.NewEpoch(ctx, lease, folder.UIDValidity); err != nil {
			return round, err
		}
		from = 1
	}
	// A clock that was set back counts as a day gone by.
	if p.reconciled.IsZero() || now.Before(p.reconciled) || now.Sub(p.reconciled) >= reconcileEvery {
		from = 1
	}
	if p.retried.IsZero() || now.Before(p.retried) || now.Sub(p.retried) >= reconcileEvery {
		if err := p.cfg.Store.RetryFetches(ctx, lease); err != nil {
			return round, err
		}
		if err := p.cfg.Store.ReadSince(ctx, lease, p.cfg.Since); err != nil {
			return round, err
		}
		p.retried = now
	}
	uids, err := p.cfg.Source.List(ctx, from)
	if err != nil {
		return round, err
	}
	if round.Listed, err = p.cfg.Store.ListUIDs(ctx, lease, folder.UIDValidity, numbers(uids)); err != nil {
		return round, err
	}
	p.at("listed")
	if from == 1 {
		if err := p.cfg.Store.ReconsiderOversized(ctx, lease, folder.UIDValidity, p.cfg.MaxBytes); err != nil {
			return round, err
		}
	}
	for {
		due, err := p.cfg.Store.UnsettledUIDs(ctx, mb.ID, folder.UIDValidity, dueAtOnce)
		if err != nil {
			return round, err
		}
		before := round
		if err := p.bring(ctx, lease, folder.UIDValidity, due, &round); err != nil {
			return round, err
		}
		if len(due) < dueAtOnce || round == before {
			break
		}
	}
	if from == 1 {
		p.reconciled = now
	}
	acted := p.act(ctx, mb, lease, folder.UIDValidity, &round)
	if errors.Is(acted, store.ErrLeaseLost) || ctx.Err() != nil {
		return round, errors.Join(acted, ctx.Err())
	}
	if err := p.notice(ctx, lease, acted); err != nil {
		return round, err
	}
	p.at("brought")
	return round, nil
}

// bring fetches the messages that are listed and not yet kept.
func (p *Poller) bring(ctx context.Context, lease store.Lease, epoch uint32, due []uint32, round *Round) error {
	if len(due) == 0 {
		return nil
	}
	k := p.keep(ctx, lease, epoch)
	var err error
	for some := range slices.Chunk(due, sizesAtOnce) {
		uids := make([]mailbox.UID, len(some))
		for i, uid := range some {
			uids[i] = mailbox.UID(uid)
		}
		if err = p.bringSome(ctx, lease, epoch, uids, k, round); err != nil {
			break
		}
	}
	// What arrived is kept, whatever ended the fetch.
	if kept := k.finish(round); kept != nil && !errors.Is(err, kept) {
		err = errors.Join(err, kept)
	}
	if err == nil {
		p.careful = false
	}
	return err
}

// bringSome asks for sizes first, settles what is not to be taken, and fetches the rest.
func (p *Poller) bringSome(ctx context.Context, lease store.Lease, epoch uint32, uids []mailbox.UID, k *keeper, round *Round) error {
	infos, err := p.cfg.Source.Sizes(ctx, uids)
	if err != nil {
		return err
	}
	var take []mailbox.Info
	var old []store.Unread
	known := map[mailbox.UID]mailbox.Info{}
	for _, info := range infos {
		known[info.UID] = info
		if !info.InternalAt.IsZero() && info.InternalAt.Before(p.cfg.Since) {
			old = append(old, store.Unread{UID: uint32(info.UID), Size: info.Size, InternalDate: info.InternalAt})
			continue
		}
		if p.cfg.MaxBytes > 0 && info.Size > p.cfg.MaxBytes {
			if err := p.oversized(ctx, lease, epoch, info); err != nil {
				return err
			}
			round.Oversized++
			continue
		}
		take = append(take, info)
	}
	if len(old) > 0 {
		if err := p.cfg.Store.SetAsideUnread(ctx, lease, epoch, old); err != nil {
			return err
		}
		round.Before += len(old)
	}
	var gone []uint32
	for _, uid := range uids {
		if _, ok := known[uid]; !ok {
			gone = append(gone, uint32(uid))
		}
	}
	if err := p.vanished(ctx, lease, epoch, gone, round); err != nil {
		return err
	}
	requests := mailbox.Requests(take)
	if p.careful {
		requests = nil
		for _, info := range take {
			requests = append(requests, []mailbox.UID{info.UID})
		}
	}
	for _, asked := range requests {
		if err := p.cfg.Room.Err(); err != nil {
			return err
		}
		if err := p.request(ctx, lease, epoch, asked, known, k, round); err != nil {
			return err
		}
	}
	return nil
}

// request fetches some messages, has those that arrive kept, and settles the others.
func (p *Poller) request(ctx context.Context, lease store.Lease, epoch uint32, uids []mailbox.UID, known map[mailbox.UID]mailbox.Info, k *keeper, round *Round) error {
	outcome, fetchErr := p.cfg.Source.Fetch(ctx, uids, mailbox.Whole, func(raw mailbox.Raw) error { return k.take(ctx, raw) })
	if err := p.vanished(ctx, lease, epoch, numbers(outcome.Gone), round); err != nil {
		return errors.Join(fetchErr, err)
	}
	for _, uid := range outcome.TooLarge {
		if err := p.oversized(ctx, lease, epoch, known[uid]); err != nil {
			return errors.Join(fetchErr, err)
		}
		round.Oversized++
	}
	if fetchErr != nil {
		return errors.Join(fetchErr, p.suspect(ctx, lease, epoch, uids, outcome, fetchErr))
	}
	for _, uid := range outcome.Missing {
		if err := p.cfg.Store.FetchFailed(ctx, lease, epoch, uint32(uid), "fetch.missing", errNotHandedOver); err != nil {
			return err
		}
		round.Missing++
	}
	return nil
}

// suspect decides what a broken connection says about the messages asked for. Nothing,
// when there were several: the next round asks one by one. A message that was asked for
// alone is put back, so that it cannot keep those after it from ever being reached.
func (p *Poller) suspect(ctx context.Context, lease store.Lease, epoch uint32, asked []mailbox.UID, outcome mailbox.Outcome, cause error) error {
	if !errors.Is(cause, mailbox.ErrLost) {
		return nil
	}
	if !p.careful || len(asked) > 1 || len(outcome.Missing) == 0 {
		p.careful = true
		return nil
	}
	return p.cfg.Store.FetchFailed(ctx, lease, epoch, uint32(asked[0]), "fetch.lost", cause)
}

// errNotHandedOver is what a message is noted with that the server names and does not give.
var errNotHandedOver = errors.New("the server did not hand the message over")

// vanished settles messages that were gone before they could be fetched.
func (p *Poller) vanished(ctx context.Context, lease store.Lease, epoch uint32, uids []uint32, round *Round) error {
	if len(uids) == 0 {
		return nil
	}
	round.Vanished += len(uids)
	return p.cfg.Store.MarkVanished(ctx, lease, epoch, uids, "gone_before_fetch")
}

// oversized records a message that is too large to take, with what its header says.
func (p *Poller) oversized(ctx context.Context, lease store.Lease, epoch uint32, info mailbox.Info) error {
	var head store.Summary
	_, err := p.cfg.Source.Fetch(ctx, []mailbox.UID{info.UID}, mailbox.Head, func(raw mailbox.Raw) error {
		b, err := io.ReadAll(io.LimitReader(raw.Body, mailbox.HeadBytes))
		if err != nil {
			return err
		}
		if m, err := message.Parse(b, message.Limits{}); err == nil {
			head = summary(m)
		}
		at, line := receipt(b, info.InternalAt, p.cfg.Now())
		head.ReceivedAt, head.ReceivedLine = &at, line
		return nil
	})
	if err != nil {
		return err
	}
	return p.cfg.Store.MarkOversized(ctx, lease, epoch, uint32(info.UID), info.Size, info.InternalAt, head)
}

// receipt is when a message reached our own server: the topmost Received line, else the
// folder's internal date, else now. The Date header is the sender's claim and is not used.
func receipt(head []byte, internal, now time.Time) (at time.Time, line string) {
	if line, at, ok := message.Received(message.ReadHead(head)); ok {
		return at, line
	}
	if !internal.IsZero() {
		return internal, ""
	}
	return now, ""
}

// headWriter keeps the first max bytes written to it.
type headWriter struct {
	bytes.Buffer
	max int
}

func (h *headWriter) Write(b []byte) (int, error) {
	if room := h.max - h.Len(); room > 0 {
		h.Buffer.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

func numbers(uids []mailbox.UID) []uint32 {
	out := make([]uint32, len(uids))
	for i, u := range uids {
		out[i] = uint32(u)
	}
	return out
}
