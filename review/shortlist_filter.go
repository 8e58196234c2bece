package review

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/internal/store"
	"dossier/screening"
)

// filterVerdicts are what a criterion can be filtered by.
var filterVerdicts = []string{"unclear", "not_met", "met", "changed"}

// maxFilters bounds how many criterion filters one address may hold.
const maxFilters = 20

// shortlistFilter is the list's query, read from an address and written back to one.
type shortlistFilter struct {
	query store.ShortlistQuery
	// values is the query in its one form, without the cursor.
	values url.Values
	// search is what was typed, cut at what is looked for.
	search string
	// view is the saved view the list was opened by; 0 is none.
	view int64
	// hasDefault is set when the bare address opens a view of the reader's choice.
	hasDefault bool
	// wide shows every criterion of a long checklist.
	wide bool
	// cut is set when the words searched for were too long and only their beginning counts.
	cut bool
}

// readShortlist reads the query of a shortlist's address. What it does not know it leaves
// out, so that an old link still opens.
func readShortlist(v store.Vacancy, criteria []screening.Criterion, in url.Values) shortlistFilter {
	f := shortlistFilter{values: url.Values{}, query: store.ShortlistQuery{VacancyID: v.ID, ChecklistVersion: v.ChecklistVersion, Sort: store.ByReceipt}}
	if s := screening.Stage(in.Get("stage")); s.Valid() {
		f.query.Stage = s
		f.values.Set("stage", string(s))
	} else if in.Get("open") == "1" {
		f.query.WithoutClosed = true
		f.values.Set("open", "1")
	}
	for _, c := range in["c"] {
		id, verdict, _ := strings.Cut(c, ":")
		at := criterionAt(criteria, id)
		if at < 0 || criteria[at].ForReader() || !slices.Contains(filterVerdicts, verdict) || len(f.query.Verdicts) == maxFilters {
			continue
		}
		vf := store.VerdictFilter{Position: at, Criterion: id, Changed: verdict == "changed"}
		if !vf.Changed {
			vf.Verdict, _ = screening.ParseVerdict(verdict)
		}
		f.query.Verdicts = append(f.query.Verdicts, vf)
		f.values.Add("c", c)
	}
	if s := strings.TrimSpace(in.Get("q")); s != "" {
		f.search, f.cut = cutSearch(s)
		f.query.Search = store.ParseSearch(f.search)
		f.values.Set("q", f.search)
	}
	if s := store.ShortlistSort(in.Get("sort")); slices.Contains(store.ShortlistSorts, s) && s != store.ByReceipt {
		f.query.Sort = s
		f.values.Set("sort", string(s))
	}
	switch who := in.Get("who"); {
	case who == "nobody":
		f.query.Unfollowed = true
		f.values.Set("who", who)
	case who != "":
		if id, err := strconv.ParseInt(who, 10, 64); err == nil && id > 0 {
			f.query.ReviewerID = id
			f.values.Set("who", who)
		}
	}
	if id, err := strconv.ParseInt(in.Get("view"), 10, 64); err == nil && id >= 0 {
		f.view = id
		f.values.Set("view", strconv.FormatInt(id, 10))
	}
	if in.Get("wide") == "1" {
		f.wide = true
		f.values.Set("wide", "1")
	}
	f.query.After = decodeCursor(in.Get("after"))
	return f
}

// maxSearchBytes bounds the words searched for.
const maxSearchBytes = 200

// cutSearch cuts words searched for at what is looked for, and tells whether it had to.
func cutSearch(s string) (string, bool) {
	if len(s) <= maxSearchBytes {
		return s, false
	}
	return strings.TrimSpace(strings.ToValidUTF8(s[:maxSearchBytes], "")), true
}

// unname takes out of the query what would tell who somebody is.
func (f *shortlistFilter) unname() {
	f.query.Search, f.search = store.Search{}, ""
	f.values.Del("q")
	if f.query.Sort == store.ByName {
		f.query.Sort = store.ByReceipt
		f.values.Del("sort")
	}
}

// path is the list's address with a change; it starts on the first page.
func (f shortlistFilter) path(slug string, change func(url.Values)) string {
	q := url.Values{}
	for k, v := range f.values {
		q[k] = slices.Clone(v)
	}
	change(q)
	if len(q) == 0 && f.hasDefault {
		q.Set("view", "0") // the whole list, not the view it opens with
	}
	return vacancyPath(slug, q.Encode())
}

// addFilter turns what the filter form sends into the address of the filtered list.
func (r *request) addFilter(v store.Vacancy, list screening.Checklist, in url.Values) (bool, error) {
	criterion, verdict := in.Get("fc"), in.Get("fv")
	if !in.Has("filter") {
		return false, nil
	}
	f := readShortlist(v, list.Criteria, in)
	if in.Get("open") != "1" {
		f.values.Del("open")
	}
	f.values.Del("view")
	if criterion == "" || !slices.Contains(filterVerdicts, verdict) {
		return true, r.redirect(f.path(v.Slug, func(url.Values) {}))
	}
	return true, r.redirect(f.with(v.Slug, criterion, verdict))
}

// with is the list's address with one criterion filtered by a verdict, in place of what
// it was filtered by.
func (f shortlistFilter) with(slug, criterion, verdict string) string {
	return f.path(slug, func(q url.Values) {
		others := slices.DeleteFunc(q["c"], func(c string) bool { return strings.HasPrefix(c, criterion+":") })
		q["c"] = append(others, criterion+":"+verdict)
	})
}

// cursorForm is a cursor as an address carries it.
type cursorForm struct {
	At   int64  `json:"t"`
	ID   int64  `json:"i"`
	Met  int    `json:"m,omitempty"`
	Name string `json:"n,omitempty"`
}

func encodeCursor(c store.ShortlistCursor) string {
	b, err := json.Marshal(cursorForm{At: c.ReceivedAt.UnixMicro(), ID: c.ID, Met: c.Met, Name: c.Name})
	if err != nil {
		panic(fmt.Sprintf("cursor: %v", err)) // numbers and a string always encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// decodeCursor reads a cursor; one that is not ours gives the first page.
func decodeCursor(s string) *store.ShortlistCursor {
	b, err := base64.RawURLEncoding.DecodeString(s)
	var c cursorForm
	if s == "" || err != nil || json.Unmarshal(b, &c) != nil {
		return nil
	}
	return &store.ShortlistCursor{ReceivedAt: time.UnixMicro(c.At).UTC(), ID: c.ID, Met: c.Met, Name: c.Name}
}
