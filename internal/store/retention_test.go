package store

import (
	"fmt"
	"testing"
	"time"

	"dossier/screening"
)

// closedWith is a vacancy closed four months ago with applications in some stages.
func (h *house) closedWith(stages ...screening.Stage) (Vacancy, []Registered) {
	h.t.Helper()
	v := h.vacancy("post")
	apps := make([]Registered, len(stages))
	for i, stage := range stages {
		apps[i] = h.apply(v, h.message(time.Duration(i)), fmt.Sprintf("a%d@post.example", i))
		h.must(h.w.Model(&Application{}).Where("id = ?", apps[i].ApplicationID).Update("stage", stage).Error)
	}
	h.must(h.MoveVacancy(h.ctx, v.ID, v.Version, VacancyClosed, By{}, ""))
	h.clock.Advance(4 * 31 * 24 * time.Hour)
	return v, apps
}

func (h *house) overdue() DuePurge {
	h.t.Helper()
	d, err := h.Overdue(h.ctx, PurgeScope{})
	h.must(err)
	return d
}

func TestAHoldKeepsRefereesAndUnsentLetters(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		author := h.user("claire")
		v, apps := h.closedWith(screening.StageNotRetained, screening.StageNotRetained)
		for i, a := range apps {
			h.must(h.w.Create(&OutgoingMessage{VacancyID: v.ID, ApplicationID: a.ApplicationID, Kind: MailFree, State: OutgoingCancelled, Language: "fr",
				Body: "texte", MessageID: fmt.Sprint("m", i), Token: fmt.Sprint("t", i), Thread: []string{}, AuthorID: &author.ID, CreatedAt: monday}).Error)
		}
		held, err := h.PlaceHold(h.ctx, 0, apps[0].ApplicationID, author.ID, "contentieux")
		h.must(err)
		if d := h.overdue(); d.Referees[v.ID] != 1 || d.Unsent[v.ID] != 1 {
			t.Errorf("with one of two held: referees %v, unsent %v; want 1 and 1", d.Referees, d.Unsent)
		}
		if n, err := h.BlankUnsent(h.ctx, v.ID); err != nil || n != 1 {
			t.Errorf("blanked %d, %v; want 1", n, err)
		}
		var left OutgoingMessage
		h.must(h.r.Where("application_id = ?", apps[0].ApplicationID).Take(&left).Error)
		if left.Body != "texte" {
			t.Errorf("the letter of a held application was emptied: %q", left.Body)
		}
		_, err = h.PlaceHold(h.ctx, v.ID, 0, author.ID, "contentieux")
		h.must(err)
		if d := h.overdue(); !d.Empty() {
			t.Errorf("with all of the vacancy held there is something to do: %+v", d)
		}
		h.must(h.LiftHold(h.ctx, held.ID, author.ID))
		if n, err := h.BlankUnsent(h.ctx, v.ID); err != nil || n != 0 {
			t.Errorf("blanked %d, %v under the hold of the vacancy", n, err)
		}
	})
}

func TestWhatStaysDoesNotHideWhatIsOverdue(t *testing.T) {
	maxOverdue = 2
	t.Cleanup(func() { maxOverdue = 10_000 })
	engines(t, func(t *testing.T, h *house) {
		author := h.user("claire")
		none := screening.StageNotRetained
		_, apps := h.closedWith(screening.StageNew, screening.StageNew, none, none, none, none, none, none)
		for _, a := range apps[2:5] {
			_, err := h.PlaceHold(h.ctx, 0, a.ApplicationID, author.ID, "contentieux")
			h.must(err)
		}
		d := h.overdue()
		var goes []int64
		for _, a := range d.Applications {
			if a.Kept == "" {
				goes = append(goes, a.ApplicationID)
			}
		}
		if len(goes) != 2 || goes[0] != apps[5].ApplicationID || goes[1] != apps[6].ApplicationID || len(d.Applications) != 4 {
			t.Errorf("goes %v of %d listed; want applications %d and %d of 4", goes, len(d.Applications), apps[5].ApplicationID, apps[6].ApplicationID)
		}
	})
}

func TestWhatIsNotOverdueAnyMoreIsNotPurged(t *testing.T) {
	for name, meanwhile := range map[string]func(h *house, v Vacancy, a Registered, author User){
		"consent to the pool": func(h *house, _ Vacancy, a Registered, author User) {
			day := h.clock.Now()
			_, err := h.RecordConsent(h.ctx, PoolConsent{ApplicantID: a.ApplicantID, GivenOn: day.Format(time.DateOnly), ExpiresOn: day.AddDate(1, 0, 0).Format(time.DateOnly), Source: "mail", AuthorID: author.ID})
			h.must(err)
		},
		"a longer clock": func(h *house, v Vacancy, _ Registered, author User) {
			r, err := h.RetentionOf(h.ctx, v.ID)
			h.must(err)
			r.VacancyID, r.NotRetained = v.ID, 6
			h.must(h.SetRetention(h.ctx, r, author.ID))
		},
		"a newer decision": func(h *house, v Vacancy, a Registered, author User) {
			h.must(h.w.Create(&Decision{VacancyID: v.ID, ApplicationID: a.ApplicationID, FromStage: screening.StageNew, ToStage: screening.StageNotRetained, AuthorID: author.ID, At: h.clock.Now()}).Error)
		},
	} {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, h *house) {
				author := h.user("claire")
				v, apps := h.closedWith(screening.StageNotRetained)
				if d := h.overdue(); d.Goes() != 1 {
					t.Fatalf("%d are overdue, want 1", d.Goes())
				}
				meanwhile(h, v, apps[0], author)
				_, err := h.Erase(h.ctx, EraseOrder{ApplicantID: apps[0].ApplicantID, Applications: []int64{apps[0].ApplicationID}, Cause: CausePurged, Clock: string(ClockNotRetained)})
				h.wants(err, ErrConflict)
				h.application(apps[0].ApplicationID)
			})
		})
	}
	engines(t, func(t *testing.T, h *house) {
		_, apps := h.closedWith(screening.StageNotRetained)
		_, err := h.Erase(h.ctx, EraseOrder{ApplicantID: apps[0].ApplicantID, Applications: []int64{apps[0].ApplicationID}, Cause: CausePurged, Clock: string(ClockNotRetained)})
		h.must(err)
	})
}
