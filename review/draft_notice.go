package review

import (
	"context"
	"io"
	"slices"
	"strings"

	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/notice"
	"dossier/screening/text"
)

// ReadFunc reads an uploaded announcement in a process of its own. problem is the code of
// why nothing could be read; an error means that we could not do our job.
type ReadFunc func(ctx context.Context, name string, file io.Reader) (pages []text.Page, problem string, err error)

const (
	// maxNoticeBytes bounds an announcement that is uploaded.
	maxNoticeBytes = 16 << 20
	// maxNoticeText bounds the text of an announcement.
	maxNoticeText = 400 << 10
)

// proposal is what an announcement was read as, fit to be kept.
type proposal struct {
	head    store.DraftHead
	lines   []store.DraftLine
	reading store.NoticeReading
}

// propose drafts a vacancy from the pages of its announcement.
func propose(pages []text.Page, today screening.Date, zone string) proposal {
	d := notice.Read(pages, notice.Options{Today: today, Zone: zone})
	p := proposal{head: headFrom(d)}
	for _, c := range d.Criteria {
		l := lineFrom(c)
		l.Also = alsoAsking(c, d.Sentences)
		p.lines = append(p.lines, l)
	}
	p.reading = readingFrom(d)
	return p
}

func headFrom(d notice.Draft) store.DraftHead {
	h := store.DraftHead{Title: d.Title, Organisation: d.Organisation, Place: d.Place, Reference: d.Reference, Addresses: d.Addresses,
		Portal: d.Portal, Language: d.Language}
	if at := d.Deadline; at != nil && !at.At.IsZero() {
		day := at.At
		h.Zone = at.Zone
		h.Day, h.Source = day.Format("2006-01-02"), shorten(at.Source.Quote, 300)
		if !slices.Contains(d.Gaps, "deadline.hour") {
			h.Hour = day.Format("15:04")
		}
		unsure := slices.Contains(at.Flags, "deadline.before_day")
		switch {
		case at.Inclusive:
			h.Inclusive = "yes"
		case !unsure && h.Hour != "":
			h.Inclusive = "no"
		}
	}
	return h
}

// alsoAsking are the sentences, other than a criterion's own, that ask for what it or a
// member of it asks for.
func alsoAsking(c notice.Criterion, sentences []notice.Sentence) []int {
	ids := map[string]bool{}
	var walk func(notice.Criterion)
	walk = func(c notice.Criterion) {
		ids[c.ID] = true
		for _, m := range c.Criteria {
			walk(m)
		}
	}
	walk(c)
	var out []int
	for _, s := range sentences {
		if s.Number != c.Sentence && slices.ContainsFunc(s.Criteria, func(id string) bool { return ids[id] }) {
			out = append(out, s.Number)
		}
	}
	return out
}

// lineFrom makes a line of a drafted criterion, with what its members were flagged for.
func lineFrom(c notice.Criterion) store.DraftLine {
	l := store.DraftLine{Criterion: c.Line(), Origin: store.FromNotice, Sentence: c.Sentence}
	var walk func(notice.Criterion)
	walk = func(c notice.Criterion) {
		for _, f := range c.Flags {
			if !slices.Contains(l.Flags, f) {
				l.Flags = append(l.Flags, f)
			}
		}
		for _, r := range c.Reasons {
			if !slices.Contains(l.Reasons, r) {
				l.Reasons = append(l.Reasons, r)
			}
		}
		if c.Suggestion != nil && l.Suggestion == (screening.Statement{}) {
			l.Suggestion = *c.Suggestion
		}
		for _, m := range c.Criteria {
			walk(m)
		}
	}
	walk(c)
	guard(&l, false)
	return l
}

// readingFrom keeps what the page shows of an announcement.
func readingFrom(d notice.Draft) store.NoticeReading {
	out := store.NoticeReading{Text: d.Text}
	for _, s := range d.Sentences {
		out.Sentences = append(out.Sentences, store.NoticeSentence{Number: s.Number, Start: s.Source.Start, End: s.Source.End, Zone: string(s.Zone), Heading: s.Heading,
			Asks: s.Zone == notice.ZoneProfile || s.Zone == notice.ZoneApply, Head: s.Head})
	}
	for _, f := range d.Flags {
		out.Flags = append(out.Flags, store.NoticeFlag{Code: f.Code, Quotes: quotes(f.Sources)})
	}
	if d.Deadline != nil {
		for _, code := range d.Deadline.Flags {
			out.Flags = append(out.Flags, store.NoticeFlag{Code: code, Quotes: quotes([]screening.Source{d.Deadline.Source})})
		}
	}
	for _, c := range d.Concerns {
		if c.Criterion == "" {
			out.Flags = append(out.Flags, store.NoticeFlag{Code: "concern." + c.Code, Quotes: quotes([]screening.Source{c.Source}), Law: c.Law})
		}
	}
	return out
}

func quotes(list []screening.Source) []string {
	var out []string
	for _, s := range list {
		if q := shorten(strings.Join(strings.Fields(s.Quote), " "), 200); q != "" && len(out) < 3 {
			out = append(out, q)
		}
	}
	return out
}

// lineFromSentence makes a line of a single sentence a person picked: what the rules read
// in it, else a judgement.
func lineFromSentence(sentence string, s store.NoticeSentence, lang string) store.DraftLine {
	heading := "Profil recherché"
	if lang == "en" {
		heading = "Requirements"
	}
	l := store.DraftLine{Criterion: screening.Criterion{Kind: "judgement", Importance: screening.Required}}
	if read := notice.ReadText(heading+"\n\n- "+sentence+"\n", notice.Options{}); len(read.Criteria) == 1 {
		l = lineFrom(read.Criteria[0])
	}
	l.Origin, l.Sentence, l.Criterion.ID = store.FromHand, s.Number, ""
	if l.Criterion.Statement == (screening.Statement{}) || l.Criterion.Kind == "judgement" {
		l.Criterion.Statement = inLanguage(strings.Join(strings.Fields(sentence), " "), lang)
	}
	l.Criterion.Source = &screening.Source{Quote: sentence, Start: s.Start, End: s.End}
	guard(&l, false)
	return l
}

// inLanguage is a statement in one language.
func inLanguage(s, lang string) screening.Statement {
	if lang == "en" {
		return screening.Statement{EN: s}
	}
	return screening.Statement{FR: s}
}
