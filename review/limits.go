package review

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"dossier/internal/store"
)

// How sign-in slows down: the first freeTries cost nothing, then the wait doubles from one
// second up to a bound. The bound is long for one address on one account, and short for
// an account as a whole, so that a stranger cannot lock anybody out. An address has more
// free tries than an account: a whole office may share one. The counters lie in the
// database: several processes share them, and a restart forgets nothing.
const (
	freeTries     = 5
	freeSource    = 20
	longestPair   = 15 * time.Minute
	longestSource = 5 * time.Minute
	longestName   = 30 * time.Second
)

// limitKey is what one counter is kept under: nobody reads addresses out of it.
func limitKey(kind, value string) string {
	sum := sha256.Sum256([]byte(kind + " " + value))
	return kind + ":" + hex.EncodeToString(sum[:])
}

// signInLimits are the counters one attempt touches: the account from this address, the
// account as a whole, and the address.
func signInLimits(email, ip string) (pair, name, source store.SignInLimit) {
	return store.SignInLimit{Key: limitKey("pair", email+" "+ip), Free: freeTries, Longest: longestPair},
		store.SignInLimit{Key: limitKey("name", email), Free: freeTries, Longest: longestName},
		store.SignInLimit{Key: limitKey("ip", ip), Free: freeSource, Longest: longestSource}
}

// attemptSignIn is how long an attempt has to wait. When it may go on, 0, it is counted as
// failed at once, so that many at the same time get no further than one after another;
// signInSucceeded or signInUndone takes it back.
func (r *request) attemptSignIn(email string) (time.Duration, error) {
	pair, name, source := signInLimits(email, r.RealIP())
	return r.app.Store.AttemptSignIn(r.Request().Context(), []store.SignInLimit{pair, name, source})
}

// signInUndone takes an attempt back that came to no answer.
func (r *request) signInUndone(email string) error {
	pair, name, source := signInLimits(email, r.RealIP())
	return r.app.Store.UndoSignIn(r.Request().Context(), []store.SignInLimit{pair, name, source})
}

// signInSucceeded forgets what stood against the account from this address.
func (r *request) signInSucceeded(email string) error {
	pair, name, source := signInLimits(email, r.RealIP())
	if err := r.app.Store.UndoSignIn(r.Request().Context(), []store.SignInLimit{source}); err != nil {
		return err
	}
	return r.app.Store.ForgetSignIn(r.Request().Context(), []store.SignInLimit{pair, name})
}
