package main

import (
	"context"
	"io"

	"dossier/intake/message"
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
