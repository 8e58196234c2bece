package review

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/internal/store"
	"dossier/screening/text"
)

// privacyPage is where people's requests about their data are kept.
type privacyPage struct {
	page
	Tabs  []privacyTab
	Kinds []store.PrivacyRequestKind
	Open  []privacyRequestRow
	Done  []privacyRequestRow
	Holds []store.HoldRow
	Today string
	Zone  string
}

type privacyTab struct {
	Path, Label string
	Current     bool
}

type privacyRequestRow struct {
	store.PrivacyRequestRow
	// Path leads to the person; empty when nobody has said who it is, or once erased.
	Path string
	// Days are those left until it is due; negative when it is late.
	Days int
	// Received and Due are the days in words.
	Received, Due string
}

// privacyTabs are the pages of the section.
func (r *request) privacyTabs(current string) []privacyTab {
	var out []privacyTab
	for _, t := range []struct{ name, path string }{{"requests", "/privacy"}, {"retention", "/privacy/retention"}, {"log", "/privacy/log"}, {"records", "/privacy/records"}} {
		out = append(out, privacyTab{Path: t.path, Label: r.words.T("privacy.tab." + t.name), Current: t.path == current})
	}
	return out
}

// showPrivacy answers GET /privacy.
func showPrivacy(r *request) error {
	ctx := r.Request().Context()
	rows, err := r.app.Store.PrivacyRequests(ctx)
	if err != nil {
		return err
	}
	p := privacyPage{page: r.newPage("privacy", "privacy.title"), Tabs: r.privacyTabs("/privacy"), Kinds: store.PrivacyRequestKinds,
		Today: r.now.Format(time.DateOnly), Zone: r.app.Zone}
	if p.Holds, err = r.app.Store.Holds(ctx); err != nil {
		return err
	}
	p.Holds = slices.DeleteFunc(p.Holds, func(h store.HoldRow) bool { return !r.mayHandle(h.VacancyID) })
	for _, q := range rows {
		row := privacyRequestRow{PrivacyRequestRow: q}
		if q.ApplicantID != 0 && q.Name != "" {
			row.Path = rightsPath(q.ApplicantID)
			if r.handles(q.ApplicantID) != nil {
				row.Path, row.Name = "", ""
			}
		}
		if err := row.when(r, p.Today); err != nil {
			return err
		}
		if q.State == store.RequestOpen {
			p.Open = append(p.Open, row)
		} else {
			p.Done = append(p.Done, row)
		}
	}
	return r.render("privacy/requests", p)
}

// when puts the days of a request into words.
func (q *privacyRequestRow) when(r *request, today string) error {
	var days [3]time.Time
	for i, d := range []string{q.ReceivedOn, q.DueOn, today} {
		var err error
		if days[i], err = time.Parse(time.DateOnly, d); err != nil {
			return fmt.Errorf("request %d: %w", q.ID, err)
		}
	}
	q.Received, q.Due = r.words.ShortYear(days[0], "UTC"), r.words.ShortYear(days[1], "UTC")
	q.Days = int(days[1].Sub(days[2]).Hours() / 24)
	return nil
}

func rightsPath(id int64) string { return "/privacy/people/" + decimal(id) }

// openPrivacyRequest answers POST /privacy/requests.
func openPrivacyRequest(r *request) error {
	q := store.PrivacyRequest{Kind: store.PrivacyRequestKind(r.FormValue("kind")), ReceivedOn: r.text("received", 10), Note: r.text("note", maxRightsText), AuthorID: r.user.ID}
	if who := r.text("who", 200); who != "" {
		a, err := r.app.Store.FindApplicant(r.Request().Context(), who)
		if err != nil {
			return r.refusePerson(err)
		}
		if err := r.handles(a.ID); err != nil {
			return err
		}
		q.ApplicantID = a.ID
	}
	if _, err := r.app.Store.OpenPrivacyRequest(r.Request().Context(), q); err != nil {
		if errors.Is(err, store.ErrInvalid) {
			return fmt.Errorf("%w: %w", errBadInput, err)
		}
		return err
	}
	r.say(true, "flash.request_opened", 0, "")
	return r.redirect("/privacy")
}

// maxRightsText bounds a text typed on these pages.
const maxRightsText = 4000

// refusePerson says that nobody, or more than one person, goes by what was typed.
func (r *request) refusePerson(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		r.say(false, "flash.person_unknown", 0, "")
	case errors.Is(err, store.ErrConflict):
		r.say(false, "flash.person_ambiguous", 0, "")
	default:
		return err
	}
	return r.redirect("/privacy")
}

// closePrivacyRequest answers POST /privacy/requests/:id.
func closePrivacyRequest(r *request) error {
	id, err := r.intParam("id")
	if err != nil {
		return err
	}
	state := store.PrivacyRequestState(r.FormValue("state"))
	err = r.app.Store.ClosePrivacyRequest(r.Request().Context(), id, r.user.ID, state, r.text("outcome", maxRightsText))
	if errors.Is(err, store.ErrInvalid) {
		r.say(false, "flash.request_reason", 0, "")
		return r.redirect("/privacy")
	}
	if err != nil {
		return err
	}
	r.say(true, "flash.request_closed", 0, "")
	return r.redirect("/privacy")
}

// findPerson answers GET /privacy/people.
func findPerson(r *request) error {
	a, err := r.app.Store.FindApplicant(r.Request().Context(), r.QueryParam("who"))
	if err != nil {
		return r.refusePerson(err)
	}
	return r.redirect(rightsPath(a.ID))
}

// mayHandle tells whether the account's grants let it handle a vacancy's applicants.
func (r *request) mayHandle(vacancyID int64) bool { return r.within().Holds(vacancyID) }

// handles refuses people who have applied for a vacancy the account may not see: erasing,
// or a copy, would reach into it.
func (r *request) handles(applicantID int64) error {
	if r.within() == nil {
		return nil
	}
	p, err := r.app.Store.PlanErasure(r.Request().Context(), applicantID)
	if err != nil {
		return err
	}
	for _, a := range p.Applications {
		if !r.mayHandle(a.VacancyID) {
			return errForbidden
		}
	}
	if len(p.Applications) == 0 {
		return errForbidden
	}
	return nil
}

// rightsPage is one person with what can be done about their data.
type rightsPage struct {
	page
	Tabs        []privacyTab
	Plan        store.ErasePlan
	Consents    []consentRow
	Corrections []correctionRow
	Fields      []string
	Holds       []store.HoldRow
	Zone, Today string
	// Until is the last day a consent given today may hold.
	Until string
	// InMailbox offers to delete the mail on its server.
	InMailbox bool
}

type consentRow struct {
	store.PoolConsent
	InForce bool
}

type correctionRow struct {
	store.Correction
	By string
}

// person reads the person of the address.
func (r *request) person() (int64, error) {
	id, err := r.intParam("id")
	if err != nil {
		return 0, err
	}
	return id, r.handles(id)
}

// showRights answers GET /privacy/people/:id.
func showRights(r *request) error {
	ctx := r.Request().Context()
	id, err := r.person()
	if err != nil {
		return err
	}
	p := rightsPage{page: r.newPage("privacy", "privacy.person"), Tabs: r.privacyTabs(""), Fields: store.CorrectionFields, Zone: r.app.Zone,
		Today: r.now.Format(time.DateOnly), Until: r.now.AddDate(0, store.MaxPoolMonths, 0).Format(time.DateOnly), InMailbox: r.app.Eraser != nil && r.app.Eraser.Mail != nil}
	if r.app.Eraser != nil {
		p.Plan, err = r.app.Eraser.Plan(ctx, id)
	} else {
		p.Plan, err = r.app.Store.PlanErasure(ctx, id)
	}
	if err != nil {
		return err
	}
	if p.Plan.Name != "" {
		p.Title = p.Plan.Name
	}
	consents, err := r.app.Store.Consents(ctx, id)
	if err != nil {
		return err
	}
	for _, c := range consents {
		p.Consents = append(p.Consents, consentRow{c, c.WithdrawnAt == nil && c.ExpiresOn >= p.Today})
	}
	corrections, err := r.app.Store.Corrections(ctx, id)
	if err != nil {
		return err
	}
	names, err := r.teamNames()
	if err != nil {
		return err
	}
	for _, c := range corrections {
		p.Corrections = append(p.Corrections, correctionRow{c, names[c.AuthorID]})
	}
	holds, err := r.app.Store.Holds(ctx)
	if err != nil {
		return err
	}
	for _, h := range holds {
		for _, a := range p.Plan.Applications {
			if h.VacancyID == a.VacancyID && (h.ApplicationID == 0 || h.ApplicationID == a.ID) && !slices.ContainsFunc(p.Holds, func(o store.HoldRow) bool { return o.ID == h.ID }) {
				p.Holds = append(p.Holds, h)
			}
		}
	}
	return r.render("privacy/person", p)
}

// correctionsOf returns the rectifications in force that concern an application.
func (r *request) correctionsOf(v store.ApplicationView) ([]correctionRow, error) {
	list, err := r.app.Store.Corrections(r.Request().Context(), v.ApplicantID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	names, err := r.teamNames()
	var out []correctionRow
	for _, c := range list {
		if c.WithdrawnAt == nil && (c.ApplicationID == 0 || c.ApplicationID == v.ID) {
			out = append(out, correctionRow{c, names[c.AuthorID]})
		}
	}
	return out, err
}

// teamNames returns the names of all accounts.
func (r *request) teamNames() (map[int64]string, error) {
	users, err := r.app.Store.Users(r.Request().Context())
	out := map[int64]string{}
	for _, u := range users {
		out[u.ID] = u.Name
	}
	return out, err
}

// erasePerson answers POST /privacy/people/:id/erase. The name, or an address, must be
// typed as it stands: no second thought comes after.
func erasePerson(r *request) error {
	ctx := r.Request().Context()
	id, err := r.person()
	if err != nil {
		return err
	}
	if r.app.Eraser == nil {
		return store.ErrNotFound
	}
	p, err := r.app.Store.PlanErasure(ctx, id)
	if err != nil {
		return err
	}
	if typed := r.text("confirm", 400); !confirms(p, typed) {
		r.say(false, "flash.erase_unsure", 0, "")
		return r.redirect(rightsPath(id))
	}
	done, err := r.app.Eraser.Erase(ctx, store.EraseOrder{ApplicantID: id, Cause: store.CauseErased, ActorID: r.user.ID, InMailbox: r.FormValue("mailbox") == "1"}, false)
	switch {
	case errors.Is(err, store.ErrHeld):
		r.say(false, "flash.erase_held", 0, "")
		return r.redirect(rightsPath(id))
	case errors.Is(err, store.ErrConflict):
		r.say(false, "flash.erase_busy", 0, "")
		return r.redirect(rightsPath(id))
	case err != nil:
		return err
	}
	r.say(true, "flash.erased", done.Messages, "")
	return r.redirect("/privacy/log")
}

// confirms tells whether what was typed names the person.
func confirms(p store.ErasePlan, typed string) bool {
	if typed == "" {
		return false
	}
	fold := func(s string) string { return strings.Join(strings.Fields(text.String(s)), " ") }
	if p.Name != "" && fold(typed) == fold(p.Name) {
		return true
	}
	return slices.Contains(p.Emails, strings.ToLower(typed)) || p.Name == "" && typed == strconv.FormatInt(p.ApplicantID, 10)
}

// copyPerson answers POST /privacy/people/:id/copy: the archive of everything kept.
func copyPerson(r *request) error {
	id, err := r.person()
	if err != nil {
		return err
	}
	h := r.Response().Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="`+r.words.T("privacy.copy.file")+"-"+decimal(id)+`.zip"`)
	h.Set("X-Content-Type-Options", "nosniff")
	// A server's usual limit on writing is meant for pages. Not every server has one to lift.
	if err := http.NewResponseController(r.Response()).SetWriteDeadline(time.Now().Add(exportTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("copy: %w", err)
	}
	c := SubjectCopy{Store: r.app.Store, Blobs: r.app.Blobs, Words: r.words, Zone: r.app.Zone, Now: r.now}
	if err := c.Write(r.Request().Context(), r.Response(), id, r.user.ID); err != nil {
		return r.tornExport(err)
	}
	return nil
}

// correctPerson answers POST /privacy/people/:id/corrections.
func correctPerson(r *request) error {
	id, err := r.person()
	if err != nil {
		return err
	}
	application, err := strconv.ParseInt(r.FormValue("application"), 10, 64)
	if err != nil && r.FormValue("application") != "" {
		return fmt.Errorf("application: %w", errBadInput)
	}
	_, err = r.app.Store.Correct(r.Request().Context(), store.Correction{ApplicantID: id, ApplicationID: application, Field: r.FormValue("field"),
		Criterion: r.text("criterion", 100), Original: r.text("original", maxRightsText), Value: r.text("value", maxRightsText), Reason: r.text("reason", maxRightsText), AuthorID: r.user.ID})
	return r.told(err, "flash.corrected", "flash.correction_incomplete", rightsPath(id))
}

// told says how an act ended and goes back to a page.
func (r *request) told(err error, good, bad, path string) error {
	switch {
	case errors.Is(err, store.ErrInvalid):
		r.say(false, bad, 0, "")
	case err != nil:
		return err
	default:
		r.say(true, good, 0, "")
	}
	return r.redirect(path)
}

// withdrawCorrection answers POST /privacy/people/:id/corrections/:correction.
func withdrawCorrection(r *request) error {
	id, err := r.person()
	if err != nil {
		return err
	}
	correction, err := r.intParam("correction")
	if err != nil {
		return err
	}
	list, err := r.app.Store.Corrections(r.Request().Context(), id)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(c store.Correction) bool { return c.ID == correction }) {
		return store.ErrNotFound
	}
	err = r.app.Store.WithdrawCorrection(r.Request().Context(), correction, r.user.ID)
	return r.told(err, "flash.correction_withdrawn", "flash.correction_incomplete", rightsPath(id))
}

// consentOfPerson answers POST /privacy/people/:id/consents.
func consentOfPerson(r *request) error {
	id, err := r.person()
	if err != nil {
		return err
	}
	_, err = r.app.Store.RecordConsent(r.Request().Context(), store.PoolConsent{ApplicantID: id, GivenOn: r.text("given", 10), ExpiresOn: r.text("until", 10),
		Source: r.text("source", maxRightsText), AuthorID: r.user.ID})
	return r.told(err, "flash.consent_recorded", "flash.consent_incomplete", rightsPath(id))
}

// withdrawConsent answers POST /privacy/people/:id/consents/:consent.
func withdrawConsent(r *request) error {
	id, err := r.person()
	if err != nil {
		return err
	}
	consent, err := r.intParam("consent")
	if err != nil {
		return err
	}
	list, err := r.app.Store.Consents(r.Request().Context(), id)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(c store.PoolConsent) bool { return c.ID == consent }) {
		return store.ErrNotFound
	}
	err = r.app.Store.WithdrawConsent(r.Request().Context(), consent, r.user.ID)
	return r.told(err, "flash.consent_withdrawn", "flash.consent_incomplete", rightsPath(id))
}

// placeHold answers POST /privacy/holds.
func placeHold(r *request) error {
	ctx := r.Request().Context()
	application, _ := strconv.ParseInt(r.FormValue("application"), 10, 64)
	vacancy, _ := strconv.ParseInt(r.FormValue("vacancy"), 10, 64)
	if application != 0 {
		app, err := r.app.Store.ApplicationByID(ctx, application)
		if err != nil {
			return err
		}
		vacancy = app.VacancyID
	}
	if !r.mayHandle(vacancy) {
		return errForbidden
	}
	_, err := r.app.Store.PlaceHold(ctx, vacancy, application, r.user.ID, r.text("reason", maxRightsText))
	return r.told(err, "flash.hold_placed", "flash.hold_reason", r.back("/privacy"))
}

// liftHold answers POST /privacy/holds/:id/lift.
func liftHold(r *request) error {
	ctx := r.Request().Context()
	id, err := r.intParam("id")
	if err != nil {
		return err
	}
	holds, err := r.app.Store.Holds(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(holds, func(h store.HoldRow) bool { return h.ID == id })
	if at < 0 {
		return store.ErrNotFound
	}
	if !r.mayHandle(holds[at].VacancyID) {
		return errForbidden
	}
	return r.told(r.app.Store.LiftHold(ctx, id, r.user.ID), "flash.hold_lifted", "flash.hold_reason", r.back("/privacy"))
}
