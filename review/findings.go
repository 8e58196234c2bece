package review

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

// section is a run of findings under one head.
type section struct {
	// Key is unclear, not_met, met.<family>, reader, or none before the first assessment.
	Key      string
	Findings []findingView
}

// sectionOrder puts what needs a person first.
var sectionOrder = []string{"unclear", "not_met", "met.filing", "met.background", "met.conditions", "none", "reader"}

// sectionOf is the head a criterion that is met stands under.
func sectionOf(c screening.Criterion) string {
	if family := columnFamily(c); family != "languages" {
		return "met." + family
	}
	return "met.background"
}

// findingView is one criterion with what was found, as the page shows it.
type findingView struct {
	ID, Anchor, Path, Statement string
	Number                      int
	Chip                        chip
	Asset, ByOCR, Open          bool
	// Machine is what screening found; Chosen what the form shows as picked.
	Machine, Chosen string
	// Reason is its sentence. QuietReason is set where the quotes say as much already.
	Reason      string
	QuietReason bool
	// Sum: the sentence tells a sum of months, which no quote does.
	Sum      bool
	Evidence []evidenceView
	// Rest is how many pieces of evidence a closed finding leaves out.
	Rest int
	// Where is shown at the side: the place of the first passage.
	Where string
	// Notice is the passage of the notice the criterion comes from.
	Notice string
	Parts  []findingView
	// Said is the person's verdict that counts instead of the machine's, Why their reason;
	// both are empty while the machine's verdict counts.
	Said, Why string
	Past      []overrideView
	Reasons   []reasonChoice
	// Typed and Problem belong to a form that was refused.
	Typed, Problem string
}

// chip is what the verdict partial takes.
type chip struct {
	Verdict, Label, Class string
	Changed               bool
}

// evidenceView is one thing a finding rests on: a quote with its passage, or a sentence.
type evidenceView struct {
	// Passage is the id of the passage to show, Document that of the document to open;
	// both are empty when there is nothing to open.
	Passage, Document, Path, Text, Where string
	// Form is a file's: PDF, 2 p.
	Form string
	// File names the file where the passage only marks where in it a document begins.
	File           string
	Number         int
	Against, Quiet bool
}

type verdictChoice struct{ Verdict, Icon, Key string }

// reasonChoice is a reason for another verdict that a digit picks.
type reasonChoice struct {
	Value, Label, Key string
	Chosen            bool
	// For are the verdicts it speaks for, parted by blanks; empty for any.
	For string
}

// verdictsFor are the verdicts a reason speaks for, as the page's styles name them.
func verdictsFor(reason string) string {
	var out []string
	for _, v := range fitting[reason] {
		out = append(out, v.String())
	}
	return strings.Join(out, " ")
}

// reasonChoicesOf are the reasons offered with a form; chosen is what was picked before.
func reasonChoicesOf(l *web.Locale, chosen string) []reasonChoice {
	var out []reasonChoice
	for i, code := range overrideReasons {
		out = append(out, reasonChoice{Value: code, Label: saidReason(l, codePrefix+code), Key: strconv.Itoa(i + 1), Chosen: code == chosen, For: verdictsFor(code)})
	}
	return out
}

var verdictChoices = []verdictChoice{{"met", "met", "1"}, {"unclear", "unclear", "2"}, {"not_met", "not-met", "3"}}

// maxClosed is how many quotes a finding shows before it is opened.
const maxClosed = 2

// maxQuote bounds a quote in the checklist, in runes; the document shows it whole.
const maxQuote = 160

// findingsBuilder turns findings into what the page shows.
type findingsBuilder struct {
	words *web.Locale
	view  store.ApplicationView
	docs  *documentSet
	zone  string
	now   time.Time
	form  form
	// path is the page's address with a criterion open.
	path     func(criterion string) string
	passages []passage
}

// build makes the sections, the figures, and says which criterion stands open: the one
// asked for, else the first that needs a person.
func (b *findingsBuilder) build(selected string) ([]section, sum, string) {
	found := map[string]screening.Finding{}
	if b.view.Assessment != nil {
		for _, f := range b.view.Assessment.Findings {
			found[f.Criterion] = f
		}
	}
	bySection := map[string][]findingView{}
	for i, c := range b.view.Checklist.Checklist.Criteria {
		f, ok := found[c.ID]
		view := b.finding(c, f, i+1, ok)
		key := "none"
		switch {
		case c.ForReader():
			key = "reader"
		case ok && view.Chip.Verdict == "met":
			key = sectionOf(c)
		case ok:
			key = view.Chip.Verdict
		}
		bySection[key] = append(bySection[key], view)
	}
	var out []section
	var s sum
	for _, key := range sectionOrder {
		list := bySection[key]
		if len(list) == 0 {
			continue
		}
		out = append(out, section{Key: key, Findings: list})
		if key == "reader" {
			continue
		}
		for _, f := range list {
			s.Total++
			s.Steps = append(s.Steps, f.Chip.Verdict)
			switch f.Chip.Verdict {
			case "met":
				s.Met++
			case "not_met":
				s.NotMet++
			case "unclear":
				s.Unclear++
			}
		}
	}
	return out, s, open(out, selected)
}

// open marks one finding as open and says which.
func open(sections []section, selected string) string {
	has := func(id string) bool {
		return slices.ContainsFunc(sections, func(s section) bool {
			return slices.ContainsFunc(s.Findings, func(f findingView) bool { return f.ID == id })
		})
	}
	if !has(selected) {
		selected = ""
		if len(sections) > 0 && (sections[0].Key == "unclear" || sections[0].Key == "not_met") {
			selected = sections[0].Findings[0].ID
		}
	}
	for _, s := range sections {
		for i := range s.Findings {
			s.Findings[i].Open = s.Findings[i].ID == selected
		}
	}
	return selected
}

func (b *findingsBuilder) finding(c screening.Criterion, f screening.Finding, number int, assessed bool) findingView {
	v := findingView{ID: c.ID, Anchor: anchorOf(c.ID), Path: b.path(c.ID), Number: number,
		Asset: c.Importance == screening.Asset, ByOCR: f.ByOCR}
	override := b.view.InForce(c.ID)
	verdict := "none"
	if assessed {
		verdict = f.Verdict.String()
		v.Machine, v.Chosen = verdict, verdict
		if override != nil {
			verdict = override.Verdict.String()
			v.Chosen = verdict
		}
	}
	b.fill(&v, c, f, number, assessed)
	if assessed && override != nil {
		v.Said = b.words.T("override.said", "author", personName(b.words, b.view, override.AuthorID), "verdict", b.words.T("verdict."+verdict))
		v.Why = saidReason(b.words, override.Reason)
		if v.QuietReason = true; v.Reason != "" && override.Verdict != f.Verdict {
			v.Reason = b.words.T("override.machine", "reason", v.Reason)
		}
	}
	v.Chip = b.chip(v.Statement, verdict, override != nil)
	if c.ForReader() {
		v.Chip.Class = "verdict--reader"
	}
	if c.Source != nil {
		v.Notice = shorten(c.Source.Quote, 600)
	}
	v.Past = overridesOf(b.words, b.view, c.ID, b.zone, b.now)
	v.Reasons = reasonChoicesOf(b.words, "")
	if b.form.criterion == c.ID {
		v.Reasons = reasonChoicesOf(b.words, b.form.choice)
		v.Chosen, v.Typed, v.Problem = b.form.verdict, b.form.reason, b.form.problem
	}
	return v
}

// part is a member of a group; groups nest.
func (b *findingsBuilder) part(c screening.Criterion, f screening.Finding, number int) findingView {
	v := findingView{ID: c.ID}
	b.fill(&v, c, f, number, true)
	v.Chip = b.chip(v.Statement, f.Verdict.String(), false)
	v.Chip.Class = "verdict--small"
	return v
}

// fill sets what a criterion and a member of a group have in common.
func (b *findingsBuilder) fill(v *findingView, c screening.Criterion, f screening.Finding, number int, assessed bool) {
	v.Statement = titleOf(b.words, c)
	if !assessed {
		return
	}
	v.Reason = reasonText(b.words, f, b.zone)
	for i, part := range f.Parts {
		if i < len(c.Criteria) {
			v.Parts = append(v.Parts, b.part(c.Criteria[i], part, number))
		}
	}
	shown := 0
	for _, e := range f.Evidence {
		if e.Kind == screening.Search && len(f.Evidence) > 1 && f.Verdict == screening.Met {
			continue // where one looked says nothing once it is found
		}
		one := b.evidence(e, number, v.Statement, wordsOf(f), len(f.Evidence) == 1)
		if len(v.Parts) > 0 && one.Passage == "" {
			continue // the members say themselves what they looked for
		}
		if one.Passage != "" {
			if shown++; shown > maxClosed {
				one.Quiet = true
				v.Rest++
			}
			if c.Kind == "documents" {
				one.File, _ = b.docs.describe(e.Document)
			}
		}
		v.Evidence = append(v.Evidence, one)
	}
	for _, e := range v.Evidence {
		if e.Where != "" {
			v.Where = e.Where
			break
		}
	}
	// A quote beside a tick says why by itself; what is not met or open needs its sentence.
	// No quote says a sum of months.
	v.Sum = c.Kind == "experience" && f.Args["months"] != ""
	v.QuietReason = f.Verdict == screening.Met && len(f.Parts) == 0 && !v.Sum && slices.ContainsFunc(v.Evidence, func(e evidenceView) bool { return e.Passage != "" })
}

func (b *findingsBuilder) chip(statement, verdict string, changed bool) chip {
	label := b.words.T("finding.chip", "statement", statement, "verdict", b.words.T("verdict."+verdict))
	if changed {
		label += ", " + b.words.T("verdict.changed")
	}
	return chip{Verdict: verdict, Label: label, Changed: changed}
}

// evidence shows one piece of evidence, found by words; alone tells that there is no other.
func (b *findingsBuilder) evidence(e screening.Evidence, number int, statement string, words []string, alone bool) evidenceView {
	switch e.Kind {
	case screening.Search:
		names := strings.Join(b.docs.titles(e.Searched), ", ")
		switch {
		case names == "":
			return evidenceView{Text: b.words.T("finding.searched_nothing")}
		case alone:
			return evidenceView{Text: b.words.T("finding.searched", "documents", names)}
		}
		return evidenceView{Text: b.words.T("finding.searched_too", "documents", names), Quiet: true}
	case screening.Header:
		return evidenceView{Text: shorten(e.Quote, maxQuote), Where: b.words.T("finding.header"), Quiet: true}
	case screening.File:
		one := evidenceView{Where: b.words.T("finding.file")}
		one.Text, one.Form = b.docs.describe(e.Document)
		if b.docs.byID[e.Document] != nil {
			one.Document, one.Path = e.Document, applicationPath(b.view.ID)+"?doc="+e.Document
		}
		return one
	}
	doc := b.docs.byID[e.Document]
	if doc == nil || strings.TrimSpace(e.Quote) == "" {
		return evidenceView{Text: shown(shorten(e.Quote, maxQuote), b.words.T("veil.gap"))}
	}
	p := b.passage(e, number, statement)
	return evidenceView{Passage: p.ID, Path: doc.textPath() + "#" + p.ID, Text: shown(shortenTo(e.Quote, maxQuote, words), b.words.T("veil.gap")),
		Where: b.docs.where(e.Document, e.Page), Number: number, Against: e.Role == screening.Contradicts}
}

// shorten cuts a text for a list: one line, at most n runes.
func shorten(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:n-1]), " ,;:") + "…"
}

// shortenTo is shorten for a quote: when none of the words it is quoted for is in the part
// that is kept, it keeps the part around the first of them instead.
func shortenTo(s string, n int, words []string) string {
	s = strings.Join(strings.Fields(s), " ")
	r := []rune(s)
	low := []rune(strings.ToLower(s))
	if len(r) <= n || len(low) != len(r) {
		return shorten(s, n)
	}
	at := -1
	for _, w := range words {
		if i := strings.Index(string(low), strings.ToLower(strings.TrimSpace(w))); i >= 0 && strings.TrimSpace(w) != "" {
			if k := utf8.RuneCountInString(string(low)[:i]); at < 0 || k < at {
				at = k
			}
			if end := at + utf8.RuneCountInString(w); end < n {
				return shorten(s, n)
			}
		}
	}
	if at < 0 {
		return shorten(s, n)
	}
	from := max(0, at-n/3)
	for from > 0 && from < at && r[from-1] != ' ' {
		from++
	}
	return "…" + shorten(string(r[from:]), n-1)
}

// wordsOf are the words a finding was looked for or found by.
func wordsOf(f screening.Finding) []string {
	var out []string
	for _, name := range []string{"found", "terms"} {
		out = append(out, strings.Split(f.Args[name], ", ")...)
	}
	return out
}

// anchorOf is the id of a criterion's element.
func anchorOf(criterion string) string { return "c-" + criterion }
