package intake

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"syscall"
	"time"

	"dossier/intake/mailbox"
	"dossier/internal/store"
)

const (
	backoffFirst = 5 * time.Second
	backoffMost  = 15 * time.Minute
	// backoffOurs bounds the pause where our own disk or database is what is missing: it
	// is asked for nothing by asking often, and people wait.
	backoffOurs = 30 * time.Second
	// waitMost bounds what a server may ask us to wait.
	waitMost = time.Hour
)

// backoff is the pause before the next round: full jitter over 5 s, doubling up to 15 min;
// 15 min at once where only a person can help, so that no account is locked; and as long
// as the server asked where it did.
func backoff(failures int, err error, now time.Time) time.Duration {
	if at, ok := mailbox.RetryAt(err); ok {
		return min(max(at.Sub(now), 0), waitMost) + time.Second + rand.N(time.Second)
	}
	switch FaultOf(err) {
	case store.FaultLogin, store.FaultTokenRefused:
		return backoffMost
	case store.FaultDisk, store.FaultDatabase:
		return time.Second + rand.N(min(backoffFirst<<min(max(failures, 1)-1, 10), backoffOurs))
	}
	most := backoffFirst << min(max(failures, 1)-1, 10)
	return time.Second + rand.N(min(most, backoffMost))
}

// FaultOf says in one word what kept a round from going well; empty for nil.
func FaultOf(err error) store.FaultCode {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, mailbox.ErrTokenRefused), errors.Is(err, mailbox.ErrNoConsent):
		return store.FaultTokenRefused
	case errors.Is(err, mailbox.ErrTokenServer):
		return store.FaultTokenServer
	case errors.Is(err, mailbox.ErrSecret):
		return store.FaultSecret
	case errors.Is(err, mailbox.ErrUnreachable):
		return store.FaultUnreachable
	case errors.Is(err, mailbox.ErrTLS):
		return store.FaultTLS
	case errors.Is(err, mailbox.ErrTemporary), errors.Is(err, store.ErrLeaseLost), errors.Is(err, ErrBusy):
		return store.FaultBusy
	case errors.Is(err, mailbox.ErrLogin):
		return store.FaultLogin
	case errors.Is(err, mailbox.ErrNoFolder):
		return store.FaultFolder
	// Before the connection: what the disk refuses also ends the fetch under way.
	case errors.Is(err, ErrNoRoom), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG), errors.As(err, &path), errors.As(err, &link):
		return store.FaultDisk
	case errors.Is(err, mailbox.ErrLost), errors.Is(err, mailbox.ErrClosed), errors.Is(err, context.DeadlineExceeded):
		return store.FaultLost
	case errors.Is(err, mailbox.ErrRefused):
		return store.FaultRefused
	}
	if store.OutageOf(err) == store.OutageFull {
		return store.FaultDisk // the database's
	}
	return store.FaultDatabase // all else in a round is the store's
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
