package intake

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/intake/mailbox"
	"dossier/internal/store"
)

// authority gives tokens and tells the mail server which are good. It can be told to be in
// trouble.
type authority struct {
	*httptest.Server
	mu      sync.Mutex
	given   int
	good    map[string]bool
	trouble func(w http.ResponseWriter)
}

func newAuthority(t *testing.T) *authority {
	a := &authority{good: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/token", func(w http.ResponseWriter, _ *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.trouble != nil {
			a.trouble(w)
			return
		}
		a.given++
		token := fmt.Sprintf("access-%d", a.given)
		a.good[token] = true
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, token)
	})
	mux.HandleFunc("/introspect", func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"active":%t,"username":"intake"}`, r.ParseForm() == nil && a.good[r.Form.Get("token")])
	})
	a.Server = httptest.NewServer(mux)
	t.Cleanup(a.Close)
	return a
}

func (a *authority) set(trouble func(w http.ResponseWriter)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.trouble = trouble
}

// tokenFaults are the endpoint's troubles with the alarm each leaves in the store, until a
// round goes well again with the same poller.
func tokenFaults(a *authority) []fault {
	var out []fault
	for _, tc := range []struct {
		name    string
		trouble func(w http.ResponseWriter)
		want    store.FaultCode
	}{
		{"the token endpoint answers 500", func(w http.ResponseWriter) { w.WriteHeader(500) }, store.FaultTokenServer},
		{"the token endpoint answers 429", func(w http.ResponseWriter) { w.Header().Set("Retry-After", "300"); w.WriteHeader(429) }, store.FaultTokenServer},
		{"the token endpoint refuses", func(w http.ResponseWriter) {
			w.WriteHeader(400)
			_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"secret words"}`))
		}, store.FaultTokenRefused},
		{"the token is not taken", func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"access_token":"worthless","expires_in":3600}`))
		}, store.FaultLogin},
	} {
		for _, auth := range []mailbox.AuthMethod{mailbox.AuthXOAuth2, mailbox.AuthOAuthBearer} {
			out = append(out, fault{17, tc.name + " (" + string(auth) + ")", func(t *testing.T, w *world) {
				w.deliver(w.mail.folder, 3, 1000)
				tokens, err := mailbox.NewTokens(mailbox.TokenConfig{Grant: mailbox.GrantClient, ClientID: "dossier", ClientSecret: mailbox.Fixed("s"), TokenURL: a.URL + "/token", Now: w.now.Now})
				w.must(err)
				p := w.poller(w.mail.folder, func(_ *PollerConfig, ic *mailbox.IMAPConfig) {
					ic.Auth, ic.Secret, ic.Renew = auth, tokens.Token, tokens.Renew
				})
				w.settle(p)
				w.deliver(w.mail.folder, 2, 1000)
				// The connection ends, and with it the token's time.
				w.must(p.cfg.Source.Close())
				w.now.move(2 * time.Hour)
				a.set(tc.trouble)
				w.failing(p, nil)
				box, err := w.store.MailboxByName(t.Context(), p.Name())
				w.must(err)
				if box.ErrorCode != tc.want || box.Failures != 1 || box.NextTryAt == nil || strings.Contains(box.LastError, "secret words") {
					t.Errorf("the mailbox tells %q, %d failures, next %v, %q; want %q", box.ErrorCode, box.Failures, box.NextTryAt, box.LastError, tc.want)
				}
				if tc.want == store.FaultTokenServer && strings.Contains(tc.name, "429") && p.pause < 299*time.Second {
					t.Errorf("the next round comes after %v, and the endpoint asked for 300 s", p.pause)
				}
				a.set(nil)
				w.now.move(20 * time.Minute)
				w.settle(p)
				box, err = w.store.MailboxByName(t.Context(), p.Name())
				w.must(err)
				if box.ErrorCode != "" || box.Failures != 0 {
					t.Errorf("after the trouble the mailbox tells %q", box.ErrorCode)
				}
				if got := states(w.accounted()); got["application"] != 5 || len(got) != 1 {
					t.Errorf("states: %v", got)
				}
			}})
		}
	}
	return out
}

// TestASilentMailboxIsToldOfOnce has a mailbox fall silent and recover: the webhook hears
// of both, once, without a name.
func TestASilentMailboxIsToldOfOnce(t *testing.T) {
	w := newWorld(t, memoryServer(t), "")
	w.deliver(w.mail.folder, 1, 100)
	p := w.poller(w.mail.folder, nil)
	w.settle(p)
	var mu sync.Mutex
	var heard []string
	refusals := 1
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if refusals--; refusals >= 0 {
			rw.WriteHeader(503)
			return
		}
		b := new(strings.Builder)
		_, _ = fmt.Fprintf(b, "%s ", r.Header.Get("Content-Type"))
		buf := make([]byte, 4096)
		n, _ := r.Body.Read(buf)
		b.Write(buf[:n])
		heard = append(heard, b.String())
	}))
	defer hook.Close()
	var mails []string
	watchman := Watchman{Store: w.store, Log: p.log(), SilentAfter: 15 * time.Minute, Tell: []func(context.Context, News) error{
		Webhook(hook.URL, "https://dossier.example/mailboxes"),
		ByMail(func(_ context.Context, subject, text string) error {
			mails = append(mails, subject+"\n"+text)
			return nil
		}, "https://dossier.example/mailboxes"),
	}}
	for range 2 {
		w.must(watchman.Look(t.Context()))
	}
	if len(heard) != 0 {
		t.Errorf("told of a mailbox that is read: %v", heard)
	}
	w.now.move(20 * time.Minute)
	for range 3 {
		w.must(watchman.Look(t.Context()))
	}
	w.settle(p)
	for range 2 {
		w.must(watchman.Look(t.Context()))
	}
	if len(heard) != 2 || !strings.Contains(heard[0], `application/json {"event":"mailbox.silent","mailbox":1`) || !strings.Contains(heard[1], `"event":"mailbox.recovered"`) ||
		!strings.Contains(heard[0], `"url":"https://dossier.example/mailboxes"`) || strings.Contains(heard[0], "INBOX") {
		t.Errorf("the webhook heard %q", heard)
	}
	if len(mails) != 2 || !strings.Contains(mails[0], "mailbox 1 is silent") || !strings.Contains(mails[1], "read again") {
		t.Errorf("mails: %q", mails)
	}
}

// TestAnAlarmNobodyHeardIsToldSoonAgain has every way fail, for the alarm and for its end.
func TestAnAlarmNobodyHeardIsToldSoonAgain(t *testing.T) {
	w := newWorld(t, memoryServer(t), "")
	w.deliver(w.mail.folder, 1, 100)
	p := w.poller(w.mail.folder, nil)
	w.settle(p)
	deaf := true
	var heard []string
	ctx, cancel := context.WithCancel(t.Context())
	way := func(_ context.Context, n News) error {
		if deaf {
			cancel() // one try is enough here
			return errors.New("nobody answers")
		}
		heard = append(heard, n.Event)
		return nil
	}
	watchman := Watchman{Store: w.store, Log: p.log(), SilentAfter: 15 * time.Minute, Tell: []func(context.Context, News) error{way, way}}
	look := func(hears bool) {
		t.Helper()
		deaf = !hears
		ctx, cancel = context.WithCancel(t.Context())
		defer cancel()
		w.must(watchman.Look(ctx))
	}
	w.now.move(20 * time.Minute)
	look(false)
	w.now.move(time.Minute)
	look(true)
	look(true)
	w.settle(p)
	look(false)
	look(true)
	look(true)
	if got := strings.Join(heard, " "); got != "mailbox.silent mailbox.silent mailbox.recovered mailbox.recovered" { // by two ways
		t.Errorf("heard %s", got)
	}
}
