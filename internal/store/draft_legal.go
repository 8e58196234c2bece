package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"dossier/screening"
)

// Ground sets the legal basis of a sensitive line, with who typed it; an empty basis takes
// it back. The approval of the line is void: what it does has changed.
func (b *DraftBody) Ground(id string, rev int64, basis string, by int64, at time.Time) error {
	l, c, err := b.held(id, rev)
	if err != nil {
		return err
	}
	if !l.Criterion.Sensitive || c != &l.Criterion {
		return fmt.Errorf("%w: %q needs no legal basis", ErrInvalid, id)
	}
	l.touch()
	basis = trimmed(basis)
	setBasis(&l.Criterion, basis)
	l.LegalBy, l.LegalAt = by, &at
	if basis == "" {
		l.LegalBy, l.LegalAt = 0, nil
	}
	return nil
}

func setBasis(c *screening.Criterion, basis string) {
	if c.Sensitive {
		c.LegalBasis = basis
	}
	for i := range c.Criteria {
		setBasis(&c.Criteria[i], basis)
	}
}

// unground takes the legal basis of a line away, with whoever stood for it: it was typed for
// what the line asked, and not for what becomes of it.
func (l *DraftLine) unground() {
	takeBasis(&l.Criterion)
	l.LegalBy, l.LegalAt = 0, nil
}

func takeBasis(c *screening.Criterion) {
	c.LegalBasis = ""
	for i := range c.Criteria {
		takeBasis(&c.Criteria[i])
	}
}

// grounded tells whether somebody typed a legal basis for the line or a member of it.
func grounded(c screening.Criterion) bool {
	return c.LegalBasis != "" || slices.ContainsFunc(c.Criteria, grounded)
}

// keepBases leaves a basis only where now says the same for the same criterion: undoing a
// change must not bring back what an authorised person has taken away since, nor put a basis
// under what it was not typed for. A line that loses its basis waits for an approval again.
func (b *DraftBody) keepBases(now DraftBody) {
	for i := range b.Lines {
		l := &b.Lines[i]
		if !grounded(l.Criterion) {
			continue
		}
		at := slices.IndexFunc(now.Lines, func(x DraftLine) bool { return x.Criterion.ID == l.Criterion.ID })
		if at >= 0 && sameBasis(l.Criterion, now.Lines[at].Criterion) && asksTheSame(l.Criterion, now.Lines[at].Criterion) {
			l.LegalBy, l.LegalAt = now.Lines[at].LegalBy, now.Lines[at].LegalAt
			continue
		}
		l.unground()
		l.unapprove()
	}
}

// sameBasis compares the bases of a criterion and its members.
func sameBasis(a, b screening.Criterion) bool {
	return a.ID == b.ID && a.LegalBasis == b.LegalBasis && slices.EqualFunc(a.Criteria, b.Criteria, sameBasis)
}

// asksTheSame compares what criteria ask for, in whatever weight and from whatever passage.
func asksTheSame(a, b screening.Criterion) bool {
	if a.Kind != b.Kind || a.Statement != b.Statement || !sameParams(a.Params, b.Params) {
		return false
	}
	return slices.EqualFunc(a.Readings, b.Readings, sameParams) && slices.EqualFunc(a.Criteria, b.Criteria, asksTheSame)
}

// sameParams compares parameters by what they say. Those that cannot be read are alike only
// to the byte.
func sameParams(a, b json.RawMessage) bool {
	if string(a) == string(b) {
		return true
	}
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	p, err1 := json.Marshal(x)
	q, err2 := json.Marshal(y)
	return err1 == nil && err2 == nil && string(p) == string(q)
}
