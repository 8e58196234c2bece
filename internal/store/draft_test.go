package store

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"dossier/screening"
)

func draftLines() []DraftLine {
	return []DraftLine{
		{Origin: FromNotice, Sentence: 3, Criterion: screening.Criterion{ID: "french", Kind: "language", Importance: screening.Required,
			Statement: screening.Statement{Plain: "French."}, Params: json.RawMessage(`{"language":"fr","min_level":"C1"}`)}},
		{Origin: FromNotice, Sentence: 4, Criterion: screening.Criterion{ID: "licence", Kind: "licence", Importance: screening.Asset,
			Statement: screening.Statement{Plain: "Drives."}, Params: json.RawMessage(`{"licence":"B"}`)}},
		{Origin: FromNotice, Sentence: 5, Criterion: screening.Criterion{ID: "age", Kind: "age", Importance: screening.Required, Sensitive: true,
			Statement: screening.Statement{Plain: "Under 30."}, Params: json.RawMessage(`{"max":29}`)}},
	}
}

func (h *house) drafted(author int64) (Vacancy, ChecklistDraft) {
	h.t.Helper()
	v, err := h.DraftVacancy(h.ctx, NewDraft{Head: DraftHead{Title: "Chargé·e de mission, Nairobi"}, Lines: draftLines(), AuthorID: author,
		Notice: &NoticeReading{Text: "French."}})
	h.must(err)
	d, err := h.Draft(h.ctx, v.ID)
	h.must(err)
	return v, d
}

func (h *house) change(v Vacancy, author int64, f func(*DraftBody, time.Time) error) error {
	_, err := h.ChangeDraft(h.ctx, DraftAct{VacancyID: v.ID, AuthorID: author, Act: "line.changed"}, f)
	return err
}

func TestDraftedLinesAreInertUntilAPersonApprovesThem(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user("rita")
		v, d := h.drafted(u.ID)
		if v.Slug != "charge-e-de-mission-nairobi" || v.State != VacancyDraft || len(d.Body.Lines) != 3 || d.Notice == nil || d.Notice.Text != "French." {
			t.Fatalf("draft: %+v, %+v", v, d)
		}
		by, act := By{UserID: u.ID, Name: u.Name}, DraftAct{VacancyID: v.ID, AuthorID: u.ID}
		_, err := h.PublishDraft(h.ctx, act, d.Version, by, "", true)
		h.wants(err, ErrInvalid)
		h.must(h.change(v, u.ID, func(b *DraftBody, now time.Time) error { return b.Approve("french", 0, u.ID, now) }))
		d, err = h.Draft(h.ctx, v.ID)
		h.must(err)
		done, err := h.PublishDraft(h.ctx, act, d.Version, by, "", true)
		h.must(err)
		if done != (Publication{Version: 1, New: true, Opened: true}) {
			t.Errorf("published: %+v", done)
		}
		list, err := h.LatestChecklist(h.ctx, v.ID)
		h.must(err)
		if len(list.Checklist.Criteria) != 1 || list.Checklist.Criteria[0].ID != "french" || list.Lines["french"].ApprovedBy != u.ID {
			t.Errorf("checklist: %+v", list)
		}
		d, err = h.Draft(h.ctx, v.ID)
		h.must(err)
		if d.Body.Pending() != 2 || h.vacancyNow(v).State != VacancyOpen {
			t.Errorf("what was not approved is gone: %+v", d.Body)
		}
		// Saying the same again makes no version.
		again, err := h.PublishDraft(h.ctx, act, d.Version, by, "", false)
		h.must(err)
		if again.New || again.Version != 1 {
			t.Errorf("again: %+v", again)
		}
		// A change needs a reason, and its approval.
		h.must(h.change(v, u.ID, func(b *DraftBody, now time.Time) error { return b.Approve("licence", 0, u.ID, now) }))
		d, err = h.Draft(h.ctx, v.ID)
		h.must(err)
		_, err = h.PublishDraft(h.ctx, act, d.Version, by, " ", false)
		h.wants(err, ErrInvalid)
		if done, err = h.PublishDraft(h.ctx, act, d.Version, by, "The post needs a driver", false); err != nil || done.Version != 2 {
			t.Errorf("second version: %+v, %v", done, err)
		}
		all, err := h.Checklists(h.ctx, v.ID)
		h.must(err)
		if len(all) != 2 || all[0].Reason != "The post needs a driver" {
			t.Errorf("versions: %+v", all)
		}
	})
}

func TestTwoPeopleMayEditDifferentLinesAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		a, b := h.user("rita"), h.user("bob")
		v, _ := h.drafted(a.ID)
		h.must(h.change(v, a.ID, func(d *DraftBody, now time.Time) error { return d.Approve("french", 0, a.ID, now) }))
		h.must(h.change(v, b.ID, func(d *DraftBody, _ time.Time) error { return d.Weigh("licence", 0, screening.Required) }))
		h.wants(h.change(v, b.ID, func(d *DraftBody, _ time.Time) error { return d.Remove("french", 0) }), ErrConflict)
		d, err := h.Draft(h.ctx, v.ID)
		h.must(err)
		if len(d.Body.Lines) != 3 || d.Version != 3 || d.SavedBy != b.ID {
			t.Errorf("draft: %+v", d)
		}
		// A line that is changed after it was approved waits for a new approval.
		h.must(h.change(v, b.ID, func(d *DraftBody, _ time.Time) error {
			l, c := d.Line("french")
			changed := *c
			changed.Params = json.RawMessage(`{"language":"fr","min_level":"B2"}`)
			return d.Change(changed, l.Rev)
		}))
		d, err = h.Draft(h.ctx, v.ID)
		h.must(err)
		if d.Body.Lines[0].Approved() {
			t.Error("what nobody has seen is approved")
		}
		h.wants(h.change(v, 0, func(*DraftBody, time.Time) error { return nil }), ErrInvalid)
	})
}

func TestUndoGivesBackWhatStoodThere(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user("rita")
		v, _ := h.drafted(u.ID)
		act := DraftAct{VacancyID: v.ID, AuthorID: u.ID}
		h.must(h.change(v, u.ID, func(b *DraftBody, _ time.Time) error { return b.Remove("licence", 0) }))
		d, err := h.Draft(h.ctx, v.ID)
		h.must(err)
		h.wants(h.UndoDraft(h.ctx, act, d.Version-1), ErrConflict)
		h.must(h.UndoDraft(h.ctx, act, d.Version))
		d, err = h.Draft(h.ctx, v.ID)
		h.must(err)
		if len(d.Body.Lines) != 3 || d.Body.Lines[1].Criterion.ID != "licence" {
			t.Errorf("lines: %+v", d.Body.Lines)
		}
		if d.Body.Lines[1].Rev == 0 {
			t.Error("a form made before the undo would still be taken")
		}
		h.wants(h.UndoDraft(h.ctx, act, d.Version), ErrNotFound)
		for range maxDraftSteps + 5 {
			h.must(h.change(v, u.ID, func(b *DraftBody, _ time.Time) error { b.Head.Place += "x"; return nil }))
		}
		steps, err := h.DraftSteps(h.ctx, v.ID, 1000)
		h.must(err)
		if len(steps) != maxDraftSteps {
			t.Errorf("%d steps kept, want %d", len(steps), maxDraftSteps)
		}
	})
}

func TestGroupsAreMadeFilledAndTakenApart(t *testing.T) {
	b := DraftBody{Lines: draftLines()}
	rev := func(id string) int64 { l, _ := b.Line(id); return l.Rev }
	group, err := b.Wrap("french", 0, "any_of")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Gather("licence", 0, group); err != nil {
		t.Fatal(err)
	}
	if len(b.Lines) != 2 || len(b.Lines[0].Criterion.Criteria) != 2 || b.Lines[0].Criterion.Importance != screening.Required {
		t.Fatalf("lines: %+v", b.Lines)
	}
	inner, err := b.Wrap("licence", rev("licence"), "all_of")
	if err != nil || inner == group {
		t.Fatalf("nested: %s, %v", inner, err)
	}
	if err := b.Move("french", rev("french"), 1); err != nil || b.Lines[0].Criterion.Criteria[1].ID != "french" {
		t.Errorf("order: %+v, %v", b.Lines[0].Criterion.Criteria, err)
	}
	if err := b.Release("licence", rev("licence")); err != nil || len(b.Lines) != 3 || b.Lines[1].Criterion.Importance != screening.Required {
		t.Errorf("released: %+v, %v", b.Lines, err)
	}
	if l, _ := b.Line(inner); l != nil {
		t.Error("an empty group stays")
	}
	if err := b.Remove("french", rev("french")); err != nil {
		t.Fatal(err)
	}
	if l, _ := b.Line(group); l != nil || len(b.Lines) != 2 {
		t.Errorf("an empty group stays: %+v", b.Lines)
	}
	if err := b.Gather("age", rev("age"), "age"); !errors.Is(err, ErrConflict) {
		t.Errorf("into itself: %v", err)
	}
	if err := b.Move("age", rev("age"), -9); err != nil || b.Lines[0].Criterion.ID != "age" {
		t.Errorf("moved: %+v, %v", b.Lines, err)
	}
}

func TestSensitiveLineIsHeldUntilItsBasisIsTyped(t *testing.T) {
	b := DraftBody{Lines: draftLines()}
	at := monday
	if err := b.Ground("french", 0, "Article 1", 7, at); !errors.Is(err, ErrInvalid) {
		t.Errorf("a line that needs none: %v", err)
	}
	if err := b.Ground("age", 0, " Décret 2011-1, art. 2 ", 7, at); err != nil {
		t.Fatal(err)
	}
	l, c := b.Line("age")
	if c.ForReader() || c.LegalBasis != "Décret 2011-1, art. 2" || l.LegalBy != 7 || !l.LegalAt.Equal(at) || l.Approved() {
		t.Errorf("line: %+v", l)
	}
	if err := b.Ground("age", l.Rev, "", 7, at); err != nil || !c.ForReader() || l.LegalBy != 0 {
		t.Errorf("taken back: %+v, %v", l, err)
	}
}

func TestDraftNamesItsGaps(t *testing.T) {
	whole := DraftBody{Head: DraftHead{Title: "Expert", Organisation: "Rive", Place: "Dakar", Addresses: []string{"a@rive.example"},
		Day: "2026-11-30", Hour: "16:00", Zone: "Africa/Dakar", Inclusive: "no"}, Lines: draftLines()}
	whole.Lines[0].ApprovedBy = 1
	for _, c := range []struct {
		name   string
		change func(*DraftBody)
		want   []string
	}{
		{"nothing", func(*DraftBody) {}, nil},
		{"title", func(b *DraftBody) { b.Head.Title = "" }, []string{"title"}},
		{"nothing approved", func(b *DraftBody) { b.Lines[0].ApprovedBy = 0 }, []string{"criteria"}},
		{"a portal instead of an address", func(b *DraftBody) { b.Head.Addresses, b.Head.Portal = nil, "https://rive.example/apply" }, nil},
		{"neither", func(b *DraftBody) { b.Head.Addresses = nil }, []string{"address"}},
		{"wrong address", func(b *DraftBody) { b.Head.Addresses = []string{"a at rive"}; b.Head.Portal = "rive" }, []string{"address.wrong", "portal.wrong"}},
		{"no day", func(b *DraftBody) { b.Head.Day = "" }, []string{"deadline"}},
		{"wrong day", func(b *DraftBody) { b.Head.Day = "2026-02-30" }, []string{"deadline.wrong"}},
		{"no hour", func(b *DraftBody) { b.Head.Hour = "" }, []string{"deadline.hour"}},
		{"no zone", func(b *DraftBody) { b.Head.Zone = "Local" }, []string{"deadline.zone"}},
		{"not asked", func(b *DraftBody) { b.Head.Inclusive = "" }, []string{"deadline.inclusive"}},
		{"before midnight needs no question", func(b *DraftBody) { b.Head.Inclusive, b.Head.Hour = "", "23:59" }, nil},
		{"none on purpose", func(b *DraftBody) { b.Head.NoDeadline, b.Head.Day = true, "" }, nil},
	} {
		b, err := copyOf(whole)
		if err != nil {
			t.Fatal(err)
		}
		c.change(&b)
		if got := b.Gaps(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	d := whole.Head.Deadline()
	if d == nil || !d.At.Equal(time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC)) || d.Zone != "Africa/Dakar" {
		t.Errorf("deadline: %+v", d)
	}
}

func TestGraceCountsWhatArrivesALittleLate(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, u := h.vacancy("one"), h.user("rita")
		id := h.apply(v, h.message(time.Hour+10*time.Minute), "a@mail.example").ApplicationID
		list := checklist()
		list.Deadline.At = monday.Add(time.Hour)
		for _, c := range []struct {
			grace int
			late  bool
		}{{0, true}, {5, true}, {15, false}} {
			list.Deadline.GraceMinutes = c.grace
			v = h.vacancyNow(v)
			_, err := h.PublishChecklist(h.ctx, v.ID, v.Version, list, By{UserID: u.ID, Name: u.Name}, "grace")
			h.must(err)
			if got := h.application(id).AfterClose; got != c.late || h.vacancyNow(v).Deadline().GraceMinutes != c.grace {
				t.Errorf("%d minutes: late %v, want %v", c.grace, got, c.late)
			}
		}
	})
}

func TestEditingBeginsWithWhatIsPublished(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user("rita")
		list := screening.Checklist{Deadline: &screening.Deadline{At: monday.Truncate(time.Second).Add(7 * time.Second), Zone: "Africa/Dakar"}, AsOf: screening.DateOf(monday)}
		for _, l := range draftLines() {
			list.Criteria = append(list.Criteria, l.Criterion)
		}
		_, err := h.ApplyVacancy(h.ctx, NewVacancy{Slug: "one", Title: "Expert one", Language: "fr"}, list, By{Name: "a file"}, false)
		h.must(err)
		v, err := h.VacancyBySlug(h.ctx, "one")
		h.must(err)
		h.must(h.EditVacancy(h.ctx, v.ID, u.ID))
		h.must(h.EditVacancy(h.ctx, v.ID, u.ID))
		d, err := h.Draft(h.ctx, v.ID)
		h.must(err)
		if len(d.Body.Lines) != 3 || d.Body.Pending() != 0 || d.Body.Head.Title != v.Title || d.Body.Head.Zone == "" {
			t.Errorf("draft: %+v", d.Body)
		}
		act := DraftAct{VacancyID: v.ID, AuthorID: u.ID}
		done, err := h.PublishDraft(h.ctx, act, d.Version, By{UserID: u.ID, Name: u.Name}, "", false)
		h.must(err)
		if done.New {
			t.Error("nothing was changed, and a version was made")
		}
		h.must(h.change(v, u.ID, func(b *DraftBody, _ time.Time) error { b.Lines = b.Lines[:0]; return nil }))
		d, err = h.Draft(h.ctx, v.ID)
		h.must(err)
		gone, err := h.DiscardDraft(h.ctx, act, d.Version)
		h.must(err)
		d, err = h.Draft(h.ctx, v.ID)
		h.must(err)
		if gone || len(d.Body.Lines) == 0 {
			t.Errorf("discarded: %v, %+v", gone, d.Body)
		}
		empty, e := h.drafted(u.ID)
		gone, err = h.DiscardDraft(h.ctx, DraftAct{VacancyID: empty.ID, AuthorID: u.ID}, e.Version)
		h.must(err)
		if !gone {
			t.Error("a draft nobody published stays")
		}
		_, err = h.VacancyByID(h.ctx, empty.ID)
		h.wants(err, ErrNotFound)
	})
}

func TestVacancyIsPutAwayAndOpensAgainWithAReason(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, u := h.vacancy("one"), h.user("rita")
		by := By{UserID: u.ID, Name: u.Name}
		move := func(to VacancyState, reason string) error {
			v = h.vacancyNow(v)
			return h.MoveVacancy(h.ctx, v.ID, v.Version, to, by, reason)
		}
		h.wants(move(VacancyArchived, ""), ErrInvalid)
		h.must(move(VacancyClosed, ""))
		h.must(move(VacancyArchived, ""))
		v = h.vacancyNow(v)
		if v.Standing() != VacancyArchived || v.State != VacancyClosed {
			t.Errorf("stands at %s, state %s", v.Standing(), v.State)
		}
		h.wants(move(VacancyOpen, " "), ErrInvalid)
		h.must(move(VacancyOpen, "Nobody was found"))
		v = h.vacancyNow(v)
		if v.Standing() != VacancyOpen || v.ArchivedAt != nil {
			t.Errorf("stands at %s", v.Standing())
		}
		moves, err := h.VacancyMoves(h.ctx, v.ID)
		h.must(err)
		if len(moves) != 3 || moves[0].Reason != "Nobody was found" || moves[0].FromState != VacancyArchived || moves[0].AuthorName != u.Name {
			t.Errorf("moves: %+v", moves)
		}
	})
}

func TestTemplatesLeaveOutWhatBelongsToOneVacancy(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user("rita")
		c := draftLines()[2].Criterion
		c.LegalBasis, c.Source = "a law", &screening.Source{Quote: "Under 30."}
		h.must(h.KeepTemplate(h.ctx, "Stages", []screening.Criterion{c}, u.ID))
		h.must(h.KeepTemplate(h.ctx, "Stages", []screening.Criterion{c, draftLines()[0].Criterion}, u.ID))
		list, err := h.Templates(h.ctx)
		h.must(err)
		if len(list) != 1 || len(list[0].Criteria) != 2 || list[0].Criteria[0].LegalBasis != "" || list[0].Criteria[0].Source != nil || !list[0].Criteria[0].Sensitive {
			t.Errorf("templates: %+v", list)
		}
		h.wants(h.KeepTemplate(h.ctx, " ", []screening.Criterion{c}, u.ID), ErrInvalid)
		h.wants(h.KeepTemplate(h.ctx, " Stages", []screening.Criterion{c}, h.user("bob").ID), ErrTemplateTaken)
		if again, err := h.Templates(h.ctx); err != nil || len(again) != 1 || again[0].ID != list[0].ID || len(again[0].Criteria) != 2 {
			t.Errorf("a colleague's template is overwritten: %+v, %v", again, err)
		}
		var kept []Event
		h.must(h.reader(h.ctx).Where("act = ?", "template.kept").Order("id").Find(&kept).Error)
		if len(kept) != 2 || kept[1].ObjectID != list[0].ID || kept[1].ActorID != u.ID || kept[1].Details["replaced"] == "" {
			t.Errorf("trail: %+v", kept)
		}
		h.must(h.ForgetTemplate(h.ctx, list[0].ID))
	})
}
