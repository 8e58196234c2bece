package main

import (
	"context"
	"io"

	"dossier/intake/message"
	"dossier/review"
	"dossier/screening/text"
)

// drawRedacted draws pages for readers who are not to know whose they are, in a worker.
func (i *instance) drawRedacted(ctx context.Context, file io.Reader, boxes [][]text.Box) ([][]byte, error) {
	pages, err := i.reader.DrawRedacted(ctx, file, boxes)
	out := make([][]byte, len(pages))
	for n, p := range pages {
		out[n] = p.PNG
	}
	return out, err
}

// markup is the HTML a message was laid out in.
func markup(raw []byte) (string, bool) { return message.Markup(raw, message.Limits{}) }

// letter takes a message apart for who sorts it. Decorations and archives are no files to
// open; what lies in the archives is.
func letter(raw []byte) (review.Letter, error) {
	m, err := message.Parse(raw, message.Limits{})
	if err != nil {
		return review.Letter{}, err
	}
	out := review.Letter{Text: m.Body.Text}
	for _, f := range m.Documents() {
		out.Files = append(out.Files, review.LetterFile{Name: f.Name, Content: f.Content})
	}
	return out, nil
}
