package intake

import (
	"os"
	"strings"
	"testing"

	"dossier/intake/mailbox"
	"dossier/internal/store"
	"dossier/internal/testenv"
)

// afterServers are the servers that messages are marked and moved on.
func afterServers(t *testing.T) map[string]func(t *testing.T) mailServer {
	servers := map[string]func(t *testing.T) mailServer{"memory": memoryServer}
	if os.Getenv(testenv.DovecotSwitch) != "" {
		d := testenv.Dovecot(t)
		servers["dovecot"] = func(t *testing.T) mailServer { return onDovecot(t, d, strings.ReplaceAll(t.Name(), "/", "-")) }
	}
	return servers
}

// TestStoredMessagesAreMovedAndNothingElse moves what is stored, also after an interruption
// between the move and its note, and leaves what is not stored where it is.
func TestStoredMessagesAreMovedAndNothingElse(t *testing.T) {
	for name, server := range afterServers(t) {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, server(t), "")
			w.mail.deliver("Done" + name)
			w.deliver(w.mail.folder, 5, 1000)
			w.deliver(w.mail.folder, 1, 3_000_000) // larger than the limit below
			stop := true
			p := w.poller(w.mail.folder, func(pc *PollerConfig, ic *mailbox.IMAPConfig) {
				pc.MaxBytes = 1_000_000
				pc.After = After{Action: store.AfterMove, Name: "Done" + name}
				pc.At = func(point string) {
					if point == "acted" && stop {
						panic("the power goes")
					}
				}
			})
			func() {
				defer func() {
					if recover() == nil {
						t.Error("nothing was moved")
					}
				}()
				_, _ = p.Round(t.Context()) // it ends as said above
			}()
			_ = p.cfg.Source.Close()
			stop = false
			w.now.move(2 * leaseFor)
			w.settle(p)
			box, err := w.store.MailboxByName(t.Context(), p.Name())
			w.must(err)
			if len(box.Notices) != 0 {
				t.Errorf("notices: %v", box.Notices)
			}
			if left := len(listed(t, w, w.mail.folder)); left != 1 {
				t.Errorf("%d messages are left in the folder, want the one that was not taken", left)
			}
			if moved := len(listed(t, w, "Done"+name)); moved != 5 {
				t.Errorf("%d messages were moved, want 5", moved)
			}
			w.deliver(w.mail.folder, 1, 1000)
			w.settle(p)
			if moved := len(listed(t, w, "Done"+name)); moved != 6 {
				t.Errorf("%d messages were moved, want 6", moved)
			}
			_, err = w.pipeline().Work(t.Context())
			w.must(err)
			rows, err := w.rows()
			w.must(err)
			if got := states(rows); got["application"] != 6 || got["oversized oversized"] != 1 || len(got) != 2 {
				t.Errorf("states: %v", got)
			}
		})
	}
}

func TestStoredMessagesAreMarkedWhenAskedFor(t *testing.T) {
	if os.Getenv(testenv.DovecotSwitch) == "" {
		t.Skipf("%s is not set: needs Debian's dovecot-imapd", testenv.DovecotSwitch)
	}
	d := testenv.Dovecot(t)
	w := newWorld(t, onDovecot(t, d, "Marked"), "")
	w.deliver(w.mail.folder, 3, 1000)
	plain := w.poller(w.mail.folder, nil)
	w.settle(plain)
	flags := func() string {
		return d.Do(t, "doveadm", "--", "fetch", "-u", d.User, "flags", "mailbox", w.mail.folder)
	}
	if out := flags(); strings.Contains(out, "Dossier") || strings.Contains(out, "Seen") {
		t.Errorf("marked without being asked for:\n%s", out)
	}
	w.settle(w.poller(w.mail.folder, func(pc *PollerConfig, _ *mailbox.IMAPConfig) {
		pc.After = After{Action: store.AfterKeyword, Name: "$Dossier"}
	}))
	if out := flags(); strings.Count(out, "$Dossier") != 3 || strings.Contains(out, "Seen") {
		t.Errorf("flags:\n%s", out)
	}
	w.accounted()
}

// TestWhatCannotBeMovedIsANoticeAndNoFailure moves to a folder that is not there.
func TestWhatCannotBeMovedIsANoticeAndNoFailure(t *testing.T) {
	w := newWorld(t, memoryServer(t), "")
	w.deliver(w.mail.folder, 3, 1000)
	p := w.poller(w.mail.folder, func(pc *PollerConfig, _ *mailbox.IMAPConfig) {
		pc.After = After{Action: store.AfterMove, Name: "Absent"}
	})
	w.settle(p)
	box, err := w.store.MailboxByName(t.Context(), p.Name())
	w.must(err)
	if box.Failures != 0 || len(box.Notices) != 1 || box.Notices[0].Code != store.NoticeAction {
		t.Errorf("the mailbox tells %d failures and %v", box.Failures, box.Notices)
	}
	w.mail.deliver("Absent", []byte("From: a@post.example\r\nSubject: there now\r\n\r\nx\r\n"))
	w.settle(p)
	if box, err = w.store.MailboxByName(t.Context(), p.Name()); err != nil || len(box.Notices) != 0 {
		t.Errorf("once it is there: %v, %v", box.Notices, err)
	}
	w.accounted()
}

// TestThePastOfAMailboxIsArchived reads a mailbox with a past: nobody is to be answered
// about what was there before.
func TestThePastOfAMailboxIsArchived(t *testing.T) {
	w := newWorld(t, memoryServer(t), "")
	letterAt := func(n int, date string) []byte {
		return append([]byte("Received: from a.example by mx.example; "+date+"\r\n"), letter(n, 100)...)
	}
	future := w.now.Now().AddDate(1, 0, 0).Format("Mon, 02 Jan 2006 15:04:05 -0700")
	w.mail.deliver(w.mail.folder, letterAt(1, "Mon, 2 Mar 2026 10:00:00 +0100"), letterAt(2, future))
	w.settle(w.poller(w.mail.folder, nil))
	archived := func() (out []bool) {
		t.Helper()
		rows, err := w.rows()
		w.must(err)
		for _, r := range rows {
			m, err := w.store.MessageByID(t.Context(), r.ID)
			w.must(err)
			out = append(out, m.Archived)
		}
		return out
	}
	if got := archived(); len(got) != 2 || !got[0] || got[1] {
		t.Errorf("archived: %v, want the first alone", got)
	}
}

// listed lists a folder with a connection of its own.
func listed(t *testing.T, w *world, folder string) []mailbox.UID {
	t.Helper()
	s, err := mailbox.NewIMAP(mailbox.IMAPConfig{Host: w.mail.host, Port: w.mail.port, TLS: mailbox.TLSNone, User: w.mail.user, Secret: mailbox.Fixed(w.mail.password), Folder: folder})
	w.must(err)
	defer s.Close()
	_, err = s.Open(t.Context())
	w.must(err)
	uids, err := s.List(t.Context(), 1)
	w.must(err)
	return uids
}
