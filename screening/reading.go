package screening

import (
	"sort"
	"time"

	"dossier/screening/fact"
	"dossier/screening/text"
)

// Reading is a dossier with its facts, as kinds see it.
type Reading struct {
	Dossier   Dossier
	Checklist Checklist
	// Facts are the facts of each document, in the order of Dossier.Documents; a document
	// that could not be read has empty facts.
	Facts []fact.Facts

	views  []*fact.View
	proses []*prose
	// home is the country of the service, once it was looked for.
	home *string
	// judge is handed to groups, which stand in the list of kinds and cannot look in it.
	judge func(Criterion, *Reading) Finding
}

// newReading reads the facts of every document that does not bring its own.
func newReading(c Checklist, d Dossier) *Reading {
	r := &Reading{Dossier: d, Checklist: c, Facts: make([]fact.Facts, len(d.Documents)), views: make([]*fact.View, len(d.Documents))}
	for i, doc := range d.Documents {
		switch {
		case doc.Facts != nil:
			r.Facts[i] = *doc.Facts
		case len(doc.Pages) > 0:
			r.Facts[i] = fact.ReadView(r.View(i))
		}
		if doc.Type != "" {
			r.Facts[i].Type = doc.Type
		}
	}
	return r
}

// View is document i prepared for searching.
func (r *Reading) View(i int) *fact.View {
	if r.views[i] == nil {
		doc := r.Dossier.Documents[i]
		r.views[i] = fact.NewView(fact.Input{Name: doc.Name, Body: doc.Body, Pages: doc.Pages})
	}
	return r.views[i]
}

// Current lists the documents in force: those no later document replaces.
func (r *Reading) Current() []int {
	var out []int
	for i, d := range r.Dossier.Documents {
		if !d.Superseded {
			out = append(out, i)
		}
	}
	return out
}

// Own lists the documents in force that speak for the applicant: CVs, letters and mail
// bodies, CVs first, and files nobody could place. Diplomas and letters by others are not
// among them.
func (r *Reading) Own() []int {
	var out []int
	for _, i := range r.Current() {
		switch r.Facts[i].Type {
		case fact.Diploma, fact.ReferenceLetter:
		case fact.Other:
			if r.Dossier.Documents[i].Body || r.Facts[i].Unplaced {
				out = append(out, i)
			}
		default:
			out = append(out, i)
		}
	}
	rank := func(i int) int {
		switch r.Facts[i].Type {
		case fact.CV, fact.Combined:
			return 0
		case fact.CoverLetter:
			return 1
		}
		return 2
	}
	sort.SliceStable(out, func(a, b int) bool { return rank(out[a]) < rank(out[b]) })
	return out
}

// Unreadable lists the documents in force that could not be read, or only in part: their
// silence proves nothing.
func (r *Reading) Unreadable() []int {
	var out []int
	for _, i := range r.Current() {
		d := r.Dossier.Documents[i]
		bad := d.Problem != "" || len(r.Facts[i].Broken) > 0
		for _, p := range d.Pages {
			bad = bad || p.Problem != "" && !p.OCR
		}
		if bad {
			out = append(out, i)
		}
	}
	return out
}

// Complete tells whether silence means something: every document in force was read, and
// none of those that speak for the applicant is recognised text.
func (r *Reading) Complete() bool {
	if len(r.Unreadable()) > 0 {
		return false
	}
	for _, i := range r.Own() {
		if r.OCR(i) {
			return false
		}
	}
	return true
}

// OCR tells whether a page of document i was recognised in a picture.
func (r *Reading) OCR(i int) bool {
	for _, p := range r.Dossier.Documents[i].Pages {
		if p.OCR {
			return true
		}
	}
	return false
}

// AsOf is the day of reckoning: the checklist's, else the deadline's, else the day of receipt.
func (r *Reading) AsOf() Date {
	switch c := r.Checklist; {
	case !c.AsOf.IsZero():
		return c.AsOf
	case c.Deadline != nil:
		at := c.Deadline.At
		if zone, err := time.LoadLocation(c.Deadline.Zone); err == nil {
			at = at.In(zone)
		}
		return DateOf(at)
	default:
		return DateOf(r.Dossier.ReceivedAt)
	}
}

// Passage is the evidence of a place in document i.
func (r *Reading) Passage(i int, w fact.Where, role Role) Evidence {
	doc := r.Dossier.Documents[i]
	ev := Evidence{Kind: Passage, Role: role, Document: doc.ID, Page: w.Page, Start: w.Start, End: w.End, Rule: w.Rule}
	for _, p := range doc.Pages {
		if p.Number == w.Page {
			ev.Quote, ev.Boxes = p.Quote(w.Span), p.Boxes(w.Span)
		}
	}
	return ev
}

// PassageAt is the evidence of a span of document i, read by a rule.
func (r *Reading) PassageAt(i int, s text.Span, rule string, role Role) Evidence {
	return r.Passage(i, fact.Where{Span: s, Rule: rule}, role)
}

// Searched is the evidence of silence: the documents looked through, all in force when
// none is named.
func (r *Reading) Searched(docs ...int) Evidence {
	if len(docs) == 0 {
		docs = r.Current()
	}
	ev := Evidence{Kind: Search, Role: Context, Searched: []string{}}
	for _, i := range docs {
		ev.Searched = append(ev.Searched, r.Dossier.Documents[i].ID)
	}
	return ev
}

// File is the evidence of document i as a whole.
func (r *Reading) File(i int, role Role) Evidence {
	d := r.Dossier.Documents[i]
	return Evidence{Kind: File, Role: role, Document: d.ID, Quote: d.Name}
}

// Received is the evidence of the line of the header that gives the time of receipt.
func (r *Reading) Received(role Role) Evidence {
	return Evidence{Kind: Header, Role: role, Quote: r.Dossier.ReceivedLine}
}
