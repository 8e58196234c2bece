package review

import (
	"strings"
	"sync"
	"time"
)

// How sign-in slows down: the first freeTries cost nothing, then the wait doubles from one
// second up to a bound. The bound is long for one address on one account, and short for
// an account as a whole, so that a stranger cannot lock anybody out. An address has more
// free tries than an account: a whole office may share one.
const (
	freeTries     = 5
	freeSource    = 20
	longestPair   = 15 * time.Minute
	longestSource = 5 * time.Minute
	longestName   = 30 * time.Second
	forgetAfter   = time.Hour
	maxTracked    = 20_000
)

// signInLimits counts failed sign-ins by account and by address. It lives in memory: a
// restart forgets, which costs a guesser more than it gives.
type signInLimits struct {
	now   func() time.Time
	mu    sync.Mutex
	fails map[string]*failures
}

type failures struct {
	n     int
	last  time.Time
	until time.Time
}

func newSignInLimits(now func() time.Time) *signInLimits {
	return &signInLimits{now: now, fails: map[string]*failures{}}
}

// limitKeys are the counters one attempt touches, each with its longest wait.
func limitKeys(email, ip string) map[string]time.Duration {
	return map[string]time.Duration{"pair " + email + " " + ip: longestPair, "ip " + ip: longestSource, "name " + email: longestName}
}

// attempt is how long an attempt has to wait. When it may go on, 0, it is counted as failed
// at once, so that many at the same time get no further than one after another; succeeded
// or undone takes it back.
func (l *signInLimits) attempt(email, ip string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if wait := l.wait(email, ip, now); wait > 0 {
		return wait
	}
	l.count(email, ip, now)
	return 0
}

// wait is the longest wait that stands against an attempt.
func (l *signInLimits) wait(email, ip string, now time.Time) time.Duration {
	var longest time.Duration
	for key := range limitKeys(email, ip) {
		if f := l.fails[key]; f != nil {
			longest = max(longest, f.until.Sub(now))
		}
	}
	return longest
}

// free is how many failures a counter lets pass.
func free(key string) int {
	if strings.HasPrefix(key, "ip ") {
		return freeSource
	}
	return freeTries
}

func (l *signInLimits) count(email, ip string, now time.Time) {
	if len(l.fails) >= maxTracked {
		l.forget(now)
	}
	for key, longest := range limitKeys(email, ip) {
		f := l.fails[key]
		if f == nil || now.Sub(f.last) > forgetAfter {
			f = &failures{}
			l.fails[key] = f
		}
		f.n++
		f.last = now
		if over := f.n - free(key); over >= 0 {
			f.until = now.Add(min(longest, time.Second<<min(over, 20)))
		}
	}
}

// undone takes an attempt back that came to no answer.
func (l *signInLimits) undone(email, ip string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key := range limitKeys(email, ip) {
		l.takeBack(key)
	}
}

func (l *signInLimits) takeBack(key string) {
	if f := l.fails[key]; f != nil && f.n > 0 {
		if f.n--; f.n < free(key) {
			f.until = time.Time{}
		}
	}
}

// succeeded forgets what stood against the account from this address.
func (l *signInLimits) succeeded(email, ip string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.takeBack("ip " + ip)
	delete(l.fails, "pair "+email+" "+ip)
	delete(l.fails, "name "+email)
}

// forget drops what is old, or everything when nothing is: a flood of made-up names must
// not fill the memory.
func (l *signInLimits) forget(now time.Time) {
	for key, f := range l.fails {
		if now.Sub(f.last) > forgetAfter {
			delete(l.fails, key)
		}
	}
	if len(l.fails) >= maxTracked {
		clear(l.fails)
	}
}
