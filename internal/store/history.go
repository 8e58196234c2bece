package store

import (
	"slices"
	"strconv"
	"time"

	"dossier/screening"
)

// HistoryKind is what happened to an application.
type HistoryKind string

// What may have happened.
const (
	HistoryReceived     HistoryKind = "received"
	HistoryUpdate       HistoryKind = "update"
	HistoryDuplicate    HistoryKind = "duplicate"
	HistoryRead         HistoryKind = "read"
	HistoryUnreadable   HistoryKind = "unreadable"
	HistoryAssessed     HistoryKind = "assessed"
	HistoryOverridden   HistoryKind = "overridden"
	HistoryConfirmed    HistoryKind = "confirmed"
	HistoryWithdrawn    HistoryKind = "withdrawn"
	HistoryDecided      HistoryKind = "decided"
	HistoryNoted        HistoryKind = "noted"
	HistoryLateAccepted HistoryKind = "late_accepted"
	HistoryAssigned     HistoryKind = "assigned"
	HistoryUnassigned   HistoryKind = "unassigned"
	HistoryTyped        HistoryKind = "typed"
	HistoryUnlocked     HistoryKind = "unlocked"
	HistoryOpinion      HistoryKind = "opinion"
	HistoryOpinionGone  HistoryKind = "opinion_gone"
	HistoryUnveiled     HistoryKind = "unveiled"
	HistoryOpened       HistoryKind = "opened"
)

// HistoryLine is one thing that happened to an application. Which fields are set depends
// on its kind.
type HistoryLine struct {
	At   time.Time
	Kind HistoryKind
	// ActorID is the person who acted, 0 when the machine did.
	ActorID  int64
	Document *Document
	// ChecklistVersion is what was assessed with.
	ChecklistVersion int
	// Criterion with the verdicts of an override.
	Criterion        string
	Verdict, Machine screening.Verdict
	// From and To are the stages of a decision.
	From, To screening.Stage
	// ReviewerID is to whom it was given; Type what a person said a document is, empty when
	// they took that back; View what a reviewer thinks.
	ReviewerID int64
	Type       string
	View       OpinionView
	// Reason is what the person wrote.
	Reason string
}

// History is what happened to the application, oldest first. It is read off the records
// themselves, so it cannot say anything that they do not.
func (v ApplicationView) History() []HistoryLine {
	var out []HistoryLine
	for _, m := range v.Messages {
		if m.ReceivedAt == nil {
			continue
		}
		kind := HistoryReceived
		switch m.Route.Became {
		case ClassUpdate:
			kind = HistoryUpdate
		case ClassDuplicate:
			kind = HistoryDuplicate
		}
		out = append(out, HistoryLine{At: *m.ReceivedAt, Kind: kind})
	}
	for i := range v.Documents {
		d := &v.Documents[i]
		read, ok := v.ReadAt[d.ID]
		switch {
		case d.State == Unreadable:
			out = append(out, HistoryLine{At: later(read, d.CreatedAt), Kind: HistoryUnreadable, Document: d})
		case ok:
			out = append(out, HistoryLine{At: read, Kind: HistoryRead, Document: d})
		}
	}
	for _, a := range v.Assessments {
		out = append(out, HistoryLine{At: a.CreatedAt, Kind: HistoryAssessed, ChecklistVersion: a.ChecklistVersion})
	}
	for _, o := range v.Overrides {
		kind := HistoryOverridden
		if o.Verdict == o.MachineVerdict {
			kind = HistoryConfirmed
		}
		out = append(out, HistoryLine{At: o.At, Kind: kind, ActorID: o.AuthorID, Criterion: o.Criterion,
			Verdict: o.Verdict, Machine: o.MachineVerdict, Reason: o.Reason})
		if o.WithdrawnAt != nil && o.WithdrawnBy != nil {
			out = append(out, HistoryLine{At: *o.WithdrawnAt, Kind: HistoryWithdrawn, ActorID: *o.WithdrawnBy, Criterion: o.Criterion})
		}
	}
	for _, d := range v.Decisions {
		out = append(out, HistoryLine{At: d.At, Kind: HistoryDecided, ActorID: d.AuthorID, From: d.FromStage, To: d.ToStage, Reason: d.Reason})
	}
	for _, n := range v.Notes {
		out = append(out, HistoryLine{At: n.At, Kind: HistoryNoted, ActorID: n.AuthorID})
	}
	if v.LateAcceptedAt != nil && v.LateAcceptedBy != nil {
		out = append(out, HistoryLine{At: *v.LateAcceptedAt, Kind: HistoryLateAccepted, ActorID: *v.LateAcceptedBy, Reason: v.LateAcceptedReason})
	}
	for _, o := range v.Opinions {
		out = append(out, HistoryLine{At: o.At, Kind: HistoryOpinion, ActorID: o.AuthorID, View: o.View, Reason: o.Reason})
	}
	for _, r := range v.Reveals {
		kind := HistoryUnveiled
		if r.What == RevealOpinions {
			kind = HistoryOpened
		}
		out = append(out, HistoryLine{At: r.At, Kind: kind, ActorID: r.UserID, Reason: r.Reason})
	}
	// The last opinion somebody gave is told above with its reason, unless it was taken back;
	// the trail holds what they thought before, which may have been before they read others.
	last := map[int64]int64{}
	for _, e := range v.Acts {
		if e.Act == "opinion.given" && slices.ContainsFunc(v.Opinions, func(o Opinion) bool { return o.AuthorID == e.ActorID }) {
			last[e.ActorID] = e.ID
		}
	}
	for _, e := range v.Acts {
		if last[e.ActorID] == e.ID {
			continue
		}
		out = append(out, v.trailLine(e))
	}
	slices.SortStableFunc(out, func(a, b HistoryLine) int { return a.At.Compare(b.At) })
	return out
}

// trailLine is a line of the audit trail as one of the history.
func (v ApplicationView) trailLine(e Event) HistoryLine {
	h := HistoryLine{At: e.At, ActorID: e.ActorID}
	switch e.Act {
	case "reviewer.assigned":
		h.Kind = HistoryAssigned
		h.ReviewerID, _ = strconv.ParseInt(e.Details["reviewer"], 10, 64)
		if h.ReviewerID == 0 {
			h.Kind = HistoryUnassigned
		}
	case "document.type_corrected", "document.unlocked":
		h.Kind, h.Type = HistoryTyped, e.Details["type"]
		if e.Act == "document.unlocked" {
			h.Kind = HistoryUnlocked
		}
		for i := range v.Documents {
			if decimal(v.Documents[i].ID) == e.Details["document"] {
				h.Document = &v.Documents[i]
			}
		}
	case "opinion.given":
		h.Kind, h.View = HistoryOpinion, OpinionView(e.Details["view"])
	case "opinion.withdrawn":
		h.Kind = HistoryOpinionGone
	}
	return h
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
