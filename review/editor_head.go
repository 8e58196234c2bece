package review

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"dossier/internal/store"
	"dossier/screening"
)

// zonesOffered are the zones the form proposes; any other is accepted by its name.
var zonesOffered = []string{"Europe/Paris", "Europe/Brussels", "Europe/London", "Africa/Dakar", "Africa/Abidjan", "Africa/Bamako", "Africa/Bangui", "Africa/Casablanca",
	"Africa/Dakar", "Africa/Douala", "Africa/Kinshasa", "Africa/Nairobi", "Africa/Niamey", "Africa/Ndjamena", "Africa/Ouagadougou", "Africa/Tunis", "America/Port-au-Prince",
	"Asia/Beirut", "Asia/Amman", "Asia/Kabul", "Indian/Antananarivo", "UTC"}

func (r *request) headView(v store.Vacancy, d store.ChecklistDraft, e editing) (headView, error) {
	h := headView{DraftHead: d.Body.Head, Addresses: strings.Join(d.Body.Head.Addresses, "\n"), Wrong: map[string]string{}, Warn: map[string][]string{},
		Grace: strconv.Itoa(d.Body.Head.GraceMinutes), Retention: strconv.Itoa(d.Body.Head.RetentionMonths)}
	h.When = r.deadlineText(h.DraftHead)
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
	// What came from elsewhere than this form can be there and be no hour, or no zone.
	if h.Hour != "" && h.Wrong["hour"] != "" {
		h.Wrong["hour"] = r.words.T("head.wrong.hour")
	}
	if h.Zone != "" && h.Wrong["zone"] != "" {
		h.Wrong["zone"] = r.words.T("head.wrong.zone")
	}
	if at := h.Deadline(); at != nil && at.At.Before(r.now) {
		h.Warn["day"] = append(h.Warn["day"], r.words.T("draft.flag.deadline.past"))
	}
	shared, err := r.sharedAddresses(v.ID, h.DraftHead.Addresses)
	if err != nil {
		return h, err
	}
	h.Warn["addresses"] = shared
	if e.line == "head" && e.typed != nil {
		typed, wrong := r.headTyped()
		h.DraftHead, h.Addresses = typed, e.typed.Get("addresses")
		// What cannot be kept is shown as it was typed, to be put right.
		h.Title, h.Organisation, h.Place, h.Reference = e.typed.Get("title"), e.typed.Get("organisation"), e.typed.Get("place"), e.typed.Get("reference")
		h.Grace, h.Retention, h.Hour, h.AsOf = e.typed.Get("grace_minutes"), e.typed.Get("retention_months"), e.typed.Get("hour"), e.typed.Get("as_of")
		for field, text := range wrong {
			h.Wrong[field] = text
		}
	}
	h.Open = e.line == "head" || h.Title == ""
	return h, nil
}

// deadlineText is the deadline of a head in words, as far as it is known; empty when there
// is none.
func (r *request) deadlineText(h store.DraftHead) string {
	if at := h.Deadline(); at != nil {
		return r.words.Instant(at.At, at.Zone)
	}
	day, err := screening.ParseDate(h.Day)
	if h.NoDeadline || err != nil {
		return ""
	}
	return strings.Join(slices.DeleteFunc([]string{dayText(r.words, day), h.Hour}, func(s string) bool { return s == "" }), ", ")
}

// sharedAddresses are warnings of addresses that lead to other open vacancies too. A vacancy
// the account does not see is not named.
func (r *request) sharedAddresses(vacancyID int64, addresses []string) ([]string, error) {
	found, err := r.app.Store.SharedAddresses(r.Request().Context(), vacancyID, addresses)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, f := range found {
		title := f.Vacancy.Title
		if title == "" {
			title = f.Vacancy.Slug
		}
		if within := r.within(); within != nil && !slices.Contains(within, f.Vacancy.ID) {
			out = append(out, r.words.T("head.shared_unnamed", "address", f.Address))
			continue
		}
		out = append(out, r.words.T("head.shared", "address", f.Address, "vacancy", title))
	}
	return out, nil
}

// firstAsOf and lastAsOf bound the years ages and durations can be reckoned for.
const firstAsOf, lastAsOf = 2000, 2100

// headTyped reads the form of the head. wrong says, by field, why something typed cannot be
// kept; nothing of the form is then to be saved.
func (r *request) headTyped() (h store.DraftHead, wrong map[string]string) {
	wrong = map[string]string{}
	bounded := func(name string, most int) string {
		if n := utf8.RuneCountInString(strings.TrimSpace(r.FormValue(name))); n > most {
			wrong[name] = r.words.T("head.wrong.long", "n", n, "most", most)
		}
		return r.text(name, most*utf8.UTFMax)
	}
	whole := func(name string, most int) int {
		typed := strings.TrimSpace(r.FormValue(name))
		n, err := strconv.Atoi(typed)
		if typed != "" && (err != nil || n < 0 || n > most) {
			wrong[name] = r.words.T("head.wrong.number", "most", most)
		}
		return n
	}
	h = store.DraftHead{Title: bounded("title", 400), Organisation: bounded("organisation", 400), Place: bounded("place", 400), Reference: bounded("reference", 100),
		Addresses: strings.FieldsFunc(bounded("addresses", 4000), func(c rune) bool { return strings.ContainsRune(" ,;\r\n\t", c) }),
		Portal:    bounded("portal", 1000), Language: r.text("language", 2), AnswerLanguage: r.text("answer_language", 2), Day: r.text("day", 20), Hour: hourTyped(r.text("hour", 20)),
		Zone: r.text("zone", 60), Inclusive: r.text("inclusive", 3), NoDeadline: r.FormValue("no_deadline") != "", GraceMinutes: whole("grace_minutes", store.MaxGraceMinutes),
		Source: bounded("source", 600), AsOf: r.text("as_of", 20), RetentionMonths: whole("retention_months", store.MaxRetentionMonths)}
	if _, err := time.Parse("15:04", h.Hour); err != nil && !h.NoDeadline && h.Hour != "" {
		if _, err := time.Parse("15:04:05", h.Hour); err != nil {
			wrong["hour"] = r.words.T("head.wrong.hour")
		}
	}
	if _, err := time.LoadLocation(h.Zone); (err != nil || h.Zone == "Local") && !h.NoDeadline && h.Zone != "" {
		wrong["zone"] = r.words.T("head.wrong.zone")
	}
	if _, err := screening.ParseDate(h.Day); err != nil && !h.NoDeadline && h.Day != "" {
		wrong["day"] = r.words.T("gap.deadline.wrong")
	}
	if day, err := screening.ParseDate(h.AsOf); h.AsOf != "" && (err != nil || day.Year < firstAsOf || day.Year > lastAsOf) {
		wrong["as_of"] = r.words.T("head.wrong.as_of", "first", strconv.Itoa(firstAsOf), "last", strconv.Itoa(lastAsOf))
	}
	return h, wrong
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
	typed, wrong := r.headTyped()
	rev, err := strconv.ParseInt(r.FormValue("rev"), 10, 64)
	if err != nil {
		return errBadInput
	}
	if len(wrong) > 0 {
		v, err := r.app.Store.VacancyBySlug(r.Request().Context(), r.Param("slug"))
		if err != nil {
			return err
		}
		return r.afterChange(v, change{form: "head"}, errWrongHead)
	}
	return r.changeDraft(change{act: "head.changed", form: "head", to: "head"}, func(b *store.DraftBody, _ time.Time) error {
		if b.Head.Rev != rev {
			return fmt.Errorf("%w: head is at %d, not %d", store.ErrConflict, b.Head.Rev, rev)
		}
		typed.Rev = rev + 1
		b.Head = typed
		// Whoever saves the head has seen what was assumed of it.
		b.Heed(headFlags...)
		return nil
	})
}

// errWrongHead refuses a head with something in it that cannot be kept.
var errWrongHead = errors.New("head: a field cannot be kept as typed")

// headFlags are the codes of what the reading of an announcement was unsure of in the head.
var headFlags = []string{"title.assumed", "deadline.before_day", "deadline.several", "deadline.until_filled", "deadline.year_assumed", "deadline.past", "deadline.weekday",
	"deadline.zone_assumed", "place.several"}

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
