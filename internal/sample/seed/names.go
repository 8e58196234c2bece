package seed

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"dossier/screening/text"
)

var firstNames = strings.Fields(`Awa Tiago Inès Soraya Ousmane Léa Bilal Clémence Yann Fatou Hugo Nour Marius Agathe Élodie Théo Wanjiru Maxence
	Salma Abdoulaye Christine Moussa Yasmine Karim Lucas Hind Margaux Rémi Eszter Kévin Clarisse Ibrahim Giulia Désiré Aline Kwame Amina Pavel
	Ingrid Joaquim Lucía Niamh Søren Zeynep Chloé Mathis Aïcha Benoît Camille Damien Éloïse François Gaëlle Hélène Ismaël Jeanne Khadija Loïc
	Maëlle Nadège Olivier Pénélope Quentin Rokhaya Sékou Tatiana Ulysse Véronique Wassim Xavier Youssef Zohra Adjoua Boubacar Coumba Dimitri`)

// Surnames are put together, so that there are thousands of them and hardly two the same.
var (
	surnameHeads = strings.Fields(`Bel Car Dau Fer Gar Her Jou Ker Lan Mar Nor Or Pel Quil Ros San Tor Vau Wal Zan Bra Cha Dre Fon Gou Kou Mon Pou Tra Val
		Ben Dia Sar Kou Oua Nia Sow Tou Ada Mba`)
	surnameTails = strings.Fields(`lamy chand vère randon ance goat tier ville dault man dic ières vaud sard tène sey tin caz ner ner-Roche dère tel berg son
		ker mond naud cel rac lin bières diaye drame katé yabo lanko bengue konte tola mounir zane`)
	surnameHyphens = strings.Fields("Roche Duval Aubry Mercier Leclair Fontan Perrin Girard Colas Breton")
)

// person is who applies.
type person struct{ first, last, email, phone string }

func (p person) name() string { return p.first + " " + p.last }

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func drawPerson(r *rand.Rand, n int) person {
	p := person{first: pick(r, firstNames), last: pick(r, surnameHeads) + pick(r, surnameTails)}
	switch r.IntN(12) {
	case 0:
		p.last += "-" + pick(r, surnameHyphens)
	case 1:
		p.last = "d’" + pick(r, []string{"Ha", "Au", "O", "É"}) + strings.ToLower(p.last)
	}
	local := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c == '.' || c == '-' {
			return c
		}
		return -1
	}, text.String(strings.ReplaceAll(p.first+"."+p.last, "’", "")))
	p.email = fmt.Sprintf("%s%d@%s.example", local, n%997, pick(r, []string{"courriel", "poste", "boite", "mail", "lettre"}))
	p.phone = fmt.Sprintf("+33639%06d", n%1_000_000)
	return p
}
