package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dossier/internal/store"
	"dossier/internal/testenv"
)

var killRounds = flag.Int("kill-rounds", 20, "rounds of the test that kills the program")

// failpointSwitch makes the test binary, standing in for the program, kill itself when it
// passes a point for the nth time: "synced:2".
const failpointSwitch = "DOSSIER_TEST_FAILPOINT"

// points are all places between two durable changes, from the mailbox to the assessment.
var points = []string{"listed", "fetched", "synced", "kept", "brought", "message claimed", "message parsed", "files kept",
	"document claimed", "document read", "application claimed", "application judged"}

// armFailpoint is called before anything else in the stand-in.
func armFailpoint(value string) {
	name, nth, _ := strings.Cut(value, ":")
	left, err := strconv.Atoi(nth)
	if err != nil {
		panic(err)
	}
	var mu sync.Mutex
	failpoint = func(point string) {
		mu.Lock()
		defer mu.Unlock()
		if point != name {
			return
		}
		if left--; left == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL) // cannot fail for oneself
			select {}
		}
	}
}

// TestKilledAtAnyPointNothingIsLostOrDoubled kills the program with SIGKILL at every point
// between two durable changes and at random moments, while mail keeps coming in. In the end
// every message is one row of the ledger and one application.
func TestKilledAtAnyPointNothingIsLostOrDoubled(t *testing.T) {
	for name, dsn := range map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return testenv.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			s := memoryMailbox(t)
			in := install(t, s, dsn(t))
			delivered, killed := 0, 0
			deliver := func(count int) {
				for range count {
					delivered++
					s.deliver(t, application(delivered))
				}
			}
			deliver(2)
			in.must(t, "poll", "--once") // migrates, so that no round is spent on it
			for round := range *killRounds {
				deliver(2)
				env, after := "", time.Duration(0)
				if round%4 == 3 {
					after = 20*time.Millisecond + rand.N(600*time.Millisecond)
				} else {
					n := round - round/4
					env = fmt.Sprintf("%s:%d", points[n%len(points)], 1+rand.IntN(2))
				}
				if in.killed(t, env, after) {
					killed++
				}
			}
			if killed < *killRounds/2 {
				t.Errorf("only %d of %d rounds were killed", killed, *killRounds)
			}
			in.must(t, "poll", "--once")
			// Three deaths over one message make it wait for a person, who tries again.
			retryParked(t, in)
			in.must(t, "poll", "--once")

			// On a busy machine a document may have run out of time; it is tried again after a
			// minute, and then once more.
			for range 60 {
				if in.count(t, "SELECT count(*) FROM documents WHERE state = 'pending' AND NOT parked") == 0 {
					break
				}
				time.Sleep(15 * time.Second)
				in.must(t, "poll", "--once")
			}

			rows := in.ledger(t)
			applications := map[int64]bool{}
			ids := map[string]int{}
			for _, r := range rows {
				if r.State != store.Routed || r.Class != store.ClassApplication {
					t.Errorf("message %d is %s, %s because of %q", r.UID, r.State, r.Class, r.Reason)
				}
				applications[r.Application] = true
				ids[r.MessageID]++
			}
			if len(rows) != delivered || len(applications) != delivered || len(ids) != delivered {
				t.Errorf("%d rows with %d ids and %d applications, want %d of each", len(rows), len(ids), len(applications), delivered)
			}
			t.Logf("%d of %d rounds killed, %d messages", killed, *killRounds, delivered)
			checkRows(t, in, delivered)
			checkBlobs(t, in)
		})
	}
}

// application is the nth message: an applicant, a text and a file.
func application(n int) []byte {
	return fmt.Appendf(nil, "Received: from a.example by mx.example; %s\r\nMessage-ID: <kill-%d@post.example>\r\nFrom: Applicant %d <applicant%d@post.example>\r\n"+
		"To: rock-stage@passerelle-coop.example\r\nSubject: Application %d\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n"+
		"--cut\r\nContent-Type: text/plain\r\n\r\nI am applying for the post, please find my CV attached. Yours, applicant %d.\r\n"+
		"--cut\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=cv.txt\r\n\r\nCV of applicant %d\r\nFrench: native\r\n--cut--\r\n",
		time.Date(2026, 3, 1, 10, 0, n, 0, time.UTC).Format(time.RFC1123Z), n, n, n, n, n, n)
}

// killed runs one round of the program as a process of its own and tells whether it died
// of being killed: at a fail point, or after a while.
func (in installation) killed(t *testing.T, at string, after time.Duration) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, self)
	cmd.Args = []string{"dossier", "poll", "--once", "--config", in.config}
	if at != "" {
		cmd.Env = append(os.Environ(), failpointSwitch+"="+at)
	}
	var errs strings.Builder
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after > 0 {
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) // it may be over already
		defer timer.Stop()
	}
	err = cmd.Wait()
	if ctx.Err() != nil {
		t.Fatalf("the program hangs at %q", at)
	}
	if err == nil {
		return false
	}
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the program ended with %v\n%s", err, errs.String())
	}
	return true
}

// open opens the installation as the program would.
func (in installation) open(t *testing.T) *instance {
	t.Helper()
	e := &environment{stderr: os.Stderr, configFile: in.config}
	cfg, err := e.settings(nil)
	if err != nil {
		t.Fatal(err)
	}
	i, err := e.open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.close(); err != nil {
			t.Error(err)
		}
	})
	return i
}

// sql opens the database beneath.
func (in installation) sql(t *testing.T) *sql.DB {
	t.Helper()
	dsn, err := in.open(t).cfg.DSN()
	if err != nil {
		t.Fatal(err)
	}
	driver := "pgx"
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func retryParked(t *testing.T, in installation) {
	t.Helper()
	i := in.open(t)
	db := in.sql(t)
	for table, task := range map[string]store.Task{"messages": store.TaskMessage, "documents": store.TaskDocument, "applications": store.TaskAssessment} {
		rows, err := db.QueryContext(t.Context(), "SELECT id FROM "+table+" WHERE parked")
		if err != nil {
			t.Fatal(err)
		}
		var ids []int64
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		rows.Close()
		for _, id := range ids {
			t.Logf("%s %d had been given up on", task, id)
			if err := i.store.Retry(t.Context(), task, id); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// count answers a question to the database with one number.
func (in installation) count(t *testing.T, question string) (n int) {
	t.Helper()
	if err := in.sql(t).QueryRowContext(t.Context(), question).Scan(&n); err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return n
}

// checkRows counts what stands beside the messages: no half, no orphan.
func checkRows(t *testing.T, in installation, want int) {
	t.Helper()
	db := in.sql(t)
	for question, want := range map[string]int{
		"SELECT count(*) FROM messages":                                                                                         want,
		"SELECT count(*) FROM applications":                                                                                     want,
		"SELECT count(*) FROM applicants":                                                                                       want,
		"SELECT count(*) FROM routes":                                                                                           want,
		"SELECT count(*) FROM documents":                                                                                        2 * want,
		"SELECT count(*) FROM (SELECT DISTINCT application_id FROM assessments) a":                                              want,
		"SELECT count(*) FROM documents WHERE state <> 'read'":                                                                  0,
		"SELECT count(*) FROM applicants WHERE id NOT IN (SELECT applicant_id FROM applications)":                               0,
		"SELECT count(*) FROM documents WHERE message_id NOT IN (SELECT id FROM messages)":                                      0,
		"SELECT count(*) FROM routes WHERE application_id NOT IN (SELECT id FROM applications)":                                 0,
		"SELECT count(*) FROM messages WHERE claimed_by <> '' UNION ALL SELECT count(*) FROM mailboxes WHERE lease_owner <> ''": 0,
	} {
		var got int
		if err := db.QueryRowContext(t.Context(), question).Scan(&got); err != nil {
			t.Fatalf("%s: %v", question, err)
		}
		if got != want {
			t.Errorf("%s: %d, want %d", question, got, want)
		}
	}
}

// checkBlobs sweeps as if two days had gone by: what is named stays and is whole, what is
// not goes.
func checkBlobs(t *testing.T, in installation) {
	t.Helper()
	i := in.open(t)
	ctx := t.Context()
	orphan, _, err := i.blobs.Put(ctx, strings.NewReader("bytes that no row names"))
	if err != nil {
		t.Fatal(err)
	}
	sweeper := i.sweeper()
	sweeper.Mark = ""
	if swept, err := sweeper.Sweep(ctx); err != nil || swept.Blobs != 0 {
		t.Errorf("%d blobs of today were swept, %v", swept.Blobs, err)
	}
	sweeper.Now = func() time.Time { return time.Now().Add(48 * time.Hour) }
	swept, err := sweeper.Sweep(ctx)
	if err != nil || swept.Blobs < 1 {
		t.Errorf("swept %+v, %v: want at least the one without a row", swept, err)
	}
	t.Logf("swept %d blobs and %d temporary files", swept.Blobs, swept.Temporary)
	if _, err := i.blobs.Stat(orphan); err == nil {
		t.Error("the blob that no row names is still there")
	}
	if left, err := os.ReadDir(filepath.Join(i.blobs.Dir(), "tmp")); err != nil || len(left) != 0 {
		t.Errorf("%d temporary files are left, %v", len(left), err)
	}
	rows, err := in.sql(t).QueryContext(ctx, "SELECT raw_hash FROM messages UNION SELECT hash FROM documents")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil {
			t.Fatal(err)
		}
		if err := i.blobs.Verify(ctx, hash); err != nil {
			t.Error(err)
		}
		n++
	}
	if n == 0 {
		t.Error("no row names a blob")
	}
}
