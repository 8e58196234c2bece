package review

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/internal/store"
)

// zonesOffered are the zones the form proposes; any other is accepted by its name.
var zonesOffered = []string{"Europe/Paris", "Europe/Brussels", "Europe/London", "Africa/Dakar", "Africa/Abidjan", "Africa/Bamako", "Africa/Bangui", "Africa/Casablanca",
	"Africa/Dakar", "Africa/Douala", "Africa/Kinshasa", "Africa/Nairobi", "Africa/Niamey", "Africa/Ndjamena", "Africa/Ouagadougou", "Africa/Tunis", "America/Port-au-Prince",
	"Asia/Beirut", "Asia/Amman", "Asia/Kabul", "Indian/Antananarivo", "UTC"}

func (r *request) headView(d store.ChecklistDraft, e editing) headView {
	h := headView{DraftHead: d.Body.Head, Addresses: strings.Join(d.Body.Head.Addresses, "\n"), Wrong: map[string]string{}}
	if e.line == "head" && e.typed != nil {
		h.DraftHead = r.headTyped()
		h.Addresses = e.typed.Get("addresses")
	}
	h.Zones = slices.Compact(slices.Sorted(slices.Values(append([]string{r.app.Zone}, zonesOffered...))))
	gaps := d.Body.Gaps()
	h.Ask = slices.Contains(gaps, "deadline.inclusive")
	fields := map[string]string{"address.wrong": "addresses", "portal.wrong": "portal", "deadline.wrong": "day", "deadline.hour": "hour", "deadline.zone": "zone",
		"as_of.wrong": "as_of", "title": "title", "deadline.inclusive": "inclusive"}
	for _, g := range gaps {
		if f := fields[g]; f != "" {
			h.Wrong[f] = r.words.Sentence("gap.", g, nil)
		}
	}
	h.Open = e.line == "head" || h.Title == ""
	return h
}

// headTyped reads the form of the head.
func (r *request) headTyped() store.DraftHead {
	whole := func(name string) int {
		n, _ := strconv.Atoi(r.text(name, 10))
		return n
	}
	return store.DraftHead{Title: r.text("title", 400), Organisation: r.text("organisation", 400), Place: r.text("place", 400), Reference: r.text("reference", 100),
		Addresses: strings.FieldsFunc(r.text("addresses", 4000), func(c rune) bool { return strings.ContainsRune(" ,;\r\n\t", c) }),
		Portal:    r.text("portal", 1000), Language: r.text("language", 2), AnswerLanguage: r.text("answer_language", 2), Day: r.text("day", 20), Hour: hourTyped(r.text("hour", 8)),
		Zone: r.text("zone", 60), Inclusive: r.text("inclusive", 3), NoDeadline: r.FormValue("no_deadline") != "", GraceMinutes: whole("grace_minutes"),
		Source: r.text("source", 600), AsOf: r.text("as_of", 20), RetentionMonths: whole("retention_months")}
}

// hourTyped reads an hour as people write it: 16h, 16 h 30, 9:00.
func hourTyped(s string) string {
	s = strings.ToLower(strings.ReplaceAll(s, " ", ""))
	s = strings.Replace(s, "h", ":", 1)
	h, m, found := strings.Cut(s, ":")
	if !found || m == "" {
		m = "00"
	}
	if t, err := time.Parse("15:4", h+":"+m); err == nil {
		return t.Format("15:04")
	}
	return s
}

// saveHead answers POST /vacancies/:slug/draft/head.
func saveHead(r *request) error {
	typed := r.headTyped()
	rev, err := strconv.ParseInt(r.FormValue("rev"), 10, 64)
	if err != nil {
		return errBadInput
	}
	return r.changeDraft(change{act: "head.changed", form: "head", to: "head"}, func(b *store.DraftBody, _ time.Time) error {
		if b.Head.Rev != rev {
			return fmt.Errorf("%w: head is at %d, not %d", store.ErrConflict, b.Head.Rev, rev)
		}
		typed.Rev = rev + 1
		b.Head = typed
		return nil
	})
}

// undoDraft answers POST /vacancies/:slug/draft/undo.
func undoDraft(r *request) error {
	v, version, err := r.draftVersion()
	if err != nil {
		return err
	}
	err = r.app.Store.UndoDraft(r.Request().Context(), store.DraftAct{VacancyID: v.ID, AuthorID: r.user.ID}, version)
	return r.afterChange(v, change{}, err)
}

// discardDraft answers POST /vacancies/:slug/draft/discard.
func discardDraft(r *request) error {
	v, version, err := r.draftVersion()
	if err != nil {
		return err
	}
	gone, err := r.app.Store.DiscardDraft(r.Request().Context(), store.DraftAct{VacancyID: v.ID, AuthorID: r.user.ID, Act: "draft.discarded"}, version)
	if err == nil && gone {
		r.say(true, "editor.gone", 1, v.Title)
		return r.redirect("/vacancies?state=draft")
	}
	return r.afterChange(v, change{}, err)
}

// draftVersion reads the vacancy of the address and the version of its draft in the form.
func (r *request) draftVersion() (store.Vacancy, int64, error) {
	v, err := r.app.Store.VacancyBySlug(r.Request().Context(), r.Param("slug"))
	if err != nil {
		return v, 0, err
	}
	version, err := strconv.ParseInt(r.FormValue("version"), 10, 64)
	if err != nil {
		return v, 0, errBadInput
	}
	return v, version, nil
}

// replaceNotice answers POST /vacancies/:slug/draft/notice.
func replaceNotice(r *request) error {
	v, err := r.app.Store.VacancyBySlug(r.Request().Context(), r.Param("slug"))
	if err != nil {
		return err
	}
	pages, name, problem, err := r.givenNotice()
	switch {
	case err != nil:
		return err
	case problem == "" && len(pages) == 0:
		problem = "empty"
	}
	if problem != "" {
		return r.editor(v, editing{status: http.StatusBadRequest, problem: r.words.Sentence("draft.problem.", problem, nil)})
	}
	p := propose(pages, screeningToday(r), r.app.Zone)
	_, err = r.app.Store.ReplaceNotice(r.Request().Context(), store.DraftAct{VacancyID: v.ID, AuthorID: r.user.ID, Act: "notice.replaced"}, p.reading, name, p.lines)
	return r.afterChange(v, change{}, err)
}
