package review

import (
	"testing"

	"dossier/internal/account"
)

func TestApplicationPageShowsFindingsWithTheirEvidence(t *testing.T) {
	d := newDesk(t)
	id := d.awa()
	d.get(account.Recruiter, "fr", applicationPath(id)).want(200, "Awa Ndiaye-Lefèvre", "Anglais")
}
