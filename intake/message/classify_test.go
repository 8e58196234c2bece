package message

import (
	"strings"
	"testing"
)

type classCase struct {
	name  string
	head  string
	body  string
	files []string
	want  Class
	// check is the expected ToCheck when it matters: "yes", "no" or "".
	check string
}

var classCases = []classCase{
	// Absences and other automatic answers.
	{"absence, french, no header", "Subject: Congés d'été", "Bonjour,\n\nJe suis en congés du 3 au 24 août. Pour toute urgence, vous pouvez joindre ma collègue au 01 99 00 00 01.\n\nL. Petit", nil, AutoReply, ""},
	{"absence, english, no header", "Subject: Re: internship notice", "Hello,\n\nThank you for your message. I am currently out of the office with limited access to email and will be back on Monday 9 March. For anything urgent please contact desk@elsewhere.example.\n\nBest,\nP. Moore", nil, AutoReply, ""},
	{"left the organisation", "Subject: Adresse désactivée", "Bonjour, je ne travaille plus pour l'université. Merci de contacter secretariat@univ.example.", nil, AutoReply, ""},
	{"acknowledgement", "Subject: Accusé de réception", "Nous avons bien reçu votre message et nous y répondrons dans les meilleurs délais. Ceci est une réponse automatique, merci de ne pas y répondre.", nil, AutoReply, ""},
	{"ticket", "Subject: [Ticket #48812] Diffusion de l'offre\nX-Auto-Response-Suppress: All", "Votre demande a été enregistrée sous le numéro 48812. Un agent vous répondra.", nil, AutoReply, ""},
	{"precedence auto_reply", "Subject: Merci\nPrecedence: auto_reply", "Merci pour votre courriel.", nil, AutoReply, ""},
	{"vacation header", "Subject: Votre annonce\nX-Autoreply: yes", "De retour lundi.", nil, AutoReply, ""},
	{"automatic reply in subject", "Subject: Automatic reply: Vacancy notice", "I am on maternity leave until September.", nil, AutoReply, ""},
	{"read receipt", "Subject: Lu : Offre de stage\nContent-Type: multipart/report; report-type=disposition-notification; boundary=x", "--x\nContent-Type: text/plain\n\nYour message was read.\n--x\nContent-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent-manually; displayed\n--x--", nil, AutoReply, ""},
	{"applicant away for some days", "Subject: Candidature chargée de projet", "Bonjour,\n\nJe vous adresse ma candidature, CV et lettre en pièces jointes. Je suis en déplacement jusqu'au 12 mars mais je reste joignable par téléphone.\n\nA. Sow", []string{"CV.pdf", "LM.pdf"}, Application, "no"},
	{"applicant's phone answers with a CV", "Subject: candidature\nAuto-Submitted: auto-generated\nList-Unsubscribe: <mailto:stop@jobs.example>", "Awa Sow a postulé à votre offre. Son CV est joint.", []string{"cv-awa-sow.pdf"}, Application, "yes"},

	// Returned mail.
	{"bounce, exchange, french, no report", "From: Postmaster <postmaster@lycee.example>\nSubject: Non remis : Offre de stage", "Échec de la remise aux destinataires suivants :\n\nj.dupont@lycee.example\nLa boîte aux lettres est pleine.", nil, Bounce, ""},
	{"bounce, plain words, ordinary sender", "From: Service courrier <courrier@hote.example>\nSubject: Message non distribué", "Votre message n'a pas pu être remis à carrieres@ecole.example : adresse inconnue.", nil, Bounce, ""},
	{"bounce, qmail", "From: MAILER-DAEMON@relay.example\nSubject: failure notice\nReturn-Path: <>", "Hi. This is the qmail-send program. I wasn't able to deliver your message to the following addresses.\n<jobs@board.example>: 550 5.1.1 user unknown", nil, Bounce, ""},
	{"bounce with the message it returns", "From: Mail Delivery Subsystem <mailer-daemon@grand.example>\nSubject: Delivery Status Notification (Failure)\nX-Failed-Recipients: x@grand.example", "Address not found", []string{"message.eml=From: emploi@association.example\nSubject: Offre\nContent-Type: text/plain\n\nVoici l'offre"}, Bounce, ""},
	{"bounce, spanish gateway", "From: postmaster@puerta.example\nSubject: Undeliverable: Practicas", "The following recipient(s) could not be reached: recipient not found", nil, Bounce, ""},
	{"quota", "From: Mail Delivery System <MAILER-DAEMON@x.example>\nSubject: Warning: message delayed 24 hours", "Your message has been delayed. over quota. It will be retried.", nil, Bounce, ""},

	// Newsletters.
	{"newsletter without list headers", "From: Lettre du Développement <info@lettre-dev.example>\nSubject: La lettre n° 45 : formations, agenda, appels à projets", "<html><body><a href='https://x.example'>Voir cette lettre dans votre navigateur</a><h1>À la une</h1><p>Lire la suite</p><p>Vous recevez cet e-mail car vous êtes inscrit à notre lettre d'information.</p><p><a href='https://x.example/u'>Se désabonner</a></p></body></html>", nil, Newsletter, ""},
	{"newsletter, english", "From: Aid Weekly <news@aidweekly.example>\nSubject: This week: 12 new opportunities", "View this email in your browser\n\nIn this issue: grants, jobs, trainings. Register now for our webinar.\n\nYou are receiving this email because you signed up. Unsubscribe | Update your preferences", nil, Newsletter, ""},
	{"mailing list", "From: Réseau Migrations <liste@reseau.example>\nSubject: [reseau] Appel à contributions\nList-Id: <reseau.listes.example>\nPrecedence: list", "Chers membres, le colloque aura lieu en juin. Merci d'envoyer vos propositions avant le 15.", nil, Newsletter, ""},
	{"newsletter with a PDF programme", "From: Institut <contact@institut.example>\nSubject: Programme du semestre\nList-Unsubscribe: <https://institut.example/u>", "Découvrez notre programme de formations.", []string{"programme-2026.pdf"}, Newsletter, "yes"},
	{"training advertisement", "From: FormaPlus <contact@formaplus.example>\nSubject: Formation RH : derniers jours pour s'inscrire", "Inscrivez-vous dès maintenant à notre webinaire gratuit. En savoir plus sur notre site. Pour ne plus recevoir nos messages, cliquez ici. Vous recevez ce message car vous êtes abonné.", nil, Newsletter, ""},
	{"job board forwards an application", "From: EmploiBoard <noreply@emploiboard.example>\nReply-To: Awa Sow <awa.sow@courriel.example>\nSubject: Nouvelle candidature : Chargé de projet\nList-Unsubscribe: <https://emploiboard.example/u>\nPrecedence: bulk", "Bonjour,\n\nAwa Sow vient de postuler à votre annonce. Vous trouverez son CV en pièce jointe.\n\nSe désabonner", []string{"CV_Awa_Sow.pdf"}, Application, "yes"},
	{"job board without files", "From: EmploiBoard <noreply@emploiboard.example>\nSubject: New application for Project Officer\nList-Unsubscribe: <https://emploiboard.example/u>", "Awa Sow has applied to your job. View the profile online. Unsubscribe", nil, Application, "yes"},
	{"application through the organisation's own group", "From: Awa Sow <awa.sow@courriel.example>\nSubject: Candidature\nList-Id: <emploi.association.example>\nList-Post: <mailto:emploi@association.example>\nPrecedence: list", "Bonjour, ci-joint mon dossier.", []string{"sow.pdf"}, Application, ""},
	{"question through the organisation's own group", "Subject: Stage\nList-Id: <emploi.association.example>\nPrecedence: list", "Bonjour, le stage est-il rémunéré ?", nil, Question, ""},

	// Invitations.
	{"invitation", "Subject: Invitation : Point recrutement", "Vous êtes invité.", []string{"invite.ics=BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR"}, Calendar, ""},
	{"accepted meeting", "Subject: Accepted: Entretien mardi\nContent-Type: text/calendar; method=REPLY", "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR", nil, Calendar, ""},
	{"invitation in words", "Subject: Invitation: Coordination meeting @ Tue 10 Mar 2026 2pm", "You have been invited to the following event.\nWhen: Tue 10 Mar 2026 14:00\nWhere: Teams\nJoin the meeting", nil, Calendar, ""},

	// Spam.
	{"inheritance", "From: Barrister <b@x.example>\nSubject: URGENT BUSINESS PROPOSAL", "Dear friend, I am contacting you about an inheritance of 12.5 million dollars left by my late client. You will be next of kin. Strictly confidential.", nil, Spam, ""},
	{"loan, french", "From: Pierre <p@x.example>\nSubject: Offre de prêt entre particuliers", "Bonjour, je propose une offre de prêt de 5 000 à 500 000 euros au taux de 2 %. Dans les 48 h sans engagement.", nil, Spam, ""},
	{"phishing", "From: Support <support@x.example>\nSubject: Votre boîte mail est pleine", "Votre compte sera suspendu. Cliquez ici pour vérifier votre compte dans les 24 h.", nil, Spam, ""},
	{"flagged by the server", "Subject: Bonjour\nX-Spam-Flag: YES", "Regardez ceci.", nil, Spam, ""},
	{"search engines", "From: Rahul <r@seo.example>\nSubject: Website ranking", "Hi, we can put your website on the first page of Google. Our SEO packages increase your traffic. Limited offer, click here for a free quote.", nil, Spam, ""},
	{"flagged, but a CV", "Subject: Candidature chargée de plaidoyer\nX-Spam-Flag: YES", "Veuillez trouver mon CV.", []string{"CV Diallo.pdf"}, Application, "yes"},
	{"communication officer names SEO", "Subject: Application - communication intern", "Dear team,\n\nI am applying for the communication internship. I have experience in SEO, Google ads and web design, and I would love to increase your visibility. I worked two years for a cultural association where I managed the newsletter and the website. My CV is attached.", []string{"resume.pdf"}, Application, "no"},

	// Questions.
	{"question, deadline", "Subject: Date limite", "Bonjour, jusqu'à quel jour peut-on envoyer son dossier ? Merci.", nil, Question, ""},
	{"question, english, polite", "Subject: Enquiry", "Dear Sir or Madam,\n\nI came across your vacancy and I was wondering whether candidates without a driving licence may apply. Could you please clarify?\n\nKind regards,\nTom Reed", nil, Question, ""},
	{"long question of an interested person", "Subject: Renseignement avant candidature", "Bonjour,\n\nActuellement étudiante en master 2 de droits humains, je suis très intéressée par votre offre de stage, car j'ai travaillé avec des mineurs l'an dernier et vos missions me tiennent à cœur. Avant de postuler, je souhaiterais savoir si la convention de stage est obligatoire et si une partie du stage peut se faire à distance. Je suis disponible à partir de mars.\n\nMerci d'avance,\nAwa", nil, Question, ""},
	{"question with the notice attached", "Subject: Question sur l'annonce", "Bonjour, dans l'annonce ci-jointe, le lieu de travail n'est pas clair. S'agit-il de Dakar ou de Thiès ?", []string{"Annonce_stage.pdf"}, Question, ""},
	{"question, no question mark", "Subject: Votre offre", "Bonjour,\nJe voudrais savoir si le poste est toujours ouvert.\nCordialement", nil, Question, ""},
	{"asks and applies with a CV", "Subject: Stage ?", "Bonjour, le stage est-il encore disponible ? Voici mon CV au cas où.", []string{"cv2026.docx"}, Application, "no"},

	// Follow-ups.
	{"asks for a receipt", "Subject: Réception de ma candidature", "Bonjour,\n\nPourriez-vous me confirmer que vous avez bien reçu mon dossier envoyé lundi ?\n\nMerci, Awa Sow", nil, FollowUp, ""},
	{"where does it stand", "Subject: Re: Candidature", "Bonjour, j'ai postulé il y a trois semaines et je n'ai pas encore eu de retour de votre part. Où en est le recrutement ?", nil, FollowUp, ""},
	{"withdrawal, french", "Subject: Désistement", "Bonjour, ayant accepté un autre poste, je vous prie de bien vouloir retirer ma candidature.", nil, FollowUp, ""},
	{"withdrawal, english", "Subject: Project officer", "Dear all, I have found another position and would like to withdraw my application. Thank you for your time.", nil, FollowUp, ""},
	{"thanks after an interview", "Subject: Merci", "Bonjour Madame, je vous remercie pour l'entretien de ce matin et vous confirme mon intérêt.", nil, FollowUp, ""},
	{"status, english", "Subject: Application status", "Hello, I submitted my application on 3 March. Is there any update on the process?", nil, FollowUp, ""},
	{"corrected CV", "Subject: Re: Candidature", "Bonjour, suite à ma candidature du 3 mars, voici une version corrigée de mon CV.", []string{"CV_corrige.pdf"}, Application, ""},

	// Referees.
	{"letter of a professor", "From: Pr Jean Keita <j.keita@univ.example>\nSubject: Recommandation pour Mme Awa Sow", "Madame, Monsieur,\n\nÀ la demande de Mme Sow, candidate au poste de chargée de projet, je vous adresse ma lettre de recommandation. Elle a été mon étudiante pendant deux ans.\n\nPr Keita", []string{"lettre_Sow.pdf"}, Reference, ""},
	{"reference in the text", "From: Mary Hill <mary@ngo.example>\nSubject: Reference for Awa Sow", "To whom it may concern,\n\nI was Ms Sow's line manager for three years. She has asked me to support her application. She was reliable and thorough, and I highly recommend her.\n\nMary Hill", nil, Reference, ""},
	{"applicant sends a letter of recommendation", "Subject: Complément", "Bonjour, pour compléter mon dossier, je vous joins la lettre de recommandation de mon directeur de mémoire.", []string{"recommandation.pdf"}, Application, ""},

	// Internal mail.
	{"colleague", "From: Karim Diop <k.diop@association.example>\nSubject: Planning", "Salut, on se voit à 15 h pour parler du planning ?", nil, Internal, ""},
	{"colleague with a file", "From: Karim Diop <k.diop@association.example>\nSubject: Compte rendu", "Voici le compte rendu de la réunion de ce matin.", []string{"CR_reunion.pdf"}, Internal, "yes"},
	{"colleague sends a CV on", "From: Karim Diop <k.diop@association.example>\nSubject: Candidature reçue par la poste", "Bonjour, voici la candidature de Mme Sow reçue ce matin à l'accueil, je l'ai scannée.", []string{"CV Sow.pdf"}, Application, "yes"},
	{"colleague applies", "From: Karim Diop <k.diop@association.example>\nSubject: Candidature interne", "Bonjour, je postule au poste de coordinateur. Mon CV est joint.", []string{"CV_Diop.pdf"}, Application, ""},

	// Forwards.
	{"colleague forwards, attached", "From: Karim Diop <k.diop@association.example>\nSubject: TR: Candidature", "Pour suite à donner.", []string{"m.eml=From: Awa Sow <awa.sow@courriel.example>\nTo: k.diop@association.example\nSubject: Candidature\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: text/plain\n\nBonjour, voici mon CV.\n--q\nContent-Type: application/pdf; name=CV.pdf\nContent-Disposition: attachment; filename=CV.pdf\n\n%PDF-1.4\n--q--"}, Application, "yes"},
	{"colleague forwards, quoted", "From: Karim Diop <k.diop@association.example>\nSubject: Fwd: Candidature", "Bonjour, reçu ce message.\n\n---------- Forwarded message ---------\nDe : Awa Sow <awa.sow@courriel.example>\nDate: lun. 2 mars 2026 à 09:12\nSubject: Candidature\nTo: Karim Diop <k.diop@association.example>\n\nBonjour,\nVeuillez trouver mon CV et ma lettre.\nAwa", []string{"CV_Sow.pdf", "LM_Sow.pdf"}, Application, "yes"},
	{"colleague forwards a question", "From: Karim Diop <k.diop@association.example>\nSubject: TR: stage", "Peux-tu répondre ?\n\n-----Message d'origine-----\nDe : Awa Sow <awa.sow@courriel.example>\nEnvoyé : lundi 2 mars 2026 09:12\nÀ : Karim Diop\nObjet : stage\n\nBonjour, le stage est-il rémunéré ?\nAwa", nil, Question, "yes"},
	{"applicant forwards the notice", "Subject: Fwd: Offre de stage", "Bonjour, je souhaite postuler à l'offre ci-dessous, mon CV est joint.\n\n---------- Forwarded message ---------\nFrom: Emploi <emploi@association.example>\nDate: Sun, 1 Mar 2026\nSubject: Offre de stage\nTo: liste@univ.example\n\nNous recrutons une personne.", []string{"CV.pdf"}, Application, "no"},
	{"agency sends a candidate", "From: Cabinet <contact@cabinet.example>\nSubject: Profil pour votre poste", "Bonjour, nous vous transmettons la candidature de M. Issa Ba pour votre poste de coordinateur.", []string{"Ba_Issa.pdf"}, Application, "yes"},

	// Applications of all sorts.
	{"one line", "Subject: cv", "cv", []string{"document.pdf"}, Application, "no"},
	{"empty body", "Subject: Awa Sow", "", []string{"scan001.jpg=\xff\xd8\xff\xe0" + strings.Repeat("\x00", 90000)}, Application, "no"},
	{"letter in the body, english", "Subject: Protection officer position", "Dear hiring team,\n\nYour notice caught my attention because it joins two things I care about: field work and legal aid. I have worked for four years with displaced families in Goma, where I led a team of six and set up a referral system with local lawyers. I would like to bring this experience to your organisation, and I am convinced that your mission matches my values. I am fluent in French and Swahili and available from April.\n\nI would be glad to discuss my application.\n\nSincerely,\nAwa Sow", nil, Application, ""},
	{"cv in the body", "Subject: Candidature", "AWA SOW\nNée le 3 mai 1994\n\nEXPERIENCE PROFESSIONNELLE\n2019-2024 : chargée de projet, ONG Lumière, Dakar\n2017-2019 : assistante, Mairie de Thiès\n\nFORMATION\n2017 : master de droit, Université de Dakar\n2012 : baccalauréat\n\nLANGUES : français, wolof, anglais", nil, Application, ""},
	{"forgotten attachment", "Subject: Candidature au poste de chauffeur", "Bonjour, veuillez trouver ci-joint mon CV et ma lettre de motivation. Cordialement, Awa", nil, Application, "yes"},
	{"behind a link", "Subject: Application", "Hello, my CV and cover letter are here: https://drive.google.example/abc", nil, Application, "yes"},
	{"spontaneous", "Subject: Candidature spontanée", "Madame, Monsieur, je me permets de vous proposer mes services de traductrice.", []string{"sow_awa_traductrice.pdf"}, Application, ""},
	{"answers a refusal with thanks", "Subject: Re: Votre candidature", "Bonjour, merci pour votre réponse. Bonne continuation.\n\nLe 2 mars 2026 à 10:00, Emploi <emploi@association.example> a écrit :\n> Nous avons bien reçu votre candidature.", nil, FollowUp, ""},
	{"in the mail's name only", "Subject: Dossier Sow", "Bonjour,\nCi-joint les documents demandés.\nCordialement", []string{"Diplome.pdf", "Attestation.pdf"}, Application, ""},

	// Other mail.
	{"invoice", "From: Compta <compta@fournisseur.example>\nSubject: Facture n° 2026-118", "Bonjour, veuillez trouver ci-joint notre facture.", []string{"facture-118.pdf"}, Other, "yes"},
	{"thanks only", "Subject: ok", "Bien noté.", nil, Other, ""},
	{"partnership", "From: Fondation <info@fondation.example>\nSubject: Proposition de partenariat", "Nous aimerions échanger avec votre direction sur un partenariat autour de l'éducation.", nil, Other, ""},
	{"nothing at all", "Subject: ", "", nil, Other, ""},
}

func TestMailIsClassified(t *testing.T) {
	for _, c := range classCases {
		t.Run(c.name, func(t *testing.T) {
			raw := letterFor(c.head, c.body, c.files...)
			m := mustParse(t, raw)
			got := Classify(&m, Context{})
			if got.Class != c.want {
				t.Fatalf("class = %s by %s (%s), want %s\n%s", got.Class, got.Rule, got.Evidence, c.want, raw)
			}
			if got.Rule == "" {
				t.Error("no rule is named")
			}
			if c.check == "yes" && !got.ToCheck || c.check == "no" && got.ToCheck {
				t.Errorf("to check = %v by %s (%s), want %s", got.ToCheck, got.Rule, got.Evidence, c.check)
			}
		})
	}
}
