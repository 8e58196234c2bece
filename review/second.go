package review

import (
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"dossier/internal/account"
	"dossier/internal/store"
)

// aboutSecond says what a sealed secret is: it opens for no other account.
func aboutSecond(userID int64) string {
	return "second_factor/" + strconv.FormatInt(userID, 10)
}

// The bounds of codes that are tried: long for an account from one address, shorter for
// the account as a whole, since whoever tries has the password already.
const (
	longestCodePair = 15 * time.Minute
	longestCodeName = 5 * time.Minute
)

func codeLimits(userID int64, ip string) (pair, name, source store.SignInLimit) {
	id := strconv.FormatInt(userID, 10)
	return store.SignInLimit{Key: limitKey("code pair", id+" "+ip), Free: freeTries, Longest: longestCodePair},
		store.SignInLimit{Key: limitKey("code", id), Free: freeTries, Longest: longestCodeName},
		store.SignInLimit{Key: limitKey("ip", ip), Free: freeSource, Longest: longestSource}
}

// takeCode holds a code of an account against its second factor: one of the application, or
// a recovery code. Each counts once. wait is how long to wait before the next try.
func (r *request) takeCode(userID int64, code string) (wait time.Duration, ok bool, err error) {
	ctx, st := r.Request().Context(), r.app.Store
	pair, name, source := codeLimits(userID, r.RealIP())
	limits := []store.SignInLimit{pair, name, source}
	if wait, err = st.AttemptSignIn(ctx, limits); err != nil || wait > 0 {
		return wait, false, err
	}
	if ok, err = r.codeFits(userID, code); err != nil {
		return 0, false, errors.Join(err, st.UndoSignIn(ctx, limits))
	}
	if !ok {
		return 0, false, nil
	}
	return 0, true, errors.Join(st.UndoSignIn(ctx, []store.SignInLimit{source}), st.ForgetSignIn(ctx, []store.SignInLimit{pair, name}))
}

func (r *request) codeFits(userID int64, code string) (bool, error) {
	ctx, st := r.Request().Context(), r.app.Store
	f, _, err := st.SecondFactorOf(ctx, userID)
	if err != nil {
		return false, err
	}
	if hash, like := account.HashRecoveryCode(code); like && f.ConfirmedAt != nil {
		err := st.UseRecoveryCode(ctx, userID, hash)
		if errors.Is(err, store.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	}
	secret, err := r.app.SignIn.Sealer.Open(f.Secret, aboutSecond(userID))
	if err != nil {
		return false, err
	}
	step, ok := account.CheckTOTP(secret, code, r.now, f.LastStep)
	if !ok {
		return false, nil
	}
	if err := st.UseCode(ctx, userID, step); errors.Is(err, store.ErrConflict) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return true, nil
}

// owesCode tells whether an account signs in with a code, too.
func (r *request) owesCode(userID int64) (bool, error) {
	f, _, err := r.app.Store.SecondFactorOf(r.Request().Context(), userID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return f.ConfirmedAt != nil, err
}

// mustEnrol tells whether the account has to set a second factor up before anything else.
func (r *request) mustEnrol() (bool, error) {
	if r.user == nil || r.method != store.MethodPassword || r.app.SignIn.Sealer == nil || !slices.Contains(r.app.SignIn.RequireSecond, r.user.Role) {
		return false, nil
	}
	has, err := r.owesCode(r.user.ID)
	return !has && err == nil, err
}

// beforeEnrolling are the pages of an account that has to set up a second factor.
var beforeEnrolling = []string{"/settings/second", "/signout", "/theme", "/signin"}

// codePage asks for the code after the password.
type codePage struct {
	page
	Next, Problem string
	Languages     []string
}

// showCode answers GET /signin/code.
func showCode(r *request) error {
	if _, _, err := r.app.Store.PassOf(r.Request().Context(), r.shownToken("second"), store.PassSecond); err != nil {
		return r.codeTooLate(err)
	}
	return r.render("session/code", codePage{page: r.newPage("", "code.title"), Next: localPath(r.QueryParam("next"), "/")})
}

// codeTooLate sends somebody whose password was shown too long ago back to the start.
func (r *request) codeTooLate(err error) error {
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	r.dropCookie("second")
	r.say(false, "flash.code_late", 0, "")
	return r.redirect("/signin")
}

// enterCode answers POST /signin/code.
func enterCode(r *request) error {
	ctx := r.Request().Context()
	shown := r.shownToken("second")
	_, u, err := r.app.Store.PassOf(ctx, shown, store.PassSecond)
	if err != nil {
		return r.codeTooLate(err)
	}
	p := codePage{page: r.newPage("", "code.title"), Next: localPath(r.FormValue("next"), "/")}
	wait, ok, err := r.takeCode(u.ID, r.text("code", 64))
	switch {
	case err != nil:
		return err
	case wait > 0:
		p.Problem = r.words.T("signin.wait", "wait", wait.Round(time.Second)+time.Second)
		return r.renderStatus(http.StatusTooManyRequests, "session/code", p)
	case !ok:
		p.Problem = r.words.T("code.wrong")
		return r.renderStatus(http.StatusUnauthorized, "session/code", p)
	}
	if err := r.app.Store.DropPass(ctx, shown); err != nil {
		return err
	}
	r.dropCookie("second")
	if err := r.startSession(store.MethodPassword, u); err != nil {
		return err
	}
	return r.redirect(p.Next)
}

// secondPage sets a second factor up, and looks after it.
type secondPage struct {
	page
	// Offered is false where no secret can be sealed.
	Offered bool
	// On tells that codes are asked for; CodesLeft are the recovery codes not used yet.
	On        bool
	CodesLeft int
	// Required tells that the account's role needs one.
	Required bool
	// Secret and Picture hand a new secret to the application, while it is not confirmed.
	Secret  string
	Picture template.URL
	// Codes are new recovery codes, shown this once.
	Codes   []string
	Problem string
}

func (r *request) newSecondPage() (secondPage, error) {
	p := secondPage{page: r.newPage("settings", "second.title"), Offered: r.app.SignIn.Sealer != nil,
		Required: slices.Contains(r.app.SignIn.RequireSecond, r.user.Role)}
	f, left, err := r.app.Store.SecondFactorOf(r.Request().Context(), r.user.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return p, nil
	case err != nil:
		return p, err
	case f.ConfirmedAt != nil:
		p.On, p.CodesLeft = true, left
		return p, nil
	case !p.Offered:
		return p, nil
	}
	if p.Secret, err = r.app.SignIn.Sealer.Open(f.Secret, aboutSecond(r.user.ID)); err != nil {
		return p, err
	}
	picture, err := account.TOTPPicture(p.Secret, r.user.Email)
	if err != nil {
		return p, err
	}
	// Base64 of a picture we drew: nothing in it can leave the attribute.
	p.Picture = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(picture))
	return p, nil
}

// SecretGroups is the secret in groups of four, to be typed.
func (p secondPage) SecretGroups() string {
	var out []byte
	for i := range len(p.Secret) {
		if i > 0 && i%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, p.Secret[i])
	}
	return string(out)
}

// showSecond answers GET /settings/second.
func showSecond(r *request) error {
	p, err := r.newSecondPage()
	if err != nil {
		return err
	}
	return r.render("settings/second", p)
}

// changeSecond answers POST /settings/second: act is begin, confirm, codes or remove.
func changeSecond(r *request) error {
	if r.app.SignIn.Sealer == nil {
		return errForbidden
	}
	switch r.FormValue("act") {
	case "begin":
		return r.beginSecond()
	case "confirm":
		return r.confirmSecond()
	case "codes", "remove":
		return r.keepSecond(r.FormValue("act"))
	}
	return errBadInput
}

func (r *request) beginSecond() error {
	sealed, err := r.app.SignIn.Sealer.Seal(account.NewTOTPSecret(), aboutSecond(r.user.ID))
	if err != nil {
		return err
	}
	if err := r.app.Store.OfferSecondFactor(r.Request().Context(), r.user.ID, sealed); err != nil && !errors.Is(err, store.ErrConflict) {
		return err
	}
	return r.redirect("/settings/second")
}

func (r *request) confirmSecond() error {
	ctx := r.Request().Context()
	f, _, err := r.app.Store.SecondFactorOf(ctx, r.user.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && f.ConfirmedAt != nil {
		return r.redirect("/settings/second")
	}
	if err != nil {
		return err
	}
	secret, err := r.app.SignIn.Sealer.Open(f.Secret, aboutSecond(r.user.ID))
	if err != nil {
		return err
	}
	step, ok := account.CheckTOTP(secret, r.text("code", 64), r.now, 0)
	if !ok {
		return r.secondProblem(http.StatusUnprocessableEntity, "second.wrong")
	}
	codes, hashes := freshCodes()
	if err := r.app.Store.ConfirmSecondFactor(ctx, r.user.ID, step, hashes, r.shownToken("session")); err != nil {
		return err
	}
	return r.showCodes(codes)
}

// keepSecond renews the recovery codes or takes the second factor away; both need a code.
func (r *request) keepSecond(act string) error {
	ctx := r.Request().Context()
	if on, err := r.owesCode(r.user.ID); err != nil || !on {
		return errors.Join(err, r.redirect("/settings/second"))
	}
	wait, ok, err := r.takeCode(r.user.ID, r.text("code", 64))
	switch {
	case err != nil:
		return err
	case wait > 0:
		return r.secondProblem(http.StatusTooManyRequests, "signin.wait", "wait", wait.Round(time.Second)+time.Second)
	case !ok:
		return r.secondProblem(http.StatusUnprocessableEntity, "code.wrong")
	case act == "remove":
		if err := r.app.Store.RemoveSecondFactor(ctx, r.user.ID, r.user.ID); err != nil {
			return err
		}
		r.say(true, "flash.second_removed", 0, "")
		return r.redirect("/settings/second")
	}
	codes, hashes := freshCodes()
	if err := r.app.Store.RenewRecoveryCodes(ctx, r.user.ID, hashes); err != nil {
		return err
	}
	return r.showCodes(codes)
}

func (r *request) secondProblem(status int, key string, args ...any) error {
	p, err := r.newSecondPage()
	if err != nil {
		return err
	}
	p.Problem = r.words.T(key, args...)
	return r.renderStatus(status, "settings/second", p)
}

// showCodes shows recovery codes this once.
func (r *request) showCodes(codes []string) error {
	p, err := r.newSecondPage()
	if err != nil {
		return err
	}
	p.Codes = codes
	return r.render("settings/second", p)
}

// freshCodes are new recovery codes with the hashes they are kept by.
func freshCodes() (codes, hashes []string) {
	codes = account.NewRecoveryCodes()
	for _, c := range codes {
		hash, _ := account.HashRecoveryCode(c) // ours is one
		hashes = append(hashes, hash)
	}
	return codes, hashes
}
