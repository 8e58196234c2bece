package notice

import (
	_ "embed"
	"fmt"
	"strings"

	"dossier/screening"
	"dossier/screening/text"
)

//go:embed data/sensitive.tsv
var sensitiveTSV string

// ground is a row of the legal table: something the law protects.
type ground struct {
	code, law string
	patterns  []*text.Pattern
	testsFR   []string
	testsEN   []string
	advice    screening.Statement
}

// grounds are the rows in the table's order.
var grounds, sensitiveVersion, sensitiveSource = loadGrounds()

func loadGrounds() ([]ground, string, string) {
	var out []ground
	var version, source string
	for n, line := range strings.Split(sensitiveTSV, "\n") {
		if v, ok := strings.CutPrefix(line, "# version:"); ok {
			version = strings.TrimSpace(v)
		}
		if v, ok := strings.CutPrefix(line, "# source:"); ok {
			source = strings.TrimSpace(v)
		}
		if line == "" || line[0] == '#' {
			continue
		}
		c := strings.Split(line, "\t")
		if len(c) != 7 {
			panic(fmt.Sprintf("notice sensitive, line %d: want seven cells, got %d", n+1, len(c)))
		}
		g := ground{code: c[0], law: c[1], testsFR: strings.Split(c[3], "|"), testsEN: strings.Split(c[4], "|"), advice: screening.Statement{FR: c[5], EN: c[6]}}
		for _, p := range strings.Split(c[2], " | ") {
			g.patterns = append(g.patterns, text.MustPattern(strings.TrimSpace(p)))
		}
		out = append(out, g)
	}
	return out, version, source
}

// Ground is what the legal table says of a reason code.
type Ground struct {
	Code string
	// Law cites the texts that protect it.
	Law string
	// Suggestion is a wording that asks for what the work needs instead.
	Suggestion screening.Statement
}

// Grounds lists the legal table in its order, with its version and its sources.
func Grounds() (list []Ground, version, source string) {
	for _, g := range grounds {
		list = append(list, Ground{g.code, g.law, g.advice})
	}
	return list, sensitiveVersion, sensitiveSource
}

func groundOf(code string) ground {
	for _, g := range grounds {
		if g.code == code {
			return g
		}
	}
	return ground{}
}

func suggestion(code string) screening.Statement { return groundOf(code).advice }

// Touches are the reason codes of the legal table that a text touches, in the table's
// order; for words a person types into a criterion.
func Touches(s string) []string {
	var out []string
	f := plain(text.Fold(strings.Join(strings.Fields(s), " ")))
	for _, g := range grounds {
		if _, _, ok := g.find(f.Text); ok {
			out = append(out, g.code)
		}
	}
	return out
}

func (g ground) find(t string) (start, end int, ok bool) {
	for _, p := range g.patterns {
		if m := p.FindStringIndex(t); m != nil {
			return m[0], m[1], true
		}
	}
	return 0, 0, false
}

var (
	// withoutRegard matches what employers promise not to look at.
	withoutRegard = text.MustPattern(`\b(?:sans (?:distinction|discrimination|consideration|prejuge|egard)|quel(?:le)?s? que soi(?:en)?t|independamment de|egalite (?:des chances|de traitement|professionnelle)|lutte contre les discriminations|non[- ]discriminat\w+|regardless of|irrespective of|without (?:regard|distinction|discrimination)|equal opportunit\w+|does not discriminate|do not discriminate|not discriminate|discriminat\w+|diversit\w+|inclusi\w+|welcome applications|we (?:welcome|encourage)|all (?:backgrounds|qualified)|ouvert\w* a (?:tous|toutes)|a competences egales|handi-?accueillant|accessible aux personnes|en situation de handicap|amenagements?|reasonable (?:adjustments?|accommodation))\b`)
	encouraged    = text.MustPattern(`\b(?:encourag\w+)\b`)
	// aboutOthers matches sentences that speak of those the work is for.
	aboutOthers = text.MustPattern(`\b(?:beneficiaires?|enfants? (?:de|ages|separes|non)|adolescents?|populations?|usagers|patients?|survivant\w*|victimes? de|refugies? (?:de|vivant)|menages|communautes? (?:de|locales)|publics? (?:cibles?|accueillis|vulnerables)|residents? (?:du|de la|des)|children|beneficiaries|survivors|households|patients|service users|communities|participants in|study)\b`)
	asksOf      = text.MustPattern(`\b(?:candidat\w*|applicants?|candidates?|postul\w+|stagiaires?|interns?|vous|votre|vos|you|your|doit|doivent|devra|devront|must|should|exige\w*|requi\w*|obligatoire\w*|imperati\w*|de preference|preferably|prefer\w*|uniquement|exclusivement|only|reserve\w*|joindre|fournir|adress\w+|envoy\w+|send|attach|submit|provide|state|indiquer|preciser|incluant|nous (?:re)?cherchons|we (?:want|seek|are looking)|souhait\w*|etre|avoir|limite|sans|s'abstenir|encourag\w*)\b`)
)

// concerns finds the passages that touch what the law protects. In the profile, and where
// something is asked of applicants, they become criteria for the reader; elsewhere they are
// only shown.
func (r *reader) concerns() {
	for i := range r.sentences {
		s := &r.sentences[i]
		if s.heading && len(strings.Fields(s.Text)) < 4 || s.zone == ZoneDuties && !asksApplicant.MatchString(s.Text) || s.zone == ZoneContext && !asksApplicant.MatchString(s.Text) {
			continue
		}
		if withoutRegard.MatchString(s.Text) && !encouraged.MatchString(s.Text) {
			continue
		}
		for _, g := range grounds {
			_, _, ok := g.find(s.Text)
			if !ok || aboutOthers.MatchString(s.Text) && len(strings.Fields(s.Text)) > 7 || g.code == "age" && ageNot.MatchString(s.Text) || s.zone != ZoneProfile && !asksOf.MatchString(s.Text) && g.code != "family" {
				continue
			}
			r.draft.Concerns = append(r.draft.Concerns, Concern{Code: g.code, Source: r.cite(s), Suggestion: g.advice, Law: g.law, Criterion: ""})
		}
	}
}

// oneConcern joins the grounds of one sentence into one line for the reader.
func oneConcern(list []found) []found {
	if len(list) < 2 {
		return list
	}
	one := list[0]
	words := append([]string{}, one.params["any_of"].([]string)...)
	for _, f := range list[1:] {
		one.reasons = append(one.reasons, f.reasons...)
		words = append(words, f.params["any_of"].([]string)...)
		one.start, one.end = min(one.start, f.start), max(one.end, f.end)
	}
	one.set("any_of", words)
	return []found{one}
}

// grounded lists the grounds a sentence of the profile asks for, with where.
func (r *reader) grounded(s *sentence) []found {
	if withoutRegard.MatchString(s.Text) || aboutOthers.MatchString(s.Text) && len(strings.Fields(s.Text)) > 7 {
		return nil
	}
	var out []found
	for _, g := range grounds {
		switch g.code {
		case "age", "experience_max", "photo", "identity_papers":
			// Age and maxima have kinds of their own; papers belong to what is to be sent.
			continue
		}
		a, b, ok := g.find(s.Text)
		if !ok {
			continue
		}
		f := found{kind: "eligibility", start: a, end: b, id: strings.ReplaceAll(g.code, "_", " "), reasons: []string{g.code}}
		f.set("any_of", []string{r.words(s.Folded, a, b)})
		out = append(out, f)
	}
	return out
}
