package main

import (
	"context"
	"time"

	"dossier/internal/outbox"
	"dossier/internal/store"
)

// mailAdvice is what to do about a mail server, by what stood in the way.
var mailAdvice = map[string]string{
	outbox.WhyConnect: "check smtp.host and smtp.port, and that the server runs",
	outbox.WhyTLS:     "check smtp.tls and smtp.ca_file",
	outbox.WhyAuth:    "correct smtp.user and its password",
}

// probeMailFor bounds the look at the mail server.
const probeMailFor = 30 * time.Second

// sending looks at the mail server, without sending anything, and at what waits for a person
// in the outbox. st may be nil.
func (d *doctor) sending(ctx context.Context, st *store.Store) {
	const what = "mail to applicants"
	i := &instance{cfg: d.cfg, store: st, log: d.e.logger(d.cfg.Log)}
	mail := i.mail()
	switch {
	case !mail.Configured():
		d.say(what, healthOK, "", "none is sent: smtp names no server")
	case mail.Token != nil && (st == nil || i.openSecrets(ctx) != nil):
		d.say(what, healthWarning, "see to the database and the secrets first", "its token cannot be read")
	default:
		probing, cancel := context.WithTimeout(ctx, probeMailFor)
		why, err := mail.Probe(probing)
		cancel()
		if err != nil {
			d.say(what, healthProblem, mailAdvice[why], "%s failed: %v", why, err)
		} else {
			d.say(what, healthOK, "", "the server takes us in")
		}
	}
	if st == nil {
		return
	}
	counts, waiting, err := st.OutgoingCounts(ctx, nil, 0)
	switch {
	case err != nil:
		d.say("outbox", healthProblem, "", "%v", err)
	case waiting > 0:
		d.say("outbox", healthWarning, "look at the page Mail", "%d messages wait for a person", waiting)
	case counts[store.OutgoingQueued] > 0 && !mail.Configured():
		d.say("outbox", healthWarning, "name a server under smtp", "%d messages wait for a server", counts[store.OutgoingQueued])
	}
}
