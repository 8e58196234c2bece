package review

import (
	"strings"
	"time"

	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

// historyView is one thing that happened, in words.
type historyView struct {
	At     time.Time
	Icon   string
	What   []web.Part
	Reason string
}

var historyIcons = map[store.HistoryKind]string{
	store.HistoryReceived: "mail", store.HistoryUpdate: "mail", store.HistoryDuplicate: "mail",
	store.HistoryRead: "doc", store.HistoryUnreadable: "warn", store.HistoryAssessed: "list",
	store.HistoryOverridden: "pen", store.HistoryConfirmed: "met", store.HistoryWithdrawn: "undo",
	store.HistoryAssigned: "users", store.HistoryUnassigned: "users", store.HistoryTyped: "doc", store.HistoryUnlocked: "lock", store.HistoryOpinion: "scale",
	store.HistoryOpinionGone: "undo", store.HistoryUnveiled: "lock", store.HistoryOpened: "lock",
	store.HistoryDecided: "users", store.HistoryNoted: "pen", store.HistoryLateAccepted: "clock",
}

// historyOf tells what happened to the application, the newest first.
func historyOf(l *web.Locale, v store.ApplicationView, docs *documentSet) []historyView {
	lines := v.History()
	out := make([]historyView, 0, len(lines))
	for i := len(lines) - 1; i >= 0; i-- {
		h := lines[i]
		out = append(out, historyView{At: h.At, Icon: historyIcons[h.Kind], Reason: saidReason(l, h.Reason),
			What: l.Parts("history."+string(h.Kind), historyArgs(l, v, docs, h)...)})
	}
	return out
}

func historyArgs(l *web.Locale, v store.ApplicationView, docs *documentSet, h store.HistoryLine) []any {
	args := []any{
		"author", personName(l, v, h.ActorID), "version", h.ChecklistVersion, "criterion", statementOf(l, v, h.Criterion),
		"verdict", l.T("verdict." + h.Verdict.String()), "machine", l.T("verdict." + h.Machine.String()),
	}
	switch h.Kind {
	case store.HistoryAssigned:
		args = append(args, "reviewer", personName(l, v, h.ReviewerID))
	case store.HistoryOpinion:
		args = append(args, "view", l.T("opinion."+string(h.View)))
	case store.HistoryTyped:
		args = append(args, "type", l.T("documents.type_reading"))
		if h.Type != "" {
			args[len(args)-1] = documentWord(l, h.Type)
		}
	case store.HistoryDecided:
		args = append(args, "from", l.T("stage."+string(h.From)), "to", l.T("stage."+string(h.To)))
	}
	if h.Document == nil && (h.Kind == store.HistoryTyped || h.Kind == store.HistoryUnlocked) {
		args = append(args, "document", l.T("documents.type.other"))
	}
	if h.Document != nil {
		args = append(args, "document", docs.describeRecord(*h.Document))
	}
	return args
}

// describeRecord is a document in a sentence: what it is and its file.
func (s *documentSet) describeRecord(d store.Document) string {
	name := strings.TrimSpace(d.Name)
	if d.Body || name == "" || name == s.title(d) {
		return s.title(d)
	}
	return s.title(d) + ", " + shorten(name, 60)
}

// statementOf is a criterion as it stands inside a sentence, without its full stop; its id
// when the checklist in view does not hold it.
func statementOf(l *web.Locale, v store.ApplicationView, id string) string {
	if c, ok := findCriterion(v.Checklist.Checklist.Criteria, id); ok {
		return strings.TrimRight(titleOf(l, c), ". ")
	}
	return id
}

func findCriterion(criteria []screening.Criterion, id string) (screening.Criterion, bool) {
	for _, c := range criteria {
		if c.ID == id {
			return c, true
		}
		if found, ok := findCriterion(c.Criteria, id); ok {
			return found, true
		}
	}
	return screening.Criterion{}, false
}

// personName is the name of an account; the machine and erased accounts have none.
func personName(l *web.Locale, v store.ApplicationView, id int64) string {
	if name := v.Names[id]; name != "" {
		return name
	}
	return l.T("person.unknown")
}

// messageView is a message of the application.
type messageView struct {
	Subject, From, To, ReceivedLine, MessageID, Rule, Gap string
	Became                                                store.Class
	ToConfirm                                             bool
	ReceivedAt, SentAt                                    *time.Time
	Documents                                             []messageDocument
}

type messageDocument struct{ Title, Path string }

// oddGap is the difference between the sender's date and the receipt from which on it is
// pointed out. It never changes a verdict.
const oddGap = 12 * time.Hour

func messagesOf(l *web.Locale, v store.ApplicationView, docs *documentSet, base string) []messageView {
	var out []messageView
	for _, m := range v.Messages {
		one := messageView{Subject: m.Subject, To: strings.Join(m.DeliveredTo, ", "), ReceivedLine: m.ReceivedLine, MessageID: m.MessageID,
			Became: m.Route.Became, ToConfirm: m.Route.ToConfirm, ReceivedAt: m.ReceivedAt, SentAt: m.SentAt}
		one.From = strings.TrimSpace(m.FromName + " <" + m.FromEmail + ">")
		if m.FromName == "" {
			one.From = m.FromEmail
		}
		if one.Rule = m.Route.Evidence; l.Has("rule." + m.Route.Rule) {
			one.Rule = l.T("rule."+m.Route.Rule, "evidence", m.Route.Evidence)
		}
		if m.ReceivedAt != nil && m.SentAt != nil {
			if gap := m.ReceivedAt.Sub(*m.SentAt).Abs(); gap >= oddGap {
				one.Gap = l.T("messages.gap", "gap", gap)
			}
		}
		for _, d := range docs.list {
			if d.MessageID == m.ID {
				one.Documents = append(one.Documents, messageDocument{Title: docs.describeRecord(d.Document), Path: base + "?doc=" + d.id})
			}
		}
		out = append(out, one)
	}
	return out
}
