package notice

import (
	"testing"

	"dossier/screening/text"
)

// TestEveryPatternCompiles stands in the package that imports all others of screening:
// patterns are compiled when first asked, and a broken one must not wait for that.
func TestEveryPatternCompiles(t *testing.T) {
	if n := text.Patterns(); n < 400 {
		t.Errorf("only %d patterns were made", n)
	}
}
