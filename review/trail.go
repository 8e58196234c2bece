package review

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"dossier/internal/store"
	"dossier/review/export"
	"dossier/web"
)

// trailPage shows the audit trail: who did what, when. It tells of applications by number
// alone, so that it needs no masks and outlives an erasure.
type trailPage struct {
	page
	Rows []trailRow
	// People, Vacancies and Kinds are what the list can be narrowed to.
	People, Vacancies, Kinds []trailChoice
	From, Until              string
	Narrowed                 bool
	Check                    *trailCheck
	CheckPath, Export        string
	First                    bool
	Start, Next              string
}

type trailChoice struct {
	Value, Label string
	Current      bool
}

type trailRow struct {
	ID   int64
	At   time.Time
	Zone string
	// Who is empty when no person acted.
	Who, Says, Path, Vacancy, VacancyPath, Hash string
}

// trailCheck is what verifying the chain found.
type trailCheck struct {
	Good   bool
	Events int
	Hash   string
}

// trailKind is a group of acts: their codes, or beginnings of codes that end in a dot.
type trailKind struct {
	name string
	acts []string
}

func (k trailKind) holds(act string) bool {
	return slices.ContainsFunc(k.acts, func(code string) bool {
		return act == code || strings.HasSuffix(code, ".") && strings.HasPrefix(act, code)
	})
}

// trailKinds are the groups of acts the list can be narrowed to.
var trailKinds = []trailKind{
	{"judging", []string{"decision.", "override.", "opinion.", "note.", "reviewer.", "late.", "document.", "application."}},
	{"mail", []string{"outgoing.", "template.saved", "vacancy.mail", "withdrawal."}},
	{"vacancies", []string{"vacancy.", "checklist.", "line.", "draft.", "notice.", "template.kept", "sentence."}},
	{"intake", []string{"message.", "mail_account.", "sender."}},
	{"people", []string{"user.", "grant."}},
	{"leaving", []string{"list.", "trail.", "application.revealed", "subject.exported"}},
	{"privacy", []string{"request.", "hold.", "retention.", "consent.", "correction.", "subject.", "applicant.", "application.erased", "application.purged", "application.replayed",
		"message.erased", "message.purged", "message.replayed", "outgoing.purged", "referees."}},
}

// showTrail answers GET /trail?who=&vacancy=&kind=&from=&until=&before=&check=1.
func showTrail(r *request) error {
	ctx := r.Request().Context()
	p := trailPage{page: r.newPage("trail", "trail.title"), From: r.QueryParam("from"), Until: r.QueryParam("until")}
	t, err := r.trailWords(ctx)
	if err != nil {
		return err
	}
	q, narrow, err := r.trailQuery(r.QueryParam)
	if err != nil {
		return err
	}
	q.Before, _ = strconv.ParseInt(r.QueryParam("before"), 10, 64)
	for _, u := range t.people {
		p.People = append(p.People, trailChoice{decimal(u.ID), u.Name, u.ID == q.ActorID})
	}
	for _, v := range t.vacancies {
		p.Vacancies = append(p.Vacancies, trailChoice{decimal(v.ID), v.Title, v.ID == q.VacancyID})
	}
	for _, k := range trailKinds {
		p.Kinds = append(p.Kinds, trailChoice{k.name, r.words.T("trail.kind." + k.name), k.name == r.QueryParam("kind")})
	}
	rows, more, err := r.app.Store.Events(ctx, q)
	if err != nil {
		return err
	}
	for _, e := range rows {
		row, err := t.row(e)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
	}
	p.Narrowed, p.First, p.Start = len(narrow) > 0, q.Before == 0, withQuery("/trail", narrow...)
	p.CheckPath, p.Export = withQuery("/trail", append(narrow, "check", "1")...), withQuery("/trail/export", narrow...)
	if more {
		p.Next = withQuery("/trail", append(narrow, "before", decimal(rows[len(rows)-1].ID))...)
	}
	if r.QueryParam("check") != "" {
		found, err := r.app.Store.VerifyEvents(ctx)
		if err != nil && !errors.Is(err, store.ErrTampered) {
			return err
		}
		p.Check = &trailCheck{Good: err == nil, Events: int(found.Events), Hash: found.Hash}
	}
	return r.render("trail/list", p)
}

// trailQuery reads what the list is narrowed to, and gives it back as the pairs of an address.
func (r *request) trailQuery(value func(string) string) (q store.EventQuery, narrow []string, err error) {
	number := func(name string) int64 {
		v := value(name)
		if v == "" || err != nil {
			return 0
		}
		n, bad := strconv.ParseInt(v, 10, 64)
		if bad != nil || n <= 0 {
			err = errBadInput
		}
		narrow = append(narrow, name, v)
		return n
	}
	day := func(name string, after int) time.Time {
		v := value(name)
		if v == "" || err != nil {
			return time.Time{}
		}
		at, bad := time.ParseInLocation(time.DateOnly, v, web.In(r.now, r.app.Zone).Location())
		if bad != nil {
			err = errBadInput
		}
		narrow = append(narrow, name, v)
		return at.AddDate(0, 0, after)
	}
	q.ActorID, q.VacancyID = number("who"), number("vacancy")
	q.From, q.Until = day("from", 0), day("until", 1)
	if kind := value("kind"); kind != "" {
		for _, k := range trailKinds {
			if k.name == kind {
				q.Acts = k.acts
			}
		}
		if q.Acts == nil {
			err = errBadInput
		}
		narrow = append(narrow, "kind", kind)
	}
	return q, narrow, err
}

// trailWords puts lines of the trail into words.
type trailWords struct {
	r         *request
	people    []store.User
	vacancies []store.Vacancy
	names     map[int64]string
	places    map[int64]store.Vacancy
	// unsaid are the applications whose reader has not said what they think, by vacancy.
	unsaid map[int64]func(int64) bool
}

func (r *request) trailWords(ctx context.Context) (*trailWords, error) {
	t := &trailWords{r: r, names: map[int64]string{}, places: map[int64]store.Vacancy{}, unsaid: map[int64]func(int64) bool{}}
	var err error
	if t.people, err = r.app.Store.Users(ctx); err != nil {
		return nil, err
	}
	if t.vacancies, err = r.app.Store.Vacancies(ctx); err != nil {
		return nil, err
	}
	for i, u := range t.people {
		if u.Name == "" {
			t.people[i].Name = u.Email
		}
		t.names[u.ID] = t.people[i].Name
	}
	for _, v := range t.vacancies {
		t.places[v.ID] = v
	}
	return t, nil
}

func (t *trailWords) row(e store.Event) (trailRow, error) {
	words := t.r.words
	row := trailRow{ID: e.ID, At: e.At, Zone: t.r.app.Zone, Who: t.name(e.ActorID), Hash: e.Hash}
	if v, ok := t.places[e.VacancyID]; ok {
		row.Vacancy, row.VacancyPath = v.Title, vacancyPath(v.Slug, "")
	} else if e.VacancyID != 0 {
		row.Vacancy = words.T("trail.gone")
	}
	what := ""
	switch e.Object {
	case "application":
		what, row.Path = words.T("trail.application", "id", decimal(e.ObjectID)), applicationPath(e.ObjectID)
	case "user":
		what = t.name(e.ObjectID)
	case "message":
		what = words.T("trail.message", "id", decimal(e.ObjectID))
	}
	kept := false
	if e.Object == "application" {
		hidden, known := t.unsaid[e.VacancyID]
		if !known {
			var err error
			if hidden, err = t.r.opinionsHidden(e.VacancyID); err != nil {
				return row, err
			}
			t.unsaid[e.VacancyID] = hidden
		}
		kept = hidden != nil && e.ActorID != t.r.user.ID && hidden(e.ObjectID)
	}
	key := "trail.act." + e.Act
	if kept && words.Has(key+".kept") {
		key += ".kept"
	}
	if !words.Has(key) {
		row.Says = words.T("trail.other", "act", e.Act, "what", what)
		return row, nil
	}
	args := []any{"what", what}
	for name, value := range e.Details {
		args = append(args, name, t.detail(name, value))
	}
	row.Says = strings.TrimSpace(words.T(key, args...))
	return row, nil
}

func (t *trailWords) name(userID int64) string {
	switch name, ok := t.names[userID]; {
	case userID == 0:
		return ""
	case ok:
		return name
	}
	return t.r.words.T("trail.person", "id", decimal(userID))
}

// detail puts a code of a line into words; numbers stay as they are.
func (t *trailWords) detail(name, value string) string {
	for _, prefix := range map[string][]string{
		"from": {"stage."}, "to": {"stage."}, "verdict": {"verdict."}, "machine": {"verdict."}, "view": {"opinion."}, "role": {"role."},
		"kind": {"outbox.kind."}, "type": {"documents.type."}, "was": {"outbox.state."}, "what": {"trail.revealed."}, "language": {"language."},
	}[name] {
		if t.r.words.Has(prefix + value) {
			return t.r.words.T(prefix + value)
		}
	}
	if name == "reviewer" {
		if id, err := strconv.ParseInt(value, 10, 64); err == nil && id > 0 {
			return t.name(id)
		}
		return t.r.words.T("trail.nobody")
	}
	return value
}

// exportTrail answers POST /trail/export: the lines as they stand, with the hashes that
// prove them, and the instants in UTC.
func exportTrail(r *request) error {
	ctx := r.Request().Context()
	q, _, err := r.trailQuery(r.QueryParam)
	if err != nil {
		return err
	}
	t, err := r.trailWords(ctx)
	if err != nil {
		return err
	}
	sheet := export.Sheet{Name: r.words.T("trail.title")}
	if r.words.Lang == "fr" {
		sheet.Comma = ';'
	}
	for _, c := range []string{"id", "at", "who", "act", "what", "vacancy", "actor_id", "object", "object_id", "prev", "hash"} {
		sheet.Columns = append(sheet.Columns, export.Column{Title: r.words.T("trail.column." + c)})
	}
	h := r.Response().Header()
	h.Set(echo.HeaderContentType, export.CSV.Media())
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+export.FileName(export.CSV, web.In(r.now, r.app.Zone), r.words.T("trail.file"))+`"`)
	if err := http.NewResponseController(r.Response()).SetWriteDeadline(time.Now().Add(exportTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	w, err := export.New(export.CSV, r.Response(), sheet)
	if err != nil {
		return r.tornExport(err)
	}
	n := 0
	err = r.app.Store.ExportEvents(ctx, q, func(rows []store.Event) error {
		for _, e := range rows {
			row, err := t.row(e)
			if err != nil {
				return err
			}
			err = w.Row([]any{decimal(e.ID), e.At.UTC().Format(time.RFC3339Nano), row.Who, e.Act, row.Says, row.Vacancy, decimal(e.ActorID), e.Object, decimal(e.ObjectID), e.PrevHash, e.Hash})
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if n > 0 || err == nil {
		err = errors.Join(err, r.app.Store.RecordTrailExport(context.WithoutCancel(ctx), r.user.ID, n))
	}
	if err != nil {
		export.Abandon(w)
		return r.tornExport(err)
	}
	return w.Close()
}
