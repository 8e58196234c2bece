package store

import (
	"errors"
	"testing"
	"time"

	"dossier/screening/text"
)

func TestWordsAreSearchedOnceAllDocumentsAreReadOrGivenUp(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		v := h.vacancy("agent")
		id := h.person(v, "Awa Ndiaye", time.Hour)
		docs := h.documents(id)
		if len(docs) < 2 {
			t.Fatalf("%d documents, want two at least", len(docs))
		}
		found := func(words string) int { return len(h.find(words)) }
		if found("ndiaye") != 1 {
			t.Error("not found by name before anything is read")
		}
		h.must(h.SaveText(h.ctx, Reading{DocumentID: docs[0].ID, Pages: []text.Page{{Number: 1, Text: "Apiculture\n"}}}))
		for _, d := range docs[1:] {
			for range MaxAttempts {
				if found("apiculture") != 0 {
					t.Error("found while a document is still to be read")
				}
				if _, ok, err := h.ClaimDocument(h.ctx, Claim{Owner: "a", For: time.Minute}); err != nil || !ok {
					t.Fatalf("claim: %v, %v", ok, err)
				}
				h.must(h.FailDocument(h.ctx, d.ID, "document.unread", errors.New("no")))
				h.clock.Advance(time.Hour)
			}
		}
		if found("apiculture") != 1 || found("ndiaye") != 1 {
			t.Error("not found once all is read or given up")
		}
	})
}
