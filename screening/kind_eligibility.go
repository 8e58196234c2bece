package screening

import (
	"strings"

	"dossier/screening/fact"
	"dossier/screening/lexicon"

	"dossier/screening/text"
)

// Eligibility looks for conditions the applicant says to fulfil: a grant, a compulsory
// internship, a permit, a nationality. A plain denial of what is asked for is the contrary;
// a denial of a part of it leaves the rest open.
var eligibility = Kind{
	Name:    "eligibility",
	Reasons: []string{"eligibility.said", "eligibility.denied", "eligibility.partly_denied", "eligibility.unsaid", "eligibility.conflict", "eligibility.doubtful"},
	Check:   checkEligibility,
	Judge:   judgeEligibility,
}

type eligibilityParams struct {
	AnyOf words `json:"any_of"`
}

func checkEligibility(c Criterion) []Problem {
	var p eligibilityParams
	if problems := checkParams(c, &p); len(problems) > 0 {
		return problems
	}
	if len(p.AnyOf) == 0 {
		return []Problem{{"params.any_of", "want at least one term"}}
	}
	return nil
}

// fulfilled are words with which somebody says that a condition is fulfilled.
var fulfilled = text.MustPattern(`\b(?:j'ai (?:obtenu|recu|une?)|je (?:beneficie|dispose|percois|recois|suis boursier\w*)|m'a (?:accorde|attribue|ete)|(?:mon|ma) (?:universite|ecole|institut\w*|faculte|master|cursus|formation|region|fondation|employeur)[^.;]{0,40}(?:finance\w*|accorde\w*|verse\w*|impose\w*|exige\w*|prevoit|delivre\w*|prend|parraine\w*|rend)|i (?:have|hold|receive|was (?:awarded|granted)|am (?:funded|sponsored))|my (?:university|school|faculty|institute|employer|programme|program|degree|course)[^.;]{0,40}(?:funds?|pays?|grants?|requires?|sponsors?|provides?|awards?))\b`)

// over tells whether the term stands in an entry that ended before the day of reckoning.
func (m mention) over(asOf fact.Month) bool {
	e := m.said.entry
	return e != nil && !e.Open && e.EndHi > 0 && e.EndHi < asOf
}

func judgeEligibility(c Criterion, r *Reading) Finding {
	var p eligibilityParams
	_ = decode(c, &p)
	var good, against, doubts []mention
	families, gone := map[string]bool{}, map[string]bool{}
	for _, term := range p.AnyOf {
		t := lexicon.NewSkillTerm(term)
		for _, f := range t.Families {
			families[f] = true
		}
		for _, m := range r.mentions(t) {
			stance := m.stance
			switch {
			case stance == named && m.over(monthOf(r.AsOf())):
				// The compulsory internship of a degree long finished.
				continue
			case stance == doubtful && m.said.letter && fulfilled.MatchString(m.said.Text) && !readerAsks.MatchString(m.said.Text) && !fact.QuotesNotice(m.said.Text):
				// "Mon université finance ce stage par une bourse": the internship is the reader's, the grant is not.
				stance = named
			}
			switch stance {
			case named:
				good = append(good, m)
			case denied:
				against = append(against, m)
				for _, f := range t.Families {
					gone[f] = true
				}
			default:
				doubts = append(doubts, m)
			}
		}
	}
	if len(against) > 0 && len(r.statements(fact.AboutEnrolment, true)) > 0 {
		// Who studies nowhere has neither a compulsory internship nor a school to agree to one.
		for f := range families {
			if strings.HasPrefix(f, "compulsory/") || strings.HasPrefix(f, "agreement/") {
				gone[f] = true
			}
		}
	}
	args := []string{"terms", strings.Join(p.AnyOf, ", ")}
	cite := func(f Finding, role Role, ms []mention) Finding {
		for n, m := range ms {
			if n == 3 {
				break
			}
			f = f.With(r.Passage(m.doc, m.where, role))
		}
		return f
	}
	switch {
	case len(good) > 0 && sameThing(good, against):
		return cite(cite(c.Unclear("eligibility.conflict", args...), Supports, good), Contradicts, against)
	case len(good) > 0:
		return cite(c.Met("eligibility.said", args...), Supports, good)
	case len(against) > 0 && 2*len(gone) >= len(families) && (len(gone) > 1 || len(families) == 1):
		// Who denies the grant and the compulsory internship would name a sponsor.
		return cite(c.NotMet("eligibility.denied", args...), Contradicts, against)
	case len(against) > 0:
		return cite(c.Unclear("eligibility.partly_denied", args...), Contradicts, against)
	case len(doubts) > 0:
		return cite(c.Unclear("eligibility.doubtful", args...), Context, doubts)
	}
	return c.Unclear("eligibility.unsaid", args...).With(r.Searched(r.Own()...))
}
