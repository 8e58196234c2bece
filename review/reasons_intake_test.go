package review

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dossier/web"
)

// codesOf finds the codes a part of intake writes down, by reading its source: review and
// intake do not import each other, and a code without a sentence would show on a page.
func codesOf(t *testing.T, pattern string, shapes ...string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no source at %s", pattern)
	}
	var out []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, shape := range shapes {
			for _, m := range regexp.MustCompile(shape).FindAllStringSubmatch(string(b), -1) {
				out = append(out, m[1])
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("no code found in %s", pattern)
	}
	return out
}

func TestEveryCodeOfIntakeHasASentence(t *testing.T) {
	sorting := codesOf(t, "../intake/message/*.go", `return [A-Z]\w+, "([a-z_]+)", `, `Rule: "([a-z_]+)"`)
	sorting = append(sorting, codesOf(t, "../intake/*.go", `Reason: "([a-z_.]+)"`, `(?s)func failure\(.*?return "([a-z_.]+)"`, `FetchFailed\([^\n]*?"([a-z_.]+)"`, `MarkVanished\([^\n]*?"([a-z_.]+)"`)...)
	routing := codesOf(t, "../intake/r*.go", `rule[A-Z]\w* += "([a-z_]+)"`)
	doubts := append(codesOf(t, "../intake/step_message.go", `doubt[A-Z]\w* += "([a-z_]+)"`), codesOf(t, "../intake/resubmission.go", `ToConfirm: true, Rule: "([a-z_]+)"`)...)
	warnings := append(codesOf(t, "../intake/step_message.go", `warn[A-Z]\w* += "([a-z_]+)"`), codesOf(t, "../intake/message/parse.go", `Warn[A-Z]\w* += "([a-z_]+)"`)...)
	problems := append(codesOf(t, "../intake/extract/extract.go", `Problem[A-Z]\w* += "([a-z_]+)"`), codesOf(t, "../intake/step_document.go", `FailDocument\([^\n]*?"([a-z_.]+)"`)...)
	for _, lang := range web.Languages {
		l := localeOf(t, lang)
		for prefix, codes := range map[string][]string{"sorting.": sorting, "routing.": routing, "problem.": problems, "doubt.": doubts, "warning.": warnings} {
			for _, code := range codes {
				if !l.Has(prefix + code) {
					t.Errorf("%s: %s%s has no sentence", lang, prefix, code)
				}
			}
		}
	}
}
