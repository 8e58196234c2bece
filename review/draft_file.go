package review

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"dossier/internal/store"
	"dossier/screening"
)

// VacancyFiles reads and writes vacancy files, for those who prefer them to forms.
type VacancyFiles interface {
	// Write gives the file of one vacancy.
	Write(w io.Writer, slug string, state store.VacancyState, head store.DraftHead, list screening.Checklist) error
	// Read gives the vacancies of a file, or what is wrong with it.
	Read(name string, b []byte) ([]FileVacancy, []FileProblem)
}

// FileVacancy is a vacancy out of a file.
type FileVacancy struct {
	Slug     string
	Head     store.DraftHead
	Criteria []screening.Criterion
}

// FileProblem is one thing that is wrong with a file: where, and what was expected.
type FileProblem struct {
	Line    int
	Field   string
	Message string
}

// importPage tells what is wrong with a file.
type importPage struct {
	page
	Vacancy  store.Vacancy
	Name     string
	Problems []FileProblem
	More     int
}

const (
	// maxFileBytes bounds a vacancy file that is uploaded.
	maxFileBytes = 1 << 20
	// maxProblems bounds the problems a page lists.
	maxProblems = 100
)

// exportDraft answers GET /vacancies/:slug/draft.yaml: every line of the draft, approved or not.
func exportDraft(r *request) error {
	v, err := r.app.Store.VacancyBySlug(r.Request().Context(), r.Param("slug"))
	if err != nil {
		return err
	}
	d, err := r.app.Store.Draft(r.Request().Context(), v.ID)
	if err != nil {
		return err
	}
	if r.app.Files == nil {
		return store.ErrNotFound
	}
	var b bytes.Buffer
	if err := r.app.Files.Write(&b, v.Slug, v.State, d.Body.Head, d.Body.Checklist(screening.DateOf(r.now), true)); err != nil {
		return fmt.Errorf("vacancy %d: export: %w", v.ID, err)
	}
	r.Response().Header().Set("Content-Disposition", `attachment; filename="`+v.Slug+`.yaml"`)
	return r.Blob(http.StatusOK, "application/yaml; charset=utf-8", b.Bytes())
}

// importDraft answers POST /vacancies/:slug/draft/import: the lines of a vacancy file take
// the place of those of the same id and follow the others. All of them are to be approved.
func importDraft(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	name, b, err := r.fileGiven()
	if err != nil || r.app.Files == nil {
		return errBadInput
	}
	list, problems := r.app.Files.Read(name, b)
	if len(problems) == 0 && len(list) == 0 {
		problems = []FileProblem{{Message: r.words.T("import.empty")}}
	}
	if len(problems) > 0 {
		p := importPage{page: r.newPage("checklists", "import.title"), Vacancy: v, Name: name, Problems: problems}
		if len(problems) > maxProblems {
			p.Problems, p.More = problems[:maxProblems], len(problems)-maxProblems
		}
		return r.renderStatus(http.StatusBadRequest, "vacancies/import", p)
	}
	from := list[0]
	for _, one := range list {
		if one.Slug == v.Slug {
			from = one
		}
	}
	return r.changeDraft(change{act: "file.imported", to: "criteria"}, func(body *store.DraftBody, _ time.Time) error {
		if r.FormValue("head") != "" {
			rev := body.Head.Rev
			body.Head = from.Head
			body.Head.Rev = rev + 1
		}
		for _, c := range from.Criteria {
			l := store.DraftLine{Criterion: c, Origin: store.FromFile}
			// A basis in a file is nobody's: it is typed on the page.
			stripBasis(&l.Criterion)
			guard(&l, false)
			if old, _ := body.Line(c.ID); old != nil && old.Criterion.ID == c.ID {
				l.Rev, l.Sentence = old.Rev+1, old.Sentence
				*old = l
				continue
			}
			if _, err := body.Add(l, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

func stripBasis(c *screening.Criterion) {
	c.LegalBasis = ""
	for i := range c.Criteria {
		stripBasis(&c.Criteria[i])
	}
}

func (r *request) fileGiven() (string, []byte, error) {
	file, head, err := r.Request().FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		typed := r.FormValue("yaml")
		if strings.TrimSpace(typed) == "" {
			return "", nil, errBadInput
		}
		return "yaml", []byte(typed), nil
	}
	if err != nil {
		return "", nil, errBadInput
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err != nil || len(b) > maxFileBytes {
		return "", nil, errBadInput
	}
	return head.Filename, b, nil
}

// useTemplate answers POST /vacancies/:slug/draft/template: with a name, the lines are kept
// under it; with a template, its lines are added.
func useTemplate(r *request) error {
	ctx := r.Request().Context()
	v, err := r.app.Store.VacancyBySlug(ctx, r.Param("slug"))
	if err != nil {
		return err
	}
	if name := r.text("name", 200); name != "" {
		d, err := r.app.Store.Draft(ctx, v.ID)
		if err != nil {
			return err
		}
		err = r.app.Store.KeepTemplate(ctx, name, d.Body.Checklist(screening.DateOf(r.now), true).Criteria, r.user.ID)
		if errors.Is(err, store.ErrTemplateTaken) {
			return r.editor(v, editing{status: http.StatusConflict, problem: r.words.T("editor.template_taken", "name", name)})
		}
		if err == nil {
			r.say(true, "editor.template_kept", 1, name)
		}
		return r.afterChange(v, change{}, err)
	}
	lines, err := r.withTemplate(nil)
	if err != nil {
		return err
	}
	return r.changeDraft(change{act: "template.used", to: "criteria"}, func(b *store.DraftBody, _ time.Time) error {
		for _, l := range lines {
			if same := sameAsked(b, l.Criterion); same {
				continue
			}
			if _, err := b.Add(l, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// sameAsked tells whether a line asks for the same already.
func sameAsked(b *store.DraftBody, c screening.Criterion) bool {
	for _, l := range b.Lines {
		if l.Criterion.Kind == c.Kind && sameJSON(l.Criterion.Params, c.Params) && len(c.Criteria) == 0 {
			return true
		}
	}
	return false
}

// guardLines marks every line that asks for something protected.
func guardLines(b *store.DraftBody, _ time.Time) error {
	for i := range b.Lines {
		if l := &b.Lines[i]; !l.Criterion.Sensitive && len(protected(l.Criterion)) > 0 {
			guard(l, false)
			l.Rev++
		}
	}
	return nil
}
