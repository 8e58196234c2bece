package store

import (
	"errors"
	"fmt"

	"gorm.io/gorm"
)

var (
	// ErrNotFound is returned when the record asked for is not there.
	ErrNotFound = errors.New("not found")
	// ErrConflict is returned when the record has changed since the caller read it, or a
	// record of that name exists already. Read again, then decide again.
	ErrConflict = errors.New("changed meanwhile")
	// ErrInvalid is returned for an act the rules do not allow; the message says which.
	ErrInvalid = errors.New("not allowed")
	// ErrLeaseHeld is returned when another process polls the mailbox.
	ErrLeaseHeld = errors.New("mailbox is polled by another process")
	// ErrLeaseLost is returned to a process whose lease another has taken over: what it
	// was about to write was not written.
	ErrLeaseLost = errors.New("mailbox lease lost")
	// ErrClaimLost is returned to a process that no longer holds the work it is doing: what
	// it was about to write was not written.
	ErrClaimLost = errors.New("work is no longer ours")
	// ErrOutdated is returned when what a decision was taken on has changed meanwhile.
	// Nothing was written: look again, then decide again.
	ErrOutdated = errors.New("decided on what has changed since")
	// ErrNewerDatabase is returned for a database that a newer version of the program made.
	ErrNewerDatabase = errors.New("database is newer than this program")
)

// known puts our own names on gorm's errors and keeps the original in the chain.
func known(err error) error {
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return fmt.Errorf("%w", ErrNotFound)
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return fmt.Errorf("%w: %w", ErrConflict, err)
	default:
		return err
	}
}
