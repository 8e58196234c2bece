package review

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"dossier/internal/store"
	"dossier/review/panel"
	"dossier/screening"
	"dossier/web"
)

// panelPage asks what the dossier of the selection panel is to hold.
type panelPage struct {
	page
	Vacancy   store.Vacancy
	Total     int
	Kept      int
	Languages []string
	Language  string
	// Anonymous: the vacancy is read without names, so the dossier is too.
	Anonymous bool
}

// keptStages are those of the applications a panel goes on with.
var keptStages = []screening.Stage{screening.StageShortlisted, screening.StageInterview, screening.StageSelected}

// showPanel answers GET /vacancies/:slug/panel.
func showPanel(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	p := panelPage{page: r.newPage("vacancies", "panel.title"), Vacancy: v, Languages: web.Languages, Language: r.words.Lang}
	mode, err := r.app.Store.ReviewMode(ctx, v.ID)
	if err != nil {
		return err
	}
	p.Anonymous = mode.Anonymous
	counts, err := r.app.Store.StageCounts(ctx, v.ID)
	if err != nil {
		return err
	}
	for stage, n := range counts {
		p.Total += n
		if slices.Contains(keptStages, stage) {
			p.Kept += n
		}
	}
	return r.render("vacancies/panel", p)
}

// panelPDF answers GET /vacancies/:slug/panel.pdf?names=masked&which=kept&in=fr: the minutes
// of the shortlisting. They leave the house as an exported list does, and the audit trail says
// so. They hold every quote, so one is made at a time.
func panelPDF(r *request) error {
	r.app.panels.Lock()
	defer r.app.panels.Unlock()
	if err := r.Request().Context().Err(); err != nil {
		return err // the reader left while another was made
	}
	v, list, err := r.vacancyAndChecklist()
	if err != nil {
		return err
	}
	if in := r.QueryParam("in"); slices.Contains(web.Languages, in) {
		r.words = r.app.views.Locale(in)
	}
	r.maskAll = r.QueryParam("names") == "masked"
	var stages []screening.Stage
	if r.QueryParam("which") == "kept" {
		stages = keptStages
	}
	ctx := r.Request().Context()
	rows, err := r.app.Store.PanelRows(ctx, v.ID, v.ChecklistVersion, stages)
	if err != nil {
		return err
	}
	head, err := r.panelHead(v, list, rows)
	if err != nil {
		return err
	}
	grid, err := r.panelGrid(v, list, rows)
	if err != nil {
		return err
	}
	var signatures []panel.Signature
	authors, err := r.app.Store.PanelAuthors(ctx, v.ID)
	if err != nil {
		return err
	}
	for _, name := range authors {
		signatures = append(signatures, panel.Signature{Name: name})
	}
	at := 0
	var out bytes.Buffer
	err = panel.Write(&out, panelWords(r.words, v), head, grid, func() (panel.Person, bool, error) {
		if at == len(rows) || ctx.Err() != nil {
			return panel.Person{}, false, ctx.Err()
		}
		at++
		p, err := r.panelPerson(rows[at-1].ID)
		return p, err == nil, err
	}, signatures)
	if err != nil {
		return err
	}
	if err := r.app.Store.RecordExport(ctx, r.user.ID, v.ID, "pdf", len(rows)); err != nil {
		return err
	}
	r.Response().Header().Set("Content-Disposition", contentDisposition("attachment", "panel-"+v.Slug+".pdf", v.ID))
	return r.Blob(http.StatusOK, "application/pdf", out.Bytes())
}

func (r *request) panelHead(v store.Vacancy, list screening.Checklist, rows []store.PanelRow) (panel.Head, error) {
	l := r.words
	h := panel.Head{Title: l.T("panel.minutes"), Vacancy: v.Title, At: r.now, Lang: l.Lang,
		Subtitle: strings.Join(slices.DeleteFunc([]string{v.Organisation, v.Place}, func(s string) bool { return s == "" }), ", ")}
	add := func(key, value string) {
		if value != "" {
			h.Fields = append(h.Fields, panel.Field{Label: l.T(key), Value: value})
		}
	}
	add("panel.reference", v.Reference)
	deadline := l.T("vacancies.no_deadline")
	if v.DeadlineAt != nil {
		deadline = l.Instant(*v.DeadlineAt, v.DeadlineZone)
	}
	add("panel.deadline", deadline)
	if v.ChecklistVersion > 0 {
		c, err := r.app.Store.ChecklistAt(r.Request().Context(), v.ID, v.ChecklistVersion)
		if err != nil {
			return h, err
		}
		add("panel.checklist", l.T("panel.checklist_of", "version", v.ChecklistVersion, "date", l.Instant(c.PublishedAt, v.DeadlineZone)))
	}
	add("panel.made", l.T("panel.made_by", "author", r.user.Name, "at", l.Instant(r.now, v.DeadlineZone)))
	count := map[screening.Stage]int{}
	late := 0
	for _, row := range rows {
		count[row.Stage]++
		if row.AfterClose {
			late++
		}
	}
	figure := func(label string, n int) {
		h.Counts = append(h.Counts, panel.Field{Label: label, Value: l.Number(int64(n))})
	}
	figure(l.T("panel.received"), len(rows))
	for _, s := range screening.Stages {
		if count[s] > 0 {
			figure(l.T("stages."+string(s)), count[s])
		}
	}
	if late > 0 {
		figure(l.T("panel.late"), late)
	}
	if mode, err := r.app.Store.ReviewMode(r.Request().Context(), v.ID); err != nil {
		return h, err
	} else if r.maskAll || mode.Anonymous {
		h.Notes = append(h.Notes, l.T("panel.masked"))
	}
	h.Notes = append(h.Notes, l.T("panel.people_decide"))
	if len(rows) == store.MaxPanel {
		h.Notes = append(h.Notes, l.T("panel.cut", "n", store.MaxPanel))
	}
	for _, c := range list.Criteria {
		one := panel.Criterion{Statement: titleOf(l, c)}
		switch {
		case c.ForReader():
			one.Tag = l.T("panel.for_reader")
		case c.Importance == screening.Asset:
			one.Tag = l.T("finding.asset")
		}
		h.Criteria = append(h.Criteria, one)
	}
	return h, nil
}

// panelGrid is the grid, with what the vacancy's mode keeps back from this reader kept back.
func (r *request) panelGrid(v store.Vacancy, list screening.Checklist, rows []store.PanelRow) ([]panel.Row, error) {
	lines := make([]listed, len(rows))
	for i := range rows {
		lines[i] = listed{ID: rows[i].ID, Name: &rows[i].Name, Verdicts: &rows[i].Verdicts, Met: &rows[i].MetCount}
	}
	if _, err := r.keepBackOfList(v.ID, list.Criteria, lines); err != nil {
		return nil, err
	}
	counted := 0
	for _, c := range list.Criteria {
		if !c.ForReader() {
			counted++
		}
	}
	var out []panel.Row
	for _, row := range rows {
		if r.maskAll {
			row.Name = veiledName(r.words, row.ID)
		}
		one := panel.Row{Name: row.Name, Received: r.words.ShortYear(row.ReceivedAt, v.DeadlineZone), Stage: r.words.T("stage." + string(row.Stage)),
			Verdicts: make([]panel.Verdict, len(list.Criteria)), Changed: make([]bool, len(list.Criteria))}
		if row.Verdicts != "" {
			one.Count = r.words.T("panel.count", "n", row.MetCount, "m", counted)
		}
		for i := range min(len(row.Verdicts), len(list.Criteria)) {
			letter := row.Verdicts[i]
			one.Verdicts[i] = panelVerdicts[strings.ToLower(string(letter))]
			one.Changed[i] = letter >= 'A' && letter <= 'Z'
		}
		out = append(out, one)
	}
	return out, nil
}

var panelVerdicts = map[string]panel.Verdict{"m": panel.Met, "u": panel.Unclear, "n": panel.NotMet, "met": panel.Met, "unclear": panel.Unclear, "not_met": panel.NotMet}

// panelActs are the acts a panel answers for.
var panelActs = []store.HistoryKind{store.HistoryDecided, store.HistoryOpinion, store.HistoryLateAccepted, store.HistoryWithdrawn, store.HistoryUnveiled, store.HistoryOpened}

// panelPerson is one application in full.
func (r *request) panelPerson(id int64) (panel.Person, error) {
	v, err := r.applicationView(id)
	if err != nil {
		return panel.Person{}, err
	}
	// A dossier may hold a thousand applications: what one needed is let go.
	defer delete(r.veils, id)
	l, zone := r.words, v.Vacancy.DeadlineZone
	p := panel.Person{Name: v.Applicant.Name, Stage: l.T("stage." + string(v.Stage))}
	if p.Name == "" {
		p.Name = first(v.Emails, "–")
	}
	received := l.Instant(v.ReceivedAt, zone)
	if v.AfterClose {
		received += ", " + strings.ToLower(l.T("application.after_close"))
	}
	p.Fields = append(p.Fields, panel.Field{Label: l.T("panel.received_on"), Value: received})
	docs := newDocumentSet(l, v)
	var names []string
	for _, d := range docs.list {
		names = append(names, docs.describeRecord(d.Document))
	}
	if len(names) > 0 {
		p.Fields = append(p.Fields, panel.Field{Label: l.T("panel.documents"), Value: strings.Join(names, " ; ")})
	}
	if v.Assessment != nil && v.Assessment.ChecklistVersion != v.Vacancy.ChecklistVersion {
		p.Fields = append(p.Fields, panel.Field{Label: l.T("panel.checklist"), Value: l.T("panel.older", "version", v.Assessment.ChecklistVersion)})
	}
	for _, h := range v.History() {
		if !slices.Contains(panelActs, h.Kind) {
			continue
		}
		act := panel.Act{What: flat(l.Parts("history."+string(h.Kind), historyArgs(l, v, docs, h)...)) + " " + l.T("panel.on", "at", l.Instant(h.At, zone))}
		if h.Reason != "" {
			act.Why = l.T("quote", "text", saidReason(l, h.Reason))
		}
		p.Acts = append(p.Acts, act)
	}
	b := findingsBuilder{words: l, view: v, docs: docs, zone: zone, now: r.now, path: func(string) string { return "" }}
	sections, _, _ := b.build("")
	if v.Assessment != nil {
		var found []findingView
		for _, s := range sections {
			// What is for the reader alone, such as an age, is in no minutes.
			if s.Key != "reader" {
				found = append(found, s.Findings...)
			}
		}
		slices.SortFunc(found, func(a, b findingView) int { return a.Number - b.Number })
		for _, f := range found {
			p.Findings = append(p.Findings, panelFinding(l, v, f))
		}
	}
	return p, nil
}

// panelFinding is one criterion with its quotes and, when a person changed it, who, when
// and why.
func panelFinding(l *web.Locale, v store.ApplicationView, f findingView) panel.Finding {
	out := panel.Finding{Verdict: panelVerdicts[f.Chip.Verdict], Changed: f.Chip.Changed, Statement: f.Statement}
	if !f.QuietReason {
		out.Reason = f.Reason
	}
	if o := v.InForce(f.ID); o != nil {
		for _, past := range f.Past {
			if past.ID == o.ID {
				out.Said = past.What + " " + l.T("quote", "text", past.Reason)
			}
		}
	}
	out.Quotes = panelQuotes(l, f)
	return out
}

// maxPanelQuotes bounds the quotes of one criterion.
const maxPanelQuotes = 4

func panelQuotes(l *web.Locale, f findingView) []panel.Quote {
	var out []panel.Quote
	for _, e := range f.Evidence {
		if len(out) == maxPanelQuotes {
			break
		}
		switch {
		case e.File != "":
			out = append(out, panel.Quote{Text: e.File, Where: e.Where})
		case e.Passage != "":
			out = append(out, panel.Quote{Text: l.T("quote", "text", e.Text), Where: e.Where})
		case e.Text != "":
			out = append(out, panel.Quote{Text: e.Text, Where: e.Where})
		}
	}
	if len(out) == 0 {
		for _, part := range f.Parts {
			out = append(out, panelQuotes(l, part)...)
		}
	}
	return out[:min(len(out), maxPanelQuotes)]
}

// flat is a text with strong stretches as one without.
func flat(parts []web.Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

func panelWords(l *web.Locale, v store.Vacancy) panel.Words {
	footer := l.T("panel.minutes") + " · " + v.Title
	if v.Reference != "" {
		footer += " · " + v.Reference
	}
	return panel.Words{Criteria: l.T("panel.criteria"), Grid: l.T("panel.grid"), Applications: l.T("panel.applications"), Signatures: l.T("panel.signatures"),
		Number: l.T("panel.number"), Name: l.T("panel.name"), Received: l.T("panel.received_head"), Stage: l.T("panel.stage"), Count: l.T("panel.met"),
		Met: l.T("verdict.met"), Unclear: l.T("verdict.unclear"), NotMet: l.T("verdict.not_met"), None: l.T("panel.none"), Changed: l.T("verdict.changed"),
		Decisions: l.T("panel.decisions"), Findings: l.T("panel.findings_head"), NothingDecided: l.T("panel.nothing_decided"), NothingFound: l.T("sum.waiting"),
		SignHead: l.T("panel.sign_head"), SignName: l.T("panel.sign_name"), SignRole: l.T("panel.sign_role"), SignDate: l.T("panel.sign_date"), SignHere: l.T("panel.sign_here"),
		Page: l.T("panel.page", "n", "%s", "m", "%s"), Footer: footer}
}
