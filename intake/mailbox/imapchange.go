package mailbox

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Mark sets a keyword on messages of one epoch. Messages that are gone are passed over,
// and setting it twice changes nothing.
func (s *IMAP) Mark(ctx context.Context, epoch uint32, uids []UID, keyword string) error {
	err := s.changing(ctx, epoch, func(data *imap.SelectData) error {
		if !slices.Contains(data.PermanentFlags, imap.FlagWildcard) && !slices.Contains(data.PermanentFlags, imap.Flag(keyword)) {
			return fmt.Errorf("%w: it keeps no keywords in this folder", ErrRefused)
		}
		return s.do(ctx, func() error {
			return s.client.Store(setOf(uids), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.Flag(keyword)}}, nil).Close()
		})
	})
	if err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	return nil
}

// Move moves messages of one epoch into another folder of the account, which must exist.
// Messages that are gone are passed over. On a server without MOVE they are copied and then
// deleted: when the line breaks in between, doing it again leaves a second copy there.
func (s *IMAP) Move(ctx context.Context, epoch uint32, uids []UID, folder string) error {
	err := s.changing(ctx, epoch, func(*imap.SelectData) error {
		caps := s.client.Caps()
		if !caps.Has(imap.CapMove) && !caps.Has(imap.CapUIDPlus) {
			// Without either, deleting ours would delete what others have marked as well.
			return fmt.Errorf("%w: it can move no single message", ErrRefused)
		}
		there, err := s.search(ctx, setOf(uids))
		if err != nil || len(there) == 0 {
			return err
		}
		if caps.Has(imap.CapMove) {
			return s.do(ctx, func() error {
				_, err := s.client.Move(setOf(there), folder).Wait()
				return err
			})
		}
		// One after the other: the library sends all three at once, and would delete here
		// what the server refused to copy.
		if err := s.do(ctx, func() error { _, err := s.client.Copy(setOf(there), folder).Wait(); return err }); err != nil {
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
		return fmt.Errorf("move to %q: %w", folder, err)
	}
	return nil
}

// mayChange tells whether messages may be marked, or moved into a folder, without doing it.
func (s *IMAP) mayChange(ctx context.Context, moveTo string) error {
	var data *imap.SelectData
	err := s.do(ctx, func() (err error) {
		data, err = s.client.Select(s.cfg.Folder, nil).Wait()
		return err
	})
	if err != nil {
		return err
	}
	if moveTo == "" {
		if !slices.Contains(data.PermanentFlags, imap.FlagWildcard) {
			return fmt.Errorf("%w: it keeps no keywords in this folder", ErrRefused)
		}
		return nil
	}
	var found []*imap.ListData
	err = s.do(ctx, func() (err error) {
		found, err = s.client.List("", moveTo, nil).Collect()
		return err
	})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%w: there is no folder %q to move to", ErrNoFolder, moveTo)
	}
	return err
}

// changing opens the folder for writing while f runs, and for reading only afterwards.
func (s *IMAP) changing(ctx context.Context, epoch uint32, f func(*imap.SelectData) error) error {
	open := func(readOnly bool) (data *imap.SelectData, err error) {
		err = s.do(ctx, func() (err error) {
			data, err = s.client.Select(s.cfg.Folder, &imap.SelectOptions{ReadOnly: readOnly}).Wait()
			return err
		})
		return data, err
	}
	data, err := open(false)
	if err != nil {
		return err
	}
	if data.UIDValidity != epoch {
		err = fmt.Errorf("%w: the folder was numbered anew", ErrRefused)
	} else {
		err = f(data)
	}
	if s.client == nil || errors.Is(err, ErrLost) || ctx.Err() != nil {
		return err
	}
	_, again := open(true)
	return errors.Join(err, again)
}
