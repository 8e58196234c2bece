package store

import (
	"encoding/json"
	"testing"
	"time"

	"dossier/screening"
)

// groundedBody holds the line "age" and the group "either" of two members, both with a legal
// basis somebody typed, and the line "french".
func groundedBody(t *testing.T) *DraftBody {
	t.Helper()
	lines := draftLines()
	group := DraftLine{Criterion: screening.Criterion{ID: "either", Kind: "any_of", Importance: screening.Required, Sensitive: true, Criteria: []screening.Criterion{
		{ID: "young", Kind: "age", Sensitive: true, Params: json.RawMessage(`{"max":25}`)},
		{ID: "english", Kind: "language", Params: json.RawMessage(`{"language":"en","min_level":"B2"}`)},
	}}}
	b := &DraftBody{Lines: append(lines, group)}
	for _, id := range []string{"age", "either"} {
		if err := b.Ground(id, 0, "Decree 12, article 3.", 7, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestLegalBasisGoesWithWhatItWasTypedFor(t *testing.T) {
	lineOf := func(b *DraftBody, id string) (*DraftLine, *screening.Criterion, int64) {
		l, c := b.Line(id)
		return l, c, l.Rev
	}
	for name, act := range map[string]func(b *DraftBody) error{
		"other parameters": func(b *DraftBody) error {
			_, c, rev := lineOf(b, "age")
			changed := *c
			changed.Params = json.RawMessage(`{"max":22}`)
			return b.Change(changed, rev)
		},
		"another kind": func(b *DraftBody) error {
			_, c, rev := lineOf(b, "age")
			changed := *c
			changed.Kind, changed.Params = "judgement", nil
			return b.Change(changed, rev)
		},
		"a basis of the editor's own": func(b *DraftBody) error {
			_, c, rev := lineOf(b, "age")
			changed := *c
			changed.Params, changed.LegalBasis = json.RawMessage(`{"max":22}`), "Because."
			return b.Change(changed, rev)
		},
		"wrapped": func(b *DraftBody) error {
			_, _, rev := lineOf(b, "age")
			_, err := b.Wrap("age", rev, "at_least")
			return err
		},
		"moved into a group": func(b *DraftBody) error {
			_, _, rev := lineOf(b, "age")
			return b.Gather("age", rev, "either")
		},
	} {
		b := groundedBody(t)
		if err := act(b); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if l, _, _ := lineOf(b, "age"); grounded(l.Criterion) || l.LegalBy != 0 || l.LegalAt != nil {
			t.Errorf("%s: the basis stays: %+v", name, l)
		}
	}
	for name, act := range map[string]func(b *DraftBody) error{
		"a line added": func(b *DraftBody) error {
			_, err := b.Add(DraftLine{Criterion: screening.Criterion{Kind: "age", Sensitive: true, Params: json.RawMessage(`{"max":40}`)}}, "either")
			return err
		},
		"a line moved in": func(b *DraftBody) error { return b.Gather("french", 0, "either") },
		"a member changed": func(b *DraftBody) error {
			_, c, rev := lineOf(b, "young")
			changed := *c
			changed.Params = json.RawMessage(`{"max":30}`)
			return b.Change(changed, rev)
		},
		"a member out": func(b *DraftBody) error {
			_, _, rev := lineOf(b, "young")
			return b.Release("young", rev)
		},
		"a member removed": func(b *DraftBody) error {
			_, _, rev := lineOf(b, "english")
			return b.Remove("english", rev)
		},
		"another group": func(b *DraftBody) error {
			_, c, rev := lineOf(b, "either")
			changed := *c
			changed.Kind = "all_of"
			return b.Change(changed, rev)
		},
	} {
		b := groundedBody(t)
		if err := act(b); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, id := range []string{"either", "young"} {
			if l, _, _ := lineOf(b, id); grounded(l.Criterion) || l.LegalBy != 0 {
				t.Errorf("group, %s: the basis of %s stays: %+v", name, id, l)
			}
		}
	}
}

func TestLegalBasisStaysWithTheSameQuestion(t *testing.T) {
	b := groundedBody(t)
	l, c := b.Line("age")
	changed := *c
	changed.Params, changed.LegalBasis = json.RawMessage(`{ "max": 29 }`), "Because."
	if err := b.Change(changed, l.Rev); err != nil {
		t.Fatal(err)
	}
	if err := b.Move("age", l.Rev, -1); err != nil {
		t.Fatal(err)
	}
	if l, c := b.Line("age"); c.LegalBasis != "Decree 12, article 3." || l.LegalBy != 7 {
		t.Errorf("line: %+v", l)
	}
}

func TestUndoBringsNoBasisBackThatWasTakenAway(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		hr, other := h.user("hr"), h.user("rita")
		v, _ := h.drafted(hr.ID)
		rev := func(b *DraftBody) int64 { l, _ := b.Line("age"); return l.Rev }
		line := func() *DraftLine {
			d, err := h.Draft(h.ctx, v.ID)
			h.must(err)
			l, _ := d.Body.Line("age")
			return l
		}
		undo := func() {
			d, err := h.Draft(h.ctx, v.ID)
			h.must(err)
			h.must(h.UndoDraft(h.ctx, DraftAct{VacancyID: v.ID, AuthorID: other.ID}, d.Version))
		}
		ground := func(basis string) {
			h.must(h.change(v, hr.ID, func(b *DraftBody, now time.Time) error { return b.Ground("age", rev(b), basis, hr.ID, now) }))
		}
		ground("Decree 12.")
		h.must(h.change(v, hr.ID, func(b *DraftBody, now time.Time) error { return b.Approve("age", rev(b), hr.ID, now) }))
		h.must(h.change(v, other.ID, func(b *DraftBody, _ time.Time) error { return b.Weigh("licence", 0, screening.Required) }))
		undo()
		if l := line(); l.Criterion.LegalBasis != "Decree 12." || l.LegalBy != hr.ID || !l.Approved() {
			t.Errorf("undoing what concerns another line: %+v", l)
		}
		ground("")
		undo()
		if l := line(); grounded(l.Criterion) || l.LegalBy != 0 || l.Approved() {
			t.Errorf("what HR took away is back: %+v", l)
		}
	})
}
