package review

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/text"
)

// newVacancyPage takes an announcement.
type newVacancyPage struct {
	page
	Text, Problem string
	Templates     []store.ChecklistTemplate
	// Upload is false when no process here can read files.
	Upload bool
}

// showNewVacancy answers GET /vacancies/new.
func showNewVacancy(r *request) error { return r.newVacancy(http.StatusOK, "", "") }

func (r *request) newVacancy(status int, typed, problem string) error {
	p := newVacancyPage{page: r.newPage("vacancies", "draft.new.title"), Text: typed, Upload: r.app.ReadNotice != nil}
	if problem != "" {
		p.Problem = r.words.Sentence("draft.problem.", problem, nil)
	}
	var err error
	if p.Templates, err = r.app.Store.Templates(r.Request().Context()); err != nil {
		return err
	}
	return r.renderStatus(status, "vacancies/new", p)
}

// createVacancy answers POST /vacancies/new: an announcement, or nothing for a vacancy
// written by hand.
func createVacancy(r *request) error {
	ctx := r.Request().Context()
	pages, name, problem, err := r.givenNotice()
	if err != nil {
		return err
	}
	blank := r.FormValue("blank") != ""
	switch {
	case problem != "":
		return r.newVacancy(http.StatusBadRequest, r.FormValue("text"), problem)
	case len(pages) == 0 && !blank:
		return r.newVacancy(http.StatusBadRequest, "", "empty")
	}
	n := store.NewDraft{AuthorID: r.user.ID, NoticeName: name, Head: store.DraftHead{Language: r.words.Lang}}
	if len(pages) > 0 {
		p := propose(pages, screening.DateOf(r.now), r.app.Zone)
		n.Head, n.Lines, n.Notice = p.head, p.lines, &p.reading
	}
	if n.Lines, err = r.withTemplate(n.Lines); err != nil {
		return err
	}
	v, err := r.app.Store.DraftVacancy(ctx, n)
	if err != nil {
		return err
	}
	return r.redirect(draftPath(v.Slug, "edit"))
}

// withTemplate adds the lines of the template the form names.
func (r *request) withTemplate(lines []store.DraftLine) ([]store.DraftLine, error) {
	id := r.FormValue("template")
	if id == "" {
		return lines, nil
	}
	list, err := r.app.Store.Templates(r.Request().Context())
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		if decimal(t.ID) != id {
			continue
		}
		for _, c := range t.Criteria {
			l := store.DraftLine{Criterion: c, Origin: store.FromTemplate}
			guard(&l, false)
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// givenNotice reads the announcement a form brings: an uploaded file, or the text pasted.
// problem is the code of why it cannot be used.
func (r *request) givenNotice() (pages []text.Page, name, problem string, err error) {
	file, head, err := r.Request().FormFile("file")
	switch {
	case errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart):
		typed := strings.ReplaceAll(r.FormValue("text"), "\r\n", "\n")
		if strings.TrimSpace(typed) == "" {
			return nil, "", "", nil
		}
		if len(typed) > maxNoticeText {
			return nil, "", "too_long", nil
		}
		return []text.Page{{Number: 1, Text: strings.ToValidUTF8(typed, "\uFFFD"), Engine: "text", Quality: 1}}, "", "", nil
	case err != nil:
		return nil, "", "", errBadInput
	}
	defer file.Close()
	if head.Size == 0 {
		return nil, "", "empty", nil
	}
	if r.app.ReadNotice == nil {
		return nil, "", "no_reader", nil
	}
	b, err := io.ReadAll(io.LimitReader(file, maxNoticeBytes+1))
	if err != nil || len(b) > maxNoticeBytes {
		return nil, "", "too_long", nil
	}
	pages, code, err := r.app.ReadNotice(r.Request().Context(), head.Filename, bytes.NewReader(b))
	if err != nil {
		return nil, "", "", err
	}
	size := 0
	for _, p := range pages {
		size += len(p.Text)
	}
	switch {
	case strings.TrimSpace(textOfPages(pages)) == "":
		r.app.Log.Info("announcement could not be read", "reason", code)
		return nil, "", "unreadable", nil
	case size > maxNoticeText:
		return nil, "", "too_long", nil
	}
	return pages, head.Filename, "", nil
}

func textOfPages(pages []text.Page) string {
	var b strings.Builder
	for _, p := range pages {
		b.WriteString(p.Text)
	}
	return b.String()
}
