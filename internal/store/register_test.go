package store

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/screening"
	"dossier/screening/fact"
)

func (h *house) count(table string) int64 {
	h.t.Helper()
	var n int64
	h.must(h.reader(h.ctx).Table(table).Count(&n).Error)
	return n
}

func TestRegisteringTwiceGivesTheSameRows(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		one, two := h.vacancy("one"), h.vacancy("two")
		reg := registration(two, h.message(0), "Awa@Mail.example ")
		reg.Routes = append(reg.Routes, NewRoute{VacancyID: one.ID, Became: ClassApplication, Rule: "subject", ToConfirm: true})
		first, err := h.RegisterApplication(h.ctx, reg)
		h.must(err)
		tables := map[string]int64{"applicants": 1, "applicant_addresses": 1, "applicant_phones": 1, "applications": 2, "documents": 4, "routes": 2}
		for range 2 {
			again, err := h.RegisterApplication(h.ctx, reg)
			h.must(err)
			if !slices.Equal(first, again) {
				t.Errorf("got %+v, want %+v", again, first)
			}
			for table, want := range tables {
				if got := h.count(table); got != want {
					t.Errorf("%s has %d rows, want %d", table, got, want)
				}
			}
		}
		if len(first) != 2 || first[0].VacancyID != one.ID || first[1].Became != ClassApplication {
			t.Errorf("registered: %+v", first)
		}
		m, err := h.MessageByID(h.ctx, reg.MessageID)
		h.must(err)
		if m.State != Routed || m.Class != ClassApplication || m.ClaimedBy != "" {
			t.Errorf("message: %+v", m)
		}
		a := h.application(first[0].ApplicationID)
		if a.Stage != screening.StageNew || !a.ReceivedAt.Equal(monday) || a.AfterClose || a.DocumentsRev == a.AssessedRev || a.Version != 1 {
			t.Errorf("application: %+v", a)
		}
		routes, err := h.RoutesOf(h.ctx, m.ID)
		h.must(err)
		if len(routes) != 2 || !routes[0].ToConfirm || routes[0].Rule != "subject" {
			t.Errorf("routes: %+v", routes)
		}
		_, err = h.RegisterApplication(h.ctx, Registration{MessageID: m.ID})
		h.wants(err, ErrInvalid)
	})
}

func TestASecondMessageOfAPersonJoinsTheirApplication(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		first := h.apply(v, h.message(0), "awa@mail.example")
		second := h.apply(v, h.message(time.Hour), "awa@mail.example")
		if second.ApplicationID != first.ApplicationID || second.Became != ClassUpdate {
			t.Errorf("second: %+v, first %+v", second, first)
		}
		copied := registration(v, h.message(2*time.Hour), "else@mail.example")
		copied.Routes[0].ApplicationID, copied.Routes[0].Became = first.ApplicationID, ClassDuplicate
		out, err := h.RegisterApplication(h.ctx, copied)
		h.must(err)
		if out[0].ApplicationID != first.ApplicationID || out[0].Became != ClassDuplicate {
			t.Errorf("copy: %+v", out)
		}
		if n := len(h.documents(first.ApplicationID)); n != 4 {
			t.Errorf("%d documents, want 4: two of the first, two of the update, none of the copy", n)
		}
		if got := h.again(Message{ID: copied.MessageID}); got.Class != ClassDuplicate {
			t.Errorf("the copy's class is %q", got.Class)
		}
		if n := h.count("applicants"); n != 1 {
			t.Errorf("%d applicants, want 1", n)
		}
		if n := h.count("applicant_addresses"); n != 1 {
			t.Errorf("%d addresses, want 1: a forwarder's is not the applicant's", n)
		}
	})
}

func TestTheMessageReceivedFirstIsTheApplication(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		update, original := h.message(48*time.Hour), h.message(time.Hour)
		app := h.apply(v, update, "awa@mail.example").ApplicationID
		if !h.application(app).AfterClose {
			t.Error("what came after the deadline is not marked")
		}
		got := h.apply(v, original, "awa@mail.example")
		if got.ApplicationID != app || got.Became != ClassApplication {
			t.Errorf("the original: %+v", got)
		}
		a := h.application(app)
		if !a.ReceivedAt.Equal(*original.ReceivedAt) || a.FirstMessageID != original.ID || a.AfterClose {
			t.Errorf("application: %+v", a)
		}
		if got := h.again(update); got.Class != ClassUpdate {
			t.Errorf("the later message is still %q", got.Class)
		}
		routes, err := h.RoutesOf(h.ctx, update.ID)
		h.must(err)
		if routes[0].Became != ClassUpdate {
			t.Errorf("its route still says %q", routes[0].Became)
		}
	})
}

func TestOneAddressMayBelongToTwoPeople(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		first := h.apply(v, h.message(0), "family@mail.example")
		reg := registration(v, h.message(0), "family@mail.example")
		reg.Applicant.Name = "Omar Ndiaye"
		second, err := h.RegisterApplication(h.ctx, reg)
		h.must(err)
		if second[0].ApplicantID == first.ApplicantID || second[0].ApplicationID == first.ApplicationID {
			t.Errorf("merged: %+v and %+v", first, second[0])
		}
		reg = registration(v, h.message(0), "family@mail.example")
		reg.Applicant.Name = "NDIAYE Awa"
		reg.SamePerson = func(a, b string) bool {
			return strings.EqualFold(a, "awa ndiaye") && strings.EqualFold(b, "ndiaye awa")
		}
		third, err := h.RegisterApplication(h.ctx, reg)
		h.must(err)
		if third[0].ApplicantID != first.ApplicantID {
			t.Errorf("the caller's rule was not asked: %+v", third[0])
		}
	})
}

func TestOnePersonRegisteredByManyWorkersIsOneApplicant(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		var regs []Registration
		for range 8 {
			regs = append(regs, registration(v, h.message(0), "awa@mail.example"))
		}
		stores := []*Store{h.Store, h.reopen()}
		var group sync.WaitGroup
		for i, reg := range regs {
			group.Go(func() {
				if _, err := stores[i%2].RegisterApplication(h.ctx, reg); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		for table, want := range map[string]int64{"applicants": 1, "applications": 1, "routes": 8, "documents": 16} {
			if got := h.count(table); got != want {
				t.Errorf("%s has %d rows, want %d", table, got, want)
			}
		}
		var first int64
		h.must(h.reader(h.ctx).Model(&Route{}).Where("became = 'application'").Count(&first).Error)
		if first != 1 {
			t.Errorf("%d messages became the application, want 1", first)
		}
	})
}

func TestEarlierApplicationsAreFoundByAddressThreadOrFile(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v, other := h.vacancy("one"), h.vacancy("two")
		a := h.apply(v, h.message(0), "awa@mail.example").ApplicationID
		h.apply(other, h.message(0), "awa@mail.example")
		for name, q := range map[string]EarlierQuery{
			"address": {VacancyID: v.ID, Email: "AWA@mail.example"},
			"thread":  {VacancyID: v.ID, ApplicationIDs: []int64{a}},
			"file":    {VacancyID: v.ID, FileHashes: []string{strings.Repeat("a", 64)}},
		} {
			got, err := h.EarlierApplications(h.ctx, q)
			h.must(err)
			if len(got) != 1 || got[0].ApplicationID != a || got[0].Name != "Awa Ndiaye" || !slices.Equal(got[0].Emails, []string{"awa@mail.example"}) ||
				!slices.Equal(got[0].FileHashes, []string{strings.Repeat("a", 64)}) || !slices.Equal(got[0].BodyHashes, []string{strings.Repeat("b", 64)}) {
				t.Errorf("%s: %+v", name, got)
			}
		}
		for name, q := range map[string]EarlierQuery{
			"nothing":      {VacancyID: v.ID},
			"body is none": {VacancyID: v.ID, FileHashes: []string{strings.Repeat("b", 64)}},
			"stranger":     {VacancyID: v.ID, Email: "x@mail.example"},
		} {
			if got, err := h.EarlierApplications(h.ctx, q); err != nil || len(got) != 0 {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
	})
}

func TestMessagesThatAreNoApplicationsAreSettled(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("one")
		bounce, lost := h.message(0), h.message(0)
		h.must(h.SetAside(h.ctx, bounce.ID, Conclusion{Class: ClassBounce, Reason: "bounce.null_sender", Trace: []byte(`{"rule":"x"}`), VacancyIDs: []int64{v.ID}}))
		h.must(h.Unrouted(h.ctx, lost.ID, Conclusion{Reason: "no_vacancy"}))
		if got := h.again(bounce); got.State != SetAside || got.Class != ClassBounce || got.Reason != "bounce.null_sender" || string(got.Trace) != `{"rule":"x"}` {
			t.Errorf("bounce: %+v", got)
		}
		if got := h.again(lost); got.State != Unrouted || got.Class != "" {
			t.Errorf("lost: %+v", got)
		}
		if _, ok, err := h.ClaimMessage(h.ctx, worker); ok || err != nil {
			t.Errorf("a settled message is claimed: %v, %v", ok, err)
		}
		// A person finds the vacancy after all.
		got := h.apply(v, lost, "awa@mail.example")
		if got.Became != ClassApplication || h.again(lost).State != Routed {
			t.Errorf("registered by hand: %+v, %s", got, h.again(lost).State)
		}
		h.wants(h.SetAside(h.ctx, lost.ID, Conclusion{Class: ClassSpam}), ErrConflict)
		h.wants(h.SaveParsed(h.ctx, lost.ID, Summary{}), ErrConflict)
		h.wants(h.Unrouted(h.ctx, 999, Conclusion{}), ErrNotFound)
	})
}

func TestALaterDocumentOfItsTypeReplacesTheEarlier(t *testing.T) {
	at := func(id, message int64, hours int, is fact.DocumentType, name string) Document {
		return Document{ID: id, MessageID: message, ReceivedAt: monday.Add(time.Duration(hours) * time.Hour), Type: is, State: Read, Name: name}
	}
	body := func(d Document) Document { d.Body = true; return d }
	said := func(d Document, is fact.DocumentType) Document { d.TypeByPerson = is; return d }
	failed := func(d Document) Document { d.State = Unreadable; return d }
	for name, c := range map[string]struct {
		docs []Document
		want map[int64]int64
	}{
		"two CVs of one message stay": {[]Document{at(1, 1, 0, fact.CV, "fr.pdf"), at(2, 1, 0, fact.CV, "en.pdf")}, nil},
		"a corrected CV":              {[]Document{at(2, 2, 1, fact.CV, "b.pdf"), at(1, 1, 0, fact.CV, "a.pdf")}, map[int64]int64{1: 2}},
		"three in a row, each by the next": {[]Document{at(1, 1, 0, fact.CV, "a"), at(2, 2, 1, fact.CV, "b"), at(3, 3, 2, fact.CV, "c")},
			map[int64]int64{1: 2, 2: 3}},
		"a letter does not replace a CV": {[]Document{at(1, 1, 0, fact.CV, "a"), at(2, 2, 1, fact.CoverLetter, "b")}, nil},
		"one file for both": {[]Document{at(1, 1, 0, fact.CV, "a"), at(2, 1, 0, fact.CoverLetter, "b"), at(3, 2, 1, fact.Combined, "c")},
			map[int64]int64{1: 3, 2: 3}},
		"a second diploma stays beside the first": {[]Document{at(1, 1, 0, fact.Diploma, "bsc.pdf"), at(2, 2, 1, fact.Diploma, "msc.pdf")}, nil},
		"the same diploma again":                  {[]Document{at(1, 1, 0, fact.Diploma, "msc.pdf"), at(2, 2, 1, fact.Diploma, "msc.pdf")}, map[int64]int64{1: 2}},
		"bodies have one name and stay":           {[]Document{body(at(1, 1, 0, fact.Other, "(body)")), body(at(2, 2, 1, fact.Other, "(body)"))}, nil},
		"an unreadable CV replaces nothing":       {[]Document{at(1, 1, 0, fact.CV, "a"), failed(at(2, 2, 1, fact.CV, "b"))}, nil},
		"a person's word counts":                  {[]Document{at(1, 1, 0, fact.CV, "a"), said(at(2, 2, 1, fact.Other, "b"), fact.CV)}, map[int64]int64{1: 2}},
	} {
		got := superseded(c.docs)
		if len(got) != len(c.want) {
			t.Errorf("%s: %d changes, want %d", name, len(got), len(c.want))
		}
		for id, by := range c.want {
			if got[id] == nil || *got[id] != by {
				t.Errorf("%s: document %d is not replaced by %d", name, id, by)
			}
		}
	}
	two := int64(2)
	old := at(1, 1, 0, fact.CV, "a")
	old.SupersededBy = &two
	got := superseded([]Document{old, at(2, 2, 1, fact.CoverLetter, "b")})
	if by, ok := got[1]; !ok || by != nil {
		t.Errorf("a replacement that turned out to be a letter still replaces: %v", fmt.Sprint(got))
	}
}
