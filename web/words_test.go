package web

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func loadForTest(t *testing.T) *Views {
	t.Helper()
	v, err := Load(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

func placeholders(p phrase) string {
	found := placeholder.FindAllString(p.One+" "+p.Other, -1)
	slices.Sort(found)
	return strings.Join(slices.Compact(found), " ")
}

func TestCataloguesSayTheSameThings(t *testing.T) {
	v := loadForTest(t)
	fr, en := v.Locale("fr"), v.Locale("en")
	for _, key := range fr.Keys() {
		other, ok := en.words[key]
		if !ok {
			t.Errorf("%s: in French only", key)
			continue
		}
		if a, b := placeholders(fr.words[key]), placeholders(other); a != b {
			t.Errorf("%s: French fills %q, English %q", key, a, b)
		}
		if a, b := strings.Count(fr.words[key].Other, "*"), strings.Count(other.Other, "*"); a != b || a%2 != 0 {
			t.Errorf("%s: %d stars in French, %d in English", key, a, b)
		}
		if (fr.words[key].One == "") != (other.One == "") {
			t.Errorf("%s: one language has a singular, the other has not", key)
		}
	}
	for _, key := range en.Keys() {
		if !fr.Has(key) {
			t.Errorf("%s: in English only", key)
		}
	}
}

// prefix is the beginning of keys that are put together at run time: "stage." or "error.%d".
var prefix = regexp.MustCompile(`"([a-z0-9_]+(?:\.[a-z0-9_]+)*\.)(?:"|%)`)

var literal = regexp.MustCompile(`"([a-z0-9_]+(?:[.-][a-z0-9_]+)+)"`)

func TestEveryTextIsUsedAndEveryUsedTextExists(t *testing.T) {
	v := loadForTest(t)
	used, prefixes := map[string]bool{}, []string{reasonPrefix}
	note := func(source string) {
		for _, m := range literal.FindAllStringSubmatch(source, -1) {
			used[m[1]] = true
		}
		for _, m := range prefix.FindAllStringSubmatch(source, -1) {
			prefixes = append(prefixes, m[1])
		}
	}
	inTemplates := regexp.MustCompile(`\b(?:t|n|parts) "([^"]+)"`)
	fsys, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		for _, m := range inTemplates.FindAllStringSubmatch(string(b), -1) {
			used[m[1]] = true
			if !v.Locale("fr").Has(m[1]) {
				t.Errorf("%s: no text %q", name, m[1])
			}
		}
		note(string(b))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*.go", "../review/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			note(string(b))
		}
	}
	for _, key := range v.Locale("fr").Keys() {
		dynamic := slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) })
		if !used[key] && !dynamic {
			t.Errorf("%s: nothing uses this text", key)
		}
	}
}

func TestFrenchSpacesAreSet(t *testing.T) {
	fr := loadForTest(t).Locale("fr")
	for in, want := range map[string]string{
		"Motif : lequel ?": "Motif\u00a0: lequel\u202f?",
		"« Oui » ; non !":  "«\u00a0Oui\u00a0»\u202f; non\u202f!",
		"12:30":            "12:30",
	} {
		if got := fr.typeset(in); got != want {
			t.Errorf("typeset(%q) = %q, want %q", in, got, want)
		}
	}
	for key, p := range fr.words {
		for _, bad := range []string{" :", " ;", " ?", " !", " »", "« ", "'"} {
			if strings.Contains(p.Other+p.One, bad) {
				t.Errorf("%s: %q has a plain %q", key, p.Other, bad)
			}
		}
	}
}

func TestNumbersChooseTheirWord(t *testing.T) {
	v := loadForTest(t)
	for _, c := range []struct {
		lang string
		n    int
		want string
	}{
		{"fr", 0, "dans 0 jour"}, {"fr", 1, "dans 1 jour"}, {"fr", 2, "dans 2 jours"},
		{"en", 0, "in 0 days"}, {"en", 1, "in 1 day"}, {"en", 2, "in 2 days"},
	} {
		if got := v.Locale(c.lang).N("until.days", c.n); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.lang, c.n, got, c.want)
		}
	}
	if got, want := v.Locale("fr").Number(123456), "123\u202f456"; got != want && got != "123\u00a0456" {
		t.Errorf("Number = %q, want %q", got, want)
	}
}

func TestReasonWithoutSentenceStaysLegible(t *testing.T) {
	fr := loadForTest(t).Locale("fr")
	got := fr.Reason("no_such.thing-here", map[string]string{"want": "C1", "got": "B2"})
	if want := "no such thing here (got B2, want C1)"; got != want {
		t.Errorf("Reason = %q, want %q", got, want)
	}
}

func TestStarsInValuesAreNotMarkup(t *testing.T) {
	l := &Locale{Lang: "en", words: map[string]phrase{"k": {Other: "Box *{name}* is late"}}}
	got := l.Parts("k", "name", "a*b*c")
	want := []Part{{Text: "Box "}, {Text: "a*b*c", Strong: true}, {Text: " is late"}}
	if !slices.Equal(got, want) {
		t.Errorf("Parts = %+v, want %+v", got, want)
	}
}

func TestDatesAreToldInTheZoneOfTheirVacancy(t *testing.T) {
	v := loadForTest(t)
	at := time.Date(2026, 11, 30, 22, 59, 0, 0, time.UTC)
	now := time.Date(2026, 11, 22, 13, 8, 0, 0, time.UTC)
	for _, c := range []struct{ name, got, want string }{
		{"instant fr", v.Locale("fr").Instant(at, "Europe/Paris"), "30 novembre 2026, 23:59 (Paris)"},
		{"instant en", v.Locale("en").Instant(at, "Europe/Paris"), "30 November 2026, 23:59 (Paris)"},
		{"instant elsewhere", v.Locale("fr").Instant(at, "Asia/Tokyo"), "1er décembre 2026, 07:59 (Tokyo)"},
		{"French city", v.Locale("fr").ZoneName("Europe/Brussels"), "Bruxelles"},
		{"no zone", v.Locale("fr").ZoneName(""), "UTC"},
		{"weekday", v.Locale("fr").Weekday(now, "Europe/Paris"), "dimanche 22 novembre 2026"},
		{"short", v.Locale("fr").ShortInstant(at, "Europe/Paris", now), "30 nov. 23:59"},
		{"short, other year", v.Locale("en").ShortInstant(at.AddDate(-1, 0, 0), "Europe/Paris", now), "30 Nov 2025"},
		{"until", v.Locale("fr").Until(at, "Europe/Paris", now), "dans 8 jours"},
		{"until, hours", v.Locale("fr").Until(now.Add(5*time.Hour), "Europe/Paris", now), "dans 5 h"},
		{"past", v.Locale("fr").Until(now.AddDate(0, 0, -3), "Europe/Paris", now), "passée depuis 3 jours"},
		{"past today", v.Locale("fr").Until(now.Add(-time.Hour), "Europe/Paris", now), "passée aujourd’hui"},
		{"ago", v.Locale("fr").Ago(now.Add(-2*time.Minute), "UTC", now), "il y a 2 min"},
		{"ago, long", v.Locale("fr").Ago(now.AddDate(0, 0, -12), "UTC", now), "10 nov."},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}
