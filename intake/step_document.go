package intake

import (
	"context"
	"errors"
	"fmt"

	"dossier/internal/blob"
	"dossier/internal/store"
	"dossier/screening"
	"dossier/screening/fact"
)

// document reads one document and its facts.
func (p *Pipeline) document(ctx context.Context) (bool, error) {
	d, ok, err := p.cfg.Store.ClaimDocument(ctx, p.claim())
	if err != nil || !ok {
		return false, err
	}
	p.at("document claimed")
	var text store.Reading
	err = p.guarded("read", d.ID, func() (err error) {
		text, err = p.read(ctx, d)
		return err
	})
	p.at("document read")
	switch {
	case ctx.Err() != nil:
		return false, p.giveBack(ctx, store.TaskDocument, d.ID)
	case errors.Is(err, blob.ErrNotFound), errors.Is(err, blob.ErrDamaged):
		err = p.cfg.Store.FailDocument(ctx, d.ID, "document.bytes_lost", err)
	case err != nil:
		err = p.cfg.Store.FailDocument(ctx, d.ID, "document.unread", err)
	default:
		err = p.cfg.Store.SaveText(ctx, text)
	}
	return err == nil, err
}

func (p *Pipeline) read(ctx context.Context, d store.Document) (store.Reading, error) {
	file, err := p.cfg.Blobs.Open(d.Hash)
	if err != nil {
		return store.Reading{}, err
	}
	defer file.Close()
	res, err := p.cfg.Reader.Read(ctx, d.Name, file)
	if err != nil {
		return store.Reading{}, fmt.Errorf("document %d: %w", d.ID, err)
	}
	facts, err := within(ctx, p.cfg.ReadWithin, func() (fact.Facts, error) {
		return fact.Read(fact.Input{Name: d.Name, Body: d.Body, Pages: res.Pages}), nil
	})
	if err != nil {
		return store.Reading{}, fmt.Errorf("document %d: %w", d.ID, err)
	}
	return store.Reading{
		DocumentID: d.ID, Media: res.Media, Pages: res.Pages, Engine: res.Engine, Quality: res.Quality,
		Problem: res.Problem, Detail: res.Detail,
		Type: facts.Type, Language: facts.Language, Facts: &facts, FactsEngine: screening.EngineVersion,
	}, nil
}
