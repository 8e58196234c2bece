package main

import (
	"context"
	"crypto/tls"
	"maps"
	"net/http"
	"os"
	"slices"
	"time"

	"dossier/internal/store"
)

// clock looks whether the machine's time is right: by itself, and beside the clocks of the
// servers it works with.
func (d *doctor) clock(ctx context.Context, st *store.Store) {
	for _, zone := range []string{"Europe/Paris", "Africa/Dakar"} {
		if _, err := time.LoadLocation(zone); err != nil {
			d.say("clock", healthProblem, "install tzdata: deadlines need it", "%v", err)
			return
		}
	}
	now := time.Now().UTC().Format(time.RFC3339)
	if synchronised, known := clockSynchronised(); known && !synchronised {
		d.say("clock", healthWarning, "start a time service, as chrony or systemd-timesyncd", "%s, and no time service keeps it right", now)
	} else {
		d.say("clock", healthOK, "", "%s", now)
	}
	if st != nil {
		if at, ok, err := st.ServerClock(ctx); err == nil && ok {
			d.apart("the database's", time.Since(at))
		}
		if ahead, err := st.DatedAhead(ctx); err == nil && ahead > 0 {
			d.apart("the mail server's", -ahead)
		}
	}
	if d.cfg.OIDC.Configured() {
		d.clockOfProvider(ctx)
	}
}

// How far apart clocks may be before the doctor warns, and calls a person.
const (
	apartSome = 5 * time.Second
	apartMuch = 2 * time.Minute
)

// apart tells how far our clock is from another's; positive when ours is ahead.
func (d *doctor) apart(whose string, ours time.Duration) {
	const do = "start a time service on both machines: deadlines are compared by these clocks"
	by := ours.Abs().Round(time.Second)
	which := "ahead of"
	if ours < 0 {
		which = "behind"
	}
	switch {
	case by >= apartMuch:
		d.say("clock", healthProblem, do, "ours is %s %s %s", by, which, whose)
	case by >= apartSome:
		d.say("clock", healthWarning, do, "ours is %s %s %s", by, which, whose)
	default:
		d.say("clock", healthOK, "", "the same as %s", whose)
	}
}

// clockOfProvider compares with the Date the sign-in provider stamps its answers with: it
// decides when tokens end.
func (d *doctor) clockOfProvider(ctx context.Context) {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, d.cfg.OIDC.Issuer, nil)
	if err != nil {
		return
	}
	client := http.Client{Timeout: helperWithin}
	resp, err := client.Do(req)
	if err != nil {
		return // that it does not answer is told with the provider
	}
	_ = resp.Body.Close() // nothing was asked for
	if at, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		d.apart("the sign-in provider's", time.Since(at).Truncate(time.Second))
	}
}

// lowSpace is the free room, in bytes, below which the doctor warns.
const lowSpace = 2_000_000_000

// space looks at the room on every disk that is written to.
func (d *doctor) space() {
	i := &instance{cfg: d.cfg, log: d.e.logger(d.cfg.Log)}
	room := i.newRoom()
	for _, name := range slices.Sorted(maps.Keys(room.Disks)) {
		folder := room.Disks[name]
		if _, err := os.Stat(folder); err != nil {
			folder = "."
		}
		disk, err := room.Look(folder)
		what := "disk"
		if name != "data" {
			what = "disk of " + name
		}
		switch {
		case err != nil:
			d.say(what, healthWarning, "", "%v", err)
		case disk.Free < disk.Floor:
			d.say(what, healthProblem, "make room: no mail is taken in until there is", "%d MB free, less than the %d that are left alone", disk.Free/1_000_000, disk.Floor/1_000_000)
		case disk.Free < min(lowSpace, disk.Total/10):
			d.say(what, healthWarning, "make room soon", "%d MB free", disk.Free/1_000_000)
		default:
			d.say(what, healthOK, "", "%d MB free", disk.Free/1_000_000)
		}
	}
}

// certSoon is how long before its end a certificate is warned about.
const certSoon = 21 * 24 * time.Hour

// signing looks at how people sign in: provider, certificate, what protects accounts.
func (d *doctor) signing(ctx context.Context, st *store.Store) {
	if p, err := providerOf(d.cfg); err != nil {
		d.say("sign-in provider", healthProblem, "correct oidc.ca_file", "%v", err)
	} else if p != nil {
		if _, err := d.cfg.OIDC.Secret(); err != nil {
			d.say("sign-in provider", healthProblem, "give oidc.client_secret_file a file that exists and holds the secret", "%v", err)
		} else if err := p.Check(ctx); err != nil {
			d.say("sign-in provider", healthProblem, "correct oidc.issuer, or start the provider; passwords work meanwhile", "%v", err)
		} else {
			d.say("sign-in provider", healthOK, "", "%s answers", p.Name())
		}
	}
	if d.cfg.TLS.Configured() {
		d.certificate()
	}
	if st == nil {
		return
	}
	users, err := st.Users(ctx)
	if err != nil {
		d.say("accounts", healthProblem, "", "%v", err)
		return
	}
	with, err := st.SecondFactors(ctx)
	if err != nil {
		d.say("accounts", healthProblem, "", "%v", err)
		return
	}
	active, second := 0, 0
	for _, u := range users {
		if !u.Disabled {
			active++
			if with[u.ID] {
				second++
			}
		}
	}
	if active == 0 {
		d.say("accounts", healthWarning, "run dossier serve and open the link it shows, or dossier user add --role admin", "nobody can sign in")
		return
	}
	d.say("accounts", healthOK, "", "%d active, %d with a second factor", active, second)
}

func (d *doctor) certificate() {
	cert, key := d.cfg.TLS.Paths()
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		d.say("certificate", healthProblem, "correct tls.cert_file and tls.key_file", "%v", err)
		return
	}
	ends := pair.Leaf.NotAfter
	text := ends.UTC().Format(time.DateOnly)
	switch left := time.Until(ends); {
	case left <= 0:
		d.say("certificate", healthProblem, "renew it: browsers refuse it", "ended on %s", text)
	case left < certSoon:
		d.say("certificate", healthWarning, "renew it: it is read again without a restart", "ends on %s", text)
	default:
		d.say("certificate", healthOK, "", "until %s", text)
	}
}

// oldBackup is the age at which a backup is warned about.
const oldBackup = 7 * 24 * time.Hour

// backup looks at the last backup.
func (d *doctor) backup(ctx context.Context, st *store.Store) {
	const what, do = "backup", "run dossier backup DIR every night"
	b, ok, err := st.LastBackup(ctx)
	switch {
	case err != nil:
		d.say(what, healthProblem, "", "%v", err)
	case !ok:
		d.say(what, healthWarning, do, "none was ever made")
	case b.Missing > 0:
		d.say(what, healthProblem, "run dossier doctor --all, and restore the files from an older backup", "the one of %s lacks %d files", b.FinishedAt.UTC().Format(time.RFC3339), b.Missing)
	case time.Since(b.FinishedAt) > oldBackup:
		d.say(what, healthWarning, do, "the last is of %s", b.FinishedAt.UTC().Format(time.RFC3339))
	default:
		d.say(what, healthOK, "", "the last is of %s, with %d files", b.FinishedAt.UTC().Format(time.RFC3339), b.Files)
	}
}
