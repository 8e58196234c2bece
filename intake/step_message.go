package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dossier/intake/message"
	"dossier/internal/blob"
	"dossier/internal/store"
)

// Trace is kept with a message and tells which rules fired; `dossier explain` prints it.
type Trace struct {
	// Class is what the message was taken for, by which rule, and on what evidence.
	Class    string `json:"kind"`
	Rule     string `json:"rule"`
	Evidence string `json:"evidence,omitempty"`
	ToCheck  bool   `json:"to_check,omitempty"`
	// Routes are the vacancies found.
	Routes []Hit `json:"routes,omitempty"`
	// Among are the slugs of the vacancies whose address it was sent to, where they share it
	// and nothing tells which one was meant.
	Among []string `json:"among,omitempty"`
	// Author is how the applicant was told from whoever sent the message.
	Author string `json:"author,omitempty"`
	// Joined says, by vacancy, which rule joined the message to an earlier application.
	Joined map[string]string `json:"joined,omitempty"`
	// Doubts are codes of why a person should confirm where it went.
	Doubts []string `json:"doubts,omitempty"`
	// Warnings are codes of what was odd about the message.
	Warnings []string `json:"warnings,omitempty"`
}

// Codes of doubt that are no rule's name.
const (
	// doubtPassedOn: somebody else sent it, and the applicant was read out of it.
	doubtPassedOn = "passed_on"
	// doubtLooksOtherwise: it has traits of something else than an application.
	doubtLooksOtherwise = "looks_otherwise"
)

func (t *Trace) doubt(code string) {
	if !slices.Contains(t.Doubts, code) {
		t.Doubts = append(t.Doubts, code)
	}
}

// message understands one stored message: what it is, whose, and for which vacancy.
func (p *Pipeline) message(ctx context.Context) (bool, error) {
	m, ok, err := p.cfg.Store.ClaimMessage(ctx, p.claim())
	if err != nil || !ok {
		return false, err
	}
	ctx = store.Holding(ctx, store.TaskMessage, m.ID, p.cfg.Owner)
	p.at("message claimed")
	err = p.guarded("parse", m.ID, func() error { return p.understand(ctx, m) })
	if ctx.Err() != nil || hindered(err) {
		return false, p.giveBack(ctx, store.TaskMessage, m.ID, err)
	}
	switch {
	case err == nil, errors.Is(err, store.ErrClaimLost):
	case errors.Is(err, store.ErrOutdated):
		// Another process has registered what this may belong to: it is understood anew.
		err = p.cfg.Store.Unclaim(ctx, store.TaskMessage, m.ID, p.cfg.Owner)
	case errors.Is(err, blob.ErrUnavailable):
		err = p.away(ctx, store.TaskMessage, m.ID, err)
	case errors.Is(err, message.ErrNotMail), errors.Is(err, message.ErrEmpty), errors.Is(err, message.ErrTooLarge), errors.Is(err, blob.ErrKeyDestroyed):
		// The bytes will not change: a second try would only keep the rest waiting.
		err = p.cfg.Store.RefuseMessage(ctx, m.ID, failure(err), err)
	default:
		err = p.cfg.Store.FailMessage(ctx, m.ID, failure(err), err)
	}
	return p.did(store.TaskMessage, m.ID, err)
}

// failure is the code stored for an error of understanding.
func failure(err error) string {
	switch {
	case errors.Is(err, blob.ErrNotFound), errors.Is(err, blob.ErrDamaged):
		return "message.bytes_lost"
	case errors.Is(err, blob.ErrKeyDestroyed):
		return "message.key_destroyed"
	case errors.Is(err, blob.ErrNoKey):
		return "message.no_key"
	case errors.Is(err, errPanic):
		return "message.stumbled"
	case errors.Is(err, errTooLong):
		return "message.took_too_long"
	case errors.Is(err, message.ErrNotMail):
		return "message.not_mail"
	case errors.Is(err, message.ErrEmpty):
		return "message.empty"
	default:
		return "message.unparsed"
	}
}

func (p *Pipeline) understand(ctx context.Context, row store.Message) error {
	raw, err := p.cfg.Blobs.Read(row.RawHash, p.cfg.MaxMessage)
	if err != nil {
		return err
	}
	m, err := within(ctx, p.cfg.ReadWithin, func() (message.Message, error) { return p.parse(raw, message.Limits{}) })
	if err != nil {
		return err
	}
	if forgotten, err := p.forget(ctx, row.ID, m.ContentKey()); forgotten || err != nil {
		return err
	}
	if err := p.cfg.Store.SaveParsed(ctx, row.ID, summary(m)); err != nil {
		return err
	}

	p.at("message parsed")
	targets, err := p.targets(ctx)
	if err != nil {
		return err
	}
	own := ownAddresses(targets)
	sub, err := within(ctx, p.cfg.ReadWithin, func() (Submission, error) { return Submitted(&m, own), nil })
	if err != nil {
		return err
	}
	answered, err := p.cfg.Store.RoutesOfThread(ctx, thread(m))
	if err != nil {
		return err
	}
	ours, err := p.ours(ctx, m)
	if err != nil {
		return err
	}
	answered = append(answered, ours.routes()...)
	hits, err := p.importedFor(ctx, row, targets)
	if err != nil {
		return err
	}
	signs := clues(m, sub, answered)
	if len(hits) == 0 {
		hits = Route(signs, targets)
	}
	person, err := p.said(ctx, row, lower(m.From.Email))
	if err != nil {
		return err
	}
	hits = person.routes(hits, targets)
	files, letter, err := p.keepFiles(ctx, sub)
	if err != nil {
		return err
	}
	p.at("files kept")
	past, err := p.past(ctx, hits, sub, answered, files)
	if err != nil {
		return err
	}

	verdict, err := within(ctx, p.cfg.ReadWithin, func() (message.Verdict, error) {
		return message.Classify(&m, message.Context{Own: own, KnownThread: len(answered) > 0, KnownSender: knownSender(past.byVacancy, sub)}), nil
	})
	if err != nil {
		return err
	}
	verdict = ours.verdict(verdict)
	if told, ok := person.verdict(verdict); ok {
		verdict = told
	}
	if err := p.tie(ctx, row, m, sub, verdict, ours, past.byVacancy); err != nil {
		return err
	}
	trace := Trace{Class: string(verdict.Class), Rule: verdict.Rule, Evidence: verdict.Evidence, ToCheck: verdict.ToCheck,
		Routes: hits, Author: sub.Author.Rule, Warnings: append(warnings(m), forgotten(sub)...)}
	if verdict.Class != message.Application {
		return p.cfg.Store.SetAside(ctx, row.ID, store.Conclusion{Class: store.Class(verdict.Class), Reason: verdict.Rule,
			Detail: verdict.Evidence, Trace: mustJSON(trace), VacancyIDs: vacancies(hits)})
	}
	if len(hits) == 0 {
		return p.cfg.Store.Unrouted(ctx, row.ID, nowhere(trace, signs, targets))
	}
	return p.register(ctx, row, m, sub, hits, past, files, letter, trace, person, ours)
}

// nowhere says why no vacancy takes the message: nothing names one, or its address is that
// of several and nothing tells them apart. Detail then names them.
func nowhere(trace Trace, signs Clues, targets []Target) store.Conclusion {
	among := pick(targets, routeByAddress(signs, targets))
	if len(among) < 2 {
		return store.Conclusion{Reason: "no_vacancy", Trace: mustJSON(trace)}
	}
	var titles []string
	for _, t := range among {
		trace.Among = append(trace.Among, t.Slug)
		titles = append(titles, cmp.Or(t.Title, t.Slug))
	}
	return store.Conclusion{Reason: "several_vacancies", Detail: strings.Join(titles, " ; "), Trace: mustJSON(trace)}
}

// register turns the message into applications, or parts of applications, one for each
// vacancy it is for.
func (p *Pipeline) register(ctx context.Context, row store.Message, m message.Message, sub Submission, hits []Hit,
	past past, files []store.NewDocument, letter string, trace Trace, person said, ours ours) error {
	handed := Handed{Name: sub.Author.Name, Email: sub.email(), MessageID: m.MessageID, Text: sub.Author.Subject + "\n" + m.Body.Text}
	// Covering words about files that are there already bring nothing new.
	if body := message.ReadBody(sub.Author.Text); len(sub.Files) == 0 || body.Letter || body.CV {
		handed.Letter = letter
	}
	for _, f := range files {
		if !f.Body && f.Size > 0 { // all empty files are alike, and tell of nobody
			handed.Hashes, handed.Names = append(handed.Hashes, f.Hash), append(handed.Names, f.Name)
		}
	}
	reg := store.Registration{MessageID: row.ID, Class: store.ClassApplication, Reason: trace.Rule, Documents: files,
		Applicant: store.NewApplicant{Name: sub.Author.Name, Email: sub.email()}, SamePerson: CompatibleNames, Looks: past.looks}
	trace.Joined = map[string]string{}
	if !person.ok && sub.Author.ToConfirm {
		trace.doubt(doubtPassedOn)
	}
	if !person.ok && trace.ToCheck {
		trace.doubt(doubtLooksOtherwise)
	}
	for _, h := range hits {
		if !person.ok && h.ToConfirm {
			trace.doubt(h.Rule)
		}
		r := store.NewRoute{VacancyID: h.VacancyID, Rule: h.Rule, Evidence: h.Evidence, Became: store.ClassApplication,
			ToConfirm: !person.ok && (h.ToConfirm || sub.Author.ToConfirm || trace.ToCheck)}
		if told, ok := person.route(r); ok {
			r = told
			trace.Joined[fmt.Sprint(h.VacancyID)] = rulePerson
		} else if same, ok := SamePerson(handed, past.byVacancy[h.VacancyID]); ok {
			r.ApplicationID, r.Became = same.Application, store.ClassUpdate
			if !same.New {
				r.Became = store.ClassDuplicate
			}
			if same.ToConfirm {
				trace.doubt(same.Rule)
			}
			r.ToConfirm = r.ToConfirm || same.ToConfirm
			trace.Joined[fmt.Sprint(h.VacancyID)] = same.Rule
		} else if id, ok := ours.joins(h.VacancyID); ok {
			trace.doubt(ruleAnswersUs)
			r.ApplicationID, r.Became, r.ToConfirm = id, store.ClassUpdate, true
			trace.Joined[fmt.Sprint(h.VacancyID)] = ruleAnswersUs
		}
		reg.Routes = append(reg.Routes, r)
	}
	reg.Trace = mustJSON(trace)
	_, err := p.cfg.Store.RegisterApplication(ctx, reg)
	return err
}

// past is what a submission may belong to.
type past struct {
	byVacancy map[int64][]Earlier
	// looks are how it was found, for the store to see that it still holds.
	looks []store.Look
}

// past gathers the applications the submission may belong to.
func (p *Pipeline) past(ctx context.Context, hits []Hit, sub Submission, answered []store.Route, files []store.NewDocument) (past, error) {
	var hashes []string
	for _, f := range files {
		if !f.Body {
			hashes = append(hashes, f.Hash)
		}
	}
	var inThread []int64
	for _, a := range answered {
		inThread = append(inThread, a.ApplicationID)
	}
	out := past{byVacancy: map[int64][]Earlier{}}
	for _, h := range hits {
		look := store.Look{Query: store.EarlierQuery{VacancyID: h.VacancyID, Email: sub.email(), ApplicationIDs: inThread, FileHashes: hashes}}
		var err error
		if look.Found, err = p.cfg.Store.EarlierApplications(ctx, look.Query); err != nil {
			return past{}, err
		}
		out.looks = append(out.looks, look)
		for _, f := range look.Found {
			out.byVacancy[h.VacancyID] = append(out.byVacancy[h.VacancyID], Earlier{Application: f.ApplicationID, Name: f.Name, Emails: f.Emails,
				Hashes: f.FileHashes, Letters: f.BodyHashes, Names: f.FileNames, MessageIDs: f.MessageIDs, Thread: slices.Contains(inThread, f.ApplicationID)})
		}
	}
	return out, nil
}

func knownSender(earlier map[int64][]Earlier, sub Submission) bool {
	for _, list := range earlier {
		for _, e := range list {
			if hasFold(e.Emails, sub.email()) {
				return true
			}
		}
	}
	return false
}

// importedFor is the vacancy that files were imported for by hand; none for mail.
func (p *Pipeline) importedFor(ctx context.Context, row store.Message, targets []Target) ([]Hit, error) {
	boxes, err := p.cfg.Store.Mailboxes(ctx)
	if err != nil {
		return nil, err
	}
	for _, b := range boxes {
		for _, t := range targets {
			if b.ID == row.MailboxID && b.Kind == store.KindFolder && b.Folder == t.Slug {
				return []Hit{{VacancyID: t.ID, Vacancy: t.Slug, Rule: ruleImport, Evidence: b.Name}}, nil
			}
		}
	}
	return nil, nil
}

// targets are the vacancies a message may be for; drafts take none.
func (p *Pipeline) targets(ctx context.Context) ([]Target, error) {
	list, err := p.cfg.Store.Vacancies(ctx)
	if err != nil {
		return nil, err
	}
	var out []Target
	for _, v := range list {
		if v.State == store.VacancyDraft {
			continue
		}
		out = append(out, Target{ID: v.ID, Slug: v.Slug, Title: v.Title, Place: v.Place, Reference: v.Reference,
			Addresses: v.Addresses, Open: v.State == store.VacancyOpen})
	}
	return out, nil
}

// ownAddresses tells an organisation's own addresses by the domains of its vacancies'.
func ownAddresses(targets []Target) func(string) bool {
	domains := map[string]bool{}
	for _, t := range targets {
		for _, a := range t.Addresses {
			if _, domain, ok := strings.Cut(lower(a), "@"); ok {
				domains[domain] = true
			}
		}
	}
	return func(email string) bool {
		_, domain, ok := strings.Cut(lower(email), "@")
		return ok && domains[domain]
	}
}

func clues(m message.Message, sub Submission, answered []store.Route) Clues {
	c := Clues{Subject: m.Subject, Text: sub.Author.Text}
	add := func(m message.Message) {
		for _, r := range m.Recipients {
			c.Recipients = append(c.Recipients, Recipient{Header: r.Header, Address: r.Address})
		}
	}
	add(m)
	for _, inner := range m.Inner {
		add(inner)
	}
	if m.Quoted != nil && m.Quoted.To != "" {
		c.Recipients = append(c.Recipients, Recipient{Header: "forwarded To", Address: m.Quoted.To})
	}
	if sub.Author.Subject != m.Subject {
		c.Subject += "\n" + sub.Author.Subject
	}
	for _, f := range sub.Files {
		c.Files = append(c.Files, f.Name)
	}
	for _, a := range answered {
		c.Thread = append(c.Thread, a.VacancyID)
	}
	return c
}

// summary is what the ledger shows of a message.
func summary(m message.Message) store.Summary {
	s := store.Summary{MessageID: m.MessageID, ContentKey: m.ContentKey(), Subject: m.Subject,
		FromName: m.From.Name, FromEmail: lower(m.From.Email), DeliveredTo: deliveredTo(m), InReplyTo: thread(m)}
	if !m.SentAt.IsZero() {
		s.SentAt = &m.SentAt
	}
	return s
}

func thread(m message.Message) []string {
	var out []string
	seen := map[string]bool{}
	for _, list := range [][]string{m.InReplyTo, m.References} {
		for _, id := range list {
			if !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	return out
}

func deliveredTo(m message.Message) []string {
	var out []string
	seen := map[string]bool{}
	for _, r := range m.Recipients {
		if a := lower(r.Address); !seen[a] {
			seen[a] = true
			out = append(out, a)
		}
	}
	return out
}

func warnings(m message.Message) []string {
	var out []string
	for _, w := range m.Warnings {
		out = append(out, w.Code)
	}
	return out
}

// Codes of what a sender seems to have forgotten.
const (
	// warnNothingAttached: the text says that files are attached, and there are none.
	warnNothingAttached = "says_attached_nothing_attached"
	// warnLinked: documents are said to lie behind a link. Nobody here follows it: it may
	// lead anywhere, and what it shows may change.
	warnLinked = "documents_behind_a_link"
)

// forgotten compares what the applicant wrote about files with the files that came.
func forgotten(sub Submission) []string {
	var out []string
	read := message.ReadBody(sub.Author.Text)
	if read.Attached && len(sub.Files) == 0 {
		out = append(out, warnNothingAttached)
	}
	if read.Linked {
		out = append(out, warnLinked)
	}
	return out
}

func vacancies(hits []Hit) []int64 {
	var out []int64
	for _, h := range hits {
		out = append(out, h.VacancyID)
	}
	return out
}

func mustJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only our own plain values come here
	}
	return b
}
