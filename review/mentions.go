package review

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dossier/internal/account"
	"dossier/internal/store"
	"dossier/screening/text"
	"dossier/web"
)

// called is a stretch of a note that calls a colleague.
type called struct {
	user       int64
	start, end int
}

// calledIn finds the colleagues a note calls: @ and a name, a first name that only one of
// them has, or the first part of an address, whatever the case and the accents.
func calledIn(body string, users []store.User) []called {
	f := text.Fold(body)
	var out []called
	for at := 0; ; {
		i := strings.IndexByte(f.Text[at:], '@')
		if i < 0 {
			return out
		}
		at += i + 1
		if letterAt(f.Text, at-2) {
			continue // the middle of an address
		}
		rest := f.Text[at:]
		if user, n := colleagueAt(rest, users); n > 0 {
			start, end := f.Span(at-1, at+n)
			out = append(out, called{user, start, end})
		}
	}
}

// colleagueAt finds whose name a text begins with, the longest, and how long it is.
func colleagueAt(rest string, users []store.User) (user int64, n int) {
	firsts := map[string]int{}
	for _, u := range users {
		firsts[firstName(u)]++
	}
	for _, u := range users {
		local, _, _ := strings.Cut(u.Email, "@")
		names := []string{text.String(u.Name), text.String(local)}
		if first := firstName(u); firsts[first] == 1 {
			names = append(names, first)
		}
		for _, name := range names {
			if utf8.RuneCountInString(name) >= 2 && len(name) > n && strings.HasPrefix(rest, name) && !letterAt(rest, len(name)) {
				user, n = u.ID, len(name)
			}
		}
	}
	return user, n
}

func firstName(u store.User) string {
	first, _, _ := strings.Cut(text.String(strings.TrimSpace(u.Name)), " ")
	return first
}

// mentionable are the accounts a note can call: those that may open applications.
func (r *request) mentionable() ([]store.User, error) {
	users, err := r.app.Store.Users(r.Request().Context())
	return slices.DeleteFunc(users, func(u store.User) bool {
		return u.Disabled || u.Name == "" || !u.Role.May(account.ViewApplications)
	}), err
}

// noteParts sets the calls of a note strong.
func noteParts(body string, users []store.User) []web.Part {
	var out []web.Part
	at := 0
	for _, c := range calledIn(body, users) {
		if c.start < at {
			continue
		}
		if c.start > at {
			out = append(out, web.Part{Text: body[at:c.start]})
		}
		out = append(out, web.Part{Text: body[c.start:c.end], Strong: true})
		at = c.end
	}
	if at < len(body) {
		out = append(out, web.Part{Text: body[at:]})
	}
	return out
}

// mentionsPage lists the notes that call the reader.
type mentionsPage struct {
	page
	Mentions []mentionView
	Unseen   int
	Zone     string
}

type mentionView struct {
	Path, Name, Vacancy, Author string
	Body                        []web.Part
	At                          time.Time
	Seen                        bool
}

// showMentions answers GET /mentions.
func showMentions(r *request) error {
	ctx := r.Request().Context()
	rows, err := r.app.Store.Mentions(ctx, r.user.ID)
	if err != nil {
		return err
	}
	users, err := r.mentionable()
	if err != nil {
		return err
	}
	p := mentionsPage{page: r.newPage("mentions", "mentions.title"), Zone: r.app.Zone}
	for _, m := range rows {
		v, err := r.applicationView(m.ApplicationID)
		if err != nil {
			continue // gone, or no longer this reader's
		}
		at := slices.IndexFunc(v.Notes, func(n store.Note) bool { return n.AuthorID == m.AuthorID && n.At.Equal(m.At) })
		one := mentionView{Path: applicationPath(m.ApplicationID) + "?panel=notes", Name: cmp.Or(v.Applicant.Name, first(v.Emails, "–")), Vacancy: v.Vacancy.Title,
			Author: m.Author, At: m.At, Seen: m.Seen, Body: []web.Part{{Text: r.words.T("mentions.kept")}}}
		if at >= 0 {
			one.Body = noteParts(v.Notes[at].Body, users)
		}
		if !m.Seen {
			p.Unseen++
		}
		p.Mentions = append(p.Mentions, one)
	}
	return r.render("mentions/list", p)
}

// seeMentions answers POST /mentions: all are seen.
func seeMentions(r *request) error {
	ctx := r.Request().Context()
	rows, err := r.app.Store.Mentions(ctx, r.user.ID)
	if err != nil {
		return err
	}
	for _, m := range rows {
		if m.Seen {
			continue
		}
		if err := r.app.Store.SeeMentions(ctx, m.ApplicationID, r.user.ID); err != nil {
			return err
		}
	}
	return r.redirect("/mentions")
}
