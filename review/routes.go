package review

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"dossier/internal/account"
)

// route is one line of the table: who may do what where.
type route struct {
	method, path string
	handle       handler
	// needs is what the account must allow. anyone is open without signing in, signedIn to
	// every account.
	needs account.Permission
}

const (
	anyone   account.Permission = "anyone"
	signedIn account.Permission = "signed in"
)

// routes is the table of contents. Nothing is routed elsewhere but the assets.
func routes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/healthz", health, anyone},
		{get, "/readyz", readiness, anyone},
		{get, "/signin", showSignIn, anyone},
		{post, "/signin", signIn, anyone},
		{get, "/signin/code", showCode, anyone},
		{post, "/signin/code", enterCode, anyone},
		{get, "/signin/provider", goToProvider, anyone},
		{get, providerCallback, backFromProvider, anyone},
		{get, "/enter/:token", showEnter, anyone},
		{post, "/enter/:token", enter, anyone},
		{post, "/signout", signOut, signedIn},
		{post, "/theme", setTheme, anyone},

		{get, "/", home, signedIn},
		{get, "/settings", showSettings, signedIn},
		{post, "/settings", saveSettings, signedIn},
		{post, "/settings/signout", signOutElsewhere, signedIn},
		{post, "/settings/sessions", endSession, signedIn},
		{post, "/settings/password", changePassword, signedIn},
		{get, "/settings/second", showSecond, signedIn},
		{post, "/settings/second", changeSecond, signedIn},

		{get, "/vacancies", showVacancies, account.ViewApplications},
		{get, "/vacancies/:slug", showShortlist, account.ViewApplications},
		{post, "/vacancies/:slug/stage", moveMany, account.Decide},
		{post, "/vacancies/:slug/reviewer", assignMany, account.Judge},
		{post, "/vacancies/:slug/undo", undoMany, account.Judge},
		{post, "/vacancies/:slug/views", saveView, account.ViewApplications},
		{post, "/vacancies/:slug/views/:view", changeView, account.ViewApplications},
		{post, "/vacancies/:slug/columns", chooseColumns, account.ViewApplications},
		{post, "/vacancies/:slug/export", exportShortlist, account.Judge},
		{get, "/search", showSearch, account.ViewApplications},
		{post, "/search/export", exportSearch, account.Judge},
		{post, "/settings/density", setDensity, signedIn},
		{get, "/vacancies/:slug/checklist", showChecklist, account.ViewApplications},
		{get, "/checklists", showChecklists, account.ViewApplications},
		{get, "/vacancies/new", showNewVacancy, account.EditVacancies},
		{post, "/vacancies/new", createVacancy, account.EditVacancies},
		{get, "/vacancies/:slug/edit", showEditor, account.EditVacancies},
		{post, "/vacancies/:slug/edit", beginEditing, account.EditVacancies},
		{post, "/vacancies/:slug/draft/head", saveHead, account.EditVacancies},
		{post, "/vacancies/:slug/draft/line", saveLine, account.EditVacancies},
		{post, "/vacancies/:slug/draft/act", actOnLine, account.EditVacancies},
		{post, "/vacancies/:slug/draft/add", addLine, account.EditVacancies},
		{post, "/vacancies/:slug/draft/sentence", passSentence, account.EditVacancies},
		{post, "/vacancies/:slug/draft/legal", groundLine, account.AllowSensitive},
		{post, "/vacancies/:slug/draft/undo", undoDraft, account.EditVacancies},
		{post, "/vacancies/:slug/draft/discard", discardDraft, account.EditVacancies},
		{post, "/vacancies/:slug/draft/notice", replaceNotice, account.EditVacancies},
		{post, "/vacancies/:slug/draft/template", useTemplate, account.EditVacancies},
		{post, "/vacancies/:slug/draft/import", importDraft, account.EditVacancies},
		{get, "/vacancies/:slug/draft.yaml", exportDraft, account.EditVacancies},
		{get, "/vacancies/:slug/tryout", showTryout, account.EditVacancies},
		{post, "/vacancies/:slug/tryout", startTryout, account.EditVacancies},
		{get, "/vacancies/:slug/publish", showPublish, account.EditVacancies},
		{post, "/vacancies/:slug/publish", publishDraft, account.EditVacancies},
		{get, "/vacancies/:slug/versions", showVersions, account.ViewApplications},
		{post, "/vacancies/:slug/state", moveVacancy, account.EditVacancies},
		{get, "/applications/:id", showApplication, account.ViewApplications},
		{post, "/applications/:id/overrides", recordOverride, account.Judge},
		{post, "/applications/:id/overrides/:override/withdraw", withdrawOverride, account.Judge},
		{post, "/applications/:id/decisions", recordDecision, account.Decide},
		{post, "/applications/:id/undo", undoDecision, account.Decide},
		{post, "/applications/:id/notes", addNote, account.Judge},
		{post, "/applications/:id/reviewer", assignOne, account.Judge},
		{post, "/applications/:id/documents/:document/type", correctType, account.Judge},
		{post, "/applications/:id/documents/:document/unlock", unlockDocument, account.Judge},
		{post, "/applications/:id/late", acceptLate, account.Decide},
		{get, "/documents/:id/content", documentContent, account.ViewApplications},
		{get, "/documents/:id/text", documentText, account.ViewApplications},
		{get, "/documents/:id/pages/:page", documentPage, account.ViewApplications},
		{post, "/applications/:id/unveil", unveil, account.Judge},
		{post, "/applications/:id/looking", look, account.ViewApplications},
		{get, "/applications/:id/messages/:message/html", messageMarkup, account.ViewApplications},
		{get, "/mentions", showMentions, account.ViewApplications},
		{post, "/mentions", seeMentions, account.ViewApplications},
		{post, "/settings/keys", setKeys, signedIn},
		{get, "/vacancies/:slug/compare", showCompare, account.ViewApplications},
		{post, "/vacancies/:slug/compare", startCompare, account.ViewApplications},
		{get, "/vacancies/:slug/panel", showPanel, account.Judge},
		{get, "/vacancies/:slug/panel.pdf", panelPDF, account.Judge},
		{get, "/vacancies/:slug/figures", showFigures, account.ViewApplications},
		{post, "/applications/:id/opinion", giveOpinion, account.Judge},
		{post, "/applications/:id/opinion/withdraw", withdrawOpinion, account.Judge},
		{post, "/applications/:id/opinions", openOpinions, account.EditVacancies},
		{get, "/vacancies/:slug/mode", showMode, account.EditVacancies},
		{post, "/vacancies/:slug/mode", saveMode, account.EditVacancies},

		{get, "/unclear", showUnclear, account.ViewApplications},

		{get, "/outbox", showOutbox, account.WriteApplicants},
		{get, "/applications/:id/write", showWrite, account.WriteApplicants},
		{post, "/applications/:id/write", sendWritten, account.WriteApplicants},
		{get, "/applications/:id/outgoing/:outgoing", showOutgoing, account.ViewApplications},
		{post, "/applications/:id/outgoing/:outgoing/cancel", cancelOutgoing, account.WriteApplicants},
		{post, "/applications/:id/outgoing/:outgoing/retry", retryOutgoing, account.WriteApplicants},
		{post, "/applications/:id/withdrawals/:request", settleWithdrawal, account.Decide},
		{get, "/templates", showTemplates, account.EditTemplates},
		{get, "/templates/:kind/:lang", showTemplate, account.EditTemplates},
		{post, "/templates/:kind/:lang", saveTemplate, account.EditTemplates},
		{get, "/vacancies/:slug/mail", showVacancyMail, account.ViewApplications},
		{post, "/vacancies/:slug/mail", saveVacancyMail, account.EditTemplates},

		{get, "/intake", showIntake, account.ViewIntake},
		{get, "/intake/messages/:id/raw", rawMessage, account.OpenRaw},
		{get, "/intake/messages/:id/files/:file", messageFile, account.OpenRaw},
		{get, "/mailboxes", showMailboxes, account.ViewIntake},
		{get, "/mailboxes/new", newMailbox, account.ManageMailboxes},
		{post, "/mailboxes", addMailbox, account.ManageMailboxes},
		{post, "/mailboxes/try", tryMailbox, account.RunIntake},
		{post, "/mailboxes/connect", connectMailbox, account.ManageMailboxes},
		{get, "/mailboxes/callback", agreedMailbox, account.ManageMailboxes},
		{get, "/mailboxes/:id", editMailbox, account.ManageMailboxes},
		{post, "/mailboxes/:id", saveMailbox, account.ManageMailboxes},
		{post, "/mailboxes/:id/switch", switchMailbox, account.ManageMailboxes},
		{post, "/mailboxes/:id/remove", removeMailbox, account.ManageMailboxes},
		{post, "/intake/retry", retryWork, account.RunIntake},
		{post, "/intake/messages/:id/assign", assignMessage, account.SortMessages},
		{post, "/intake/messages/:id/dismiss", dismissMessage, account.SortMessages},
		{post, "/intake/messages/:id/confirm", confirmMessage, account.SortMessages},
		{post, "/intake/messages/:id/separate", separateMessage, account.SortMessages},
		{post, "/intake/messages/:id/undo", undoSorting, account.SortMessages},
		{post, "/intake/likenesses", settleLikeness, account.SortMessages},
		{post, "/intake/senders/forget", forgetSender, account.SortMessages},

		{get, "/trail", showTrail, account.ViewTrail},
		{post, "/trail/export", exportTrail, account.ViewTrail},
		{get, "/privacy", showPrivacy, account.HandlePersonalData},
		{post, "/privacy/requests", openPrivacyRequest, account.HandlePersonalData},
		{post, "/privacy/requests/:id", closePrivacyRequest, account.HandlePersonalData},
		{get, "/privacy/people", findPerson, account.HandlePersonalData},
		{get, "/privacy/people/:id", showRights, account.HandlePersonalData},
		{post, "/privacy/people/:id/erase", erasePerson, account.HandlePersonalData},
		{post, "/privacy/people/:id/copy", copyPerson, account.HandlePersonalData},
		{post, "/privacy/people/:id/corrections", correctPerson, account.HandlePersonalData},
		{post, "/privacy/people/:id/corrections/:correction", withdrawCorrection, account.HandlePersonalData},
		{post, "/privacy/people/:id/consents", consentOfPerson, account.HandlePersonalData},
		{post, "/privacy/people/:id/consents/:consent", withdrawConsent, account.HandlePersonalData},
		{post, "/privacy/holds", placeHold, account.HandlePersonalData},
		{post, "/privacy/holds/:id/lift", liftHold, account.HandlePersonalData},
		{get, "/privacy/retention", showRetention, account.HandlePersonalData},
		{post, "/privacy/retention", saveRetention, account.HandlePersonalData},
		{post, "/privacy/purge", purgeNow, account.HandlePersonalData},
		{get, "/privacy/log", showErasureLog, account.HandlePersonalData},
		{get, "/privacy/records", showRecords, account.HandlePersonalData},
		{get, "/privacy/records/:record", downloadRecord, account.HandlePersonalData},

		{get, "/team", showTeam, account.ManageAccounts},
		{post, "/team", invite, account.ManageAccounts},
		{get, "/team/:id", showPerson, account.ManageAccounts},
		{post, "/team/:id", changePerson, account.ManageAccounts},
		{get, "/team/:id/access", showGrants, account.ManageAccounts},
		{post, "/team/:id/access", saveGrant, account.ManageAccounts},
	}
}

// uncounted are the acts that change nothing counted at the side of every page. Who is
// looking is told every few seconds, and counting costs more than a page.
var uncounted = []string{"/applications/:id/looking", "/vacancies/:slug/columns", "/settings/density"}

// serve checks who asks before the handler runs.
func (a *app) serve(rt route) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := a.request(c)
		if rt.path == "/healthz" || rt.path == "/readyz" {
			return rt.handle(r)
		}
		if err := a.identify(r); err != nil {
			return err
		}
		switch {
		case rt.needs == anyone:
		case r.user == nil:
			return r.toSignIn()
		}
		if err := r.admit(rt); err != nil {
			return err
		}
		if must, err := r.mustEnrol(); err != nil {
			return err
		} else if must && !slices.Contains(beforeEnrolling, rt.path) {
			return r.redirect("/settings/second")
		}
		if rt.method != http.MethodGet && !slices.Contains(uncounted, rt.path) {
			defer a.nav.forget()
		}
		return rt.handle(r)
	}
}

// toSignIn sends a visitor to sign in and back again.
func (r *request) toSignIn() error {
	target := "/signin"
	if r.Request().Method == http.MethodGet && r.Request().URL.Path != "/" && !r.isPartial() {
		target += "?next=" + url.QueryEscape(r.Request().URL.RequestURI())
	}
	if r.isPartial() {
		r.Response().Header().Set("HX-Redirect", target)
		return r.NoContent(http.StatusNoContent)
	}
	return r.redirect(target)
}

// home goes to the first page the account may open.
func home(r *request) error {
	switch {
	case r.may(account.ViewApplications):
		return r.redirect("/vacancies")
	case r.may(account.ViewIntake):
		return r.redirect("/intake")
	}
	return r.redirect("/settings")
}

// readiness tells whether this process takes visitors now.
func readiness(r *request) error {
	if r.app.Ready == nil {
		return health(r)
	}
	if err := r.app.Ready(r.Request().Context()); err != nil {
		return r.String(http.StatusServiceUnavailable, err.Error()+"\n")
	}
	return r.String(http.StatusOK, "ready\n")
}

// health tells a watchdog whether the process can do its work.
func health(r *request) error {
	if err := r.app.Store.Ping(r.Request().Context()); err != nil {
		r.app.Log.Error("health", "err", err)
		return r.String(http.StatusServiceUnavailable, "database does not answer\n")
	}
	return r.String(http.StatusOK, "ok\n")
}
