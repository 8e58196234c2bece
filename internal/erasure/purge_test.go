package erasure

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/blob"
	"dossier/internal/store"
	"dossier/screening"
)

func TestAPurgeThatRemovesNothingLeavesTheFilesAlone(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	dsn := filepath.Join(dir, "d.db")
	st, err := store.Open(t.Context(), store.Config{DSN: "sqlite:" + dsn, Now: func() time.Time { return now }})
	must(t, err)
	t.Cleanup(func() { st.Close() })
	author, err := st.AddUser(t.Context(), store.NewUser{Email: "claire@org.example", Name: "Claire", PasswordHash: "x", Role: account.Recruiter}, 0)
	must(t, err)
	m, err := st.EnsureMailbox(t.Context(), store.NewMailbox{Name: "import", Kind: store.KindFolder})
	must(t, err)
	msg, _, err := st.KeepFile(t.Context(), m.ID, store.KeptFile{Hash: "0000000000000000000000000000000000000000000000000000000000000001", Size: 1})
	must(t, err)
	deadline := screening.Deadline{At: now.Truncate(time.Hour), Zone: "Africa/Dakar"}
	_, err = st.ApplyVacancy(t.Context(), store.NewVacancy{Slug: "post", Title: "Post"}, screening.Checklist{Deadline: &deadline, AsOf: screening.Date{Year: 2026, Month: 3, Day: 3},
		Criteria: []screening.Criterion{{ID: "licence", Kind: "licence", Importance: screening.Asset, Statement: screening.Statement{Plain: "Drives."}}}}, store.By{}, false)
	must(t, err)
	v, err := st.VacancyBySlug(t.Context(), "post")
	must(t, err)
	apps, err := st.RegisterApplication(t.Context(), store.Registration{MessageID: msg.ID, Class: store.ClassApplication, Reason: "address",
		Applicant: store.NewApplicant{Name: "Awa Ndiaye", Email: "awa@courriel.example"},
		Routes:    []store.NewRoute{{VacancyID: v.ID, Became: store.ClassApplication, Rule: "address", Evidence: "x@org.example"}}})
	must(t, err)
	must(t, st.MoveVacancy(t.Context(), v.ID, v.Version, store.VacancyClosed, store.By{}, ""))
	now = now.AddDate(3, 0, 0)
	consents := func(context.Context, []string) ([]string, error) { // while the purge is at work
		_, err := st.RecordConsent(t.Context(), store.PoolConsent{ApplicantID: apps[0].ApplicantID, GivenOn: now.Format(time.DateOnly),
			ExpiresOn: now.AddDate(1, 0, 0).Format(time.DateOnly), Source: "mail", AuthorID: author.ID})
		return nil, err
	}
	e := &Eraser{Store: st, Journal: Journal{Path: filepath.Join(dir, "erasures.jsonl")}, Files: consents, Now: time.Now}
	out, err := e.Purge(t.Context(), store.PurgeScope{}, 0)
	if err != nil || out.Left != 1 || out.Applications != 0 {
		t.Errorf("purged %+v, %v; want one left", out, err)
	}
	// Writing the database anew empties its log.
	if fi, err := os.Stat(dsn + "-wal"); err != nil || fi.Size() == 0 {
		t.Errorf("the database was written anew for nothing: %v", err)
	}
}

func TestBytesThatComeBackDuringAnErasureStay(t *testing.T) {
	dir := t.TempDir()
	st, err := store.Open(t.Context(), store.Config{DSN: "sqlite:" + filepath.Join(dir, "d.db")})
	must(t, err)
	t.Cleanup(func() { st.Close() })
	blobs, err := blob.New(filepath.Join(dir, "blobs"))
	must(t, err)
	m, err := st.EnsureMailbox(t.Context(), store.NewMailbox{Name: "import", Kind: store.KindFolder})
	must(t, err)
	first, _, err := blobs.Put(t.Context(), bytes.NewReader([]byte("one")))
	must(t, err)
	second, _, err := blobs.Put(t.Context(), bytes.NewReader([]byte("two")))
	must(t, err)
	e := &Eraser{Store: st, Blobs: blobs, Now: func() time.Time { // asked when the first is about to go
		_, _, err := st.KeepFile(t.Context(), m.ID, store.KeptFile{Hash: second, Size: 3})
		must(t, err)
		return time.Now()
	}}
	left, err := e.removeBlobs(t.Context(), []store.PendingBlob{{Hash: first}, {Hash: second}})
	if err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if _, err := blobs.Stat(first); err == nil {
		t.Error("bytes that nobody needs are still there")
	}
	if _, err := blobs.Stat(second); err != nil {
		t.Errorf("bytes that a message was just made of are gone: %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
