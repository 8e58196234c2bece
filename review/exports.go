package review

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/review/export"
	"dossier/screening"
	"dossier/web"
)

// exportColumn is one column of an export: its head, and what stands in it.
type exportColumn struct {
	export.Column
	cell func(row store.ExportRow) any
}

// exporter makes the cells of an export in the reader's language.
type exporter struct {
	words *web.Locale
	// masked keeps names back; nil shows them all.
	masked func(vacancy, application int64) bool
}

func (e exporter) hidden(row store.ExportRow) bool {
	return e.masked != nil && e.masked(row.VacancyID, row.ID)
}

func (e exporter) column(key string, width int, cell func(store.ExportRow) any) exportColumn {
	return exportColumn{export.Column{Title: e.words.T("export.column." + key), Width: width}, cell}
}

// person are the columns that say whose application it is and when it came.
func (e exporter) person() []exportColumn {
	return []exportColumn{
		e.column("name", 28, func(r store.ExportRow) any {
			if e.hidden(r) {
				return veiledName(e.words, r.ID)
			}
			return r.Name
		}),
		e.column("email", 32, func(r store.ExportRow) any {
			if e.hidden(r) {
				return ""
			}
			return r.Email
		}),
		e.column("received", 17, func(r store.ExportRow) any { return web.In(r.ReceivedAt, r.Zone) }),
		e.column("zone", 16, func(r store.ExportRow) any { return r.Zone }),
		e.column("late", 12, func(r store.ExportRow) any {
			switch {
			case r.LateAccepted:
				return e.words.T("export.accepted")
			case r.AfterClose:
				return e.words.T("export.yes")
			}
			return ""
		}),
	}
}

// counts are the columns of figures.
func (e exporter) counts() []exportColumn {
	figure := func(key string, n func(store.ExportRow) int) exportColumn {
		return e.column(key, 10, func(r store.ExportRow) any {
			if r.Verdicts == "" {
				return ""
			}
			return n(r)
		})
	}
	return []exportColumn{
		figure("met", func(r store.ExportRow) int { return r.MetCount }),
		figure("unclear", func(r store.ExportRow) int { return r.UnclearCount }),
		figure("not_met", func(r store.ExportRow) int { return r.NotMetCount }),
		figure("total", func(r store.ExportRow) int { return r.MetCount + r.UnclearCount + r.NotMetCount }),
		e.column("unread", 10, func(r store.ExportRow) any { return r.Unread }),
	}
}

// followUp are the columns of what people did.
func (e exporter) followUp(stage, reviewer bool) []exportColumn {
	var out []exportColumn
	if stage {
		out = append(out, e.column("stage", 14, func(r store.ExportRow) any { return e.words.T("stage." + string(r.Stage)) }))
	}
	if reviewer {
		out = append(out, e.column("reviewer", 20, func(r store.ExportRow) any { return r.Reviewer }))
	}
	decided := func(key string, width int, cell func(store.ExportRow, store.LastDecision) any) exportColumn {
		return e.column(key, width, func(r store.ExportRow) any {
			if r.Decided == nil {
				return ""
			}
			return cell(r, *r.Decided)
		})
	}
	return append(out,
		decided("decided_by", 20, func(_ store.ExportRow, d store.LastDecision) any { return d.By }),
		decided("decided_at", 17, func(r store.ExportRow, d store.LastDecision) any { return web.In(d.At, r.Zone) }),
		decided("reason", 40, func(r store.ExportRow, d store.LastDecision) any {
			if e.hidden(r) {
				return "" // a reason may name the person
			}
			return saidReason(e.words, d.Reason)
		}))
}

// criteria are a column for each criterion, with the verdict in words.
func (e exporter) criteria(groups []columnGroup) []exportColumn {
	verdicts := map[byte]string{}
	for letter, key := range map[byte]string{'m': "verdict.met", 'n': "verdict.not_met", 'u': "verdict.unclear"} {
		verdicts[letter] = e.words.T(key)
		verdicts[letter-'a'+'A'] = e.words.T("export.changed", "verdict", verdicts[letter])
	}
	var out []exportColumn
	for _, g := range groups {
		for _, c := range g.Columns {
			if c.ForReader {
				continue
			}
			out = append(out, exportColumn{export.Column{Title: c.Statement, Width: 16}, func(r store.ExportRow) any {
				if c.Position >= len(r.Verdicts) {
					return ""
				}
				return verdicts[r.Verdicts[c.Position]]
			}})
		}
	}
	return out
}

// exportShortlist answers POST /vacancies/:slug/export: the list as it stands, with its
// filters, its order and its columns, as a file.
func exportShortlist(r *request) error {
	ctx := r.Request().Context()
	v, list, err := r.vacancyAndChecklist()
	if err != nil {
		return err
	}
	values, err := url.ParseQuery(r.list())
	if err != nil {
		return errBadInput
	}
	settings, err := r.app.Store.ListSettings(ctx, r.user.ID, v.ID)
	if err != nil {
		return err
	}
	f := readShortlist(v, list.Criteria, values)
	masked, err := r.masks(v.ID)
	if err != nil {
		return err
	}
	e := exporter{words: r.words}
	if err := r.readAs(&f); err != nil {
		return err
	}
	if masked != nil {
		e.masked = func(_, application int64) bool { return masked(application) }
	}
	unsaid, err := r.opinionsHidden(v.ID)
	if err != nil {
		return err
	}
	hidden := settings.Choice.Hidden
	if view, ok := settings.View(f.view); ok {
		hidden = view.Hidden
	}
	show := func(name string) bool { return !slices.Contains(hidden, name) }
	columns := e.person()
	if !show(columnReceived) {
		columns = slices.Delete(columns, 2, 4)
	}
	groups := columnsOf(r.words, list.Criteria)
	for i := range groups {
		groups[i].Columns = slices.DeleteFunc(groups[i].Columns, func(c column) bool { return !show(c.ID) })
	}
	columns = append(columns, e.criteria(groups)...)
	if show(columnMet) {
		columns = append(columns, e.counts()...)
	}
	columns = append(columns, e.followUp(show(columnStage), show(columnReviewer))...)
	return r.sendExport(v.ID, columns, []string{v.Reference, v.Slug}, func(each func([]store.ExportRow) error) error {
		return r.app.Store.ExportShortlist(ctx, f.query, func(batch []store.ExportRow) error {
			lines := make([]listed, len(batch))
			for i := range batch {
				row := &batch[i].ShortlistRow
				if unsaid != nil && unsaid(row.ID) {
					batch[i].Decided = nil
				}
				lines[i] = listed{ID: row.ID, Name: &row.Name, Email: &row.Email, Verdicts: &row.Verdicts, Met: &row.MetCount, NotMet: &row.NotMetCount, Unclear: &row.UnclearCount}
			}
			if _, err := r.keepBackOfList(v.ID, list.Criteria, lines); err != nil {
				return err
			}
			return each(batch)
		})
	})
}

// exportSearch answers POST /search/export: what the search over all vacancies finds.
func exportSearch(r *request) error {
	ctx := r.Request().Context()
	values, err := url.ParseQuery(r.list())
	if err != nil {
		return errBadInput
	}
	f, err := r.readFind(values, r.withinFor(account.Judge))
	if err != nil {
		return err
	}
	e := exporter{words: r.words}
	if len(f.anonymous) > 0 {
		masks := map[int64]func(int64) bool{}
		for _, id := range f.anonymous {
			if masks[id], err = r.masks(id); err != nil {
				return err
			}
		}
		e.masked = func(vacancy, application int64) bool { m := masks[vacancy]; return m != nil && m(application) }
	}
	unsaid := map[int64]func(int64) bool{}
	for _, id := range f.opinions {
		if unsaid[id], err = r.opinionsHidden(id); err != nil {
			return err
		}
	}
	columns := []exportColumn{
		e.column("vacancy", 34, func(r store.ExportRow) any { return r.Title }),
		e.column("reference", 14, func(r store.ExportRow) any { return r.Reference }),
	}
	columns = slices.Concat(columns, e.person(), e.counts(), e.followUp(true, true))
	return r.sendExport(0, columns, []string{r.words.T("export.file")}, func(each func([]store.ExportRow) error) error {
		return r.app.Store.ExportFound(ctx, f.query, func(batch []store.ExportRow) error {
			for i := range batch {
				if slices.Contains(f.opinions, batch[i].VacancyID) {
					batch[i].Verdicts = ""
				}
				if kept := unsaid[batch[i].VacancyID]; kept != nil && kept(batch[i].ID) {
					batch[i].Decided = nil
				}
			}
			return each(batch)
		})
	})
}

// exportTime bounds how long one export may take to send.
const exportTime = 10 * time.Minute

// sendExport writes the rows as the file the form asks for, as they are read, and keeps in
// the audit trail how many left the house.
func (r *request) sendExport(vacancyID int64, columns []exportColumn, name []string, rows func(each func([]store.ExportRow) error) error) error {
	format := export.Format(r.FormValue("format"))
	if format.Media() == "" {
		return fmt.Errorf("export format %q: %w", format, errBadInput)
	}
	sheet := export.Sheet{Name: r.words.T("export.sheet")}
	if r.words.Lang == "fr" {
		sheet.Comma = ';'
	}
	for _, c := range columns {
		sheet.Columns = append(sheet.Columns, c.Column)
	}
	h := r.Response().Header()
	h.Set(echo.HeaderContentType, format.Media())
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+export.FileName(format, web.In(r.now, r.app.Zone), name...)+`"`)
	// A server's usual limit on writing is meant for pages. Not every server has one to lift.
	if err := http.NewResponseController(r.Response()).SetWriteDeadline(time.Now().Add(exportTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("export: %w", err)
	}
	w, err := export.New(format, r.Response(), sheet)
	if err != nil {
		return r.tornExport(err)
	}
	n := 0
	cells := make([]any, len(columns))
	err = rows(func(batch []store.ExportRow) error {
		for _, row := range batch {
			for i, c := range columns {
				cells[i] = c.cell(row)
			}
			if err := w.Row(cells); err != nil {
				return err
			}
			n++
		}
		return r.Request().Context().Err()
	})
	// The trail has it before the last byte leaves: no file without its line. One that was
	// cut off on the way is in it with the rows that may have left, whoever hung up.
	kept := error(nil)
	if n > 0 || err == nil {
		kept = r.app.Store.RecordExport(context.WithoutCancel(r.Request().Context()), r.user.ID, vacancyID, string(format), n)
	}
	if err = errors.Join(err, kept); err != nil {
		export.Abandon(w)
	} else {
		err = w.Close()
	}
	if err != nil {
		return r.tornExport(err)
	}
	return nil
}

// tornExport ends an export that failed. When part of it has been sent, the connection is
// torn, so that nobody takes that part for the whole.
func (r *request) tornExport(err error) error {
	if !r.Response().Committed {
		for _, name := range []string{echo.HeaderContentType, echo.HeaderContentDisposition} {
			r.Response().Header().Del(name)
		}
		return err
	}
	r.app.Log.Error("export", "request", requestID(r), "err", err)
	panic(http.ErrAbortHandler)
}

// stagesOffered are the stages a list over all vacancies can be narrowed to.
func stagesOffered(l *web.Locale) []hidden {
	var out []hidden
	for _, s := range screening.Stages {
		out = append(out, hidden{string(s), l.T("stages." + string(s))})
	}
	return out
}
