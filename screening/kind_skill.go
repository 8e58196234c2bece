package screening

import (
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// Skill looks for terms in the applicant's own words, under their French and English names.
// A mention is enough, whatever it says about level; silence is unclear. A term that is
// denied, wished for, quoted from the notice or the reader's own proves nothing.
var skill = Kind{
	Name:    "skill",
	Reasons: []string{"skill.named", "skill.unmentioned", "skill.denied", "skill.partly_denied", "skill.conflict", "skill.hoped", "skill.doubtful", "skill.role_unsaid", "skill.some_missing"},
	Check:   checkSkill,
	Judge:   judgeSkill,
}

type skillParams struct {
	AnyOf words `json:"any_of"`
	AllOf words `json:"all_of"`
	// AtLeast asks for a number of the terms of any_of; 1 when it is not given.
	AtLeast int `json:"at_least"`
	// Role asks for what the applicant was: head, deputy, designer.
	Role words `json:"role"`
}

func checkSkill(c Criterion) []Problem {
	var p skillParams
	if problems := checkParams(c, &p); len(problems) > 0 {
		return problems
	}
	var out []Problem
	if len(p.AnyOf)+len(p.AllOf) == 0 {
		out = append(out, Problem{"params", "want any_of or all_of"})
	}
	for field, list := range map[string]words{"any_of": p.AnyOf, "all_of": p.AllOf} {
		for _, term := range list {
			if strings.TrimSpace(term) == "" {
				out = append(out, Problem{"params." + field, "an empty term"})
			}
		}
	}
	if p.AtLeast < 0 || p.AtLeast > len(p.AnyOf) {
		out = append(out, Problem{"params.at_least", "want 1 to the number of terms of any_of"})
	}
	for _, role := range p.Role {
		if roleWords[role] == nil {
			out = append(out, Problem{"params.role", "want head, deputy or designer"})
		}
	}
	return sortProblems(out)
}

// roleWords are what heads, deputies and designers of something write.
var roleWords = map[string]*text.Pattern{
	"head":     text.MustPattern(`\b(?:chef|cheffe|directeur|directrice|direction|dirig\w+|responsable|commandant\w*|commandement|gestion|gere\w*|gerer|gerant\w*|a la tete|head|director|directed|manager|managed|managing|management of|led|leading|ran|running|in charge|charge d[eu] la (?:gestion|direction)|superintendent|pilotage|pilot\w+|administrat(?:eur|rice)|administr(?:er|ee?|ait|ais)|administered)\b`),
	"deputy":   text.MustPattern(`\b(?:adjointe?|deputy|sous-direct\w+|second|vice|assistant director|assistant manager)\b`),
	"designer": text.MustPattern(`\b(?:conception|concu\w*|concev\w+|creation|cree\w*|creer|construction|construi\w+|ouverture|ouvert|mise en place|mis en place|mettre en place|monte|montage|design\w*|created|creating|set up|setting up|established|establishing|opened|opening|built|building|planned|amenagement|installation|mise en service|mise sur pied)\b`),
}

// helpers are words that make a role somebody else's.
var helpers = text.MustPattern(`\b(?:appui a la|appui au|soutien a la|aide a la|contribution a la|participation a la|support to the|assisted? (?:in|with)|helped|visites? d|visited|visit to|inspection d|controle d|audit d|relations avec|liaison with|stage au|stagiaire)\s*(?:\pL+ ){0,2}$`)

// headOfPart is somebody who leads a part of a place, not the place.
var headOfPart = text.MustPattern(`\b(?:chef(?:fe)?|responsable|commandante?|directeur|directrice|adjointe? au chef|adjointe?) (?:adjointe? )?(?:de |d'|du |des |de la |de l')(?:brigade|groupe|section|poste|quart|equipe|unite|escouade|tour|garde|secteur|pool|escorte|surveillance|securite|logistique|cuisine|maintenance|greffe|bureau|(?:la )?(?:securite|logistique|maintenance|communication|comptabilite)|(?:les )?ressources humaines|rh)s?\b|\b(?:team|shift|squad|section|unit|group|night|duty|security|logistics|maintenance) (?:leader|head|manager|supervisor|chief|officer|lead)\b|\b(?:head|chief|leader) of (?:the )?(?:team|shift|squad|section|unit|group|security|logistics|maintenance|brigade|kitchen)\b`)

func judgeSkill(c Criterion, r *Reading) Finding {
	var p skillParams
	_ = decode(c, &p)
	if len(p.AllOf) > 0 {
		var worst Finding
		for n, term := range p.AllOf {
			f := r.judgeTerms(c, words{term}, 1, p.Role)
			switch {
			case n == 0:
				worst = f
			case f.Verdict == NotMet && worst.Verdict != NotMet, f.Verdict == Unclear && worst.Verdict == Met:
				worst = f.With(worst.Evidence...)
			default:
				worst = worst.With(f.Evidence...)
			}
		}
		if len(p.AnyOf) == 0 || worst.Verdict == NotMet {
			return worst
		}
		rest := r.judgeTerms(c, p.AnyOf, max(1, p.AtLeast), p.Role)
		if rest.Verdict == Met {
			return worst.With(rest.Evidence...)
		}
		return rest
	}
	return r.judgeTerms(c, p.AnyOf, max(1, p.AtLeast), p.Role)
}

// judgeTerms looks for at least some of the terms.
func (r *Reading) judgeTerms(c Criterion, terms words, atLeast int, roles words) Finding {
	var good, denials, hopes, doubts, roleless []mention
	found := map[string]bool{}
	deniedFamilies, positive := map[string]bool{}, map[string]bool{}
	all := map[string]bool{}
	for _, term := range terms {
		t := lexicon.NewSkillTerm(term)
		for _, f := range t.Families {
			all[f] = true
		}
		for _, m := range r.mentions(t) {
			switch m.stance {
			case denied:
				denials = append(denials, m)
				for _, f := range t.Families {
					deniedFamilies[f] = true
				}
			case hoped:
				hopes = append(hopes, m)
			case doubtful:
				doubts = append(doubts, m)
			default:
				if len(roles) > 0 && !m.inRole(roles) {
					roleless = append(roleless, m)
					continue
				}
				good = append(good, m)
				found[term] = true
				for _, f := range t.Families {
					positive[f] = true
				}
			}
		}
	}
	list := strings.Join(terms, ", ")
	args := []string{"terms", list}
	cite := func(f Finding, role Role, ms []mention) Finding {
		for n, m := range ms {
			if n == 3 {
				break
			}
			f = f.With(r.Passage(m.doc, m.where, role))
		}
		return f
	}
	everyDenied := len(denials) > 0
	for f := range all {
		everyDenied = everyDenied && deniedFamilies[f]
	}
	everyDenied = everyDenied || kindDenied(denials) && len(hopes)+len(doubts) == 0
	switch {
	case len(found) >= atLeast && sameThing(good, denials):
		return cite(cite(c.Unclear("skill.conflict", args...), Supports, good), Contradicts, denials)
	case len(found) >= atLeast:
		return cite(c.Met("skill.named", append(args, "found", strings.Join(ordered(terms, found), ", "))...), Supports, good)
	case len(good) > 0:
		return cite(c.Unclear("skill.some_missing", append(args, "found", strings.Join(ordered(terms, found), ", "))...), Context, good)
	case everyDenied && len(roleless) == 0:
		return cite(c.NotMet("skill.denied", args...), Contradicts, denials)
	case len(roleless) > 0:
		return cite(c.Unclear("skill.role_unsaid", append(args, "role", strings.Join(roles, ", "))...), Context, roleless)
	case len(denials) > 0:
		return cite(c.Unclear("skill.partly_denied", args...), Contradicts, denials)
	case len(hopes) > 0:
		return cite(c.Unclear("skill.hoped", args...), Context, hopes)
	case len(doubts) > 0:
		return cite(c.Unclear("skill.doubtful", args...), Context, doubts)
	}
	return c.Unclear("skill.unmentioned", args...).With(r.Searched(r.Own()...))
}

// kindDenied tells whether the kind of program asked for is denied, with two of those asked
// for as its examples.
func kindDenied(denials []mention) bool {
	examples := map[string]bool{}
	for _, m := range denials {
		if m.wholeKind() {
			examples[m.term] = true
		}
	}
	return len(examples) > 1
}

// sameThing tells whether all that is named is denied as well.
func sameThing(good, denials []mention) bool {
	for _, g := range good {
		also := false
		for _, d := range denials {
			also = also || d.term == g.term && d.doc != g.doc || d.term == g.term && d.said.letter
		}
		if !also {
			return false
		}
	}
	return len(denials) > 0
}

func ordered(terms words, found map[string]bool) []string {
	var out []string
	for _, t := range terms {
		if found[t] {
			out = append(out, t)
		}
	}
	return out
}

// inRole tells whether the sentence that names the term, or the head it stands in, says
// that the applicant was one of the roles.
func (m mention) inRole(roles words) bool {
	before, after := headOfPart.ReplaceAllString(m.before, " "), m.after
	if m.said.entry != nil && m.said.head {
		after += " " + headOfPart.ReplaceAllString(text.String(m.said.entry.Header), " ")
	}
	for _, role := range roles {
		rx := roleWords[role]
		if rx == nil {
			continue
		}
		for _, at := range rx.FindAllStringIndex(before, -1) {
			if !helpers.MatchString(before[:at[0]]) && !verbalNegation.MatchString(before[:at[0]]) {
				return true
			}
		}
		if m.said.entry != nil && m.said.head && rx.MatchString(after) {
			return true
		}
		if at := rx.FindStringIndex(after); at != nil && at[0] < 60 && !strings.ContainsAny(after[:at[0]], ";.") && role == "designer" {
			return true
		}
	}
	return false
}
