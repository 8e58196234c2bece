package store

import (
	"slices"
	"testing"
	"time"

	"dossier/screening"
)

func TestModesOpinionsAndReveals(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, ada, ben := h.vacancy("agent"), h.user("ada"), h.user("ben")
		id := h.person(v, "Awa Exemple", 0, m, n, u)
		other := h.person(v, "Lou Exemple", time.Hour, m, m, m)
		mode, err := h.ReviewMode(h.ctx, v.ID)
		h.must(err)
		if mode.HiddenUntilMine || mode.Anonymous {
			t.Errorf("a new vacancy is looked at as %+v", mode)
		}
		h.must(h.SetReviewMode(h.ctx, v.ID, true, false, ada.ID))
		h.must(h.SetReviewMode(h.ctx, v.ID, true, true, ben.ID))
		h.must(h.SetReviewMode(h.ctx, v.ID, true, true, ada.ID))
		h.wants(h.SetReviewMode(h.ctx, v.ID, false, false, 999), ErrInvalid)
		modes, err := h.ReviewModes(h.ctx)
		h.must(err)
		if got := modes[v.ID]; !got.HiddenUntilMine || !got.Anonymous || got.SetBy != ben.ID {
			t.Errorf("mode %+v; setting it again is no change", got)
		}

		h.wants(h.GiveOpinion(h.ctx, id, ada.ID, Unfavourable, " "), ErrInvalid)
		h.wants(h.GiveOpinion(h.ctx, id, ada.ID, "grand", "x"), ErrInvalid)
		h.wants(h.GiveOpinion(h.ctx, 999, ada.ID, Favourable, ""), ErrNotFound)
		h.must(h.GiveOpinion(h.ctx, id, ada.ID, ToDiscuss, "level"))
		h.must(h.GiveOpinion(h.ctx, id, ada.ID, Favourable, "clear now"))
		h.must(h.GiveOpinion(h.ctx, id, ben.ID, Unfavourable, "no letter"))
		given, err := h.OpinionsGiven(h.ctx, v.ID, ada.ID)
		h.must(err)
		if len(given) != 1 || given[id] != Favourable {
			t.Errorf("given %v", given)
		}
		h.wants(h.WithdrawOpinion(h.ctx, other, ada.ID), ErrNotFound)

		h.wants(h.Reveal(h.ctx, id, ada.ID, RevealIdentity, ""), ErrInvalid)
		h.wants(h.Reveal(h.ctx, id, ada.ID, "all", "why"), ErrInvalid)
		h.must(h.Reveal(h.ctx, id, ada.ID, RevealIdentity, "interview"))
		h.must(h.Reveal(h.ctx, id, ada.ID, RevealOpinions, "panel"))
		mine, err := h.Revealed(h.ctx, v.ID, ada.ID, RevealIdentity)
		h.must(err)
		theirs, err := h.Revealed(h.ctx, v.ID, ben.ID, RevealIdentity)
		h.must(err)
		if !mine[id] || mine[other] || len(theirs) != 0 {
			t.Errorf("revealed to one %v, to the other %v", mine, theirs)
		}

		act := Act{ApplicationID: id, Version: h.application(id).Version, AuthorID: ben.ID}
		h.must(h.RecordOverride(h.ctx, act, "licence", m, "seen"))
		act.Version++
		h.must(h.AssignReviewer(h.ctx, act, ada.ID))
		act.Version++
		h.must(h.AssignReviewer(h.ctx, act, 0))
		said, err := h.MachineVerdicts(h.ctx, v.ID, ada.ID, []int64{id, other})
		h.must(err)
		if len(said[id]) != 1 || said[id][0].Verdict != m || len(said[other]) != 0 {
			t.Errorf("colleagues said %v", said)
		}

		view, err := h.ApplicationView(h.ctx, id)
		h.must(err)
		if len(view.Opinions) != 2 || len(view.Reveals) != 2 || !view.Mode.Anonymous || view.Names[ben.ID] != ben.Name {
			t.Errorf("view: %d opinions, %d reveals, mode %+v, names %v", len(view.Opinions), len(view.Reveals), view.Mode, view.Names)
		}
		var told []HistoryKind
		for _, line := range view.History() {
			told = append(told, line.Kind)
		}
		for _, want := range []HistoryKind{HistoryOpinion, HistoryUnveiled, HistoryOpened, HistoryAssigned, HistoryUnassigned} {
			if !slices.Contains(told, want) {
				t.Errorf("the history %v does not tell %s", told, want)
			}
		}
		h.must(h.WithdrawOpinion(h.ctx, id, ada.ID))
		if _, err := h.VerifyEvents(h.ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestMentionsAreSeenAndPresenceFades(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, ada, ben := h.vacancy("agent"), h.user("ada"), h.user("ben")
		id := h.person(v, "Awa Exemple", 0, m, n, u)
		h.must(h.AddNote(h.ctx, id, ada.ID, "@ben look", ben.ID, ben.ID, ada.ID, 999))
		unseen, err := h.UnseenMentions(h.ctx, ben.ID)
		h.must(err)
		own, err := h.UnseenMentions(h.ctx, ada.ID)
		h.must(err)
		if unseen != 1 || own != 0 {
			t.Errorf("%d and %d mentions, want one of the colleague", unseen, own)
		}
		rows, err := h.Mentions(h.ctx, ben.ID)
		h.must(err)
		if len(rows) != 1 || rows[0].Body != "@ben look" || rows[0].Name != "Awa Exemple" || rows[0].Seen || rows[0].AuthorID != ada.ID {
			t.Errorf("mentions %+v", rows)
		}
		h.must(h.SeeMentions(h.ctx, id, ben.ID))
		if rows, err = h.Mentions(h.ctx, ben.ID); err != nil || !rows[0].Seen {
			t.Errorf("mentions %+v, %v", rows, err)
		}

		names, err := h.Look(h.ctx, id, ada.ID)
		h.must(err)
		if len(names) != 0 {
			t.Errorf("alone with %v", names)
		}
		if names, err = h.Look(h.ctx, id, ben.ID); err != nil || !slices.Equal(names, []string{ada.Name}) {
			t.Errorf("looking with %v, %v", names, err)
		}
		before := h.count("events")
		h.clock.Advance(PresenceFor + time.Second)
		if names, err = h.Look(h.ctx, id, ben.ID); err != nil || len(names) != 0 || h.count("presences") != 1 || h.count("events") != before {
			t.Errorf("later with %v, %v; %d rows", names, err, h.count("presences"))
		}
		_, err = h.Look(h.ctx, 999, ben.ID)
		h.wants(err, ErrNotFound)
	})
}

func TestFiguresAndPanelCountEveryApplication(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, ada := h.vacancy("agent"), h.user("ada")
		a := h.person(v, "Awa Exemple", 0, m, n, u)
		h.person(v, "Lou Exemple", time.Hour, m, m, m)
		act := func() Act {
			return Act{ApplicationID: a, Version: h.application(a).Version, AuthorID: ada.ID}
		}
		h.must(h.RecordOverride(h.ctx, act(), "licence", m, "seen"))
		h.must(h.RecordDecision(h.ctx, act(), screening.StageShortlisted, ""))
		h.must(h.RecordDecision(h.ctx, act(), screening.StageInterview, ""))
		list, err := h.ChecklistAt(h.ctx, v.ID, 1)
		h.must(err)
		f, err := h.Figures(h.ctx, v.ID, list)
		h.must(err)
		changed := 0
		for _, k := range f.Changed {
			changed += k
		}
		if len(f.Received) != 2 || f.Assessed != 2 || f.Waiting != 1 || len(f.FirstActs) != 1 || f.Reached[screening.StageShortlisted] != 1 || f.ByStage[screening.StageInterview] != 1 || changed != 1 {
			t.Errorf("figures %+v", f)
		}
		rows, err := h.PanelRows(h.ctx, v.ID, 1, nil)
		h.must(err)
		kept, err := h.PanelRows(h.ctx, v.ID, 1, []screening.Stage{screening.StageInterview})
		h.must(err)
		if len(rows) != 2 || rows[0].Name != "Awa Exemple" || rows[0].Verdicts == "" || len(kept) != 1 || kept[0].ID != a {
			t.Errorf("panel %+v, kept %+v", rows, kept)
		}
		authors, err := h.PanelAuthors(h.ctx, v.ID)
		h.must(err)
		if !slices.Equal(authors, []string{ada.Name}) {
			t.Errorf("authors %v", authors)
		}
	})
}
