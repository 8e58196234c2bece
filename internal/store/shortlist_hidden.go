package store

import "strings"

// unswayed is the condition of the filter on applications a for somebody who is not to learn
// from a list what colleagues judged: where such a verdict is hidden, the machine's counts.
func (f VerdictFilter) unswayed(userID int64) (string, []any) {
	const judged = `SELECT 1 FROM overrides o WHERE o.vacancy_id = a.vacancy_id AND o.application_id = a.id AND o.criterion = ? AND o.withdrawn_at IS NULL AND o.author_id <> ?
		AND NOT EXISTS (SELECT 1 FROM opinions p WHERE p.vacancy_id = a.vacancy_id AND p.application_id = a.id AND p.author_id = ?)
		AND NOT EXISTS (SELECT 1 FROM reveals r WHERE r.vacancy_id = a.vacancy_id AND r.application_id = a.id AND r.user_id = ? AND r.what = ?)`
	hidden := []any{f.Criterion, userID, userID, userID, RevealOpinions}
	letters := []string{"M", "N", "U"}
	if !f.Changed {
		letter := string(f.Verdict.Letter())
		letters = []string{letter, strings.ToUpper(letter)}
	}
	cond := "substr(a.verdicts, ?, 1) IN ? AND NOT EXISTS (" + judged + ")"
	args := append([]any{f.Position + 1, letters}, hidden...)
	if f.Changed {
		return cond, args
	}
	return "(" + cond + " OR EXISTS (" + judged + " AND o.machine_verdict = ?))", append(append(args, hidden...), f.Verdict.String())
}
