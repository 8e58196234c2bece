package store

import (
	"testing"

	"dossier/screening/fact"
	"dossier/screening/text"
)

func TestFilesInsideADocumentJoinItsApplicationOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		app, _ := h.judged()
		before := h.documents(app.ID)
		in := before[0]
		files := []NewDocument{{Hash: "aa11", Size: 3, Name: "attachment.xml", Media: "application/vnd.europass+xml"},
			{Hash: "aa11", Size: 3, Name: "again.xml"}, {Hash: in.Hash, Size: 3, Name: "itself.pdf"}}
		for range 2 {
			h.must(h.AddEmbedded(h.ctx, in.ID, files))
		}
		after := h.documents(app.ID)
		if len(after) != len(before)+1 {
			t.Fatalf("%d documents, were %d", len(after), len(before))
		}
		got := after[len(after)-1]
		if got.Name != "attachment.xml" || got.Inside != in.Name || got.State != Pending || !got.ReceivedAt.Equal(in.ReceivedAt) || got.MessageID != in.MessageID {
			t.Errorf("got %+v", got)
		}
		if a := h.application(app.ID); a.DocumentsRev == a.AssessedRev {
			t.Error("no new assessment is asked for")
		}
		h.wants(h.AddEmbedded(h.ctx, 999, files), ErrNotFound)
	})
}

func TestUnlockedDocumentIsReadInItsAuthorsName(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		app, u := h.judged()
		doc := h.documents(app.ID)[0]
		reading := Reading{DocumentID: doc.ID, Pages: []text.Page{{Number: 1, Text: "Lettre\n"}}, Engine: "pdf", Quality: 1, Type: fact.CV}
		h.wants(h.SaveUnlocked(h.ctx, Act{app.ID, app.Version + 1, u.ID}, reading), ErrConflict)
		h.wants(h.SaveUnlocked(h.ctx, Act{app.ID, app.Version, 999}, reading), ErrInvalid)
		missing := reading
		missing.DocumentID = 999
		h.wants(h.SaveUnlocked(h.ctx, Act{app.ID, app.Version, u.ID}, missing), ErrNotFound)
		h.must(h.SaveUnlocked(h.ctx, Act{app.ID, app.Version, u.ID}, reading))
		if got, err := h.TextOf(h.ctx, doc.ID); err != nil || len(got.Pages) != 1 || got.Pages[0].Text != "Lettre\n" {
			t.Errorf("kept %+v, %v", got.Pages, err)
		}
		if a := h.application(app.ID); a.DocumentsRev == a.AssessedRev {
			t.Error("no new assessment is asked for")
		}
		v, err := h.ApplicationView(h.ctx, app.ID)
		h.must(err)
		found := false
		for _, line := range v.History() {
			found = found || line.Kind == HistoryUnlocked && line.ActorID == u.ID && line.Document != nil && line.Document.ID == doc.ID
		}
		if !found {
			t.Errorf("the history does not tell: %+v", v.History())
		}
	})
}
