package fact

import "regexp"

// A sentence that speaks to a machine reading the application, instead of to a person,
// proves nothing whatever it says. Tools an applicant works with are not meant: "formation
// au logiciel de paie" stays what it is.
var software = regexp.MustCompile(
	// an order about orders
	`\b(?:ignore[rzs]?|disregard|forget|override|oubliez?|ne (?:pas )?ten(?:ez|ir) (?:pas )?compte)\b.{0,30}\b(?:previous|prior|above|precedent\w*|ci-dessus|all|toutes?|tous|any|other|autres?|les|the|your|vos)\b.{0,25}\b(?:instructions?|consignes?|criter(?:ia|es?)|rules?|regles?|prompts?|requirements?)\b` +
		// a form of address
		`|^[^\pL]{0,4}(?:note|message|instructions?|consignes?|attention|a l'attention|attn|notice|important|remarque|avis|dear|chere?|hello|hey|bonjour)\b[^.]{0,30}\b(?:logiciels?|algorithmes?|robots?|intelligence artificielle|artificial intelligence|software|parser|ats|ia|ai|a\.i\.|llm|language model|modele de langage|chatbot|bot|(?:automated|automatic|screening|recruitment) (?:system|reader|tool|engine)s?|systeme (?:automatique|automatise|de (?:tri|pre-?selection|selection|recrutement|screening)|informatique))\b` +
		`|\b(?:to|for|pour|au|a l'attention (?:du|de l')|aux) (?:the |le |la |l'|any |tout |an? )?(?:(?:ai|ia|automated|automatic|llm)[- ](?:screen\w+|recruit\w+|assistant|reader|system|model|parser|tool|agent)|(?:screening|recruitment|recruiting|selection|ranking) (?:software|system|ai|algorithm|tool|bot|engine|model)|logiciel de (?:tri|pre-?selection|selection|screening|recrutement)|algorithme de (?:tri|pre-?selection|selection|recrutement)|ia de (?:tri|recrutement|pre-?selection|selection))\b` +
		`|\b(?:as an ai|en tant qu'ia|tu es une? (?:ia|assistant|modele)|you are an? (?:ai|assistant|language model|screening|recruit\w+ (?:ai|assistant)))\b` +
		// a verdict asked for
		`|\b(?:mark|rate|rank|score|classe[rz]?|notez|considere[rz]?|consider|validate|valide[rz]?|treat|traite[rz]?|coche[rz]?|tick)\b.{0,40}\b(?:all|every|tous|toutes|chaque|any)\b.{0,25}\b(?:criter(?:ia|ion|es?)|requirements?|exigences?|conditions?)\b` +
		`|\b(?:this|ce|cette|the|le|la) (?:candidate?|candidature|application|applicant|cv|profil|profile|resume) (?:must|should|has to|shall|doit|devra|est a) (?:be |etre )?(?:mark\w*|rank\w*|rated|scored|accepted|classe\w*|retenue?|notee?|validee?|selected|selectionnee?|approved|acceptee?)\b`)

func addressedToSoftware(folded string) bool { return software.MatchString(folded) }
