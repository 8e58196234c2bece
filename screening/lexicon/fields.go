package lexicon

import (
	_ "embed"

	"dossier/screening/text"
)

//go:embed data/fields.tsv
var fieldsTSV string

var fields = load("fields", fieldsTSV)

// Fields names the families of study a title of a degree is in, in order of appearance:
// "Master Droits humains et action publique" gives human rights and political science.
func Fields(title string) []string { return fields.Keys(title) }

// within lists, for a family, the families that are part of it: who asks for social
// sciences accepts sociology.
var within = map[string][]string{
	"social sciences":         {"sociology", "anthropology", "political science", "geography", "psychology", "social work", "international relations", "migration", "development", "human rights", "humanitarian action", "cooperation"},
	"law":                     {"international law", "human rights", "humanitarian law"},
	"political science":       {"international relations", "international security"},
	"international relations": {"international security"},
	"international security":  {},
	"cooperation":             {"humanitarian action"},
	"development":             {"cooperation", "humanitarian action"},
	"human rights":            {"humanitarian law"},
	"humanitarian action":     {},
	"international law":       {"humanitarian law"},
	"humanitarian law":        {},
}

// nearby are the families close enough to the social, legal and political ones that a
// degree in one may cover another: whether it does is for a person to say.
var nearby = map[string]bool{
	"international relations": true, "political science": true, "international security": true, "cooperation": true, "international law": true,
	"project management": true, "human rights": true, "humanitarian law": true, "humanitarian action": true, "law": true, "migration": true,
	"development": true, "sociology": true, "anthropology": true, "psychology": true, "social work": true, "social sciences": true,
	"geography": true, "history": true, "philosophy": true, "economics": true, "data": true, "public administration": true, "education": true,
	"communication": true, "journalism": true, "languages": true, "police": true, "environment": true,
}

// Relation tells how a family of study stands to one that is asked for.
type Relation int

// The relations. Far is the only one that can disprove.
const (
	Near Relation = iota
	Same
	Far
)

// FieldRelation compares a family a degree is in with a family asked for.
func FieldRelation(have, want string) Relation {
	if have == want {
		return Same
	}
	for _, part := range within[want] {
		if part == have {
			return Same
		}
	}
	if nearby[have] && nearby[want] {
		return Near
	}
	return Far
}

// FieldFamilies turns a field as a checklist names it into families. A field the table
// does not know gives none: it is then compared word by word.
func FieldFamilies(asked string) []string {
	if isFamily(asked) {
		return []string{text.String(asked)}
	}
	return Fields(asked)
}

func isFamily(s string) bool {
	s = text.String(s)
	for _, r := range fields.rows {
		if r.key == s {
			return true
		}
	}
	return false
}
