package sample

import (
	"bytes"
	"encoding/json"
	"net/mail"
	"os"
	"strings"
	"testing"
	"time"

	"dossier/screening"
)

// clocks are moments a demo may be started at: before everything, between the deadlines,
// inside the open vacancy, on days the clock changes, and years later.
var clocks = []string{
	"2023-05-01T10:00:00Z", "2024-11-30T23:30:00+01:00", "2025-02-18T00:00:00Z", "2026-06-20T09:00:00+02:00",
	"2026-07-03T23:30:00+02:00", "2026-07-04T00:30:00+02:00", "2026-11-22T02:00:00Z", "2027-03-28T02:30:00+01:00", "2033-10-30T12:00:00Z",
}

func clock(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestOneVacancyIsOpenAtAnyTime(t *testing.T) {
	for _, c := range clocks {
		now := clock(t, c)
		for _, v := range Vacancies(now) {
			left := v.Deadline.At.Sub(now)
			if open := left > 0; open != (v.ID == OpenVacancy) {
				t.Errorf("%s: %s closes at %s", c, v.ID, v.Deadline.At)
			}
			if v.ID == OpenVacancy && (left < 8*24*time.Hour || left > 12*24*time.Hour) {
				t.Errorf("%s: %s stays open for %s", c, v.ID, left)
			}
		}
	}
}

func TestMessagesStayOnTheirSideOfTheDeadline(t *testing.T) {
	deadlines := func(now time.Time) map[string]screening.Deadline {
		m := map[string]screening.Deadline{}
		for _, v := range Vacancies(now) {
			m[v.ID] = *v.Deadline
		}
		return m
	}
	written := deadlines(time.Time{})
	side := map[string]bool{}
	late := 0
	for _, m := range Messages(time.Time{}) {
		side[m.Name] = m.ReceivedAt.Before(written[m.Vacancy].At)
		if !side[m.Name] {
			late++
		}
	}
	if late == 0 {
		t.Error("no message of the sample is late: the late case is lost")
	}
	for _, c := range clocks {
		now := clock(t, c)
		moved := deadlines(now)
		for _, m := range Messages(now) {
			if got := m.ReceivedAt.Before(moved[m.Vacancy].At); got != side[m.Name] {
				t.Errorf("%s: %s received %s, deadline %s: in time %t, want %t", c, m.Name, m.ReceivedAt, moved[m.Vacancy].At, got, side[m.Name])
			}
			if !m.ReceivedAt.Before(now) {
				t.Errorf("%s: %s received %s, in the future", c, m.Name, m.ReceivedAt)
			}
		}
	}
}

func TestMessagesKeepEverythingButTheirTimes(t *testing.T) {
	now := clock(t, "2033-10-30T12:00:00Z")
	written := map[string]Message{}
	for _, m := range Messages(time.Time{}) {
		written[m.Name] = m
	}
	if len(written) != 31 {
		t.Fatalf("%d messages, want 31", len(written))
	}
	moved := 0
	for _, m := range Messages(now) {
		before := written[m.Name]
		if m.ReceivedAt.Equal(before.ReceivedAt) {
			if !bytes.Equal(m.Raw, before.Raw) {
				t.Errorf("%s: not moved, and yet changed", m.Name)
			}
			continue
		}
		moved++
		got, err := mail.ReadMessage(bytes.NewReader(m.Raw))
		if err != nil {
			t.Fatalf("%s: %v", m.Name, err)
		}
		want, err := mail.ReadMessage(bytes.NewReader(before.Raw))
		if err != nil {
			t.Fatalf("%s: %v", m.Name, err)
		}
		by := m.ReceivedAt.Sub(before.ReceivedAt)
		gotDate, err := got.Header.Date()
		if err != nil {
			t.Fatalf("%s: %v", m.Name, err)
		}
		wantDate, err := want.Header.Date()
		if err != nil {
			t.Fatalf("%s: %v", m.Name, err)
		}
		if !gotDate.Equal(wantDate.Add(by)) {
			t.Errorf("%s: Date %s, want %s", m.Name, gotDate, wantDate.Add(by))
		}
		at, err := receivedAt(m.Raw)
		if err != nil || !at.Equal(m.ReceivedAt) {
			t.Errorf("%s: Received line says %s (%v), want %s", m.Name, at, err, m.ReceivedAt)
		}
		for name := range want.Header {
			if name == "Date" || name == "Received" {
				continue
			}
			if g, w := got.Header.Get(name), want.Header.Get(name); g != w {
				t.Errorf("%s: %s: %q, want %q", m.Name, name, g, w)
			}
		}
		if _, g := head(m.Raw); !bytes.HasSuffix(before.Raw, g) || len(g) == 0 {
			t.Errorf("%s: the body changed", m.Name)
		}
		if bytes.Count(m.Raw, []byte("\n")) != bytes.Count(m.Raw, []byte("\r\n")) {
			t.Errorf("%s: bare line ends", m.Name)
		}
	}
	if moved == 0 {
		t.Error("no message moved")
	}
}

func TestSampleAgreesWithItsTruth(t *testing.T) {
	b, err := os.ReadFile("testdata/truth.json")
	if err != nil {
		t.Fatal(err)
	}
	var truth map[string]struct {
		Kind       string                       `json:"kind"`
		VacancyIDs []string                     `json:"vacancy_ids"`
		ReceivedAt time.Time                    `json:"received_at"`
		MessageID  string                       `json:"message_id"`
		Verdicts   map[string]map[string]string `json:"verdicts"`
	}
	if err := json.Unmarshal(b, &truth); err != nil {
		t.Fatal(err)
	}
	criteria := map[string][]string{}
	for _, v := range Vacancies(time.Time{}) {
		for _, c := range v.Criteria {
			criteria[v.ID] = append(criteria[v.ID], c.ID)
		}
	}
	messages := Messages(time.Time{})
	if len(truth) != len(messages) {
		t.Errorf("truth of %d messages, want %d", len(truth), len(messages))
	}
	for _, m := range messages {
		want, ok := truth[m.Name]
		if !ok {
			t.Errorf("%s: no truth", m.Name)
			continue
		}
		if !m.ReceivedAt.Equal(want.ReceivedAt) {
			t.Errorf("%s: received %s, want %s", m.Name, m.ReceivedAt, want.ReceivedAt)
		}
		if id := headerValue(m.Raw, "Message-ID"); id != want.MessageID {
			t.Errorf("%s: Message-ID %s, want %s", m.Name, id, want.MessageID)
		}
		for vacancy, verdicts := range want.Verdicts {
			if vacancy != m.Vacancy {
				t.Errorf("%s: delivered to %s, judged for %s", m.Name, m.Vacancy, vacancy)
			}
			for _, id := range criteria[vacancy] {
				if verdicts[id] == "" {
					t.Errorf("%s: no verdict for %s", m.Name, id)
				}
			}
			if len(verdicts) != len(criteria[vacancy]) {
				t.Errorf("%s: %d verdicts, want %d", m.Name, len(verdicts), len(criteria[vacancy]))
			}
		}
	}
}

func TestLateArrivalsAreForTheOpenVacancy(t *testing.T) {
	now := clock(t, "2026-11-22T02:00:00Z")
	late := LateArrivals()
	if len(late) != 3 {
		t.Fatalf("%d late arrivals, want 3", len(late))
	}
	names := map[string]bool{}
	for _, m := range Messages(now) {
		names[headerValue(m.Raw, "Message-ID")] = true
	}
	for _, m := range late {
		if m.Vacancy != OpenVacancy {
			t.Errorf("%s is for %s", m.Name, m.Vacancy)
		}
		if names[headerValue(m.Raw, "Message-ID")] {
			t.Errorf("%s is in the mailbox already", m.Name)
		}
		got, err := receivedAt(m.ReceivedNow(now).Raw)
		if err != nil || !got.Equal(now) {
			t.Errorf("%s: received %s (%v), want %s", m.Name, got, err, now)
		}
	}
	if !names[headerValue(late[2].Raw, "In-Reply-To")] {
		t.Error("the correction answers no message of the sample")
	}
}

func TestStatementsAreInBothLanguages(t *testing.T) {
	var check func(where string, list []screening.Criterion, top bool)
	check = func(where string, list []screening.Criterion, top bool) {
		for _, c := range list {
			if top && (c.Statement.FR == "" || c.Statement.EN == "") {
				t.Errorf("%s: %s: %+v", where, c.ID, c.Statement)
			}
			check(where, c.Criteria, false)
		}
	}
	for _, v := range Vacancies(time.Time{}) {
		check(v.ID, v.Criteria, true)
	}
}

func TestEveryAddressIsFictitious(t *testing.T) {
	for _, m := range append(Messages(time.Time{}), LateArrivals()...) {
		for _, name := range []string{"From", "To", "Cc", "Return-Path", "Delivered-To"} {
			v := headerValue(m.Raw, name)
			if strings.Contains(v, "@") && strings.Count(v, "@") != strings.Count(v, ".example") {
				t.Errorf("%s: %s: %s", m.Name, name, v)
			}
		}
	}
}
