package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"dossier/intake/extract"
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
	ctx = store.Holding(ctx, store.TaskDocument, d.ID, p.cfg.Owner)
	p.at("document claimed")
	var text store.Reading
	err = p.guarded("read", d.ID, func() (err error) {
		text, err = p.read(ctx, d)
		return err
	})
	p.at("document read")
	switch {
	case ctx.Err() != nil, hindered(err):
		return false, p.giveBack(ctx, store.TaskDocument, d.ID, err)
	case errors.Is(err, store.ErrClaimLost):
	case errors.Is(err, blob.ErrNotFound), errors.Is(err, blob.ErrDamaged):
		err = p.cfg.Store.FailDocument(ctx, d.ID, "document.bytes_lost", err)
	case errors.Is(err, blob.ErrKeyDestroyed):
		// No second try: its bytes are gone for good.
		err = p.cfg.Store.SaveText(ctx, store.Reading{DocumentID: d.ID, Media: d.Media, Problem: "document.key_destroyed"})
	case errors.Is(err, blob.ErrNoKey):
		err = p.cfg.Store.FailDocument(ctx, d.ID, "document.no_key", err)
	case errors.Is(err, blob.ErrUnavailable):
		err = p.away(ctx, store.TaskDocument, d.ID, err)
	case err != nil:
		err = p.cfg.Store.FailDocument(ctx, d.ID, "document.unread", err)
	default:
		if err = p.cfg.Store.SaveText(ctx, text); hindered(err) {
			return false, p.giveBack(ctx, store.TaskDocument, d.ID, err)
		}
	}
	return p.did(store.TaskDocument, d.ID, err)
}

// ErrStillLocked says that a password did not open a document.
var ErrStillLocked = errors.New("the password does not open the document")

// ReadLocked reads a document with the password its applicant told a colleague, who acts
// by a. The password is used once: it is neither kept nor logged. ErrStillLocked when it
// is not the right one, and then nothing changes.
func (p *Pipeline) ReadLocked(ctx context.Context, a store.Act, documentID int64, password string) error {
	d, err := p.cfg.Store.DocumentByID(ctx, documentID)
	if err != nil {
		return err
	}
	reading, err := p.readWith(ctx, d, password)
	switch {
	case err != nil:
		return err
	case reading.Problem == extract.ProblemPassword:
		return fmt.Errorf("document %d: %w", documentID, ErrStillLocked)
	}
	if err := p.cfg.Store.SaveUnlocked(ctx, a, reading); err != nil {
		return err
	}
	if p.cfg.Changed != nil {
		p.cfg.Changed()
	}
	return nil
}

func (p *Pipeline) read(ctx context.Context, d store.Document) (store.Reading, error) {
	return p.readWith(ctx, d, "")
}

func (p *Pipeline) readWith(ctx context.Context, d store.Document, password string) (store.Reading, error) {
	file, err := p.cfg.Blobs.Open(d.Hash)
	if err != nil {
		return store.Reading{}, err
	}
	defer file.Close()
	var res extract.Result
	if locked, ok := p.cfg.Reader.(lockedReader); ok && password != "" {
		res, err = locked.ReadWithPassword(ctx, d.Name, file, password)
	} else {
		res, err = p.cfg.Reader.Read(ctx, d.Name, file)
	}
	if err != nil {
		return store.Reading{}, fmt.Errorf("document %d: %w", d.ID, err)
	}
	if err := p.keepEmbedded(ctx, d, res.Embedded); err != nil {
		return store.Reading{}, fmt.Errorf("document %d: files inside: %w", d.ID, err)
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

// lockedReader opens documents that need a password.
type lockedReader interface {
	ReadWithPassword(ctx context.Context, name string, file io.Reader, password string) (extract.Result, error)
}

// keepEmbedded makes documents of the files a document carries, before its own text is
// saved: the application is judged when all of them are read. What such a file carries
// in turn is left alone.
func (p *Pipeline) keepEmbedded(ctx context.Context, d store.Document, files []extract.Embedded) (err error) {
	if strings.HasSuffix(strings.ToLower(d.Inside), ".pdf") {
		return nil
	}
	var docs []store.NewDocument
	batch := p.cfg.Blobs.Batch()
	defer func() { err = errors.Join(err, batch.Discard()) }()
	for _, f := range files {
		if !extract.Readable(f.Media) {
			continue
		}
		hash, size, err := batch.Put(ctx, bytes.NewReader(f.Data))
		if err != nil {
			return err
		}
		docs = append(docs, store.NewDocument{Hash: hash, Size: size, Name: f.Name, Media: f.Media})
	}
	if len(docs) == 0 {
		return nil
	}
	if err := batch.Commit(ctx); err != nil {
		return err
	}
	return p.cfg.Store.AddEmbedded(ctx, d.ID, docs)
}
