package fact

import (
	"strings"

	"dossier/screening/lexicon"
	"dossier/screening/text"
)

// What statements are about.
const (
	AboutAvailability = "availability"
	AboutAgreement    = "agreement"
	AboutEnrolment    = "enrolment"
)

// Statement is a sentence that states something about availability, enrolment or an
// internship agreement.
type Statement struct {
	// About names the subject: availability, agreement, enrolment.
	About string `json:"about"`
	// Negated is true for "I am no longer a student".
	Negated bool `json:"negated,omitempty"`
	// FromLo..FromHi bound a stated start month, 0 when not said. A month without a year
	// has FromMonth (1 to 12) instead.
	FromLo    Month `json:"from_lo,omitempty"`
	FromHi    Month `json:"from_hi,omitempty"`
	FromMonth int   `json:"from_month,omitempty"`
	FromDay   int   `json:"from_day,omitempty"`
	// UntilLo..UntilHi bound a stated last month, UntilMonth when it has no year.
	UntilLo    Month `json:"until_lo,omitempty"`
	UntilHi    Month `json:"until_hi,omitempty"`
	UntilMonth int   `json:"until_month,omitempty"`
	UntilDay   int   `json:"until_day,omitempty"`
	// Now is true for "available immediately".
	Now bool `json:"now,omitempty"`
	// Months..MonthsHi bound a stated length in months; 0 when not said.
	Months   int   `json:"months,omitempty"`
	MonthsHi int   `json:"months_hi,omitempty"`
	Where    Where `json:"where"`
}

var (
	saysAvailable = text.MustPattern(`\b(?:disponib\w+|libre|available|availability|can (?:start|begin|join)|could (?:start|begin|join)|able to (?:start|begin|join)|ready to (?:start|begin|join)|free (?:from|to start|as of|as from)|peux (?:\pL+ )?(?:commencer|debuter|rejoindre|demarrer|partir|arriver|prendre mes fonctions)|pourrai[st]? (?:commencer|debuter|rejoindre|demarrer)|en mesure de (?:commencer|debuter|rejoindre)|souhaite (?:commencer|debuter)|start date|date de (?:debut|disponibilite)|prete? a (?:commencer|debuter|rejoindre|partir)|prise de (?:poste|fonctions?)|starting|as an intern|(?:would like|like to|wish|hope|want|looking for|seeking|souhait\w+|voudrai\w+|aimerai\w+|desir\w+|cherche)\b[^.;]{0,80}\b(?:stage|intern|internship|placement)|a partir d[ue]|a compter d[ue])\b`)
	ofInternship  = text.MustPattern(`\b(?:stage|internship|placement|mission|contrat|periode|duree|duration|period)\b`)
	notDates      = text.MustPattern(`\b(?:entretien|interview|joignable|reachable|par telephone|appel|call|experience|diplom|soutenance|nee?|born|references?|copie|pieces? justificatives?|portfolio)\b`)
	forInterview  = text.MustPattern(`\b(?:disponible|libre|available|disposition)\b[^.;]{0,25}\b(?:entretien|interview|echange|rencontre|rendez-vous|call|meeting|appel)\b`)
	unavailable   = text.MustPattern(`\b(?:pas (?:disponible|libre)|not (?:be )?available|indisponible|unavailable|ne (?:suis|serai) (?:pas|plus) (?:disponible|libre))\b`)
	immediately   = text.MustPattern(`\b(?:immediat\w*|tout de suite|de suite|des (?:maintenant|a present|aujourd'hui|que possible)|right away|at once|with immediate effect|now|sans (?:delai|preavis)|asap|actuellement libre)\b`)
	noticePeriod  = text.MustPattern(`\b(?:preavis|notice|delai)\b`)
	leadFrom      = text.MustPattern(`\b(?:des|a partir d[ue]?|a compter d[ue]?|from|as of|as from|starting|on|le|debut|beginning|depuis|in|en|of|:|-|de|du|start|available|disponible|libre)(?: le| la| l'| the| mois de| d'| early| late)*\W*$`)
	leadUntil     = text.MustPattern(`\b(?:jusqu'(?:a|au|en)|until|till|to|au|a|fin|end of|through)(?: la| le| fin| the end of| end of| de)*\W*$`)
)

// readStatements reads availability, agreements and enrolment in letters, bodies, profiles
// and the notes below a degree.
func readStatements(v *View, f *Facts) {
	for _, p := range v.Sentences {
		if v.Lines[p.First].Skip {
			continue
		}
		section := v.SectionOf(p.First)
		readAgreement(p, f)
		if section.Is(lexicon.Experience, lexicon.Internships, lexicon.Volunteering, lexicon.References, lexicon.Languages, lexicon.Interests) {
			continue
		}
		readAvailability(p, f, section.Is(lexicon.Availability))
	}
}

// readAvailability reads from when, until when and for how long somebody is free.
func readAvailability(p text.Passage, f *Facts, inSection bool) {
	s := p.Text
	says := saysAvailable.MatchString(s) || inSection
	if !says && !(ofInternship.MatchString(s) && len(durations(s)) > 0) || notDates.MatchString(s) && !strings.Contains(s, "disponib") && !strings.Contains(s, "availab") {
		return
	}
	if forInterview.MatchString(s) {
		return
	}
	if (wanted.MatchString(s) || QuotesNotice(s)) && !ownWords.MatchString(s) {
		return
	}
	st := Statement{About: AboutAvailability, Where: Where{Span: p.All(), Rule: "statement.availability"}}
	st.Negated = unavailable.MatchString(s)
	for _, d := range dates(s) {
		switch {
		case d.broken:
		case d.open:
		case d.ranged && d.halfOpen && d.startLo == MonthOf(1950, 1):
			st.UntilLo, st.UntilHi, st.UntilDay = d.endLo, d.endHi, d.endDay
		case d.ranged && !d.halfOpen:
			if st.FromLo == 0 && says {
				st.FromLo, st.FromHi, st.FromDay = d.startLo, d.startHi, d.startDay
				st.UntilLo, st.UntilHi, st.UntilDay = d.endLo, d.endHi, d.endDay
			}
		case st.FromLo == 0 && says && (leadFrom.MatchString(s[:d.start]) || leadFrom.MatchString(s[:min(len(s), d.start+8)])) || st.FromLo == 0 && inSection:
			if leadUntil.MatchString(s[:d.start]) && !leadFrom.MatchString(s[:d.start]) {
				st.UntilLo, st.UntilHi, st.UntilDay = d.startLo, d.startHi, d.startDay
			} else {
				st.FromLo, st.FromHi, st.FromDay = d.startLo, d.startHi, d.startDay
			}
		case st.FromLo == 0 && says && strings.HasPrefix(s[d.start:], "a partir"), strings.HasPrefix(s[d.start:], "des "):
			st.FromLo, st.FromHi, st.FromDay = d.startLo, d.startHi, d.startDay
		}
	}
	if st.FromLo == 0 && says {
		st.bareMonths(s)
	}
	st.Now = says && st.FromLo == 0 && st.FromMonth == 0 && immediately.MatchString(s)
	for _, d := range durations(s) {
		before := s[:d.start]
		if noticePeriod.MatchString(s[max(0, d.start-25):min(len(s), d.end+20)]) {
			continue
		}
		if forSoLong.MatchString(before) || ofInternship.MatchString(s[d.end:min(len(s), d.end+14)]) {
			if d.lo <= 24 {
				st.Months, st.MonthsHi = d.lo, d.hi
			}
		}
	}
	if st.FromLo > 0 || st.FromMonth > 0 || st.UntilLo > 0 || st.Now || st.Months > 0 || st.Negated {
		f.Statements = append(f.Statements, st)
	}
}

var (
	forSoLong = text.MustPattern(`\b(?:disponibles?|libres?|available|free|rester|stay|pour|pendant|durant|duree (?:de|d'|minimale de)?|d'une duree de|for|of|de|stay(?: for)?|period of|periode de|stage de|internship of|lasting|sur|prevoit un stage de|d')\W*(?:une (?:duree|periode) (?:de|d'))?(?: une| un| a| au moins| at least| minimum| maximum| up to| full| total of)*\W*$`)
	ownWords  = text.MustPattern(`\b(?:je|j'|mon|ma|mes|i|i'm|my|me)\b`)
)

// bareMonths reads months without a year: "disponible de mars à août", "from 1 April".
func (st *Statement) bareMonths(s string) {
	m := bareRange.FindStringSubmatch(s)
	if m != nil && months[m[2]] > 0 && months[m[4]] > 0 {
		st.FromMonth, st.FromDay, st.UntilMonth, st.UntilDay = months[m[2]], dayOf(m[1]), months[m[4]], dayOf(m[3])
		return
	}
	for _, m := range bareStart.FindAllStringSubmatch(s, -1) {
		day, name := dayOf(m[1]), m[2]
		if n := months[name]; n > 0 {
			st.FromMonth, st.FromDay = n, day
			return
		}
		if span, ok := seasons[name]; ok && name != "fall" {
			st.FromMonth = span[0]
			return
		}
	}
}

func dayOf(s string) int {
	v, _ := numberAt(s)
	return v
}

var (
	bareRange = text.MustPattern(`\b(?:de |du |from |entre |between )(?:le )?(?:(\d{1,2})(?:er|st|nd|rd|th)? )?(\pL{3,9})\.? (?:a|au|to|until|et|and|-|jusqu'a|jusqu'au|through)(?: la)?(?: fin)?(?: the end of)?(?: end)? ?(?:(\d{1,2})(?:er|st|nd|rd|th)? )?(\pL{3,9})\b`)
	bareStart = text.MustPattern(`\b(?:des|a partir d[ue]?|a compter d[ue]?|from|as of|as from|starting|on|le|en|in)(?: le| la| l| the| mois de| debut| fin| mi-?| early| late| mid| end of| beginning of)*[ ']+(?:(\d{1,2})(?:er|st|nd|rd|th)? )?(?:of |de )?(\pL{3,9})\b`)

	agreement     = text.MustPattern(`\b(?:conventions? (?:de stage|tripartite|de mon|avec mon)|stages? conventionnes?|conventions?|internship agreements?|placement agreements?|training agreements?|agreement (?:with|from|signed by) my (?:university|school))\b`)
	gives         = text.MustPattern(`\b(?:sign\w*|delivr\w*|fourni\w*|etabli\w*|possible|autoris\w*|dispos\w*|obten\w*|assur\w*|permet\w*|prevoi\w*|provide[sd]?|issue[sd]?|offers?|grants?|available|can|could|peu[tx]|sous convention|avec convention|conventionnes?|sera|edit\w*|accord\w*|remis\w*|deliver\w*|est prete|propose\w*)\b`)
	refuses       = text.MustPattern(`\b(?:sans convention|pas de convention|aucune convention|plus de convention|no (?:internship|placement) agreement|without (?:an? )?(?:internship |placement )?agreement|(?:ne|n') ?(?:\pL+ ){0,4}(?:pas|plus|aucune?|jamais|peux|peut|dispose|delivre|fournit|signe)\b[^.;]{0,40}conventions?|(?:cannot|can not|can't|could not|couldn't|will not|won't|does not|doesn't|do not|don't|unable to|refuses? to|not (?:able|in a position|allowed) to) (?:\pL+ ){0,3}?(?:provide|sign|get|obtain|issue|give|deliver|offer|grant|establish|have|make)[^.;]{0,40}agreement|agreements?[^.;]{0,30}(?:cannot|can't|will not|won't|not be) (?:be )?(?:signed|issued|provided|given|obtained)|not (?:able|in a position) to[^.;]{0,40}agreement|convention[^.;]{0,30}(?:impossible|refus\w*|n'est (?:pas|plus))|no longer[^.;]{0,40}agreement)\b`)
	asks          = text.MustPattern(`\b(?:je ne sais (?:donc )?pas|si une convention|faut-il|est-ce|i (?:do not|don't) know|would (?:an?|it)|is (?:an?|it))\b`)
	noStudent     = text.MustPattern(`\b(?:(?:je )?ne suis (?:donc )?(?:plus|pas) (?:etudiante?|inscrite?|scolarisee?)|n'etant (?:plus|pas) (?:etudiante?|inscrite?)|plus (?:etudiante?|inscrite?) (?:depuis|a|en|dans)|n'ai plus (?:le )?statut (?:d'etudiante?|etudiant)|plus de statut etudiant|no longer (?:a |an? )?(?:\pL+ )?(?:student|enrolled|studying)|not (?:currently )?(?:a student|enrolled|studying)|(?:am|i'm) not (?:a|an|currently a) (?:\pL+ )?student|finished my studies|termine mes etudes|acheve mes etudes|sortie? (?:du|de) (?:l'universite|systeme scolaire|etudes))\b`)
	enrolledNext  = text.MustPattern(`\b(?:inscrite? (?:a la rentree|pour l'annee|en|au|a)|reinscrite?|enrolled (?:for|in|at)|registered (?:for|at)|(?:serai|suis) (?:inscrite?|admise?))\b`)
	compulsory    = text.MustPattern(`\b(?:stage (?:obligatoire|de fin d'etudes|de fin de cursus|conventionne)|(?:mandatory|compulsory|required) (?:internship|placement|traineeship)|(?:impose|exige|prevoit|comprend|requiert) un stage|(?:internship|placement)[^.;]{0,50}(?:compulsory|mandatory|required))\b`)
	compulsoryNot = text.MustPattern(`\b(?:n'est (?:exige|impose|demande|requis) par aucun|pas (?:obligatoire|exige|impose)|not (?:compulsory|mandatory|required)|aucun stage obligatoire)\b`)
)

// readAgreement reads whether an internship agreement can be had, and what a sentence says
// about being a student.
func readAgreement(p text.Passage, f *Facts) {
	s := p.Text
	add := func(about string, negated bool, rule string) {
		f.Statements = append(f.Statements, Statement{About: about, Negated: negated, Where: Where{Span: p.All(), Rule: rule}})
	}
	if noStudent.MatchString(s) {
		add(AboutEnrolment, true, "statement.not_student")
	} else if enrolledNext.MatchString(s) {
		add(AboutEnrolment, false, "statement.enrolled")
	}
	if compulsory.MatchString(s) && !compulsoryNot.MatchString(s) && !wanted.MatchString(s) && !QuotesNotice(s) {
		add(AboutAgreement, false, "statement.compulsory")
	}
	if !agreement.MatchString(s) || asks.MatchString(s) || strings.HasSuffix(s, "?") || legalConvention.MatchString(s) {
		return
	}
	switch {
	case refuses.MatchString(s):
		add(AboutAgreement, true, "statement.no_agreement")
		if m := notBefore.FindStringIndex(s); m != nil {
			if when := dates(s[m[1]:]); len(when) > 0 && when[0].start < 12 && !when[0].broken {
				f.Statements[len(f.Statements)-1].FromLo = when[0].startLo
			}
		}
	case gives.MatchString(s) && !wanted.MatchString(s) && !QuotesNotice(s):
		add(AboutAgreement, false, "statement.agreement")
	}
}

// notBefore leads to the day from which an agreement can be had.
var notBefore = text.MustPattern(`\b(?:before|until|avant(?: le| la)?|jusqu'(?:a|au|en)) `)

// legalConvention tells of agreements between states and firms.
var legalConvention = text.MustPattern(`\b(?:conventions? (?:collectives?|europeennes?|internationales?|de geneve|des nations|relatives?|de financement|de subvention|de partenariat|avec (?:l'association|les|la mairie|un))|convention (?:of|on))\b`)
