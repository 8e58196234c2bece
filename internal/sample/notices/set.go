package notices

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed set
var setFS embed.FS

// Case is one notice of the set.
type Case struct {
	// Name is the name of its file without ending.
	Name  string
	Truth Truth
	// Markup is its text: "# " and "## " begin headings, "- " items, "|" rows of tables;
	// an empty line ends a paragraph.
	Markup string
}

// Set reads the notices of the set, in order of their names.
func Set() ([]Case, error) {
	entries, err := setFS.ReadDir("set")
	if err != nil {
		return nil, err
	}
	var out []Case
	for _, e := range entries {
		b, err := setFS.ReadFile("set/" + e.Name())
		if err != nil {
			return nil, err
		}
		markup, truth, ok := strings.Cut(string(b), "\n-- truth --\n")
		if !ok {
			return nil, fmt.Errorf("%s: no line -- truth --", e.Name())
		}
		t, err := ParseTruth(truth)
		if err != nil {
			return nil, fmt.Errorf("%s: truth: %w", e.Name(), err)
		}
		out = append(out, Case{strings.TrimSuffix(e.Name(), ".notice"), t, markup})
	}
	return out, nil
}
