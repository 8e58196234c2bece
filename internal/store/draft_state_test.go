package store

import (
	"testing"
	"time"

	"dossier/screening"
)

// fromFile is an open vacancy whose checklist came from a file.
func (h *house) fromFile() Vacancy {
	h.t.Helper()
	list := screening.Checklist{AsOf: screening.DateOf(monday)}
	for _, l := range draftLines() {
		list.Criteria = append(list.Criteria, l.Criterion)
	}
	_, err := h.ApplyVacancy(h.ctx, NewVacancy{Slug: "one", Title: "Expert one", Language: "fr", Addresses: []string{"one@rivenord.example"}}, list, By{Name: "a file"}, false)
	h.must(err)
	v, err := h.VacancyBySlug(h.ctx, "one")
	h.must(err)
	return v
}

func TestLinesOfAFileAreTakenOverWithoutAnApproval(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user("rita")
		v := h.fromFile()
		h.must(h.EditVacancy(h.ctx, v.ID, u.ID))
		d, err := h.Draft(h.ctx, v.ID)
		h.must(err)
		v, err = h.VacancyByID(h.ctx, v.ID)
		h.must(err)
		if len(d.Body.Lines) == 0 || d.Body.Pending() != 0 {
			t.Fatalf("draft: %+v", d.Body)
		}
		for _, l := range d.Body.Lines {
			if l.ApprovedBy != 0 || l.ApprovedAt != nil || l.TakenFrom != v.ChecklistVersion {
				t.Errorf("somebody is said to have approved %s: %+v", l.Criterion.ID, l.LineRecord)
			}
		}
		list, err := h.LatestChecklist(h.ctx, v.ID)
		h.must(err)
		if d.Differs(v, list.Checklist) {
			t.Error("a draft nobody has touched is said to differ")
		}
		// Another version, of one line somebody approved and others nobody did.
		first := d.Body.Lines[0].Criterion.ID
		h.must(h.change(v, u.ID, func(b *DraftBody, now time.Time) error {
			if err := b.Weigh(first, b.Lines[0].Rev, screening.Asset); err != nil {
				return err
			}
			return b.Approve(first, b.Lines[0].Rev, u.ID, now)
		}))
		d, err = h.Draft(h.ctx, v.ID)
		h.must(err)
		if !d.Differs(v, list.Checklist) {
			t.Error("a changed draft is said to be the same")
		}
		_, err = h.PublishDraft(h.ctx, DraftAct{VacancyID: v.ID, AuthorID: u.ID}, d.Version, By{UserID: u.ID, Name: u.Name}, "why", false)
		h.must(err)
		list, err = h.LatestChecklist(h.ctx, v.ID)
		h.must(err)
		named := 0
		for id, rec := range list.Lines {
			if rec.ApprovedBy != 0 {
				named++
			}
			if id != first && rec.TakenFrom != 1 {
				t.Errorf("%s: %+v", id, rec)
			}
		}
		if named != 1 {
			t.Errorf("%d approvals, want the one that was given", named)
		}
	})
}

func TestSharedAddressesNameOtherOpenVacancies(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user("rita")
		open := h.fromFile()
		other, _ := h.drafted(u.ID)
		if len(open.Addresses) == 0 {
			t.Fatal("the vacancy has no address")
		}
		found, err := h.SharedAddresses(h.ctx, other.ID, append([]string{"elsewhere@example.org"}, open.Addresses...))
		h.must(err)
		if len(found) != len(open.Addresses) || found[0].Vacancy.ID != open.ID || found[0].Address != open.Addresses[0] {
			t.Errorf("found %+v", found)
		}
		// Its own address is not shared, nor one with a draft.
		if found, err = h.SharedAddresses(h.ctx, open.ID, open.Addresses); err != nil || len(found) != 0 {
			t.Errorf("found %+v, %v", found, err)
		}
	})
}

func TestDraftShowsTheDeadlineItWasReadWith(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user("rita")
		v, err := h.DraftVacancy(h.ctx, NewDraft{AuthorID: u.ID, Head: DraftHead{Title: "Chargé\u202e de mission\u200b", Day: "2027-02-17", Hour: "16:00", Zone: "Africa/Dakar", Inclusive: "no"}})
		h.must(err)
		if v.DeadlineAt == nil || v.DeadlineZone != "Africa/Dakar" || !v.DeadlineAt.Equal(time.Date(2027, 2, 17, 16, 0, 0, 0, time.UTC)) {
			t.Errorf("deadline %v %q", v.DeadlineAt, v.DeadlineZone)
		}
		if v.Title != "Chargé de mission" {
			t.Errorf("title %q", v.Title)
		}
	})
}
