package web

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"log/slog"
	"path"
	"strings"
	"time"
)

// ErrNoPage is returned for a page that no template makes.
var ErrNoPage = errors.New("no such page")

// Views are the parsed templates and the words of every language.
type Views struct {
	// Assets are the files the pages refer to.
	Assets  *Assets
	locales map[string]*Locale
	// pages by language, then by name, like vacancies/list.
	pages map[string]map[string]*template.Template
}

// Load parses every template in every language. It fails on the first that is broken,
// so a binary that starts can show all its pages.
func Load(log *slog.Logger) (*Views, error) {
	static, err := fs.Sub(staticFiles, "static")
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	words, err := fs.Sub(localeFiles, "locales")
	if err != nil {
		return nil, fmt.Errorf("locales: %w", err)
	}
	templates, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	v := &Views{locales: map[string]*Locale{}, pages: map[string]map[string]*template.Template{}}
	if v.Assets, err = loadAssets(static); err != nil {
		return nil, err
	}
	for _, lang := range Languages {
		l, err := loadLocale(words, lang)
		if err != nil {
			return nil, fmt.Errorf("locales: %w", err)
		}
		l.missing = func(lang, key string) { log.Warn("text missing", "language", lang, "key", key) }
		v.locales[lang] = l
		if v.pages[lang], err = parsePages(templates, v.funcs(l)); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// Locale returns a language's words, or those of the first language when it is unknown.
func (v *Views) Locale(lang string) *Locale {
	if l := v.locales[lang]; l != nil {
		return l
	}
	return v.locales[Languages[0]]
}

// Pages lists the names of all pages.
func (v *Views) Pages() []string {
	var out []string
	for name := range v.pages[Languages[0]] {
		out = append(out, name)
	}
	return out
}

// Page writes a whole page in a language.
func (v *Views) Page(w io.Writer, lang, name string, data any) error {
	return v.Fragment(w, lang, name, "layout", data)
}

// Fragment writes one named block of a page, for a partial update.
func (v *Views) Fragment(w io.Writer, lang, name, block string, data any) error {
	t := v.pages[v.Locale(lang).Lang][name]
	if t == nil {
		return fmt.Errorf("page %q: %w", name, ErrNoPage)
	}
	if err := t.ExecuteTemplate(w, block, data); err != nil {
		return fmt.Errorf("page %q: %w", name, err)
	}
	return nil
}

// parsePages makes one template set per page: the layout, all partials, the partials of
// the page's own folder (_name.html) and the page itself.
func parsePages(files fs.FS, funcs template.FuncMap) (map[string]*template.Template, error) {
	base := template.New("base").Funcs(funcs).Option("missingkey=error")
	base, err := base.ParseFS(files, "layout.html", "partials/*.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	names, err := fs.Glob(files, "*/*.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	pages := map[string]*template.Template{}
	for _, name := range names {
		dir, file := path.Split(name)
		if dir == "partials/" || strings.HasPrefix(file, "_") {
			continue
		}
		set, err := base.Clone()
		if err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
		own := []string{name}
		if siblings, _ := fs.Glob(files, dir+"_*.html"); len(siblings) > 0 {
			own = append(siblings, own...)
		}
		if set, err = set.ParseFS(files, own...); err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
		pages[strings.TrimSuffix(name, ".html")] = set
	}
	return pages, nil
}

// funcs are what templates may call, bound to one language.
func (v *Views) funcs(l *Locale) template.FuncMap {
	return template.FuncMap{
		"asset": func(name string) (string, error) {
			if !v.Assets.Has(name) {
				return "", fmt.Errorf("no asset %q", name)
			}
			return v.Assets.URL(name), nil
		},
		"icon":  icon,
		"lang":  func() string { return l.Lang },
		"t":     l.T,
		"n":     l.N,
		"parts": l.Parts,
		"num": func(n any) string {
			switch n := n.(type) {
			case int:
				return l.Number(int64(n))
			case int64:
				return l.Number(n)
			}
			return fmt.Sprint(n)
		},
		"reason":       l.Reason,
		"date":         l.Date,
		"weekday":      l.Weekday,
		"shortdate":    l.ShortDate,
		"shortday":     l.ShortDay,
		"shortyear":    l.ShortYear,
		"clock":        l.Clock,
		"instant":      l.Instant,
		"shortinstant": l.ShortInstant,
		"ago":          l.Ago,
		"until":        l.Until,
		"duration":     l.Duration,
		"size":         l.Size,
		"zone":         l.ZoneName,
		"iso":          func(t time.Time, zone string) string { return In(t, zone).Format(time.RFC3339) },
		"initials":     Initials,
		"dict":         dict,
	}
}

// dict hands several values to a partial: names and values by turns.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("dict: a name without a value")
	}
	out := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: name %v is not a string", pairs[i])
		}
		out[name] = pairs[i+1]
	}
	return out, nil
}

// Initials are the first letters of a name's first and last word, at most two.
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '.' || r == '@' || r == '_' })
	if len(words) == 0 {
		return "–"
	}
	first := []rune(words[0])[:1]
	if len(words) > 1 && !strings.Contains(name, "@") {
		first = append(first, []rune(words[len(words)-1])[0])
	}
	return strings.ToUpper(string(first))
}
