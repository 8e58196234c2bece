package review

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// retained matches the French word in any of its forms, but not what keeping data is called.
var retained = regexp.MustCompile(`(?i)\b(?:retenir|retenue?s?|retient|retiennent)\b`)

func TestRetainedIsSaidOfTheStageAlone(t *testing.T) {
	files, err := filepath.Glob("../web/locales/fr*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no French words:", err)
	}
	entry := regexp.MustCompile(`(?m)^\s*"([^"]+)":\s*(.*)$`)
	ofStage := regexp.MustCompile(`^(?:stages?\.selected|decide\.selected|privacy\.clock\.(?:selected|not_retained)|privacy\.kept_not_retained)$`)
	for _, file := range files {
		words, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range entry.FindAllStringSubmatch(string(words), -1) {
			if retained.MatchString(m[2]) && !ofStage.MatchString(m[1]) {
				t.Errorf("%s: %s says %q: a criterion is suspended, a message waits, only an application is retained", filepath.Base(file), m[1], m[2])
			}
		}
	}
}
