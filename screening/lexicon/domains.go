package lexicon

import (
	_ "embed"

	"dossier/screening/text"
)

//go:embed data/domains.tsv
var domainsTSV string

var domains = load("domains", domainsTSV)

// Domains finds the cues of lines of work in a text; the key of a hit is the domain.
func Domains(tokens []Token, raw func(start, end int) string) []Hit {
	return domains.Find(tokens, raw)
}

// Premises is the domain of buildings of the security forces. Naming them tells where
// somebody works, not what they do: it refines the domain of construction.
const (
	Premises     = "security premises"
	Construction = "construction"
)

// DomainOf turns a domain as a checklist names it into domains of the table. A term the
// table does not know gives none: it is then compared word by word.
func DomainOf(asked string) []string {
	key := text.String(asked)
	for _, r := range domains.rows {
		if r.key == key {
			return []string{key}
		}
	}
	return domains.Keys(asked)
}

// broad are domains that describe the frame of a job more than the job: another domain
// beside them does not make them less true.
var broad = map[string]bool{"humanitarian": true, "development": true, "project": true, "migration": true}

// Broad tells whether a domain may hold whatever the job itself is: a nurse in a refugee
// camp works in humanitarian aid.
func Broad(domain string) bool { return broad[domain] }
