package review

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
)

var (
	secretShown = regexp.MustCompile(`codes__secret">([A-Z2-7 ]+)<`)
	codesShown  = regexp.MustCompile(`<li><code>([A-Z2-7-]{19})</code>`)
)

// enrol sets a second factor up and returns its secret and recovery codes.
func (e *entrance) enrol(v *visitor) (secret string, codes []string) {
	e.t.Helper()
	v.send("/settings/second", "/settings/second", "act", "begin").want(http.StatusSeeOther)
	page := v.get("/settings/second").want(http.StatusOK, "data:image/png;base64,")
	m := secretShown.FindStringSubmatch(page.Body)
	if m == nil {
		e.t.Fatalf("no secret on the page\n%s", page.Body)
	}
	secret = strings.ReplaceAll(m[1], " ", "")
	v.send("/settings/second", "/settings/second", "act", "confirm", "code", "000000").want(http.StatusUnprocessableEntity, "not the one")
	done := v.send("/settings/second", "/settings/second", "act", "confirm", "code", e.code(secret)).want(http.StatusOK, "Recovery codes")
	for _, m := range codesShown.FindAllStringSubmatch(done.Body, -1) {
		codes = append(codes, m[1])
	}
	if len(codes) != 10 {
		e.t.Fatalf("%d recovery codes", len(codes))
	}
	return secret, codes
}

// code is the code of a secret now.
func (e *entrance) code(secret string) string {
	e.t.Helper()
	code, err := account.TOTPCode(secret, e.now)
	if err != nil {
		e.t.Fatal(err)
	}
	return code
}

func TestACodeIsAskedForAfterThePassword(t *testing.T) {
	e := newEntrance(t, nil)
	u := e.addPassword(account.Reviewer)
	first, other := e.visitor(), e.visitor()
	for _, v := range []*visitor{first, other} {
		v.send("/signin", "/signin", "email", deskEmail, "password", deskPassword).want(http.StatusSeeOther, "/")
	}
	secret, codes := e.enrol(first)
	if !first.inside() || other.inside() {
		t.Error("the session that set the factor up stays, the others end")
	}
	if strings.Contains(first.get("/settings/second").Body, codes[0]) {
		t.Error("recovery codes are shown again")
	}
	f, _, err := e.store.SecondFactorOf(t.Context(), u.ID)
	if err != nil || strings.Contains(f.Secret, secret) {
		t.Errorf("the secret lies open in the database, or %v", err)
	}

	password := func() *visitor {
		v := e.visitor()
		v.send("/signin", "/signin", "email", deskEmail, "password", deskPassword, "next", "/unclear").want(http.StatusSeeOther, "/signin/code?next=%2Funclear")
		if v.inside() {
			t.Fatal("the password alone lets somebody in")
		}
		return v
	}
	v := password()
	v.send("/signin/code", "/signin/code", "code", e.code(secret)).want(http.StatusUnauthorized, "does not fit") // it confirmed the factor
	e.now = e.now.Add(30 * time.Second)
	v.send("/signin/code?next=/unclear", "/signin/code", "code", e.code(secret), "next", "/unclear").want(http.StatusSeeOther, "/unclear")
	if !v.inside() {
		t.Error("the right code lets nobody in")
	}
	// The same code again, by somebody who looked over a shoulder.
	password().send("/signin/code", "/signin/code", "code", e.code(secret)).want(http.StatusUnauthorized)
	// A recovery code, however typed, once.
	v = password()
	v.send("/signin/code", "/signin/code", "code", strings.ToLower(strings.ReplaceAll(codes[3], "-", ""))).want(http.StatusSeeOther)
	password().send("/signin/code", "/signin/code", "code", codes[3]).want(http.StatusUnauthorized)
	if n := e.acts("user.recovery_code_used"); n != 1 {
		t.Errorf("%d lines in the trail", n)
	}
	// The half-way stop lasts five minutes.
	v = password()
	e.now = e.now.Add(store.SecondLife)
	v.get("/signin/code").want(http.StatusSeeOther, "/signin")
	// New recovery codes, and the end of it, ask for a code.
	e.now = e.now.Add(time.Hour)
	v = password()
	v.send("/signin/code", "/signin/code", "code", e.code(secret)).want(http.StatusSeeOther)
	v.send("/settings/second", "/settings/second", "act", "remove", "code", e.code(secret)).want(http.StatusUnprocessableEntity)
	e.now = e.now.Add(30 * time.Second)
	renewed := v.send("/settings/second", "/settings/second", "act", "codes", "code", e.code(secret)).want(http.StatusOK)
	fresh := codesShown.FindAllStringSubmatch(renewed.Body, -1)
	v.send("/settings/second", "/settings/second", "act", "remove", "code", codes[5]).want(http.StatusUnprocessableEntity)
	v.send("/settings/second", "/settings/second", "act", "remove", "code", fresh[0][1]).want(http.StatusSeeOther)
	e.visitor().send("/signin", "/signin", "email", deskEmail, "password", deskPassword).want(http.StatusSeeOther)
	if strings.Contains(e.logged.String(), secret) || strings.Contains(e.logged.String(), codes[3]) {
		t.Error("the log holds a secret")
	}
}

func TestCodesAreNotGuessed(t *testing.T) {
	e := newEntrance(t, nil)
	e.addPassword(account.Reviewer)
	v := e.visitor()
	v.send("/signin", "/signin", "email", deskEmail, "password", deskPassword)
	secret, _ := e.enrol(v)
	e.now = e.now.Add(time.Minute)
	v = e.visitor()
	v.send("/signin", "/signin", "email", deskEmail, "password", deskPassword).want(http.StatusSeeOther)
	for range freeTries {
		v.send("/signin/code", "/signin/code", "code", "000000").want(http.StatusUnauthorized)
	}
	v.send("/signin/code", "/signin/code", "code", e.code(secret)).want(http.StatusTooManyRequests, "Too many")
	// Showing the password again does not forget what was guessed.
	v.send("/signin", "/signin", "email", deskEmail, "password", deskPassword).want(http.StatusSeeOther)
	v.send("/signin/code", "/signin/code", "code", e.code(secret)).want(http.StatusTooManyRequests)
	e.now = e.now.Add(2 * time.Second)
	v.send("/signin/code", "/signin/code", "code", e.code(secret)).want(http.StatusSeeOther)
}

func TestRolesThatNeedASecondFactorSeeNothingElseBefore(t *testing.T) {
	e := newEntrance(t, func(c *Config) { c.SignIn.RequireSecond = []account.Role{account.HR} })
	u := e.addPassword(account.HR)
	v := e.visitor()
	v.send("/signin", "/signin", "email", deskEmail, "password", deskPassword)
	for _, path := range []string{"/", "/vacancies", "/settings", "/documents/1/content"} {
		v.get(path).want(http.StatusSeeOther, "/settings/second")
	}
	v.send("/settings/second", "/vacancies/communication-calais/export").want(http.StatusSeeOther, "/settings/second")
	v.get("/settings/second").want(http.StatusOK, "Your role needs a second factor")
	e.enrol(v)
	v.get("/vacancies").want(http.StatusOK)
	if page := v.get("/settings/second"); strings.Contains(page.Body, `value="remove"`) {
		t.Error("a factor the role needs can be switched off")
	}
	// The operator takes it away, and the account is asked for a new one.
	if err := e.store.RemoveSecondFactor(t.Context(), u.ID, 0); err != nil {
		t.Fatal(err)
	}
	if v.inside() {
		t.Error("the session outlives the reset")
	}
	v.send("/signin", "/signin", "email", deskEmail, "password", deskPassword)
	v.get("/vacancies").want(http.StatusSeeOther, "/settings/second")
}
