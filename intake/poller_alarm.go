package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"dossier/internal/store"
)

// Watchman tells people when a mailbox went silent, and when it is read again. Any number
// of processes may have one: each change is told once.
type Watchman struct {
	Store *store.Store
	Log   *slog.Logger
	// SilentAfter is how old the last good round of a watched mailbox may be.
	SilentAfter time.Duration
	// Tell are the ways to tell; the log is told in any case.
	Tell []func(ctx context.Context, n News) error
	// Every is how often it looks; a minute when 0.
	Every time.Duration
}

// News is what people are told. It names no person and no mailbox: what it says travels
// over other networks.
type News struct {
	// Event is mailbox.silent or mailbox.recovered.
	Event string `json:"event"`
	// Mailbox is the number of the mailbox in the ledger.
	Mailbox int64 `json:"mailbox"`
	// Fault says in one word what is wrong, where that is known.
	Fault      store.FaultCode `json:"fault,omitempty"`
	Failures   int             `json:"failures,omitempty"`
	LastGoodAt *time.Time      `json:"last_good_at,omitempty"`
	At         time.Time       `json:"at"`
	// URL is the page to look at, where there is one.
	URL string `json:"url,omitempty"`
}

// The events of News.
const (
	EventSilent    = "mailbox.silent"
	EventRecovered = "mailbox.recovered"
)

const (
	watchEvery = time.Minute
	// alarmAgain is how long after an alarm a mailbox that is still silent is told of anew.
	alarmAgain = 24 * time.Hour
	tellTries  = 3
	tellWithin = 15 * time.Second
)

// Run watches until ctx ends.
func (w *Watchman) Run(ctx context.Context) {
	every := w.Every
	if every == 0 {
		every = watchEvery
	}
	for {
		// First a pause: at a start every mailbox is as old as the stop was long.
		sleep(ctx, every)
		if ctx.Err() != nil {
			return
		}
		if err := w.Look(ctx); err != nil && ctx.Err() == nil {
			w.Log.Warn("mailboxes could not be looked over", "step", "alarm", "err", err)
		}
	}
}

// Look looks once and tells what changed.
func (w *Watchman) Look(ctx context.Context) error {
	alarms, err := w.Store.RaiseAlarms(ctx, w.SilentAfter, alarmAgain)
	if err != nil {
		return err
	}
	for _, a := range alarms {
		n := News{Event: EventSilent, Mailbox: a.Mailbox.ID, Fault: a.Mailbox.ErrorCode, Failures: a.Mailbox.Failures, LastGoodAt: a.Mailbox.LastGoodAt, At: time.Now().UTC()}
		if a.Over {
			n.Event, n.Fault, n.Failures = EventRecovered, "", 0
			w.Log.Info("mailbox is read again", "mailbox", a.Mailbox.Name)
		} else {
			w.Log.Error("mailbox is silent: somebody must act", "mailbox", a.Mailbox.Name, "fault", string(n.Fault), "failures", n.Failures)
		}
		told := len(w.Tell) == 0
		for _, tell := range w.Tell {
			if err := insist(ctx, func(ctx context.Context) error { return tell(ctx, n) }); err != nil {
				w.Log.Error("alarm could not be sent", "mailbox", a.Mailbox.Name, "err", err)
				continue
			}
			told = true
		}
		if told {
			continue
		}
		// Also when we are told to stop meanwhile: the next process tells it.
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellWithin)
		err := w.Store.AlarmUntold(last, a)
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}

// insist tries a few times.
func insist(ctx context.Context, do func(ctx context.Context) error) (err error) {
	for try := range tellTries {
		if try > 0 {
			sleep(ctx, time.Duration(try)*time.Second)
		}
		within, cancel := context.WithTimeout(ctx, tellWithin)
		err = do(within)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// Webhook tells by a POST of News as JSON; page is the address of the page to look at,
// empty for none.
func Webhook(address, page string) func(ctx context.Context, n News) error {
	// Nothing is followed: the news goes where the operator said and nowhere else.
	client := &http.Client{Timeout: tellWithin, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return func(ctx context.Context, n News) error {
		n.URL = page
		b, err := json.Marshal(n)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(b))
		if err != nil {
			return errors.New("webhook: its address is none") // the address may hold a secret
		}
		req.Header.Set("Content-Type", "application/json")
		answer, err := client.Do(req)
		if err != nil {
			return fmt.Errorf("webhook: %w", errors.Unwrap(err))
		}
		defer answer.Body.Close()
		_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // only the status counts
		if answer.StatusCode/100 != 2 {
			return fmt.Errorf("webhook: it answers %d", answer.StatusCode)
		}
		return nil
	}
}

// ByMail tells by a message that send sends to the operator.
func ByMail(send func(ctx context.Context, subject, text string) error, page string) func(ctx context.Context, n News) error {
	return func(ctx context.Context, n News) error {
		subject := fmt.Sprintf("dossier: mailbox %d is silent", n.Mailbox)
		text := "No complete round of this mailbox has been possible for a while: applications may be waiting unread.\n"
		if n.Event == EventRecovered {
			subject, text = fmt.Sprintf("dossier: mailbox %d is read again", n.Mailbox), "The mailbox is read again. Nothing was lost: what waited is fetched.\n"
		}
		if n.Fault != "" {
			text += fmt.Sprintf("\nWhat is wrong: %s, %d rounds in a row. docs/operating.md says what to do about each word.\n", n.Fault, n.Failures)
		}
		if n.LastGoodAt != nil {
			text += "Last good round: " + n.LastGoodAt.UTC().Format(time.RFC3339) + "\n"
		}
		if page != "" {
			text += "\n" + page + "\n"
		}
		return send(ctx, subject, text)
	}
}
