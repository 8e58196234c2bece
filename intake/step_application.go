package intake

import (
	"context"
	"errors"

	"dossier/internal/store"
	"dossier/screening"
)

// application assesses one application whose documents are read and whose assessment is
// missing or older than its checklist, its documents or the engine.
func (p *Pipeline) application(ctx context.Context) (bool, error) {
	a, ok, err := p.cfg.Store.ClaimApplication(ctx, p.claim(), screening.EngineVersion)
	if err != nil || !ok {
		return false, err
	}
	ctx = store.Holding(ctx, store.TaskAssessment, a.ID, p.cfg.Owner)
	p.at("application claimed")
	err = p.guarded("assess", a.ID, func() error { return p.assess(ctx, a) })
	if ctx.Err() != nil || hindered(err) {
		return false, p.giveBack(ctx, store.TaskAssessment, a.ID, err)
	}
	if err != nil && !errors.Is(err, store.ErrClaimLost) {
		err = p.cfg.Store.FailAssessment(ctx, a.ID, err)
	}
	return p.did(store.TaskAssessment, a.ID, err)
}

func (p *Pipeline) assess(ctx context.Context, a store.Application) error {
	in, err := p.cfg.Store.DossierOf(ctx, a.ID, screening.EngineVersion)
	if err != nil {
		return err
	}
	result, err := within(ctx, p.cfg.ReadWithin, func() (screening.Assessment, error) {
		return screening.Assess(in.Checklist.Checklist, in.Dossier), nil
	})
	if err != nil {
		return err
	}
	p.at("application judged")
	n := store.NewAssessment{ApplicationID: a.ID, DocumentsRev: in.Application.DocumentsRev, ChecklistVersion: in.Checklist.Version,
		EngineVersion: result.Engine, Findings: result.Findings}
	for i, d := range in.Dossier.Documents {
		n.Facts = append(n.Facts, store.DocumentFacts{Document: d.ID, Facts: result.Documents[i]})
	}
	err = p.cfg.Store.SaveAssessment(ctx, n)
	if errors.Is(err, store.ErrConflict) {
		// Documents or checklist changed while we judged: the work is still there to be
		// found, and nothing failed.
		return p.cfg.Store.Unclaim(ctx, store.TaskAssessment, a.ID, p.cfg.Owner)
	}
	return err
}
