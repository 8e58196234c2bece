package review

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"dossier/internal/store"
)

// explained tells the way of one message through intake.
type explained struct {
	Message store.Message
	Sender  string
	At      time.Time
	Steps   []step
	// Choices is nil when the reader may not sort the message, Letter when they may not
	// open it.
	Choices *choices
	Letter  *letterView
}

// step is one thing that happened to a message.
type step struct {
	// Icon is met, unclear, not-met or none.
	Icon, Title string
	Lines       []string
}

// traceOf is the part of a message's trace the page tells.
type traceOf struct {
	Class    string    `json:"kind"`
	Rule     string    `json:"rule"`
	Evidence string    `json:"evidence"`
	ToCheck  bool      `json:"to_check"`
	Routes   []routeOf `json:"routes"`
	Doubts   []string  `json:"doubts"`
	Warnings []string  `json:"warnings"`
}

type routeOf struct {
	Vacancy   string `json:"vacancy"`
	Rule      string `json:"rule"`
	Evidence  string `json:"evidence"`
	ToConfirm bool   `json:"to_confirm"`
}

func (r *request) explained(id int64, zone string) (*explained, error) {
	ctx := r.Request().Context()
	m, err := r.app.Store.MessageByID(ctx, id)
	if err != nil {
		return nil, err
	}
	e := &explained{Message: m, At: m.CreatedAt}
	if m.ReceivedAt != nil {
		e.At = *m.ReceivedAt
	}
	sender, address := senderOf(m.FromName, m.FromEmail, m.SourceName)
	if e.Sender = sender; address != "" {
		e.Sender += " <" + address + ">"
	}
	add := func(icon, key string, lines ...string) {
		e.Steps = append(e.Steps, step{Icon: icon, Title: r.words.T(key), Lines: lines})
	}
	add("met", "intake.step.listed", r.words.T("intake.step.listed_text", "uid", strconv.FormatUint(uint64(m.UID), 10)))
	if m.RawHash != "" {
		add("met", "intake.step.stored", r.words.T("intake.step.stored_text", "size", r.words.Size(m.Size)))
	}
	somebody := r.words.T("sorting.person")
	sorter, err := r.sorterOf(m.ID, somebody)
	if err != nil {
		return nil, err
	}
	var t traceOf
	if len(m.Trace) > 0 {
		// A trace of another version tells less, which is no reason to fail.
		_ = json.Unmarshal(m.Trace, &t)
	}
	if t.Rule != "" {
		line := r.ruleText(t.Rule, m.Size)
		line = strings.Replace(line, somebody, sorter, 1)
		if t.Evidence != "" {
			line += " " + r.words.T("quote", "text", shorten(t.Evidence, maxQuoteRunes))
		}
		add("met", "intake.step.understood", line)
	}
	for _, route := range t.Routes {
		line := r.words.Sentence("routing.", route.Rule, nil)
		if v, err := r.app.Store.VacancyBySlug(ctx, route.Vacancy); err == nil {
			line = r.words.T("intake.step.routed_text", "vacancy", v.Title, "why", line)
		}
		lines := []string{line}
		if route.Evidence != "" {
			lines = append(lines, r.words.T("quote", "text", shorten(route.Evidence, maxQuoteRunes)))
		}
		icon := "met"
		if route.ToConfirm {
			icon = "unclear"
			lines = append(lines, r.words.T("messages.to_confirm"))
		}
		add(icon, "intake.step.routed", lines...)
	}
	if lines := r.warningsOf(t.Warnings); len(lines) > 0 {
		add("unclear", "intake.step.noticed", lines...)
	}
	if len(t.Doubts) > 0 && m.State == store.Routed {
		add("unclear", "intake.step.doubt", r.doubtsOf(m.Trace)...)
	}
	reason := r.messageReason(m.State, m.Class, m.Reason, m.Detail, m.Size)
	icon := map[store.MessageState]string{store.Routed: "met", store.Failed: "not-met", store.Unrouted: "unclear", store.Oversized: "unclear"}[m.State]
	if icon == "" {
		icon = "none"
	}
	reason = strings.Replace(reason, somebody, sorter, 1)
	var lines []string
	if title := r.words.T("state." + string(m.State)); reason != title+"." {
		lines = append(lines, reason)
	}
	if m.Parked || m.Attempts > 1 {
		lines = append(lines, r.words.N("intake.attempts", m.Attempts))
	}
	if m.NextTryAt != nil && !m.Parked && m.NextTryAt.After(r.now) {
		lines = append(lines, r.words.T("intake.next_try", "time", r.words.ShortInstant(*m.NextTryAt, zone, r.now)))
	}
	add(icon, "state."+string(m.State), lines...)
	if e.Choices, err = r.choicesFor(m, t); err != nil {
		return nil, err
	}
	e.Letter, err = r.letterOf(m)
	return e, err
}

// sorterOf says who sorted a message; unknown is the sentence for nobody known.
func (r *request) sorterOf(id int64, unknown string) (string, error) {
	ctx := r.Request().Context()
	ruling, ok, err := r.app.Store.RulingOf(ctx, id)
	if err != nil || !ok {
		return unknown, err
	}
	u, err := r.app.Store.UserByID(ctx, ruling.AuthorID)
	if err != nil {
		return "", err
	}
	return r.words.T("intake.sorted_by", "name", cmp.Or(u.Name, u.Email)), nil
}

// warningsOf are the sentences of what was odd about a message.
func (r *request) warningsOf(codes []string) []string {
	var out []string
	for _, c := range codes {
		out = append(out, r.words.Sentence("warning.", c, nil))
	}
	return out
}
