package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dossier/intake/mailbox"
	"dossier/intake/message"
	"dossier/internal/store"
)

// messageFaults are faults of the matrix: what strangers send.
var messageFaults = []fault{
	{14, "messages no parser likes", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 2, 1000)
		head := func(id string) string {
			return "Message-ID: <" + id + "@post.example>\r\nFrom: MAILER-DAEMON@post.example\r\nTo: post@jobs.example\r\nSubject: odd\r\nMIME-Version: 1.0\r\n"
		}
		var parts strings.Builder
		parts.WriteString(head("parts") + "Content-Type: multipart/mixed; boundary=p\r\n\r\n")
		for n := range 10_000 {
			fmt.Fprintf(&parts, "--p\r\nContent-Type: text/plain\r\n\r\npart %d\r\n", n)
		}
		parts.WriteString("--p--\r\n")
		var deep strings.Builder
		deep.WriteString(head("deep"))
		for n := range 500 {
			fmt.Fprintf(&deep, "Content-Type: multipart/mixed; boundary=d%d\r\n\r\n--d%d\r\n", n, n)
		}
		deep.WriteString("Content-Type: text/plain\r\n\r\nat the bottom\r\n")
		w.mail.deliver(w.mail.folder, []byte("\r\n"), []byte(parts.String()), []byte(deep.String()), []byte(head("large")+"\r\n"+strings.Repeat(strings.Repeat("x", 76)+"\r\n", 20_000)))
		w.deliver(w.mail.folder, 1, 26<<20)
		w.deliver(w.mail.folder, 2, 1000)
		lines := 400_000
		if *fullMatrix {
			lines = 2_600_000 // 200 MB
		}
		huge := head("huge") + "\r\n" + strings.Repeat(strings.Repeat("y", 76)+"\r\n", lines)
		w.mail.deliver(w.mail.folder, []byte(huge))
		w.settle(w.poller(w.mail.folder, func(pc *PollerConfig, ic *mailbox.IMAPConfig) { pc.MaxBytes, ic.MaxBytes = 30_000_000, 30_000_000 }))
		got := states(w.accounted())
		if got["application"] != 5 || got["oversized oversized"] != 1 || got["failed message.empty"] != 1 {
			t.Errorf("states: %v", got)
		}
	}},
	{15, "a parser that panics or hangs", func(t *testing.T, w *world) {
		w.deliver(w.mail.folder, 4, 1000)
		w.settle(w.poller(w.mail.folder, nil))
		p := w.pipeline()
		p.cfg.ReadWithin = 300 * time.Millisecond
		forever := make(chan struct{})
		t.Cleanup(func() { close(forever) })
		p.parse = func(raw []byte, l message.Limits) (message.Message, error) {
			m, err := message.Parse(raw, l)
			switch m.Subject {
			case "Application 2":
				panic("stumbled")
			case "Application 3":
				<-forever
			}
			return m, err
		}
		_, err := p.Work(t.Context())
		w.must(err)
		rows, err := w.store.LedgerRows(t.Context(), store.LedgerQuery{})
		w.must(err)
		if got := states(rows); got["application"] != 2 || got["failed message.stumbled"] != 1 || got["failed message.took_too_long"] != 1 {
			t.Errorf("states: %v", got)
		}
		// With a mended parser, a person's retry brings them through.
		for _, r := range rows {
			if r.State == store.Failed {
				w.must(w.store.Retry(t.Context(), store.TaskMessage, r.ID))
			}
		}
		w.accounted()
	}},
}

// TestAMessageThatBreaksTheConnectionKeepsNobodyWaiting has one message on which the server
// hangs up every time: those after it arrive, it waits for a person, and the next start
// gives it one more try.
func TestAMessageThatBreaksTheConnectionKeepsNobodyWaiting(t *testing.T) {
	w := newWorld(t, memoryServer(t), "")
	w.deliver(w.mail.folder, 6, 1000)
	breaks := true
	poller := func() *Poller {
		p := w.poller(w.mail.folder, nil)
		p.cfg.Source = &breaking{Source: p.cfg.Source, uid: 3, on: &breaks}
		return p
	}
	p := poller()
	failed := 0
	for range 10 {
		if _, err := p.Round(t.Context()); err == nil {
			break
		} else if failed++; !errors.Is(err, mailbox.ErrLost) {
			t.Fatal(err)
		}
	}
	if failed != store.MaxAttempts+1 {
		t.Errorf("%d rounds failed, want one for the batch and %d for the message", failed, store.MaxAttempts)
	}
	_, err := w.pipeline().Work(t.Context())
	w.must(err)
	rows, err := w.store.LedgerRows(t.Context(), store.LedgerQuery{})
	w.must(err)
	if got := states(rows); got["application"] != 5 || got["failed fetch.lost"] != 1 {
		t.Errorf("states: %v", got)
	}
	breaks = false
	w.settle(poller())
	if got := states(w.accounted()); got["application"] != 6 || len(got) != 1 {
		t.Errorf("states: %v", got)
	}
}

// breaking is a source whose server hangs up at one message.
type breaking struct {
	mailbox.Source
	uid mailbox.UID
	on  *bool
}

func (b *breaking) Fetch(ctx context.Context, uids []mailbox.UID, part mailbox.Part, receive func(mailbox.Raw) error) (mailbox.Outcome, error) {
	at := slices.Index(uids, b.uid)
	if at < 0 || !*b.on {
		return b.Source.Fetch(ctx, uids, part, receive)
	}
	out, err := b.Source.Fetch(ctx, uids[:at], part, receive)
	out.Missing = append(out.Missing, uids[at:]...)
	return out, errors.Join(err, mailbox.ErrLost)
}
