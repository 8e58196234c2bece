package message

import (
	"regexp"
	"slices"
	"strings"

	"dossier/screening/text"
)

// BodyReading is what the text of a mail is good for: a letter, a CV, or a courtesy.
type BodyReading struct {
	// Words counts the words the sender wrote, greeting and closing left out.
	Words int
	// Motivation lists the sorts of argument found, like "interest" or "fit"; Sections the
	// headings of a CV, and Dated how many of its lines hold a period.
	Motivation []string
	Sections   []string
	Dated      int
	// Letter: the text argues why its writer applies. CV: it lists what they did.
	Letter bool
	CV     bool
	// Applies: the writer says that they apply. Attached: that files are with the mail.
	Applies  bool
	Attached bool
	// Linked: documents are said to lie behind a link.
	Linked bool
}

// A letter has more than a courtesy's words and argues in more than one way.
const (
	letterWords   = 60
	letterReasons = 2
	cvSections    = 2
	cvDated       = 2
)

// cue is a sort of phrase and how to see it in folded text.
type cue struct {
	name string
	re   *regexp.Regexp
}

var motivationCues = []cue{
	{"interest", regexp.MustCompile(`\b(?:interesse|interet|passionne|motive[e]?|motivation|enthousias|attire[e]?|souhaite (?:rejoindre|mettre|contribuer|apporter|m'investir|m'engager)|desire rejoindre|envie de|me tient a coeur|retenu (?:toute )?mon attention|interested in|keen|eager|passionate|excited|motivated|enthusias|drawn to|attracted|would love|look forward to (?:joining|contributing|working))`)},
	{"fit", regexp.MustCompile(`\b(?:mes competences|mon experience|mon parcours|ma formation|mes etudes|mon stage|m'a permis|m'ont permis|j'ai (?:acquis|developpe|appris|pu|ainsi|travaille|passe|suivi|participe|realise|coordonne|pilote|anime|encadre|redige|exerce|effectue|occupe|gere|vu)|je dispose|je maitrise|je parle|je suis (?:capable|habitue|rigoureu|titulaire|diplome|actuellement)|actuellement (?:etudiant|en)|au cours de|my (?:experience|background|skills|studies|degree|training|internship)|allowed me|taught me|i have (?:worked|gained|developed|acquired|led|managed|learned|been|experience|coordinated|spent)|i am (?:fluent|able|currently|trained|a (?:student|graduate|lawyer|social|communication))|i (?:worked|led|managed|coordinated|organi[sz]ed|studied|speak|learned|spent|wrote))`)},
	{"offer", regexp.MustCompile(`\b(?:apporter|contribuer|mettre (?:mes|a profit|au service)|participer (?:a|au)|m'investir|m'engager|servir|accompagner|suite (?:naturelle|logique)|rejoindre (?:votre|vos)|au sein de (?:votre|vos)|contribute|bring|put my|serve|support your|join(?:ing)? your|be part of|work with you|add value)`)},
	{"knows_us", regexp.MustCompile(`\b(?:votre (?:annonce|offre|organisation|association|mission|projet|equipe|institution|structure|engagement|action|travail)|vos (?:valeurs|missions|projets|equipes|actions)|your (?:organi[sz]ation|mission|team|project|work|values|advert|announcement|vacancy|notice))`)},
	{"plans", regexp.MustCompile(`\b(?:disponible|libre (?:des|a partir|pour|du)|professionnel(?:le)? (?:vise|projet)|projet professionnel|mon objectif|je vise|carriere|my goal|available (?:from|as of|for|to)|my aim|career|free from)`)},
}

var sectionLine = regexp.MustCompile(`^[-*•_=#: ]*(?:(?:mes |mon |my )?(?:experiences?(?: professionnelles?)?|parcours(?: professionnel)?|formations?(?: academique)?|etudes|diplomes?|langues?|competences?(?: informatiques)?|informatique|centres? d'interets?|loisirs|etat civil|coordonnees|references?|(?:professional|work) experience|employment(?: history)?|education|qualifications?|languages?|(?:key )?skills|computer skills|interests|hobbies|personal (?:details|information)|curriculum vitae|cv|resume|publications|certifications?|referees|carriere|affectations|formation et diplomes|experience et formation))(?: professionnelle?s?)? ?[-*•_=#:]*$`)

var sectionLead = regexp.MustCompile(`^[-*• ]*(?:experiences?(?: professionnelles?)?|formations?|etudes|diplomes?|langues?|competences?|informatique|centres? d'interets?|(?:professional |work )?experience|education|languages?|skills|references?|loisirs|interests) ?: .`)

var dated = regexp.MustCompile(`\b(?:19[5-9]\d|20[0-4]\d)\b`)

var (
	appliesCue = regexp.MustCompile(`\b(?:je (?:me porte candidat|postule|candidate|me permets de (?:postuler|vous (?:adresser|soumettre|proposer|faire parvenir|envoyer|ecrire pour postuler))|vous (?:soumets|adresse|transmets|presente|propose|envoie|fais parvenir|prie de (?:trouver|bien vouloir trouver|recevoir))|souhaite (?:postuler|poser ma candidature|candidater|vous (?:soumettre|adresser|proposer))|desire postuler|pose ma candidature|depose ma candidature|viens par (?:la presente|ce mail|ce message))|(?:ma|notre) candidature|mon (?:cv|c\.v\.|curriculum|dossier)|ma lettre|(?:i am|i'm|i would like to be|i wish to be)? ?(?:applying|writing to apply)|i (?:would like|wish|want|'d like) to (?:apply|submit|express my interest|be considered)|i (?:hereby )?(?:apply|submit)|my (?:application|cv|resume|r.sum.|curriculum|cover letter|motivation letter)|candidature (?:au|a la|a l'|pour|spontanee)|application for (?:the|a|your|position|post|internship|job)|apply for)`)

	attachedCue = regexp.MustCompile(`\b(?:ci[- ]?joint[es]*|(?:en )?pieces? jointes?|en (?:pj|p\.j\.|attache|annexe|fichier joint)|(?:est|sont) (?:joint|attache|annexe)[es]*|ci-annexe|joints? a ce|dans l'archive|please find (?:my|the|attached|enclosed)|(?:is|are|find|have) (?:attached|enclosed)|attached (?:to|is|are|please|you|my)|enclosed (?:is|are|please|my)|i (?:attach|enclose|am attaching|have attached)|veuillez trouver|vous trouverez)`)

	linkCue = regexp.MustCompile(`(?:drive\.google|dropbox|wetransfer|we\.tl|onedrive|1drv|sharepoint|icloud|docs\.google|swisstransfer|grosfichiers|transfernow|mega\.nz|\blien (?:suivant|ci-dessous|vers mon)|(?:following|below) link|telecharge(?:r|ables?) (?:ici|sur|via|a l'adresse))`)
)

var greeting = regexp.MustCompile(`^(?:bonjour|bonsoir|madame|monsieur|mesdames|messieurs|chere?s?|dear|hello|hi|good (?:morning|afternoon|evening)|to whom|a l'attention|excellence|salut|greetings|cordialement|bien cordialement|bien a vous|sinceres salutations|salutations|respectueusement|meilleures salutations|belle journee|bonne journee|best regards|kind regards|regards|sincerely|yours|merci|thank you|thanks|best)\b[^.?!:]{0,60}[,.!]?$`)

// ReadBody says what a text sent as the body of a mail is good for. It serves to tell an
// application from other mail; the documents are read for good elsewhere.
func ReadBody(s string) BodyReading {
	var r BodyReading
	f := text.String(s)
	for _, line := range strings.Split(f, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if !greeting.MatchString(line) {
			r.Words += countWords(line)
		}
		if sectionLine.MatchString(line) || sectionLead.MatchString(line) {
			r.Sections = append(r.Sections, strings.Trim(line, "-*•_=#: "))
		}
		if dated.MatchString(line) && len(line) < 200 {
			r.Dated++
		}
	}
	one := strings.Join(strings.Fields(f), " ")
	for _, c := range motivationCues {
		if c.re.MatchString(one) {
			r.Motivation = append(r.Motivation, c.name)
		}
	}
	r.Sections = slices.Compact(r.Sections)
	r.Applies = appliesCue.MatchString(one)
	r.Attached = attachedCue.MatchString(one)
	r.Linked = linkCue.MatchString(one)
	r.CV = len(r.Sections) >= cvSections && r.Dated >= cvDated || len(r.Sections) >= 1 && r.Dated >= 5
	// In a text that is both, the lines of the CV must not count as argument.
	r.Letter = r.Words >= letterWords && len(r.Motivation) >= letterReasons && (!r.CV || r.Words >= 2*letterWords)
	return r
}
