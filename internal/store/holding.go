package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

// holdingKey is what a context carries a holding under.
type holdingKey struct{}

// holding is one piece of claimed work.
type holding struct {
	task  Task
	id    int64
	owner string
}

// Holding returns a context whose acts are those of the owner of claimed work. Each fails
// with ErrClaimLost, and writes nothing, once the owner no longer holds the claim: it ran
// out and another process took the work over, the owner was given up for dead, or the work
// is done. A process that was cut off and comes back cannot spoil what others have done
// meanwhile.
func Holding(ctx context.Context, task Task, id int64, owner string) context.Context {
	return context.WithValue(ctx, holdingKey{}, holding{task: task, id: id, owner: owner})
}

// fenced puts the question whether the claim still holds before f, in its transaction. The
// row stays held, so that nobody takes the work over before the transaction ends.
func fenced(ctx context.Context, f func(tx *gorm.DB) error) func(tx *gorm.DB) error {
	h, ok := ctx.Value(holdingKey{}).(holding)
	if !ok {
		return f
	}
	return func(tx *gorm.DB) error {
		w, err := h.lock(tx)
		if err != nil {
			return err
		}
		if w.ClaimedBy != h.owner {
			return fmt.Errorf("%s %d: %w", h.task, h.id, ErrClaimLost)
		}
		return f(tx)
	}
}

// lock holds the row in the order every other act does.
func (h holding) lock(tx *gorm.DB) (Work, error) {
	switch h.task {
	case TaskMessage:
		m, err := lockMessage(tx, h.id)
		return m.Work, err
	case TaskDocument:
		d, err := lockDocument(tx, h.id)
		return d.Work, err
	case TaskAssessment:
		a, err := lockApplication(tx, h.id)
		return a.Work, err
	default:
		return Work{}, fmt.Errorf("%w: no such task %q", ErrInvalid, h.task)
	}
}
