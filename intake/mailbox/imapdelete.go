package mailbox

import (
	"context"
	"fmt"

	"github.com/emersion/go-imap/v2"
)

// Delete removes messages of one epoch from the server for good, because a person asked
// for it. Messages that are gone are passed over. A server that cannot delete single
// messages refuses: with plain EXPUNGE, what others have marked would go too.
func (s *IMAP) Delete(ctx context.Context, epoch uint32, uids []UID) error {
	err := s.changing(ctx, epoch, func(*imap.SelectData) error {
		if !s.client.Caps().Has(imap.CapUIDPlus) {
			return fmt.Errorf("%w: it can delete no single message", ErrRefused)
		}
		there, err := s.search(ctx, setOf(uids))
		if err != nil || len(there) == 0 {
			return err
		}
		err = s.do(ctx, func() error {
			return s.client.Store(setOf(there), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close()
		})
		if err != nil {
			return err
		}
		return s.do(ctx, func() error { return s.client.UIDExpunge(setOf(there)).Close() })
	})
	if err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return nil
}
