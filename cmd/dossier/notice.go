package main

import (
	"context"
	"errors"
	"io"
	"time"

	"dossier/internal/store"
	"dossier/internal/vacancyfile"
	"dossier/review"
	"dossier/screening"
	"dossier/screening/text"
)

// readNotice reads an uploaded announcement in a worker process, as an applicant's document.
func (i *instance) readNotice(ctx context.Context, name string, file io.Reader) (pages []text.Page, problem string, err error) {
	res, err := i.reader.Read(ctx, name, file)
	if err != nil {
		return nil, "", err
	}
	return res.Pages, res.Problem, nil
}

// pageFiles gives the pages vacancy files.
type pageFiles struct{}

// Write implements review.VacancyFiles.
func (pageFiles) Write(w io.Writer, slug string, state store.VacancyState, head store.DraftHead, list screening.Checklist) error {
	v := vacancyfile.Vacancy{ID: slug, Title: head.Title, Organisation: head.Organisation, Place: head.Place, Reference: head.Reference, Addresses: head.Addresses,
		Deadline: list.Deadline, AsOf: list.AsOf, State: vacancyfile.State(state), Language: head.Language, Criteria: list.Criteria}
	return vacancyfile.Write(w, vacancyfile.File{Vacancies: []vacancyfile.Vacancy{v}})
}

// Read implements review.VacancyFiles.
func (pageFiles) Read(name string, b []byte) ([]review.FileVacancy, []review.FileProblem) {
	f, err := vacancyfile.Parse(name, b)
	var problems vacancyfile.Problems
	if errors.As(err, &problems) {
		var out []review.FileProblem
		for _, p := range problems {
			out = append(out, review.FileProblem{Line: p.Line, Field: p.Field, Message: p.Message})
		}
		return nil, out
	}
	if err != nil {
		return nil, []review.FileProblem{{Message: err.Error()}}
	}
	var out []review.FileVacancy
	for _, v := range f.Vacancies {
		out = append(out, review.FileVacancy{Slug: v.ID, Head: draftHead(v), Criteria: v.Criteria})
	}
	return out, nil
}

// draftHead is the head of a file's vacancy as the editor shows it.
func draftHead(v vacancyfile.Vacancy) store.DraftHead {
	h := store.DraftHead{Title: v.Title, Organisation: v.Organisation, Place: v.Place, Reference: v.Reference, Addresses: v.Addresses,
		Language: v.Language, AsOf: v.AsOf.String(), NoDeadline: v.Deadline == nil}
	if d := v.Deadline; d != nil {
		at := d.At
		h.Zone, h.Source, h.GraceMinutes, h.Inclusive = d.Zone, d.Source, d.GraceMinutes, "no"
		zone, err := time.LoadLocation(d.Zone)
		if err != nil || d.Zone == "" {
			zone, h.Zone = time.UTC, "UTC"
		}
		at = at.In(zone)
		h.Day, h.Hour = at.Format(time.DateOnly), at.Format("15:04")
		if d.Inclusive {
			h.Inclusive = "yes"
		}
	}
	return h
}
