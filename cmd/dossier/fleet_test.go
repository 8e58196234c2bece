package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"dossier/internal/account"
	"dossier/internal/sample/synthetic"
	"dossier/internal/store"
	"dossier/internal/testenv"
	"dossier/screening"
)

var (
	fleetSize  = flag.Int("fleet", 120, "applications of the test with six machines")
	fleetAlone = flag.Bool("fleet-alone", false, "have one process do the same first, for comparison")
	fleetCalm  = flag.Bool("fleet-calm", false, "kill and cut off nobody, for comparison")
	// fleetPatience is set for measuring: without it the dead are noticed sooner.
	fleetPatience = flag.Bool("fleet-patience", false, "notice the dead as late as in service")
)

// impatientSwitch makes the test binary, standing in for the program, give up the silent
// after so long, and give signs of life five times as often: "5s".
const impatientSwitch = "DOSSIER_TEST_DEAD_AFTER"

func beImpatient(value string) {
	d, err := time.ParseDuration(value)
	if err != nil {
		panic(err)
	}
	deadAfter, beatEvery = d, d/5
}

// fleet is several machines with a dossier each, and what they share: a database, a
// bucket, a mailbox.
type fleet struct {
	t      *testing.T
	net    *testenv.Network
	dir    string
	dsn    string
	db     *sql.DB
	bucket string
	// sent are the files that were sent, by the hash of their lines.
	sent     map[[32]byte]bool
	mail     *mailServer
	desk     *instance
	patience time.Duration
	// documents counts those of the applications that were delivered.
	documents int
	// drawn counts the applications that were made up.
	drawn int

	mu      sync.Mutex
	running map[string]*machine
	logs    map[string]*bytes.Buffer
}

// machine is one process, under way or ended.
type machine struct {
	cmd   *exec.Cmd
	ended chan error
}

// newFleet makes machines of those names, with nothing running on them.
func newFleet(t *testing.T, machines ...string) *fleet {
	t.Helper()
	f := &fleet{t: t, net: testenv.Netns(t, machines...), dir: t.TempDir(), sent: map[[32]byte]bool{}, running: map[string]*machine{}, logs: map[string]*bytes.Buffer{},
		patience: 5 * time.Second}
	if *fleetPatience {
		f.patience = deadAfter
	}
	f.dsn = testenv.PostgresOn(t, f.net)
	var err error
	if f.db, err = sql.Open("pgx", f.dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.db.Close() })

	s3 := gofakes3.New(s3mem.New(), gofakes3.WithLogger(gofakes3.DiscardLog()), gofakes3.WithTimeSkewLimit(0))
	listener, err := net.Listen("tcp", f.net.Address+":0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: s3.Server()}
	var group sync.WaitGroup
	group.Go(func() { _ = server.Serve(listener) }) // ends with Close
	t.Cleanup(func() { server.Close(); group.Wait() })
	f.bucket = listener.Addr().String()

	if f.mail, err = listenMailServer(f.net.Address+":0", "jobs", "secret"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.mail.close() })
	for name, content := range map[string]string{"mailbox-password": "secret", "s3-access": "key", "s3-secret": "secret-of-the-bucket", "secret.key": strings.Repeat("5a", 32)} {
		if err := os.WriteFile(filepath.Join(f.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f.desk = installation{config: f.config("desk", f.net.Address)}.open(t)
	return f
}

// config writes the settings of one machine. All that differs is where it listens and the
// folder of its own, which nobody else sees.
func (f *fleet) config(machine, ip string) string {
	path := filepath.Join(f.dir, machine+".yaml")
	err := os.WriteFile(path, fmt.Appendf(nil, `
database: %q
data: %s
addr: %s:8080
metrics: %s:9090
secret_key_file: %s
log: {level: info, format: json}
poll: {every: 1s}
blobs: {store: "s3://applications?region=eu-west-3&create=true&endpoint=http://%s", access_key_file: s3-access, secret_key_file: s3-secret}
mailboxes:
  - {name: jobs, host: %s, port: %d, tls: none, allow_plaintext: true, user: jobs, password_file: mailbox-password, stall: 10s}
`, f.dsn, filepath.Join(f.dir, "own", machine), ip, ip, filepath.Join(f.dir, "secret.key"), f.bucket, f.net.Address, f.mail.port()), 0o600)
	if err != nil {
		f.t.Fatal(err)
	}
	return path
}

// start runs the program on a machine.
func (f *fleet) start(name, roles string) {
	f.t.Helper()
	self, err := os.Executable()
	if err != nil {
		f.t.Fatal(err)
	}
	// The test binary stands in for the program when it is called by that name.
	program := filepath.Join(f.dir, "dossier")
	if _, err := os.Lstat(program); err != nil {
		if err := os.Symlink(self, program); err != nil {
			f.t.Fatal(err)
		}
	}
	cmd := f.net.Command(context.WithoutCancel(f.t.Context()), name, program, "serve", "--roles", roles, "--config", f.config(name, f.net.IP(name)))
	cmd.Env = append(os.Environ(), impatientSwitch+"="+f.patience.String())
	f.mu.Lock()
	if f.logs[name] == nil {
		f.logs[name] = &bytes.Buffer{}
	}
	cmd.Stderr = &lockedWriter{mu: &f.mu, to: f.logs[name]}
	f.mu.Unlock()
	cmd.WaitDelay = 5 * time.Second // workers it leaves behind hold its pipe
	if err := cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	m := &machine{cmd: cmd, ended: make(chan error, 1)}
	go func() { m.ended <- cmd.Wait() }()
	f.running[name] = m
	f.t.Cleanup(func() { _ = cmd.Process.Kill() }) // it has ended, unless the test failed
	f.until(name+" is ready", time.Minute, func() bool {
		resp, err := http.Get("http://" + f.net.IP(name) + ":9090/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// kill ends a machine's process at once, as a power cut would.
func (f *fleet) kill(name string) {
	f.t.Helper()
	m := f.running[name]
	if err := m.cmd.Process.Kill(); err != nil {
		f.t.Fatal(err)
	}
	<-m.ended
	delete(f.running, name)
}

// stop tells every process to end and waits for it.
func (f *fleet) stop() {
	f.t.Helper()
	for _, m := range f.running {
		if err := m.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			f.t.Fatal(err)
		}
	}
	for name, m := range f.running {
		select {
		case err := <-m.ended:
			if err != nil {
				f.t.Errorf("%s ended with %v\n%s", name, err, f.log(name))
			}
		case <-time.After(time.Minute):
			f.t.Fatalf("%s does not end", name)
		}
	}
	clear(f.running)
}

func (f *fleet) log(name string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.logs[name].String()
}

type lockedWriter struct {
	mu *sync.Mutex
	to *bytes.Buffer
}

func (w *lockedWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(b)
}

// said counts the lines of a machine's log with a message.
func (f *fleet) said(name, message string) (n int) {
	for line := range strings.Lines(f.log(name)) {
		var l struct{ Msg string }
		if json.Unmarshal([]byte(line), &l) == nil && l.Msg == message {
			n++
		}
	}
	return n
}

func (f *fleet) until(what string, patience time.Duration, ok func() bool) {
	f.t.Helper()
	for end := time.Now().Add(patience); !ok(); {
		if time.Now().After(end) {
			for name := range f.logs {
				lines := strings.Split(strings.TrimSpace(f.log(name)), "\n")
				f.t.Logf("%s:\n%s", name, strings.Join(lines[max(0, len(lines)-15):], "\n"))
			}
			f.t.Fatalf("does not come about: %s", what)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// count answers a question to the database with one number.
func (f *fleet) count(question string) (n int) {
	f.t.Helper()
	if err := f.db.QueryRowContext(f.t.Context(), question).Scan(&n); err != nil {
		f.t.Fatalf("%s: %v", question, err)
	}
	return n
}

// stringsOf answers a question with a column of strings.
func (f *fleet) stringsOf(question string) (out []string) {
	f.t.Helper()
	rows, err := f.db.QueryContext(f.t.Context(), question)
	if err != nil {
		f.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			f.t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		f.t.Fatal(err)
	}
	return out
}

// read counts the documents that are read.
func (f *fleet) read() int { return f.count("SELECT count(*) FROM documents WHERE state <> 'pending'") }

// deliver puts applications into the mailbox: every twentieth message comes twice, every other
// twentieth again from another address of the same person.
func (f *fleet) deliver(from, to int, addresses []string) (messages int) {
	f.t.Helper()
	put := func(raw []byte) {
		if err := f.mail.deliver(raw, time.Now()); err != nil {
			f.t.Fatal(err)
		}
		messages++
	}
	for n := from; n < to; n++ {
		c, raw := f.next(addresses[n%len(addresses)])
		f.documents += len(c.Dossier.Documents)
		// Nobody has the name of somebody else: two who also sent the same file would be one.
		raw = fromLine.ReplaceAll(raw, []byte("${1} "+named(n)+" <"))
		put(raw)
		switch n % 20 {
		case 7:
			put(raw)
		case 13:
			other := fromLine.ReplaceAll(raw, []byte("${1} <other."))
			put(bytes.Replace(other, []byte("Message-ID: <"), []byte("Message-ID: <other-"), 1))
		}
	}
	return messages
}

// fromLine is the sender's name, up to the address.
var fromLine = regexp.MustCompile(`(?m)^(From: [^<]*?) <`)

// named is a family name for each number.
func named(n int) string {
	b := []byte("Oma")
	for ; n > 0; n /= 20 {
		b = append(b, "bcdfghjklmnpqrstvwxz"[n%20], 'a')
	}
	return string(b)
}

// next draws an application. Those that only name a link, which nobody would take for an
// application, are passed over, and those with a file that was sent before: whoever sends
// another's file under a name like theirs is taken for them.
func (f *fleet) next(address string) (synthetic.Case, []byte) {
	f.t.Helper()
	for {
		f.drawn++
		c := synthetic.Generate(synthetic.Held, 1, f.drawn)
		if !slices.ContainsFunc(c.Dossier.Documents, func(d screening.Document) bool { return !d.Body }) {
			continue
		}
		raw, err := c.Mail(address)
		if err != nil {
			f.t.Fatal(err)
		}
		again := false
		for _, part := range bytes.Split(raw, []byte("base64"))[1:] {
			part, _, _ = bytes.Cut(part, []byte("\r\n--"))
			hash := sha256.Sum256(part)
			again = again || f.sent[hash]
			f.sent[hash] = true
		}
		if !again {
			return c, raw
		}
	}
}

// within bounds the whole work, generously.
func (f *fleet) within() time.Duration { return 5*time.Minute + time.Duration(*fleetSize)*time.Second }

// done waits until every message is judged.
func (f *fleet) done(messages int) {
	f.t.Helper()
	f.until("all is judged", f.within(), func() bool {
		b, err := f.desk.store.Balance(f.t.Context(), store.LedgerQuery{})
		if err != nil {
			f.t.Fatal(err)
		}
		left, err := f.desk.store.WorkLeft(f.t.Context(), screening.EngineVersion)
		if err != nil {
			f.t.Fatal(err)
		}
		return b.Received == int64(messages) && b.ByState[store.Listed] == 0 && left.Done()
	})
}

// holder is the machine whose poller reads the mailbox.
func (f *fleet) holder() (machine string) {
	f.until("somebody reads the mailbox", time.Minute, func() bool {
		boxes, err := f.desk.store.Mailboxes(f.t.Context())
		if err != nil {
			f.t.Fatal(err)
		}
		for _, b := range boxes {
			if machine, _, _ = strings.Cut(b.LeaseOwner, "/"); machine != "" {
				return true
			}
		}
		return false
	})
	return machine
}

// TestSixMachinesShareTheWorkAndSurviveEachOther runs two processes that serve pages, two
// that read the mailbox and two that work, each on a machine of its own with a folder of its
// own, over one PostgreSQL and one bucket. While they work, the one that reads and one that
// works are killed, and the other one that works loses its cable until the others have taken
// its work over. In the end each applicant is one application, and nothing is left over.
func TestSixMachinesShareTheWorkAndSurviveEachOther(t *testing.T) {
	if *fleetAlone {
		took := runAlone(t)
		t.Logf("one process, one machine: %d applications in %s", *fleetSize, took.Round(time.Second))
	}
	f := newFleet(t, "web1", "web2", "poll1", "poll2", "work1", "work2")
	addresses, err := f.desk.benchVacancies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := *fleetSize
	messages := f.deliver(0, n/2, addresses)
	begin := time.Now()
	// All at once: they find the database's tables made by the first.
	for _, name := range []string{"web1", "web2", "poll1", "poll2", "work1", "work2"} {
		f.start(name, strings.TrimRight(name, "12"))
	}
	v := f.visitor()
	v.signIn()
	v.on("web2")
	v.get("/vacancies", "bench-0")

	reached := func(share int) {
		t.Helper()
		f.until(fmt.Sprintf("%d%% are read", share), f.within(), func() bool { return f.read() >= f.documents*share/100 })
	}
	reached(5)
	if !*fleetCalm {
		reader := f.holder()
		f.kill(reader)
		f.kill("work1")
		t.Logf("%s and work1 killed with %d documents read", reader, f.read())
		messages += f.deliver(n/2, n*3/4, addresses)
		standby := map[string]string{"poll1": "poll2", "poll2": "poll1"}[reader]
		f.until("the other one reads the mailbox", time.Minute, func() bool { return f.holder() == standby })
		reached(20)
		f.start(reader, "poll")
		f.start("work1", "work")

		reached(30)
		f.until("work2 holds something", time.Minute, func() bool {
			return f.count("SELECT (SELECT count(*) FROM documents WHERE claimed_by LIKE 'work2/%') + (SELECT count(*) FROM messages WHERE claimed_by LIKE 'work2/%')") > 0
		})
		f.net.Cut(t, "work2")
		t.Logf("work2 cut off with %d documents read", f.read())
		f.until("work2 is taken for dead", 2*time.Minute, func() bool { return f.count("SELECT count(*) FROM processes WHERE name LIKE 'work2/%'") == 0 })
		if held := f.count("SELECT count(*) FROM documents WHERE claimed_by LIKE 'work2/%'"); held != 0 {
			t.Errorf("work2 is taken for dead and still holds %d documents", held)
		}
		time.Sleep(f.patience / 5) // for the others to take its work
		f.net.Mend(t, "work2")
		t.Logf("work2 back with %d documents read", f.read())
	} else {
		messages += f.deliver(n/2, n*3/4, addresses)
	}
	messages += f.deliver(n*3/4, n, addresses)
	if !*fleetCalm {
		f.until("work2 knows that it had been taken for dead", 3*time.Minute, func() bool {
			return f.said("work2", "this process had been taken for dead; others have what it held") > 0
		})
	}
	f.done(messages)
	took := time.Since(begin)
	v.workOnBoth(f.count("SELECT min(id) FROM applications"))
	for _, name := range []string{"web1", "web2", "poll1", "poll2", "work1", "work2"} {
		t.Logf("%s: %d times its writing was refused, %d rounds read", name, f.said(name, "work was taken over by another process"), f.said(name, "mailbox round"))
	}
	f.stop()
	how := "with kills and a cut"
	if *fleetCalm {
		how = "undisturbed"
	}
	t.Logf("six processes, six machines, %s: %d applications in %d messages in %s", how, n, messages, took.Round(time.Second))
	f.check(messages)
}

// runAlone has one process on one machine do everything.
func runAlone(t *testing.T) (took time.Duration) {
	t.Run("alone", func(t *testing.T) {
		f := newFleet(t, "one")
		addresses, err := f.desk.benchVacancies(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		messages := f.deliver(0, *fleetSize, addresses)
		begin := time.Now()
		f.start("one", "web,poll,work")
		f.done(messages)
		took = time.Since(begin)
		f.stop()
		f.check(messages)
	})
	return took
}

// check counts what is there: each applicant once, nothing half, nothing left over.
func (f *fleet) check(messages int) {
	t := f.t
	t.Helper()
	n := *fleetSize
	for question, want := range map[string]int{
		"SELECT count(*) FROM messages":                         messages,
		"SELECT count(*) FROM messages WHERE state = 'routed'":  messages,
		"SELECT count(DISTINCT message_id) FROM routes":         messages,
		"SELECT count(*) FROM applications":                     n,
		"SELECT count(DISTINCT applicant_id) FROM applications": n,
		"SELECT count(*) FROM applicants":                       n,
		// Side by side two processes may judge the same once more; the application shows one.
		"SELECT count(*) FROM (SELECT DISTINCT application_id FROM assessments) a":                                             n,
		"SELECT count(*) FROM (SELECT hash FROM documents WHERE NOT body GROUP BY application_id, hash HAVING count(*) > 1) d": 0,
		"SELECT count(*) FROM documents WHERE state = 'pending'":                                                               0,
		"SELECT count(*) FROM applicants WHERE id NOT IN (SELECT applicant_id FROM applications)":                              0,
		"SELECT count(*) FROM documents WHERE message_id NOT IN (SELECT id FROM messages)":                                     0,
		"SELECT count(*) FROM routes WHERE application_id NOT IN (SELECT id FROM applications)":                                0,
		"SELECT count(*) FROM messages WHERE parked OR claimed_by <> ''":                                                       0,
		"SELECT count(*) FROM documents WHERE parked OR claimed_by <> ''":                                                      0,
		"SELECT count(*) FROM applications WHERE parked OR claimed_by <> ''":                                                   0,
		"SELECT count(*) FROM mailboxes WHERE lease_owner <> ''":                                                               0,
		"SELECT count(*) FROM processes":                                                                                       0,
	} {
		if got := f.count(question); got != want {
			t.Errorf("%s: %d, want %d", question, got, want)
		}
	}
	if trail, err := f.desk.store.VerifyEvents(t.Context()); err != nil {
		t.Errorf("audit trail: %v after %d events", err, trail.Events)
	}
	// Some of the files are meant to be empty or damaged. None may have suffered from us.
	for _, problem := range f.stringsOf("SELECT problem || ' ' || detail FROM documents WHERE problem LIKE 'document.%' OR problem = 'worker_died'") {
		t.Errorf("a document could not be read: %s", problem)
	}
	// What rows name is in the bucket and whole, and no machine kept bytes to itself.
	for _, hash := range f.stringsOf("SELECT raw_hash FROM messages UNION SELECT hash FROM documents") {
		if err := f.desk.blobs.Verify(t.Context(), hash); err != nil {
			t.Errorf("blob %s: %v", hash, err)
		}
	}
	own, err := os.ReadDir(filepath.Join(f.dir, "own"))
	if err != nil {
		t.Fatal(err)
	}
	for _, machine := range own {
		for _, folder := range []string{"blobs", "spool"} {
			files := 0
			_ = filepath.WalkDir(filepath.Join(f.dir, "own", machine.Name(), folder), func(_ string, d os.DirEntry, err error) error {
				if err == nil && d.Type().IsRegular() {
					files++
				}
				return nil
			})
			killed := strings.HasPrefix(machine.Name(), "poll") || machine.Name() == "work1"
			if files > 0 && !killed { // of one that was killed the daily sweep removes them
				t.Errorf("%s kept %d files in %s", machine.Name(), files, folder)
			}
		}
	}
}

// visitor is a person at a browser, whom a balancer sends to one machine or the other.
type visitor struct {
	f      *fleet
	client *http.Client
	target string
}

const visitorPassword = "a-long-enough-password"

func (f *fleet) visitor() *visitor {
	f.t.Helper()
	if err := f.desk.addUser(f.t.Context(), "visitor@org.example", "Visitor", visitorPassword, account.Admin, "en"); err != nil {
		f.t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		f.t.Fatal(err)
	}
	v := &visitor{f: f, target: "web1"}
	v.client = &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", f.net.IP(v.target)+":8080")
		}}}
	return v
}

// on sends the visitor to a machine from now on.
func (v *visitor) on(machine string) { v.target = machine }

// read returns a page after redirects, with its address.
func (v *visitor) read(resp *http.Response, err error) (page, at string) {
	v.f.t.Helper()
	if err != nil {
		v.f.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		v.f.t.Fatalf("%s on %s: %s, %v", resp.Request.URL.Path, v.target, resp.Status, err)
	}
	return string(b), resp.Request.URL.Path
}

func (v *visitor) get(path, want string) string {
	v.f.t.Helper()
	page, at := v.read(v.client.Get("http://dossier.example" + path))
	if at != path || !strings.Contains(page, want) {
		v.f.t.Errorf("%s on %s leads to %s; want %q on it", path, v.target, at, want)
	}
	return page
}

var fleetToken = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// post fills in a form of a page.
func (v *visitor) post(page, path string, form url.Values) (string, string) {
	v.f.t.Helper()
	token := fleetToken.FindStringSubmatch(page)
	if token == nil {
		v.f.t.Fatalf("no form for %s", path)
	}
	form.Set("csrf", token[1])
	return v.read(v.client.PostForm("http://dossier.example"+path, form))
}

func (v *visitor) signIn() {
	v.f.t.Helper()
	page := v.get("/signin", "csrf")
	if _, at := v.post(page, "/signin", url.Values{"email": {"visitor@org.example"}, "password": {visitorPassword}}); at == "/signin" {
		v.f.t.Fatal("not signed in")
	}
}

// workOnBoth writes on one machine what is read on the other, and signs out on the other.
func (v *visitor) workOnBoth(application int) {
	v.f.t.Helper()
	path := fmt.Sprint("/applications/", application)
	for _, pair := range [][2]string{{"web1", "web2"}, {"web2", "web1"}} {
		v.on(pair[0])
		page := v.get(path, "csrf")
		v.on(pair[1]) // the form is sent to the other one
		v.post(page, path+"/notes", url.Values{"body": {"Written by way of " + pair[1]}})
		v.on(pair[0])
		v.get(path, "Written by way of "+pair[1])
	}
	page := v.get("/vacancies", "csrf")
	v.on("web2")
	v.post(page, "/signout", url.Values{})
	v.on("web1")
	if _, at := v.read(v.client.Get("http://dossier.example/vacancies")); !slices.Contains([]string{"/signin", "/"}, at) {
		v.f.t.Errorf("signed out on web2, and web1 still shows %s", at)
	}
}
