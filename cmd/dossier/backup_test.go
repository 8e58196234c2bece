package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/internal/backup"
	"dossier/internal/testenv"
)

// TestABackupTakenAtFullSpeedIsRestoredElsewhere is the drill: backups while mail is read,
// one of them put back into an empty place, and the poller going on from there.
func TestABackupTakenAtFullSpeedIsRestoredElsewhere(t *testing.T) {
	for name, dsn := range map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return testenv.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			s := memoryMailbox(t)
			from, to, dir := install(t, s, dsn(t)), install(t, s, dsn(t)), filepath.Join(t.TempDir(), "backups")
			delivered := 0
			deliver := func(count int) {
				for range count {
					delivered++
					s.deliver(t, application(delivered))
				}
			}
			deliver(40)
			ctx, stop := context.WithCancel(t.Context())
			polled := make(chan int)
			go func() {
				polled <- run(ctx, []string{"poll", "--config", from.config}, nil, strings.NewReader(""), io.Discard, os.Stderr)
			}()
			for from.dossierReady(t) < 5 {
				time.Sleep(20 * time.Millisecond)
			}
			first := from.backup(t, dir)
			deliver(20)
			second := from.backup(t, dir)
			stop()
			if code := <-polled; code != 0 {
				t.Fatalf("the poller ended with %d", code)
			}
			if first.Manifest.Lost+second.Manifest.Lost > 0 || len(second.Manifest.Missing) > 0 {
				t.Errorf("missing: %+v and %+v", first.Manifest.Missing, second.Manifest.Missing)
			}
			if second.Manifest.Blobs.Count < first.Manifest.Blobs.Count || int64(second.Copied) >= second.Manifest.Blobs.Count {
				t.Errorf("the second backup copied %d of %d files after %d", second.Copied, second.Manifest.Blobs.Count, first.Manifest.Blobs.Count)
			}

			out := to.must(t, "restore", dir)
			if !strings.Contains(out, second.Name+" restored") {
				t.Errorf("restore says %q", out)
			}
			for table, want := range second.Manifest.Database.Counts {
				if got := to.count(t, "SELECT count(*) FROM "+table); int64(got) != want {
					t.Errorf("%s: %d rows restored, want %d", table, got, want)
				}
			}
			sameBlobs(t, dir, second.Manifest.Blobs.Count, to)
			if _, x := to.doctor(t); !strings.Contains(x.about("database"), "ok") || !strings.Contains(x.about("files"), "ok") || !strings.Contains(x.about("audit trail"), "ok") {
				t.Errorf("doctor after the restore: %s; %s; %s", x.about("database"), x.about("files"), x.about("audit trail"))
			}

			deliver(3) // what came since the backup is fetched, and nothing twice
			to.must(t, "poll", "--once")
			checkRows(t, to, delivered)
			if code, _, errs := to.dossier(t, "restore", dir); code == 0 || !strings.Contains(errs, "there is something already") {
				t.Errorf("a restore over what is there: exit %d, %s", code, errs)
			}
		})
	}
}

// dossierReady is how many messages are stored; 0 while there is no database.
func (in installation) dossierReady(t *testing.T) int {
	t.Helper()
	code, out, _ := in.dossier(t, "ledger", "--format", "json")
	if code != 0 {
		return 0
	}
	return strings.Count(out, "stored") + in.count(t, "SELECT count(*) FROM messages WHERE raw_hash <> ''")
}

func (in installation) backup(t *testing.T, dir string) (r backupReport) {
	t.Helper()
	if err := json.Unmarshal([]byte(in.must(t, "backup", dir, "--format", "json")), &r); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second) // sets are named by the second
	return r
}

// sameBlobs compares the files of a restored instance with those of the backup, by bytes.
func sameBlobs(t *testing.T, dir string, want int64, in installation) {
	t.Helper()
	n := int64(0)
	root := filepath.Join(filepath.Dir(in.config), "data", "blobs")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || len(d.Name()) != 64 {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n++
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != d.Name() {
			t.Errorf("%s has other bytes", d.Name())
		}
		_, err = os.Stat(filepath.Join(dir, "blobs", d.Name()[:2], d.Name()))
		return err
	})
	if err != nil || n != want {
		t.Errorf("%d files restored, want %d: %v", n, want, err)
	}
}

func TestABackupThatIsNotWholeIsNotRestored(t *testing.T) {
	s := memoryMailbox(t)
	from, to, dir := install(t, s, ""), install(t, s, ""), filepath.Join(t.TempDir(), "backups")
	for n := range 3 {
		s.deliver(t, application(n))
	}
	from.must(t, "poll", "--once")
	r := from.backup(t, dir)
	set := filepath.Join(dir, "sets", r.Name)

	refused := func(what, want string) {
		t.Helper()
		code, _, errs := to.dossier(t, "restore", dir)
		if code == 0 || !strings.Contains(errs, want) {
			t.Errorf("%s: exit %d, %q, want %q", what, code, errs, want)
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(to.config), "dossier.db")); err == nil {
			t.Fatalf("%s: a database was made all the same", what)
		}
	}
	change := func(path string) (undo func()) {
		t.Helper()
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changed := append([]byte(nil), b...)
		changed[len(changed)/2] ^= 1
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, name := range []string{"database.sqlite", "manifest.json", "blobs.txt"} {
		undo := change(filepath.Join(set, name))
		refused(name, "damaged")
		undo()
	}
	one := ""
	_ = filepath.WalkDir(filepath.Join(dir, "blobs"), func(path string, d os.DirEntry, _ error) error {
		if len(d.Name()) == 64 {
			one = path
		}
		return nil
	})
	undo := change(one)
	if code, _, errs := to.dossier(t, "restore", "--check", dir); code == 0 || !strings.Contains(errs, "damaged") {
		t.Errorf("check with a damaged file: exit %d, %s", code, errs)
	}
	refused("a damaged file", "damaged")
	if code, _, errs := to.dossier(t, "poll", "--once"); code == 0 || !strings.Contains(errs, "a restore") {
		t.Errorf("poll on half a restore: exit %d, %s", code, errs)
	}
	undo()
	if out := to.must(t, "restore", "--check", dir); !strings.Contains(out, "is whole") {
		t.Errorf("check: %q", out)
	}
	// The restore that was interrupted by the damaged file is taken up.
	to.must(t, "restore", dir)
	to.must(t, "poll", "--once")
	checkRows(t, to, 3)

	// Without its last file, a set is not there.
	if err := os.Rename(set, filepath.Join(dir, "sets", "."+r.Name)); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := to.dossier(t, "restore", "--check", dir); code == 0 || !strings.Contains(errs, "no backup that was finished") {
		t.Errorf("an interrupted backup: exit %d, %s", code, errs)
	}
}

func TestMailThatMayHaveLeftWaitsAfterARestore(t *testing.T) {
	s := memoryMailbox(t)
	from, to, dir := install(t, s, ""), install(t, s, ""), filepath.Join(t.TempDir(), "backups")
	s.deliver(t, application(1))
	from.must(t, "poll", "--once")
	exec := func(statement string) {
		t.Helper()
		if _, err := from.sql(t).ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	exec(`INSERT INTO outgoing_messages (vacancy_id, application_id, kind, state, why, automatic, language, template_version, notice_version, to_name, to_email,
		subject, body, calendar, message_id, token, in_reply_to, thread, handed_over, reply, attempts, claimed_by, error, parked, created_at)
		SELECT vacancy_id, id, 'refusal', 'queued', '', 0, 'fr', 0, 0, '', 'a@post.example', 's', 'b', '', 'm@x', 't', '', '[]', 0, '', 0, '', '', 0, 0 FROM applications`)
	from.backup(t, dir)
	s.deliver(t, receivedNow(2)) // since the backup: it may have been answered
	time.Sleep(1100 * time.Millisecond)
	if out := to.must(t, "restore", dir); !strings.Contains(out, "1 messages to applicants are held") {
		t.Errorf("restore says %q", out)
	}
	if n := to.count(t, "SELECT count(*) FROM outgoing_messages WHERE state = 'held' AND why = 'unsure' AND parked"); n != 1 {
		t.Errorf("%d messages held, want 1", n)
	}
	time.Sleep(1100 * time.Millisecond) // a Received line knows seconds
	s.deliver(t, receivedNow(3))
	to.must(t, "poll", "--once")
	for subject, want := range map[string]int{"Application 2": 1, "Application 3": 0} {
		if n := to.count(t, "SELECT count(*) FROM messages WHERE archived AND subject = '"+subject+"'"); n != want {
			t.Errorf("%s: archived %d, want %d: what came before the restore is answered by nobody", subject, n, want)
		}
	}
}

// receivedNow is the nth application, received at this moment.
func receivedNow(n int) []byte {
	_, rest, _ := strings.Cut(string(application(n)), "\r\n")
	return []byte("Received: from a.example by mx.example; " + time.Now().Format(time.RFC1123Z) + "\r\n" + rest)
}

func TestAnErasureAfterTheBackupIsMadeAgainByTheRestore(t *testing.T) {
	s := memoryMailbox(t)
	from, to, dir := install(t, s, ""), install(t, s, ""), filepath.Join(t.TempDir(), "backups")
	s.deliver(t, application(1))
	s.deliver(t, application(2))
	from.must(t, "poll", "--once")
	from.backup(t, dir)
	from.must(t, "erase", "1")
	if out := to.must(t, "restore", dir); !strings.Contains(out, "1 erasures of the journal were made again: 1 applicants, 1 applications") {
		t.Errorf("restore says %q", out)
	}
	to.must(t, "poll", "--once") // the mailbox still holds the message
	if n := to.count(t, "SELECT count(*) FROM applications"); n != 1 {
		t.Errorf("%d applications, want the one that was not erased", n)
	}
	noWords(t, filepath.Join(filepath.Dir(to.config), "data", "blobs"), "CV of applicant 1\r\n")
}

// noWords makes sure that no file of a folder holds some words.
func noWords(t *testing.T, dir, words string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), words) {
			t.Errorf("%s holds %q", d.Name(), words)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOlderBackupsGoWithTheFilesOnlyTheyHeld(t *testing.T) {
	s := memoryMailbox(t)
	in, dir := install(t, s, ""), filepath.Join(t.TempDir(), "backups")
	s.deliver(t, application(1))
	in.must(t, "poll", "--once")
	in.backup(t, dir)
	i := in.open(t)
	db := in.sql(t)
	for _, statement := range []string{"DELETE FROM documents", "UPDATE messages SET raw_hash = ''"} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	out := in.must(t, "backup", dir, "--keep", "1")
	if !strings.Contains(out, "1 older backups and the 3 files that only they held were removed") {
		t.Errorf("backup says %q", out)
	}
	sets, err := backup.Sets(dir)
	if err != nil || len(sets) != 1 {
		t.Errorf("sets %v, %v", sets, err)
	}
	last, ok, err := i.store.LastBackup(t.Context())
	if err != nil || !ok || last.Name != sets[0] || last.Place != dir || last.Messages != 1 {
		t.Errorf("the last backup is %+v, %v, %v", last, ok, err)
	}
}

func TestARestoreTellsOfTheJournalsItRead(t *testing.T) {
	s := memoryMailbox(t)
	from, dir := install(t, s, ""), filepath.Join(t.TempDir(), "backups")
	s.deliver(t, application(1))
	from.must(t, "poll", "--once")
	from.backup(t, dir)

	to := install(t, s, "")
	none := filepath.Join(dir, "erasure.jsonl")
	code, _, errs := to.dossier(t, "restore", dir, "--erasures", none)
	if code != exitUsage || !strings.Contains(errs, none) {
		t.Errorf("a journal that is not there: exit %d, %q", code, errs)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(to.config), "dossier.db")); err == nil {
		t.Fatal("restored without the journal that was named")
	}
	if out := to.must(t, "restore", dir); !strings.Contains(out, "no journal of erasures was found in "+filepath.Join(dir, "erasures.jsonl")) {
		t.Errorf("without a journal restore says %q", out)
	}

	from.must(t, "erase", "1")
	journal := filepath.Join(dir, "erasures.jsonl")
	b, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(journal, append(b, "{\"at\":\n{\"key\":\"another\"}\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	out := install(t, s, "").must(t, "restore", dir, "--erasures", journal)
	if want := "1 erasures of the journal were made again: 1 applicants, 1 applications"; !strings.Contains(out, want) || !strings.Contains(out, journal+": 1 lines cut off, 1 of another database") {
		t.Errorf("restore says %q, want %q, and the lines passed over", out, want)
	}
}

func TestABackupHoldsErasuresThatAnotherMachineMade(t *testing.T) {
	s := memoryMailbox(t)
	in, dir := install(t, s, ""), filepath.Join(t.TempDir(), "backups")
	s.deliver(t, application(1))
	in.must(t, "poll", "--once")
	in.must(t, "erase", "1")
	// The journal of this machine does not know: another one erased.
	own := filepath.Join(filepath.Dir(in.config), "data", "erasures.jsonl")
	want, err := os.ReadFile(own)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(own); err != nil {
		t.Fatal(err)
	}
	in.backup(t, dir)
	if got, err := os.ReadFile(filepath.Join(dir, "erasures.jsonl")); err != nil || len(want) == 0 || string(got) != string(want) {
		t.Errorf("beside the backup: %q, %v; want %q", got, err, want)
	}
	// What the journal of this machine does know is there once.
	if err := os.WriteFile(own, want, 0o600); err != nil {
		t.Fatal(err)
	}
	in.backup(t, dir)
	if got, err := os.ReadFile(filepath.Join(dir, "erasures.jsonl")); err != nil || string(got) != string(want) {
		t.Errorf("after another backup: %q, %v; want %q", got, err, want)
	}
}
