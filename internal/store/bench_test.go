package store

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/internal/testenv"
	"dossier/screening"
	"dossier/screening/text"
)

// BenchmarkApplication takes one message from stored to assessed: a claim and a
// registration, two documents claimed and read, an assessment claimed and saved. SQLite
// syncs every transaction to disk, as in service.
func BenchmarkApplication(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			dsn := "sqlite:" + filepath.Join(b.TempDir(), "x.db")
			if engine == "postgres" {
				dsn = testenv.Postgres(b)
			}
			s, err := Open(b.Context(), Config{DSN: dsn})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			run := func(err error) {
				if err != nil {
					b.Fatal(err)
				}
			}
			ctx := b.Context()
			_, err = s.ApplyVacancy(ctx, NewVacancy{Slug: "one"}, checklist(), By{Name: "x"}, false)
			run(err)
			v, err := s.VacancyBySlug(ctx, "one")
			run(err)
			box, err := s.EnsureMailbox(ctx, NewMailbox{Name: "x", Kind: KindFolder})
			run(err)
			page := text.Page{Number: 1, Text: strings.Repeat("Chargée de projet, œuvre à Dakar. ", 70)}
			claim := Claim{Owner: "bench", For: time.Minute}
			for i := 0; b.Loop(); i++ {
				_, _, err := s.KeepFile(ctx, box.ID, KeptFile{Hash: fmt.Sprintf("%064d", i), ReceivedAt: monday.Add(time.Duration(i) * time.Second)})
				run(err)
				m, ok, err := s.ClaimMessage(ctx, claim)
				run(err)
				if !ok {
					b.Fatal("nothing to claim")
				}
				out, err := s.RegisterApplication(ctx, registration(v, m, fmt.Sprintf("a%d@mail.example", i)))
				run(err)
				for range 2 {
					d, _, err := s.ClaimDocument(ctx, claim)
					run(err)
					run(s.SaveText(ctx, Reading{DocumentID: d.ID, Type: d.Type, Pages: []text.Page{page}}))
				}
				_, _, err = s.ClaimApplication(ctx, claim, "e")
				run(err)
				d, err := s.DossierOf(ctx, out[0].ApplicationID, "r")
				run(err)
				run(s.SaveAssessment(ctx, NewAssessment{ApplicationID: out[0].ApplicationID, DocumentsRev: d.Application.DocumentsRev,
					ChecklistVersion: d.Checklist.Version, EngineVersion: "e", Findings: []screening.Finding{{Criterion: "french"}}}))
			}
		})
	}
}
