package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"dossier/screening"
)

func TestApplicationViewHoldsAllOfOneApplicationAndNothingElse(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, ada, ben := h.vacancy("agent"), h.user("ada"), h.user("ben")
		h.person(v, "Somebody Else", 0, m, m, u)
		id := h.person(v, "Awa Ndiaye", time.Hour, m, n, u)
		act := func(by User) Act {
			return Act{ApplicationID: id, Version: h.application(id).Version, AuthorID: by.ID}
		}
		h.must(h.RecordOverride(h.ctx, act(ada), "licence", m, "seen"))
		h.must(h.RecordOverride(h.ctx, act(ben), "licence", u, "not so sure"))
		h.must(h.RecordDecision(h.ctx, act(ada), screening.StageToReview, ""))
		h.must(h.AddNote(h.ctx, id, ben.ID, "call back"))

		got, err := h.ApplicationView(h.ctx, id)
		h.must(err)
		if got.Applicant.Name != "Awa Ndiaye" || got.Vacancy.Slug != "agent" || !slices.Equal(got.Emails, []string{"awa.ndiaye@courriel.example"}) {
			t.Errorf("parties: %q, %q, %q", got.Applicant.Name, got.Vacancy.Slug, got.Emails)
		}
		if got.Checklist.Version != 1 || got.Assessment == nil || len(got.Assessment.Findings) == 0 || len(got.Assessments) != 1 || got.Assessments[0].ChecklistVersion != 1 {
			t.Errorf("checklist %d, assessment %+v of %d", got.Checklist.Version, got.Assessment, len(got.Assessments))
		}
		if len(got.Documents) == 0 || len(got.ReadAt) != len(got.Documents) || len(got.Messages) != 1 || got.Messages[0].Route.Became != ClassApplication {
			t.Errorf("%d documents, %d read, %d messages", len(got.Documents), len(got.ReadAt), len(got.Messages))
		}
		if o := got.InForce("licence"); o == nil || o.Verdict != u || len(got.Overrides) != 2 || got.Overrides[0].WithdrawnAt == nil {
			t.Errorf("overrides %+v", got.Overrides)
		}
		if got.InForce("no such criterion") != nil {
			t.Error("a criterion nobody judged has an override in force")
		}
		if d := got.LastDecision(); d == nil || d.ToStage != screening.StageToReview || len(got.Notes) != 1 || got.Names[ben.ID] != ben.Name {
			t.Errorf("last decision %+v, %d notes, names %v", got.LastDecision(), len(got.Notes), got.Names)
		}

		var told []HistoryKind
		for i, line := range got.History() {
			told = append(told, line.Kind)
			if i > 0 && line.At.Before(got.History()[i-1].At) {
				t.Errorf("line %d is out of order", i)
			}
		}
		for _, want := range []HistoryKind{HistoryReceived, HistoryRead, HistoryAssessed, HistoryOverridden, HistoryWithdrawn, HistoryDecided, HistoryNoted} {
			if !slices.Contains(told, want) {
				t.Errorf("the history %v does not tell %s", told, want)
			}
		}

		_, err = h.ApplicationView(h.ctx, 999)
		h.wants(err, ErrNotFound)
	})
}

func TestApplicationViewOfWhatHasNotBeenReadYet(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("agent")
		id := h.apply(v, h.message(0), "new@courriel.example").ApplicationID
		got, err := h.ApplicationView(h.ctx, id)
		h.must(err)
		if got.Assessment != nil || len(got.Assessments) != 0 || got.Checklist.Version != 1 || got.LastDecision() != nil || len(got.ReadAt) != 0 {
			t.Errorf("view %+v", got)
		}
		if lines := got.History(); len(lines) != 1 || lines[0].Kind != HistoryReceived {
			t.Errorf("history %+v", lines)
		}
	})
}

func TestNeighboursAreThoseOfTheList(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, other, ada := h.vacancy("agent"), h.vacancy("other"), h.user("ada")
		var ids []int64
		for i := range 4 {
			ids = append(ids, h.person(v, fmt.Sprint("Person ", 9-i), time.Duration(i)*time.Hour, m, m, u))
		}
		h.person(other, "Somebody Else", 0)
		h.move(ids[2], screening.StageDiscuss, ada)
		for name, c := range map[string]struct {
			query ShortlistQuery
			of    int64
			want  Neighbours
		}{
			"newest first":      {ShortlistQuery{Sort: ByReceipt}, ids[2], Neighbours{Position: 2, Total: 4, Previous: ids[3], Next: ids[1]}},
			"first of the list": {ShortlistQuery{Sort: ByReceipt}, ids[3], Neighbours{Position: 1, Total: 4, Next: ids[2]}},
			"last of the list":  {ShortlistQuery{Sort: ByReceipt}, ids[0], Neighbours{Position: 4, Total: 4, Previous: ids[1]}},
			"oldest first":      {ShortlistQuery{Sort: ByOldest}, ids[1], Neighbours{Position: 2, Total: 4, Previous: ids[0], Next: ids[2]}},
			"by name":           {ShortlistQuery{Sort: ByName}, ids[3], Neighbours{Position: 1, Total: 4, Next: ids[2]}},
			"by criteria met":   {ShortlistQuery{Sort: ByMet}, ids[0], Neighbours{Position: 1, Total: 4, Next: ids[1]}},
			"only one stage":    {ShortlistQuery{Stage: screening.StageDiscuss}, ids[2], Neighbours{Position: 1, Total: 1}},
			// It left the list, as it does once decided: the next one follows its place.
			"no longer in the list":       {ShortlistQuery{Stage: screening.StageNew}, ids[2], Neighbours{Next: ids[1]}},
			"not in the list, at the end": {ShortlistQuery{Stage: screening.StageDiscuss}, ids[0], Neighbours{}},
		} {
			c.query.VacancyID, c.query.ChecklistVersion = v.ID, 1
			got, err := h.Neighbours(h.ctx, c.query, c.of)
			h.must(err)
			if got != c.want {
				t.Errorf("%s: %+v, want %+v", name, got, c.want)
			}
		}
	})
}
