package review

import (
	"archive/zip"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"dossier/internal/blob"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/web"
)

// SubjectCopy makes the copy of everything kept about one person.
type SubjectCopy struct {
	Store *store.Store
	Blobs *blob.Store
	Words *web.Locale
	// Zone is the IANA zone instants are told in.
	Zone string
	Now  time.Time
}

// subjectPage is the readable part of the copy.
type subjectPage struct {
	Lang   string
	At     time.Time
	Zone   string
	Name   string
	Emails []string
	Phones []string
	Apps   []subjectApp
	// Mails are the messages received, Others how many were written by somebody else, or are
	// another applicant's as well, and are listed without their text.
	Mails       []subjectMail
	Others      int
	Consents    []store.PoolConsent
	Corrections []store.Correction
	Requests    []store.PrivacyRequest
	Trail       []subjectLine
	// Struck counts the places where other people's names were covered.
	Struck int
	// Missing are files that could not be read any more.
	Missing int
}

type subjectApp struct {
	ID                     int64
	Vacancy, Organisation  string
	Received               time.Time
	Stage                  string
	Documents              []subjectDocument
	Findings               []subjectFinding
	Decisions, Notes, Said []subjectLine
	Outgoing               []store.OutgoingMessage
	Version                int
	Engine                 string
}

type subjectDocument struct {
	Name, File, Text, Type string
}

type subjectFinding struct {
	Statement, Verdict, Reason string
	Quotes                     []string
}

type subjectMail struct {
	ID      int64
	At      *time.Time
	Subject string
	File    string
	Own     bool
}

type subjectLine struct {
	At   time.Time
	Who  string
	What string
}

// Write puts the copy into w, as a zip archive: index.html to read, data.json for another
// program, and the originals. Names of other applicants are covered, colleagues go by
// numbers, and mail that somebody else wrote about the person is listed without its text.
// That it was taken out stands in the audit trail, with who did it (0 for the machine).
func (c SubjectCopy) Write(ctx context.Context, w io.Writer, applicantID, actorID int64) error {
	s, err := c.Store.SubjectOf(ctx, applicantID, actorID)
	if err != nil {
		return err
	}
	names, emails, err := c.Store.OtherNames(ctx, applicantID)
	if err != nil {
		return err
	}
	b := subjectWriter{SubjectCopy: c, zip: zip.NewWriter(w), strike: store.NewStriker(names, emails), who: map[int64]string{}}
	b.page = subjectPage{Lang: c.Words.T("privacy.lang"), At: c.Now, Zone: c.Zone, Name: s.Applicant.Name, Emails: s.Emails, Phones: s.Phones, Requests: s.Requests}
	for _, step := range []func(context.Context, store.Subject) error{b.people, b.applications, b.messages, b.trail} {
		if err := errors.Join(ctx.Err(), step(ctx, s)); err != nil {
			return err
		}
	}
	return b.close()
}

type subjectWriter struct {
	SubjectCopy
	zip    *zip.Writer
	page   subjectPage
	strike store.Striker
	who    map[int64]string
}

// cover hides other applicants in what colleagues wrote.
func (b *subjectWriter) cover(text string) string {
	out, n := b.strike.Strike(text)
	b.page.Struck += n
	return out
}

// colleague names somebody of the team without naming them.
func (b *subjectWriter) colleague(id int64) string {
	if id == 0 {
		return b.Words.T("privacy.copy.machine")
	}
	if b.who[id] == "" {
		b.who[id] = b.Words.T("privacy.copy.colleague", "n", decimal(int64(len(b.who)+1)))
	}
	return b.who[id]
}

func (b *subjectWriter) people(_ context.Context, s store.Subject) error {
	for _, k := range s.Consents {
		k.Source = b.cover(k.Source)
		b.page.Consents = append(b.page.Consents, k)
	}
	for _, k := range s.Corrections {
		k.Reason = b.cover(k.Reason)
		b.page.Corrections = append(b.page.Corrections, k)
	}
	return nil
}

func (b *subjectWriter) applications(ctx context.Context, s store.Subject) error {
	for _, a := range s.Applications {
		app := subjectApp{ID: a.ID, Vacancy: a.Vacancy.Title, Organisation: a.Vacancy.Organisation, Received: a.ReceivedAt, Stage: b.Words.T("stage." + string(a.Stage))}
		texts := map[int64]store.DocumentText{}
		for _, t := range a.Texts {
			texts[t.DocumentID] = t
		}
		for _, d := range a.Documents {
			doc, err := b.document(ctx, d, texts[d.ID])
			if err != nil {
				return err
			}
			app.Documents = append(app.Documents, doc)
		}
		if a.Assessment != nil {
			app.Version, app.Engine = a.Assessment.ChecklistVersion, a.Assessment.EngineVersion
			app.Findings = b.findings(a)
		}
		for _, d := range a.Decisions {
			app.Decisions = append(app.Decisions, subjectLine{d.At, b.colleague(d.AuthorID), b.Words.T("stage."+string(d.FromStage)) + " → " + b.Words.T("stage."+string(d.ToStage)) + reasoned(b.cover(d.Reason))})
		}
		for _, n := range a.Notes {
			app.Notes = append(app.Notes, subjectLine{n.At, b.colleague(n.AuthorID), b.cover(n.Body)})
		}
		for _, o := range a.Overrides {
			app.Said = append(app.Said, subjectLine{o.At, b.colleague(o.AuthorID), o.Criterion + ": " + b.Words.T("verdict."+o.Verdict.String()) + reasoned(b.cover(o.Reason))})
		}
		for _, o := range a.Opinions {
			app.Said = append(app.Said, subjectLine{o.At, b.colleague(o.AuthorID), b.Words.T("opinion."+string(o.View)) + reasoned(b.cover(o.Reason))})
		}
		for _, m := range a.Outgoing {
			m.AuthorID, m.CancelledBy = nil, nil
			app.Outgoing = append(app.Outgoing, m)
		}
		b.page.Apps = append(b.page.Apps, app)
	}
	return nil
}

func reasoned(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

func (b *subjectWriter) findings(a store.SubjectApplication) []subjectFinding {
	statement := map[string]string{}
	var walk func([]screening.Criterion)
	walk = func(list []screening.Criterion) {
		for _, c := range list {
			statement[c.ID] = cmp.Or(c.Statement.In(b.page.Lang), c.ID)
			walk(c.Criteria)
		}
	}
	walk(a.Checklist.Checklist.Criteria)
	var out []subjectFinding
	for _, f := range a.Assessment.Findings {
		row := subjectFinding{Statement: cmp.Or(statement[f.Criterion], f.Criterion), Verdict: b.Words.T("verdict." + f.Verdict.String()),
			Reason: reasonText(b.Words, f, cmp.Or(a.Vacancy.DeadlineZone, b.Zone))}
		for _, e := range f.Evidence {
			if e.Quote != "" {
				row.Quotes = append(row.Quotes, e.Quote)
			}
		}
		out = append(out, row)
	}
	return out
}

func (b *subjectWriter) document(ctx context.Context, d store.Document, text store.DocumentText) (subjectDocument, error) {
	out := subjectDocument{Name: d.Name, Type: string(d.Is()), File: fmt.Sprintf("originals/documents/%d-%s", d.ID, safeName(d.Name))}
	ok, err := b.blob(ctx, out.File, d.Hash)
	if err != nil {
		return out, err
	}
	if !ok {
		out.File = ""
	}
	if len(text.Pages) > 0 {
		var all []string
		for _, p := range text.Pages {
			all = append(all, p.Text)
		}
		out.Text = fmt.Sprintf("text/%d.txt", d.ID)
		err = b.add(out.Text, strings.NewReader(strings.Join(all, "\n\f\n")))
	}
	return out, err
}

// blob copies bytes into the archive; ok is false when they are not there any more. They are
// read twice, since what stands in an archive cannot be taken back.
func (b *subjectWriter) blob(ctx context.Context, name, hash string) (ok bool, err error) {
	err = b.Blobs.Verify(ctx, hash)
	if errors.Is(err, blob.ErrNotFound) || errors.Is(err, blob.ErrDamaged) || errors.Is(err, blob.ErrKeyDestroyed) {
		b.page.Missing++
		return false, nil
	}
	if err != nil {
		return false, err
	}
	r, err := b.Blobs.Open(hash)
	if err != nil {
		return false, err
	}
	return true, errors.Join(b.add(name, r), r.Close())
}

func (b *subjectWriter) add(name string, r io.Reader) error {
	f, err := b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.Now})
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return err
}

// safeName keeps of a stranger's file name what any system takes.
func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	if len(name) > 120 {
		name = strings.ToValidUTF8(name[len(name)-120:], "")
	}
	return cmp.Or(strings.Trim(name, " ."), "file")
}

func (b *subjectWriter) messages(ctx context.Context, s store.Subject) error {
	for _, m := range s.Messages {
		row := subjectMail{ID: m.ID, At: m.ReceivedAt, Subject: m.Subject,
			Own: !s.Shared[m.ID] && (m.State == store.Routed || slices.Contains(s.Emails, m.FromEmail))}
		if !row.Own {
			// Somebody else's mail, or their application: what they wrote in confidence is theirs
			// as well.
			row.Subject = ""
			b.page.Others++
		} else if m.RawHash != "" {
			row.File = fmt.Sprintf("originals/messages/%d.eml", m.ID)
			ok, err := b.blob(ctx, row.File, m.RawHash)
			if err != nil {
				return err
			}
			if !ok {
				row.File = ""
			}
		}
		b.page.Mails = append(b.page.Mails, row)
	}
	return nil
}

func (b *subjectWriter) trail(_ context.Context, s store.Subject) error {
	for _, e := range s.Trail {
		what := e.Act
		if key := "trail.act." + e.Act; b.Words.Has(key) {
			args := []any{"what", ""}
			for k, v := range e.Details {
				args = append(args, k, v)
			}
			what = strings.TrimSpace(b.Words.T(key, args...))
		}
		b.page.Trail = append(b.page.Trail, subjectLine{e.At, b.colleague(e.ActorID), what})
	}
	return nil
}

func (b *subjectWriter) close() error {
	raw, err := json.MarshalIndent(b.page, "", "  ")
	if err != nil {
		return err
	}
	if err := b.add("data.json", strings.NewReader(string(raw))); err != nil {
		return err
	}
	words := b.Words
	t, err := template.New("subject").Funcs(template.FuncMap{"t": words.T, "n": words.N,
		"instant": func(at time.Time) string { return words.Instant(at, b.Zone) }}).Parse(subjectHTML)
	if err != nil {
		return err
	}
	f, err := b.zip.CreateHeader(&zip.FileHeader{Name: "index.html", Method: zip.Deflate, Modified: b.Now})
	if err != nil {
		return err
	}
	if err := t.Execute(f, b.page); err != nil {
		return err
	}
	return b.zip.Close()
}
