package intake

import (
	"context"
	"fmt"
	"slices"

	"dossier/intake/mailbox"
	"dossier/internal/store"
)

// After is what is done on the server to messages that are stored. The zero After does
// nothing: folders are opened for reading only.
type After struct {
	Action store.AfterAction
	// Name is the keyword, or the folder moved to.
	Name string
}

// marking is a source that can also change its folder.
type marking interface {
	Mark(ctx context.Context, epoch uint32, uids []mailbox.UID, keyword string) error
	Move(ctx context.Context, epoch uint32, uids []mailbox.UID, folder string) error
}

// actAtOnce bounds one command to the server.
const actAtOnce = 200

// act marks or moves on the server what is stored here. It goes by the ledger, so that
// what an interrupted round left is done by the next. Doing it twice is harmless, but
// for one case: a server without MOVE is asked to copy and then to delete, and a break
// between the two leaves a second copy in the folder moved to. What goes wrong is a notice
// and spoils no round: the messages are safe.
func (p *Poller) act(ctx context.Context, mb store.Mailbox, lease store.Lease, epoch uint32, round *Round) error {
	if p.cfg.After.Action == "" || p.cfg.After.Action == store.AfterNone {
		return nil
	}
	source, ok := p.cfg.Source.(marking)
	if !ok {
		return fmt.Errorf("%w: it can only be read", mailbox.ErrRefused)
	}
	for {
		uids, err := p.cfg.Store.UnactedUIDs(ctx, mb.ID, epoch, actAtOnce)
		if err != nil || len(uids) == 0 {
			return err
		}
		todo := make([]mailbox.UID, len(uids))
		for i, u := range uids {
			todo[i] = mailbox.UID(u)
		}
		if p.cfg.After.Action == store.AfterMove {
			err = source.Move(ctx, epoch, todo, p.cfg.After.Name)
		} else {
			err = source.Mark(ctx, epoch, todo, p.cfg.After.Name)
		}
		if err != nil {
			return err
		}
		p.at("acted")
		if err := p.cfg.Store.MarkActed(ctx, lease, epoch, uids); err != nil {
			return err
		}
		round.Acted += len(uids)
	}
}

// notice tells people what they should know of the mailbox although it is read: folders
// for unwanted mail that nobody watches, secrets that end, messages that stay unmarked.
func (p *Poller) notice(ctx context.Context, lease store.Lease, acted error) error {
	var notices []store.MailboxNotice
	if p.cfg.Notices != nil {
		notices = p.cfg.Notices(ctx)
	}
	for _, folder := range p.unwatchedJunk(ctx) {
		notices = append(notices, store.MailboxNotice{Code: store.NoticeJunk, Detail: folder})
	}
	if acted != nil {
		p.log().Warn("stored messages could not be marked on the server, will be tried again", "mailbox", p.cfg.Mailbox.Name, "err", acted)
		notices = append(notices, store.MailboxNotice{Code: store.NoticeAction, Detail: acted.Error()})
	}
	return p.cfg.Store.SetNotices(ctx, lease, notices)
}

// unwatchedJunk asks once a day which folders for unwanted mail nobody watches, and says
// so in the log when it hears of one.
func (p *Poller) unwatchedJunk(ctx context.Context) []string {
	source, ok := p.cfg.Source.(interface {
		Junk(context.Context) ([]string, error)
	})
	now := p.cfg.Now()
	if !ok || len(p.cfg.Watched) == 0 || !p.asked.IsZero() && now.Sub(p.asked).Abs() < reconcileEvery {
		return p.junk
	}
	found, err := source.Junk(ctx)
	if err != nil {
		p.log().Debug("folders not listed", "mailbox", p.cfg.Mailbox.Name, "err", err)
		return p.junk
	}
	p.asked = now
	was := p.junk
	p.junk = nil
	for _, folder := range found {
		if slices.Contains(p.cfg.Watched, folder) {
			continue
		}
		p.junk = append(p.junk, folder)
		if !slices.Contains(was, folder) {
			p.log().Warn("a folder for unwanted mail is not watched", "mailbox", p.cfg.Mailbox.Name, "folder", folder)
		}
	}
	return p.junk
}
