package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dossier/screening"
	"dossier/screening/fact"
)

// person registers an application of its own and assesses it.
func (h *house) person(v Vacancy, name string, after time.Duration, verdicts ...screening.Verdict) int64 {
	h.t.Helper()
	reg := registration(v, h.message(after), strings.ToLower(strings.ReplaceAll(name, " ", "."))+"@courriel.example")
	reg.Applicant.Name = name
	out, err := h.RegisterApplication(h.ctx, reg)
	h.must(err)
	id := out[0].ApplicationID
	if len(verdicts) > 0 {
		h.readAll(id)
		h.assess(id, "e1", verdicts...)
	}
	return id
}

func (h *house) move(id int64, to screening.Stage, by User) {
	h.t.Helper()
	h.must(h.RecordDecision(h.ctx, Act{ApplicationID: id, Version: h.application(id).Version, AuthorID: by.ID}, to, "because"))
}

const (
	m = screening.Met
	n = screening.NotMet
	u = screening.Unclear
)

func TestShortlistFiltersSortsAndPages(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, other, ada := h.vacancy("agent"), h.vacancy("other"), h.user("ada")
		h.person(other, "Somebody Else", 0, m, m, u)
		h.person(v, "Awa Ndiaye", time.Hour, m, m, u)
		bilal := h.person(v, "Bilal Ferrandon", 2*time.Hour, m, n, u)
		h.person(v, "Élodie Œuvrard", 3*time.Hour, u, u, u)
		dora := h.person(v, "Dora Vautrin", 4*time.Hour, n, m, u)
		h.person(v, "Éloi 100% sûr", 5*time.Hour)
		h.move(dora, screening.StageNotRetained, ada)
		h.must(h.RecordOverride(h.ctx, Act{ApplicationID: bilal, Version: h.application(bilal).Version, AuthorID: ada.ID}, "licence", m, "seen"))
		h.must(h.AssignReviewer(h.ctx, Act{ApplicationID: bilal, Version: h.application(bilal).Version, AuthorID: ada.ID}, ada.ID))
		list := func(q ShortlistQuery) []string {
			t.Helper()
			q.VacancyID, q.ChecklistVersion = v.ID, 1
			rows, _, err := h.Shortlist(h.ctx, q)
			h.must(err)
			count, err := h.ShortlistCount(h.ctx, q, 100)
			h.must(err)
			if count != len(rows) {
				t.Errorf("%+v: %d rows, counted %d", q, len(rows), count)
			}
			var names []string
			for _, r := range rows {
				names = append(names, strings.Fields(r.Name)[0])
			}
			return names
		}
		changed := VerdictFilter{Position: 1, Changed: true}
		for name, c := range map[string]struct {
			query ShortlistQuery
			want  []string
		}{
			"newest first":        {ShortlistQuery{}, []string{"Éloi", "Dora", "Élodie", "Bilal", "Awa"}},
			"oldest first":        {ShortlistQuery{Sort: ByOldest}, []string{"Awa", "Bilal", "Élodie", "Dora", "Éloi"}},
			"by folded name":      {ShortlistQuery{Sort: ByName}, []string{"Awa", "Bilal", "Dora", "Élodie", "Éloi"}},
			"by count":            {ShortlistQuery{Sort: ByMet}, []string{"Awa", "Bilal", "Dora", "Élodie", "Éloi"}},
			"one stage":           {ShortlistQuery{Stage: screening.StageNotRetained}, []string{"Dora"}},
			"without the closed":  {ShortlistQuery{WithoutClosed: true, Sort: ByOldest}, []string{"Awa", "Bilal", "Élodie", "Éloi"}},
			"met, by whomever":    {ShortlistQuery{Verdicts: []VerdictFilter{{Position: 1, Verdict: m}}, Sort: ByOldest}, []string{"Awa", "Bilal", "Dora"}},
			"changed by a person": {ShortlistQuery{Verdicts: []VerdictFilter{changed}}, []string{"Bilal"}},
			"two criteria":        {ShortlistQuery{Verdicts: []VerdictFilter{{Position: 0, Verdict: u}, {Position: 1, Verdict: u}}}, []string{"Élodie"}},
			"without accents":     {ShortlistQuery{Search: ParseSearch("elodie OEUVRARD")}, []string{"Élodie"}},
			"an address":          {ShortlistQuery{Search: ParseSearch("bilal.ferrandon@")}, []string{"Bilal"}},
			"a wildcard's sign":   {ShortlistQuery{Search: ParseSearch("100%")}, []string{"Éloi"}},
			"no such word":        {ShortlistQuery{Search: ParseSearch("awa vautrin")}, nil},
		} {
			if got := list(c.query); !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
		rows, next, err := h.Shortlist(h.ctx, ShortlistQuery{VacancyID: v.ID, ChecklistVersion: 1, Sort: ByName})
		h.must(err)
		if next != nil {
			t.Errorf("a list of %d rows goes on", len(rows))
		}
		got := rows[1]
		if got.Email != "bilal.ferrandon@courriel.example" || got.Verdicts != "mM-" || got.MetCount != 2 || got.Reviewer != "ada" || !got.ReceivedAt.Equal(monday.Add(2*time.Hour)) {
			t.Errorf("row %+v", got)
		}
		if last := rows[4]; last.Pending != 2 || last.Verdicts != "" {
			t.Errorf("an application not read yet: %+v", last)
		}
		if rows, _, err := h.Shortlist(h.ctx, ShortlistQuery{VacancyID: v.ID, ChecklistVersion: 2}); err != nil || rows[4].Verdicts != "" {
			t.Errorf("letters of an older checklist are shown: %v %v", rows, err)
		}
		stages, err := h.StageCounts(h.ctx, v.ID)
		h.must(err)
		if stages[screening.StageNew] != 4 || stages[screening.StageNotRetained] != 1 {
			t.Errorf("stages %v", stages)
		}
		names, err := h.ApplicationNames(h.ctx, v.ID, []int64{bilal, dora, 1})
		h.must(err)
		if len(names) != 2 || names[bilal] != "Bilal Ferrandon" {
			t.Errorf("names %v", names)
		}
	})
}

func TestShortlistPagesJoinWithoutGapOrOverlap(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.seed(2, 3*ShortlistPage+7)
		for _, sort := range ShortlistSorts {
			seen := map[int64]bool{}
			q := ShortlistQuery{VacancyID: 2, ChecklistVersion: 1, Sort: sort}
			pages := 0
			for ; ; pages++ {
				rows, next, err := h.Shortlist(h.ctx, q)
				h.must(err)
				for _, r := range rows {
					if seen[r.ID] {
						t.Fatalf("%s: application %d stands twice", sort, r.ID)
					}
					seen[r.ID] = true
				}
				if next == nil {
					break
				}
				if (next.Name != "") != (sort == ByName) {
					t.Errorf("%s: the cursor holds the name %q", sort, next.Name)
				}
				q.After = next
			}
			if len(seen) != 3*ShortlistPage+7 || pages != 3 {
				t.Errorf("%s: %d applications on %d pages", sort, len(seen), pages+1)
			}
		}
	})
}

func TestShortlistWalksAnIndex(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.seed(10, 400)
		after := &ShortlistCursor{ReceivedAt: monday, Met: 5, ID: 10}
		for _, c := range []struct {
			query ShortlistQuery
			index string
			// sorts is true where the few rows a filter leaves may be sorted.
			sorts bool
		}{
			{ShortlistQuery{Sort: ByReceipt, After: after}, "applications_received", false},
			{ShortlistQuery{Sort: ByOldest, After: after}, "applications_received", false},
			{ShortlistQuery{Sort: ByMet, After: after}, "applications_met", false},
			{ShortlistQuery{Sort: ByReceipt, Stage: screening.StageNew}, "applications_stage", false},
			{ShortlistQuery{Sort: ByName, After: after}, "applications_name", false},
			{ShortlistQuery{Sort: ByReceipt, Search: ParseSearch("ndiaye")}, "application_index", true},
			{ShortlistQuery{Sort: ByReceipt, Verdicts: []VerdictFilter{{Position: 1, Verdict: u}}}, "applications_", true},
			{ShortlistQuery{Sort: ByReceipt, HiddenFrom: 1, Verdicts: []VerdictFilter{{Position: 1, Criterion: "b", Verdict: u}, {Position: 0, Criterion: "a", Changed: true}}}, "applications_", true},
		} {
			c.query.VacancyID, c.query.ChecklistVersion = 3, 1
			statement, args := c.query.statement(h.dialect)
			check(t, fmt.Sprintf("%+v", c.query), h.plan(statement, args...), c.index, c.sorts)
		}
	})
}

func TestVacancyListTellsWhatIsUrgentFirst(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ada := h.user("ada")
		for slug, deadline := range map[string]time.Duration{"later": 72 * time.Hour, "soon": 24 * time.Hour, "past": -24 * time.Hour, "long-past": -240 * time.Hour, "none": 0} {
			list := checklist()
			list.Deadline = nil
			if deadline != 0 {
				list.Deadline = &screening.Deadline{At: monday.Add(deadline), Zone: "Asia/Tokyo"}
			}
			_, err := h.ApplyVacancy(h.ctx, NewVacancy{Slug: slug, Title: slug}, list, By{Name: "test"}, false)
			h.must(err)
		}
		_, err := h.ApplyVacancy(h.ctx, NewVacancy{Slug: "draft", Title: "draft", State: VacancyDraft}, checklist(), By{Name: "test"}, false)
		h.must(err)
		soon, err := h.VacancyBySlug(h.ctx, "soon")
		h.must(err)
		h.person(soon, "Awa Ndiaye", 0, m, u, u)
		// 09:00 UTC on Monday is evening in Tokyo; 16 hours before, it was Monday there already.
		h.person(soon, "Bilal Ferrandon", -16*time.Hour, u, u, u)
		dora := h.person(soon, "Dora Vautrin", -20*24*time.Hour, u, m, u)
		h.move(dora, screening.StageNotRetained, ada)
		h.must(h.AssignReviewer(h.ctx, Act{ApplicationID: dora, Version: h.application(dora).Version, AuthorID: ada.ID}, ada.ID))
		rows, err := h.VacancyList(h.ctx, VacancyOpen, nil)
		h.must(err)
		var slugs []string
		for _, r := range rows {
			slugs = append(slugs, r.Vacancy.Slug)
		}
		if want := []string{"soon", "later", "none", "past", "long-past"}; !slices.Equal(slugs, want) {
			t.Errorf("order %q, want %q", slugs, want)
		}
		r := rows[0]
		if r.Total != 3 || r.ByStage[screening.StageNew] != 2 || r.Unclear != 3 || !slices.Equal(r.Reviewers, []string{"ada"}) || r.Mailbox == nil || r.Mailbox.Name != "import" {
			t.Errorf("row %+v", r)
		}
		if r.PerDay[SparkDays-1] != 2 || r.PerDay[SparkDays-2] != 0 {
			t.Errorf("days %v, want two today in Tokyo", r.PerDay)
		}
		counts, err := h.CountVacancies(h.ctx, nil)
		h.must(err)
		if counts[VacancyOpen] != 5 || counts[VacancyDraft] != 1 || counts[VacancyClosed] != 0 {
			t.Errorf("by state %v", counts)
		}
		box, err := h.VacancyMailbox(h.ctx, soon.ID)
		h.must(err)
		if box == nil || box.Name != "import" {
			t.Errorf("mailbox %+v", box)
		}
		nav, err := h.NavCounts(h.ctx, nil)
		h.must(err)
		if want := (NavCounts{OpenVacancies: 5, Unclear: 3}); nav != want {
			t.Errorf("navigation %+v, want %+v", nav, want)
		}
	})
}

func TestUnclearQueuePagesAndLeavesOutWhatIsSettled(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ada := h.user("ada")
		late, early := h.vacancy("late"), h.vacancy("early")
		list := checklist()
		list.Deadline.At = monday.Add(time.Hour)
		_, err := h.PublishChecklist(h.ctx, early.ID, early.Version, list, By{UserID: ada.ID}, "sooner")
		h.must(err)
		for i := range unclearPage + 3 {
			h.person(late, fmt.Sprintf("Late %02d", i), time.Duration(i)*time.Minute, u, m, u)
		}
		settled := h.person(early, "Settled One", 0, u, u, u)
		gone := h.person(early, "Gone One", 0, u, m, u)
		h.person(early, "Asset Only", time.Minute, m, u, u)
		h.move(gone, screening.StageWithdrawn, ada)
		h.must(h.RecordOverride(h.ctx, Act{ApplicationID: settled, Version: h.application(settled).Version, AuthorID: ada.ID}, "french", m, "heard"))
		counts, err := h.UnclearCounts(h.ctx, nil)
		h.must(err)
		want := []UnclearCount{{VacancyID: early.ID, Criteria: 2, Required: 0, Applications: 2}, {VacancyID: late.ID, Criteria: unclearPage + 3, Required: unclearPage + 3, Applications: unclearPage + 3}}
		if !slices.Equal(counts, want) {
			t.Errorf("counts %+v, want %+v", counts, want)
		}
		var names []string
		criteria := 0
		var q UnclearQuery
		for {
			items, next, err := h.UnclearQueue(h.ctx, q)
			h.must(err)
			for _, i := range items {
				names = append(names, i.Name)
				for _, f := range i.Findings {
					if f.Criterion != "age" { // for the reader only
						criteria++
					}
				}
				if len(i.Documents) != 2 {
					t.Errorf("%s: documents %v", i.Name, i.Documents)
				}
			}
			if next == nil {
				break
			}
			q.After = next
		}
		if len(names) != unclearPage+5 || criteria != unclearPage+5 || names[0] != "Settled One" || names[1] != "Asset Only" || names[2] != "Late 00" {
			t.Errorf("%d names, %d criteria: %q", len(names), criteria, names)
		}
		// A person opens again what the machine took for met: it is listed with their reason.
		opened := h.person(early, "Opened Again", 2*time.Minute, m, m, m)
		h.must(h.RecordOverride(h.ctx, Act{ApplicationID: opened, Version: h.application(opened).Version, AuthorID: ada.ID}, "licence", u, "level not proven"))
		found, _, err := h.UnclearQueue(h.ctx, UnclearQuery{VacancyID: early.ID})
		h.must(err)
		last := found[len(found)-1]
		if last.Name != "Opened Again" || len(last.Findings) != 1 || last.Findings[0].Criterion != "licence" || last.Said["licence"] != "level not proven" {
			t.Errorf("opened again: %+v", last)
		}
		items, _, err := h.UnclearQueue(h.ctx, UnclearQuery{RequiredOnly: true, VacancyID: early.ID})
		h.must(err)
		if len(items) != 0 {
			t.Errorf("required in %+v", items)
		}
	})
}

func TestIntakeIsAccountedForByDayAndState(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("agent")
		tokyo, err := time.LoadLocation("Asia/Tokyo")
		h.must(err)
		id := h.person(v, "Awa Ndiaye", 0, m, m, u)
		aside, lost, old := h.message(time.Minute), h.message(2*time.Minute), h.message(-30*time.Hour)
		h.must(h.SaveParsed(h.ctx, aside.ID, Summary{Subject: "Absence", FromEmail: "x@courriel.example"}))
		h.must(h.SetAside(h.ctx, aside.ID, Conclusion{Class: ClassAutoReply, Reason: "auto_submitted"}))
		h.must(h.SaveParsed(h.ctx, lost.ID, Summary{Subject: "Bonjour"}))
		h.must(h.Unrouted(h.ctx, lost.ID, Conclusion{Reason: "no_vacancy"}))
		_ = old
		h.must(h.RoundFailed(h.ctx, h.mailbox().ID, FaultRefused, errors.New("refused"), time.Time{}))
		health, err := h.IntakeHealth(h.ctx, tokyo)
		h.must(err)
		if len(health) != 1 || health[0].Mailbox.LastError != "refused" || health[0].Received() != 3 {
			t.Fatalf("health %+v", health)
		}
		if s := health[0].ByState; s[Routed] != 1 || s[SetAside] != 1 || s[Unrouted] != 1 {
			t.Errorf("today %v", s)
		}
		days, err := h.IntakeDays(h.ctx, tokyo, 3)
		h.must(err)
		if len(days) != 3 || days[2].ByState[Routed] != 1 || days[1].ByState[Stored] != 1 || len(days[0].ByState) != 0 {
			t.Errorf("days %+v", days)
		}
		counts, err := h.IntakeCounts(h.ctx)
		h.must(err)
		if counts[IntakeAttention] != 1 || counts[IntakeSetAside] != 1 || counts[IntakeAll] != 4 {
			t.Errorf("counts %v", counts)
		}
		rows, more, err := h.IntakeRows(h.ctx, IntakeAll, 0)
		h.must(err)
		if len(rows) != 4 || more {
			t.Fatalf("%d rows, more %v", len(rows), more)
		}
		first := rows[3]
		if first.ApplicationID != id || first.Slug != "agent" || first.State != Routed || !first.ReceivedAt().Equal(monday) || first.Mailbox != "import" {
			t.Errorf("row %+v", first)
		}
		rows, _, err = h.IntakeRows(h.ctx, IntakeAttention, 0)
		h.must(err)
		if len(rows) != 1 || rows[0].Subject != "Bonjour" || rows[0].Reason != "no_vacancy" {
			t.Errorf("to handle %+v", rows)
		}
		if rows, _, err := h.IntakeRows(h.ctx, IntakeAll, first.ID); err != nil || len(rows) != 0 {
			t.Errorf("before the first: %v %v", rows, err)
		}
		doc := h.documents(id)[0]
		h.must(h.SaveText(h.ctx, Reading{DocumentID: doc.ID, Engine: "pdf", Type: fact.CV, Problem: "password_protected"}))
		stuck, err := h.Stuck(h.ctx)
		h.must(err)
		if len(stuck) != 1 || stuck[0].Kind != "document" || stuck[0].Problem != "password_protected" || stuck[0].Applicant != "Awa Ndiaye" {
			t.Errorf("stuck %+v", stuck)
		}
		nav, err := h.NavCounts(h.ctx, nil)
		h.must(err)
		if nav.Attention != 2 {
			t.Errorf("attention %d, want 2", nav.Attention)
		}
	})
}
