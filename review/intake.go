package review

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/web"
)

// chartDays is how many days the chart of messages shows.
const chartDays = 14

// intakePage shows that every message is accounted for, and what waits for a person.
type intakePage struct {
	page
	Zone   string
	Boxes  []boxLine
	Broken []boxLine
	Polled int
	Every  time.Duration
	Day    balance
	// Whole is the balance since the beginning, told on a day without mail; nil otherwise.
	Whole    *balance
	DayBar   []web.Stretch
	Tabs     []tab
	View     store.IntakeView
	Groups   []intakeGroup
	Stuck    []stuckLine
	Alike    []store.Likeness
	Senders  []senderLine
	Next     string
	First    bool
	Start    string
	Chart    web.Columns
	Days     []dayLine
	Selected *explained
	// After is where one goes on once the selected message is sorted: to the next.
	After string
	// Undo is the sorting that led here, as far as its author can take it back.
	Undo *undoSort
}

// balance accounts for the messages of a day.
type balance struct {
	Received, Applications, Waiting, SetAside, Attention int
}

// Missing is what is not accounted for: always 0, or the ledger is wrong.
func (b balance) Missing() int {
	return b.Received - b.Applications - b.Waiting - b.SetAside - b.Attention
}

func balanceOf(states map[store.MessageState]int) balance {
	var b balance
	for state, n := range states {
		b.Received += n
		switch state {
		case store.Routed:
			b.Applications += n
		case store.SetAside, store.Vanished:
			b.SetAside += n
		case store.Listed, store.Stored, store.Parsed:
			b.Waiting += n
		case store.Unrouted, store.Oversized, store.Failed:
			b.Attention += n
		}
	}
	return b
}

func (b balance) add(o balance) balance {
	return balance{b.Received + o.Received, b.Applications + o.Applications, b.Waiting + o.Waiting, b.SetAside + o.SetAside, b.Attention + o.Attention}
}

// Parts are the counts in the order of bars and charts.
func (b balance) Parts() []int { return []int{b.Applications, b.Attention + b.Waiting, b.SetAside} }

// boxLine is one mailbox with its day.
type boxLine struct {
	store.MailboxHealth
	Health mailboxHealth
	Day    balance
}

// dayLine is one day of the chart's table.
type dayLine struct {
	Day     time.Time
	Balance balance
}

// intakeGroup is a run of messages under one head.
type intakeGroup struct {
	// Key is the state the messages share, or empty when the list mixes them.
	Key  string
	Rows []intakeLine
}

// intakeLine is one message of the list.
type intakeLine struct {
	store.IntakeRow
	Icon, Tone string
	// Sender is the name a mail gives itself, Address what stands beside it; without a name
	// the address is the sender.
	Sender, Address string
	Reason          string
	// Path explains the message; Application opens what it became.
	Path, Application string
	// CanSort is true when the reader may say where it belongs.
	CanSort          bool
	CanRetry, HasRaw bool
	Current          bool
}

// stuckLine is a document or an assessment given up on.
type stuckLine struct {
	store.StuckRow
	Path, Reason string
}

// showIntake answers GET /intake?view=&before=&message=.
func showIntake(r *request) error {
	ctx := r.Request().Context()
	zone, err := time.LoadLocation(r.app.Zone)
	if err != nil {
		return fmt.Errorf("zone %q: %w", r.app.Zone, err)
	}
	p := &intakePage{page: r.newPage("intake", "intake.title"), Zone: r.app.Zone, View: store.IntakeAttention, Every: r.app.PollEvery}
	for _, v := range store.IntakeViews {
		if string(v) == r.QueryParam("view") {
			p.View = v
		}
	}
	boxes, err := r.app.Store.IntakeHealth(ctx, zone)
	if err != nil {
		return err
	}
	for _, b := range boxes {
		line := boxLine{MailboxHealth: b, Health: healthOf(&b.Mailbox, r.app.late(r.now)), Day: balanceOf(b.ByState)}
		if (line.Health.State == "imported" || line.Health.State == "off") && line.Day.Received == 0 {
			continue
		}
		p.Day = p.Day.add(line.Day)
		p.Boxes = append(p.Boxes, line)
		if line.Health.State != "imported" && line.Health.State != "off" {
			p.Polled++
		}
		if line.Health.State == "bad" {
			p.Broken = append(p.Broken, line)
		}
	}
	if p.Day.Received == 0 {
		all, err := r.app.Store.Balance(ctx, store.LedgerQuery{})
		if err != nil {
			return err
		}
		states := map[store.MessageState]int{}
		for state, n := range all.ByState {
			states[state] = int(n)
		}
		if whole := balanceOf(states); whole.Received > 0 {
			p.Whole = &whole
		}
	}
	p.DayBar = web.Stretches(600, chartClasses, p.Day.Parts())
	if err := r.fillChart(p, zone); err != nil {
		return err
	}
	counts, err := r.app.Store.IntakeCounts(ctx)
	if err != nil {
		return err
	}
	stuck, err := r.app.Store.Stuck(ctx)
	if err != nil {
		return err
	}
	alike, err := r.app.Store.Likenesses(ctx)
	if err != nil {
		return err
	}
	counts[store.IntakeAttention] += len(stuck) + len(alike)
	if p.View == store.IntakeAttention && r.may(account.SortMessages) {
		p.Alike = alike
	}
	if r.may(account.SortMessages) {
		if p.Senders, err = r.senderLines(); err != nil {
			return err
		}
	}
	if p.View == store.IntakeAttention {
		for _, s := range stuck {
			p.Stuck = append(p.Stuck, r.stuckLine(s))
		}
	}
	for _, v := range store.IntakeViews {
		p.Tabs = append(p.Tabs, tab{Label: r.words.T("intake.view." + string(v)), Path: "/intake?view=" + string(v), Count: counts[v], Current: v == p.View})
	}
	if err := r.fillMessages(p); err != nil {
		return err
	}
	if p.Undo, err = r.sortedJustNow(); err != nil {
		return err
	}
	return r.render("intake/show", p)
}

var chartClasses = []string{"tone-1", "tone-2", "tone-3"}

func (r *request) fillChart(p *intakePage, zone *time.Location) error {
	days, err := r.app.Store.IntakeDays(r.Request().Context(), zone, chartDays)
	if err != nil {
		return err
	}
	var labels []string
	var counts [][]int
	for i, d := range days {
		b := balanceOf(d.ByState)
		p.Days = append(p.Days, dayLine{d.Day, b})
		counts = append(counts, b.Parts())
		label := ""
		if (len(days)-1-i)%3 == 0 {
			label = strconv.Itoa(d.Day.Day())
		}
		labels = append(labels, label)
	}
	p.Chart = web.NewColumns(labels, chartClasses, counts)
	return nil
}

func (r *request) fillMessages(p *intakePage) error {
	before, _ := strconv.ParseInt(r.QueryParam("before"), 10, 64)
	rows, more, err := r.app.Store.IntakeRows(r.Request().Context(), p.View, before)
	if err != nil {
		return err
	}
	p.First, p.Start = before <= 0, "/intake?view="+string(p.View)
	if more {
		p.Next = p.Start + "&before=" + strconv.FormatInt(rows[len(rows)-1].ID, 10)
	}
	selected, _ := strconv.ParseInt(r.QueryParam("message"), 10, 64)
	groups := map[string]int{}
	for _, row := range rows {
		key := ""
		if p.View == store.IntakeAttention {
			key = string(row.State)
			switch row.State {
			case store.Unrouted, store.Oversized:
			case store.Failed:
			default:
				key = "check"
			}
		}
		i, ok := groups[key]
		if !ok {
			i = len(p.Groups)
			groups[key] = i
			p.Groups = append(p.Groups, intakeGroup{Key: key})
		}
		line := r.intakeLine(row)
		line.Path = p.Start + "&message=" + strconv.FormatInt(row.ID, 10) + "#explain"
		line.Current = row.ID == selected
		p.Groups[i].Rows = append(p.Groups[i].Rows, line)
	}
	p.After = p.Start
	if selected > 0 {
		p.After = afterSorting(p.Start, p.Groups, selected)
		if p.Selected, err = r.explained(selected, p.Zone); err != nil {
			return err
		}
	}
	return nil
}

func (r *request) intakeLine(row store.IntakeRow) intakeLine {
	l := intakeLine{IntakeRow: row, Icon: "mail", HasRaw: row.RawHash != "" && r.may(account.OpenRaw)}
	l.Sender, l.Address = senderOf(row.FromName, row.FromEmail, cmp.Or(row.SourceName, r.words.T("intake.unknown_sender")))
	switch row.State {
	case store.Failed:
		l.Icon, l.Tone = "warn", "bad"
	case store.Oversized:
		l.Icon, l.Tone = "inbox", "warn"
	case store.Routed:
		l.Icon, l.Tone = "met", "good"
	case store.Listed, store.Stored, store.Parsed:
		l.Icon = "clock"
	}
	// What a header says word for word stands in the explanation.
	l.Reason = r.messageReason(row.State, row.Class, row.Reason, "", row.Size)
	if row.ToConfirm {
		l.Tone, l.Reason = "warn", strings.Join(r.doubtsOf(row.Trace), " ")
	}
	l.CanSort = row.RawHash != "" && r.may(account.SortMessages)
	l.CanRetry = r.may(account.RunIntake) && (row.Parked || row.State == store.Failed)
	if row.ApplicationID != 0 && r.may(account.ViewApplications) {
		l.Application = applicationPath(row.ApplicationID)
	}
	return l
}

// senderOf is who a message is from: their name and their address, or the address alone.
func senderOf(name, email, unknown string) (sender, address string) {
	name = shorten(strings.TrimSpace(name), maxSenderRunes)
	switch {
	case email == "":
		return cmp.Or(name, unknown), ""
	case name == "" || strings.EqualFold(name, email):
		return email, ""
	}
	return name, email
}

// maxSenderRunes bounds the name a mail gives its sender.
const maxSenderRunes = 60

// messageReason is the sentence for why a message is where it is.
func (r *request) messageReason(state store.MessageState, class store.Class, reason, detail string, size int64) string {
	var parts []string
	if key := "class." + string(class); class != "" && r.words.Has(key) {
		parts = append(parts, r.words.T(key)+".")
	}
	if reason != "" {
		parts = append(parts, r.ruleText(reason, size))
	}
	if len(parts) == 0 {
		return r.words.T("state."+string(state)) + "."
	}
	if detail != "" && (state == store.SetAside || reason == "several_vacancies") {
		parts = append(parts, r.words.T("quote", "text", shorten(detail, maxQuoteRunes)))
	}
	return strings.Join(parts, " ")
}

// ruleText is the sentence of a rule that sorted a message. A rule may have been found in
// a forwarded message, or be outweighed by documents.
func (r *request) ruleText(rule string, size int64) string {
	inner, forwarded := strings.CutPrefix(rule, "forwarded:")
	inner, documents := strings.CutSuffix(inner, "_with_documents")
	var args map[string]string
	if inner == "oversized" {
		args = map[string]string{"size": r.words.Size(size)}
	}
	out := r.words.Sentence("sorting.", inner, args)
	if forwarded {
		out = r.words.T("sorting.forwarded") + " " + out
	}
	if documents {
		out += " " + r.words.T("sorting.with_documents")
	}
	return out
}

func (r *request) stuckLine(s store.StuckRow) stuckLine {
	l := stuckLine{StuckRow: s}
	if r.may(account.ViewApplications) {
		l.Path = applicationPath(s.ApplicationID)
	}
	switch {
	case s.Kind == "application":
		l.Reason = r.words.T("intake.assessment_failed", "n", s.Attempts)
	case s.Problem != "":
		l.Reason = capital(problemText(r.words, s.Problem, s.Detail))
	default:
		l.Reason = r.words.T("intake.document_failed", "n", s.Attempts)
	}
	return l
}

// rawMessage answers GET /intake/messages/:id/raw with the message as it was received. Who
// reads applications does not get round their masks this way.
func rawMessage(r *request) error {
	m, err := r.openableMessage()
	if err != nil {
		return err
	}
	f, err := r.app.Blobs.Open(m.RawHash)
	if err != nil {
		return err
	}
	defer f.Close()
	h := r.Response().Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Content-Disposition", `attachment; filename="message-`+decimal(m.ID)+`.eml"`)
	return r.Stream(http.StatusOK, "message/rfc822", f)
}

// retryWork answers POST /intake/retry: what was given up on is tried again.
func retryWork(r *request) error {
	id, err := strconv.ParseInt(r.FormValue("id"), 10, 64)
	task, ok := map[string]store.Task{"message": store.TaskMessage, "document": store.TaskDocument, "application": store.TaskAssessment}[r.FormValue("kind")]
	if err != nil || !ok {
		return fmt.Errorf("retry: %w", errBadInput)
	}
	if err := r.app.Store.Retry(r.Request().Context(), task, id); err != nil {
		return err
	}
	r.say(true, "flash.retried", 1, "")
	return r.redirect(r.back("/intake"))
}
