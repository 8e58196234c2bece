package lexicon

import "strings"

// titleWords are nouns that name somebody at work, folded, as CVs of the two languages head
// their jobs. Plurals are left out: they name the people an organisation is for ("Médecins
// sans vacances") rather than the one who writes.
var titleWords = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`
adjoint adjointe adjudant adjudante agent agente aide-soignant aide-soignante ambulancier ambulanciere analyste animateur animatrice architecte archiviste artisan assistant assistante attache attachee
auditeur auditrice auxiliaire avocat avocate baby-sitter barman benevole bibliothecaire boulanger brigadier brigadiere caissier caissiere capitaine caporal charge chargee chauffeur chef cheffe chercheur
chercheuse clerc coiffeur coiffeuse collaborateur collaboratrice colonel commandant commandante commis commissaire comptable concepteur conceptrice conducteur conductrice
conseiller conseillere consul consultant consultante controleur controleuse coordinateur coordinatrice coordonnateur coordonnatrice cuisinier cuisiniere delegue deleguee demographe developpeur developpeuse directeur
directrice docteure doctorant doctorante economiste educateur educatrice electricien electricienne employe employee encadrant encadrante enqueteur enqueteuse enquetrice enseignant enseignante evaluateur evaluatrice expert experte
facilitateur facilitatrice formateur formatrice gardien gardienne gendarme gerant gerante gestionnaire graphiste greffier greffiere guichetier guichetiere hotesse infirmier infirmiere informaticien informaticienne ingenieur
ingenieure inspecteur inspectrice instituteur institutrice instructeur instructrice intendant intendante intervenant intervenante interprete jardinier jardiniere journaliste juge juriste laborantin lecteur lectrice lieutenant lieutenante livreur
livreuse logisticien logisticienne macon magasinier magasiniere magistrat magistrate maitre maitresse manutentionnaire mecanicien mecanicienne mediateur mediatrice medecin menuisier moniteur monitrice
notaire nutritionniste officier officiere operateur operatrice ouvrier ouvriere parajuriste pharmacien pharmacienne photographe pilote plombier policier policiere preparateur preparatrice president presidente procureur procureure
prof professeur professeure programmeur psychologue qualiticien receptionniste recruteur recruteuse redacteur redactrice referent referente representant representante responsable restaurateur sage-femme secretaire sergent serveur
serveuse sociologue soldat soudeur sous-directeur sous-lieutenant stagiaire statisticien statisticienne superviseur superviseure superviseuse surveillant surveillante technicien technicienne telephoniste traducteur traductrice travailleur travailleuse tresorier tresoriere tuteur tutrice
vacataire vendeur vendeuse verificateur verificatrice veterinaire vice-president vice-presidente videaste vigile volontaire webmaster
accountant administrator adviser advisor analyst apprentice archivist assistant associate attorney auditor babysitter baker barista bartender bookkeeper buyer captain caretaker caregiver carer caseworker cashier chairperson chief cleaner clerk coach
colonel commander commissioner constable consultant controller cook coordinator co-ordinator counsellor counselor courier dealer dean delegate deputy designer detective developer director driver economist editor electrician engineer enumerator
estimator evaluator executive expert facilitator farmer fellow firefighter focal foreman fundraiser gardener guard hairdresser head helper host hostess inspector instructor intern interpreter interviewer investigator journalist judge labourer lawyer lead leader lecturer librarian lieutenant
logistician major manager mechanic mediator midwife monitor nanny nurse nutritionist officer operator organiser organizer paralegal paramedic pharmacist photographer physician planner planter policeman policewoman porter president producer professor programmer prosecutor
psychologist receptionist registrar reporter representative researcher salesman salesperson saleswoman secretary sergeant shopkeeper solicitor specialist statistician storekeeper strategist superintendent supervisor surveyor teacher technician teller therapist trainee trainer
translator treasurer tutor videographer volunteer waiter waitress warden welder worker writer`) {
		out[w] = true
	}
	return out
}()

// beforeOf are the small words behind which the rest of an English or French title tells
// whose or of what: "Head of communication", "Chargé de projet".
var beforeOf = map[string]bool{"of": true, "for": true, "to": true, "in": true, "at": true, "de": true, "du": true, "des": true, "d": true, "en": true, "a": true, "au": true, "aux": true}

// IsTitle tells whether a piece of a head names a job: a noun of somebody at work among its
// first three words, at its end, or right before the word that leads on ("Community-based
// protection officer for the east"). It does not tell titles from names of employers that
// are made of one ("Agent Plus").
func IsTitle(folded string) bool {
	words := strings.FieldsFunc(folded, func(r rune) bool {
		return r == ' ' || r == '\t' || r == '\'' || r == '/' || r == '(' || r == ')' || r == ',' || r == '.' || r == '·' || r == ':' || r == '"'
	})
	if len(words) > 14 {
		words = words[:14]
	}
	for n, w := range words {
		if first, _, hyphened := strings.Cut(w, "-"); !titleWords[w] && (!hyphened || !titleWords[first]) {
			continue
		}
		if n < 3 && !followsOf(words, n) || n == len(words)-1 && !followsOf(words, n) || n+1 < len(words) && beforeOf[words[n+1]] && !followsOf(words, n) {
			return true
		}
	}
	return false
}

// followsOf tells whether a word hangs on a noun before it: "bureau du représentant".
func followsOf(words []string, n int) bool {
	return n > 0 && (beforeOf[words[n-1]] || words[n-1] == "la" || words[n-1] == "l" || words[n-1] == "le" || words[n-1] == "the")
}
