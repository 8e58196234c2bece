package store

import (
	"slices"
	"testing"
	"time"

	"dossier/screening"
)

func TestAVacancyFileCreatesAndOnlyChangesWhenAsked(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		if v.State != VacancyOpen || v.ChecklistVersion != 1 || !slices.Equal(v.Addresses, []string{"one@org.example"}) || v.AsOf != "2026-03-03" {
			t.Errorf("vacancy: %+v", v)
		}
		n := NewVacancy{Slug: "one", Title: "Expert one", Addresses: []string{"one@org.example"}}
		apply := func(n NewVacancy, list screening.Checklist, overwrite bool, want VacancyChange) {
			t.Helper()
			if got, err := h.ApplyVacancy(h.ctx, n, list, By{Name: "a file"}, overwrite); err != nil || got != want {
				t.Errorf("got %s, %v; want %s", got, err, want)
			}
		}
		list := checklist()
		apply(n, list, false, VacancyUnchanged)
		apply(n, list, true, VacancyUnchanged)
		n.Title = "Senior expert"
		apply(n, list, false, VacancyKept)
		apply(n, list, true, VacancyUpdated)
		list.Criteria[0].Statement.Plain = "Speaks very good French."
		apply(n, list, false, VacancyKept)
		apply(n, list, true, VacancyUpdated)
		v = h.vacancyNow(v)
		if v.Title != "Senior expert" || v.ChecklistVersion != 2 {
			t.Errorf("vacancy: %+v", v)
		}
		old, err := h.ChecklistAt(h.ctx, v.ID, 1)
		h.must(err)
		latest, err := h.LatestChecklist(h.ctx, v.ID)
		h.must(err)
		if old.Checklist.Criteria[0].Statement.Plain != "Speaks French." || latest.Version != 2 || latest.AuthorName != "a file" || latest.AuthorID != nil {
			t.Errorf("checklists: %+v, %+v", old, latest)
		}
		_, err = h.VacancyBySlug(h.ctx, "none")
		h.wants(err, ErrNotFound)
		_, err = h.ChecklistAt(h.ctx, v.ID, 9)
		h.wants(err, ErrNotFound)
		_, err = h.ApplyVacancy(h.ctx, NewVacancy{}, list, By{}, false)
		h.wants(err, ErrInvalid)
		all, err := h.Vacancies(h.ctx)
		h.must(err)
		if len(all) != 1 {
			t.Errorf("%d vacancies", len(all))
		}
	})
}

func TestPublishingMovesTheDeadlineOfWhatIsThere(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, u := h.vacancy("one"), h.user("rita")
		early := h.apply(v, h.message(time.Hour), "a@mail.example").ApplicationID
		late := h.apply(v, h.message(48*time.Hour), "b@mail.example").ApplicationID
		after := func() [2]bool { return [2]bool{h.application(early).AfterClose, h.application(late).AfterClose} }
		if got := after(); got != [2]bool{false, true} {
			t.Errorf("at first: %v", got)
		}
		list := checklist()
		for _, c := range []struct {
			at   time.Duration
			want [2]bool
		}{{72 * time.Hour, [2]bool{false, false}}, {time.Minute, [2]bool{true, true}}, {time.Hour, [2]bool{true, true}}, {time.Hour + time.Second, [2]bool{false, true}}} {
			list.Deadline.At = monday.Add(c.at)
			v = h.vacancyNow(v)
			got, err := h.PublishChecklist(h.ctx, v.ID, v.Version, list, By{UserID: u.ID, Name: u.Name}, "postponed")
			h.must(err)
			if got.AuthorID == nil || *got.AuthorID != u.ID {
				t.Errorf("author: %+v", got)
			}
			if got := after(); got != c.want {
				t.Errorf("deadline after %v: %v, want %v", c.at, got, c.want)
			}
		}
		list.Deadline.At, list.Deadline.Inclusive = monday.Add(time.Hour), true
		v = h.vacancyNow(v)
		if _, err := h.PublishChecklist(h.ctx, v.ID, v.Version, list, By{Name: "x"}, "the minute counts"); err != nil || after() != [2]bool{false, true} {
			t.Errorf("received exactly at an inclusive deadline: %v, %v", after(), err)
		}
		list.Deadline = nil
		v = h.vacancyNow(v)
		_, err := h.PublishChecklist(h.ctx, v.ID, v.Version, list, By{Name: "x"}, "")
		h.must(err)
		if got := after(); got != [2]bool{} || h.vacancyNow(v).Deadline() != nil {
			t.Errorf("without a deadline: %v", got)
		}
		v = h.vacancyNow(v)
		for name, bad := range map[string][]screening.Criterion{"empty": nil, "no id": {{}}, "twice": {{ID: "a"}, {ID: "a"}}} {
			_, err := h.PublishChecklist(h.ctx, v.ID, v.Version, screening.Checklist{Criteria: bad}, By{}, "")
			if err == nil {
				t.Errorf("%s: published", name)
			}
			h.wants(err, ErrInvalid)
		}
	})
}

func TestVacanciesOpenAndClose(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		h.wants(h.MoveVacancy(h.ctx, v.ID, v.Version-1, VacancyClosed, By{}, ""), ErrConflict)
		h.must(h.MoveVacancy(h.ctx, v.ID, v.Version, VacancyClosed, By{}, ""))
		v = h.vacancyNow(v)
		if v.State != VacancyClosed {
			t.Errorf("state %s", v.State)
		}
		h.must(h.MoveVacancy(h.ctx, v.ID, v.Version, VacancyOpen, By{}, "asked for again"))
		v = h.vacancyNow(v)
		h.wants(h.MoveVacancy(h.ctx, v.ID, v.Version, VacancyDraft, By{}, ""), ErrInvalid)
		_, err := h.ApplyVacancy(h.ctx, NewVacancy{Slug: "two", State: VacancyDraft}, screening.Checklist{}, By{}, false)
		h.must(err)
		two, err := h.VacancyBySlug(h.ctx, "two")
		h.must(err)
		h.wants(h.MoveVacancy(h.ctx, two.ID, two.Version, VacancyOpen, By{}, ""), ErrInvalid)
	})
}
