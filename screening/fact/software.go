package fact

import "dossier/screening/text"

// A sentence that speaks to a machine reading the application, instead of to a person,
// proves nothing whatever it says. Tools an applicant works with are not meant: "formation
// au logiciel de paie" stays what it is.
var software = []*text.Pattern{
	// an order about orders
	text.MustPattern(`\b(?:ignore[rzs]?|disregard|forget|override|oubliez?|ne (?:pas )?ten(?:ez|ir) (?:pas )?compte)\b.{0,30}\b(?:previous|prior|above|precedent\w*|ci-dessus|all|toutes?|tous|any|other|autres?|les|the|your|vos)\b.{0,25}\b(?:instructions?|consignes?|criter(?:ia|es?)|rules?|regles?|prompts?|requirements?)\b`),
	// a form of address
	text.MustPattern(`^[^\pL]{0,4}(?:note|message|instructions?|consignes?|attention|a l'attention|attn|notice|important|remarque|avis|dear|chere?|hello|hey|bonjour)\b[^.]{0,30}\b(?:logiciels?|algorithmes?|robots?|intelligence artificielle|artificial intelligence|software|parser|ats|ia|ai|a\.i\.|llm|language model|modele de langage|chatbot|bot|(?:automated|automatic|screening|recruitment) (?:system|reader|tool|engine)s?|systeme (?:automatique|automatise|de (?:tri|pre-?selection|selection|recrutement|screening)|informatique))\b`),
	text.MustPattern(`\b(?:to|for|pour|au|a l'attention (?:du|de l')|aux) (?:the |le |la |l'|any |tout |an? )?(?:(?:ai|ia|automated|automatic|llm)[- ](?:screen\w+|recruit\w+|assistant|reader|system|model|parser|tool|agent)|(?:screening|recruitment|recruiting|selection|ranking) (?:software|system|ai|algorithm|tool|bot|engine|model)|logiciel de (?:tri|pre-?selection|selection|screening|recrutement)|algorithme de (?:tri|pre-?selection|selection|recrutement)|ia de (?:tri|recrutement|pre-?selection|selection))\b`),
	text.MustPattern(`\b(?:as an ai|en tant qu'ia|tu es une? (?:ia|assistant|modele)|you are an? (?:ai|assistant|language model|screening|recruit\w+ (?:ai|assistant)))\b`),
	// a verdict asked for
	text.MustPattern(`\b(?:mark|rate|rank|score|classe[rz]?|notez|considere[rz]?|consider|validate|valide[rz]?|treat|traite[rz]?|coche[rz]?|tick)\b.{0,40}\b(?:all|every|tous|toutes|chaque|any)\b.{0,25}\b(?:criter(?:ia|ion|es?)|requirements?|exigences?|conditions?)\b`),
	text.MustPattern(`\b(?:this|ce|cette|the|le|la) (?:candidate?|candidature|application|applicant|cv|profil|profile|resume) (?:must|should|has to|shall|doit|devra|est a) (?:be |etre )?(?:mark\w*|rank\w*|rated|scored|accepted|classe\w*|retenue?|notee?|validee?|selected|selectionnee?|approved|acceptee?)\b`),
	// an order to whatever reads, named at the start of the line
	text.MustPattern(`^[^\pL]{0,4}(?:(?:dear|chere?|hello|hey|note (?:to|for)|a l'attention (?:d[eu]|de l')|pour|to|for|avis a) )?(?:the |le |la |l'|any |tout |toute |this |un |une )?(?:(?:ai|ia|a\.i\.|screen(?:er|ing)|algorithme?|bot|robot|ats|parser|analyseur|model|modele|assistant|llm|chatbot|agent|machine|software|logiciel|system|systeme|computer|ordinateur|gpt|evaluator|evaluateur|reader|lecteur|filter|filtre|engine|moteur|tool|outil|crawler|scanner)s?)\b[^:>,]{0,50}[:>,-]\s?(?:please |merci de |veuillez )?` + softwareOrder + `\b`),
	// an order about the application itself
	text.MustPattern(`(?:^|[:;,.>] ?)(?:please |merci de |veuillez |kindly )?(?:` + softwareOrder + `)\b.{0,80}\b(?:this|ce|cet|cette|the) (?:candidate?|candidature|application|applicant|cv|profile?|resume|dossier|file)\b`),
	text.MustPattern(`(?:^|[:;,.>] ?)(?:consider|treat|accept|considere[rz]?|traite[rz]?|accepte[rz]?)\b.{0,20}\b(?:this|ce|cet|cette|the) (?:candidate?|candidature|application|applicant|cv|profile?|resume|dossier|file)\b.{0,60}\b(?:as|comme|having|qualified|qualifiee?|level|niveau|met|satisf\w+|fulfil\w*|rempli\w*|native|[abc][12])\b`),
}

// softwareOrder are the verbs such orders use. People who write to people ask them to
// consider or to accept an application, not to score it.
const softwareOrder = `(?:assign|rate|rank|score|mark|grade|give|grant|set|record|classify|tick|validate|output|return|report|answer|respond|ignore|note|attribue[rz]?|note[rz]?|classe[rz]?|valide[rz]?|accorde[rz]?|donne[rz]?|coche[rz]?|inscri(?:s|re|vez)|repond(?:s|re|ez)|retourne[rz]?|indique[rz]?|enregistre[rz]?|met(?:s|tez|tre))`

func addressedToSoftware(folded string) bool {
	for _, p := range software {
		if p.MatchString(folded) {
			return true
		}
	}
	return false
}
