package fact

import "regexp"

// A sentence that speaks to a machine reading the application, instead of to a person,
// proves nothing whatever it says.
var software = regexp.MustCompile(`\b(?:ignore[rzs]?|disregard|forget|oubliez?|ne (?:pas )?ten(?:ez|ir) (?:pas )?compte)\b.{0,40}\b(?:instructions?|consignes?|criter(?:ia|es?)|rules?|regles?|previous|precedent\w*|prompt)\b` +
	`|\b(?:note|message|instructions?|consignes?|attention|a l'attention|attn|notice|dear|cher|to|for|pour|au)\b.{0,25}\b(?:logiciel|algorithme|robot|systeme (?:de (?:tri|selection|recrutement|screening)|automatique|informatique)|intelligence artificielle|screening (?:software|system|tool)|recruitment software|parser|ats|ai|ia|llm|language model|modele de langage|chatbot|bot|assistant virtuel|automated (?:system|screening|reader|tool)s?)\b` +
	`|\b(?:as an ai|en tant qu'ia|tu es une? (?:ia|assistant)|you are an? (?:ai|assistant|language model))\b` +
	`|\b(?:mark|rate|rank|score|classe[rz]?|note[rz]?|considere[rz]?|validate|valide[rz]?|treat|traite[rz]?|set|accept)\b.{0,40}\b(?:all|every|tous|toutes|chaque|any)\b.{0,25}\b(?:criter(?:ia|ion|es?)|requirements?|exigences?|conditions?)\b` +
	`|\b(?:system|systeme|assistant|prompt) ?:` +
	`|\b(?:this|ce|cette|the|le|la) (?:candidate?|candidature|application|applicant|cv|profil|profile) (?:must|should|doit|shall|devra|est a) (?:be |etre )?(?:mark\w*|rank\w*|rated|scored|accepted|class\w*|retenu\w*|not\w*|consider\w*|valid\w*|select\w*)`)

func addressedToSoftware(folded string) bool { return software.MatchString(folded) }
