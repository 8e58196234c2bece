package outbox

import (
	"fmt"
	"strings"
	"time"

	_ "time/tzdata" // appointments are told in the vacancy's zone, on machines without zone files too
)

// words is how messages to applicants say things in one language. What pages say is in the
// catalogues of package web: an applicant reads no page.
type words struct {
	language string
	// document names a type of document with its article.
	document map[string]string
	role     map[string][2]string
	months   [12]string
	days     [7]string
}

var french = &words{
	language: "fr",
	document: map[string]string{"cv": "votre CV", "cover_letter": "une lettre de motivation", "diploma": "une copie de votre diplôme ou une attestation de réussite",
		"reference_letter": "une lettre de recommandation"},
	role: map[string][2]string{"line_manager": {"responsable hiérarchique", "responsables hiérarchiques"}, "hr": {"responsable des ressources humaines", "responsables des ressources humaines"},
		"colleague": {"collègue", "collègues"}},
	months: [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	days:   [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
}

var english = &words{
	language: "en",
	document: map[string]string{"cv": "your CV", "cover_letter": "a cover letter", "diploma": "a copy of your degree, or a certificate that you obtained it",
		"reference_letter": "a letter of recommendation"},
	role: map[string][2]string{"line_manager": {"line manager", "line managers"}, "hr": {"person from human resources", "people from human resources"},
		"colleague": {"colleague", "colleagues"}},
	months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	days:   [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

func wordsOf(language string) *words {
	if language == "en" {
		return english
	}
	return french
}

// say picks the text of the language.
func (w *words) say(fr, en string) string {
	if w == english {
		return en
	}
	return fr
}

// counts are small numbers in letters, for a feminine noun in French.
var counts = map[string][]string{
	"fr": {"aucune", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"},
	"en": {"none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"},
}

func (w *words) count(n int) string {
	if n >= 0 && n < len(counts[w.language]) {
		return counts[w.language][n]
	}
	return fmt.Sprint(n)
}

// roleOrder is the order roles are named in.
var roleOrder = []string{"line_manager", "hr", "colleague"}

// references asks for so many referees in those roles. found is how many were read; below 0
// when nobody knows.
func (w *words) references(want int, roles map[string]int, noFamily bool, found int) string {
	noun := w.say("références professionnelles", "professional references")
	if want == 1 {
		noun = w.say("référence professionnelle", "professional reference")
	}
	s := w.count(want) + " " + noun + w.say(" (nom, fonction et coordonnées de chaque personne)", " (name, position and contact details of each person)")
	var parts []string
	for _, r := range roleOrder {
		n := roles[r]
		if n == 0 {
			continue
		}
		form := w.role[r][0]
		if n > 1 {
			form = w.role[r][1]
		}
		number := w.count(n)
		if n == 1 {
			number = w.say("un ou une", "a")
		}
		parts = append(parts, number+" "+form)
	}
	if len(parts) > 0 {
		s += w.say(", dont ", ", including ") + w.join(parts)
	}
	if noFamily {
		s += w.say(", hors de votre famille", ", not from your family")
	}
	if found > 0 && found < want {
		s += w.say(" ; nous en avons relevé "+w.count(found), "; we found "+w.count(found))
	}
	return s
}

func (w *words) join(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + w.say(" et ", " and ") + list[len(list)-1]
}

// formats asks for a file of certain formats.
func (w *words) formats(list []string) string {
	if len(list) == 0 {
		return ""
	}
	upper := make([]string, len(list))
	for i, f := range list {
		upper[i] = strings.ToUpper(f)
	}
	return w.say(" au format ", " as ") + strings.Join(upper, w.say(" ou ", " or "))
}

// doubt says why a document is asked for though something came.
func (w *words) doubt(reason string) string {
	switch reason {
	case "documents.unreadable":
		return w.say(" (un fichier reçu n’a pas pu être lu)", " (a file we received could not be read)")
	case "documents.maybe", "documents.untyped":
		return w.say(" (nous n’avons pas pu l’identifier avec certitude)", " (we could not identify it with certainty)")
	case "documents.format":
		return w.say(" (reçu dans un autre format)", " (received in another format)")
	}
	return ""
}

// unreadable asks for a file again.
func (w *words) unreadable(name, problem string) string {
	why := w.say("n’a pas pu être ouvert", "could not be opened")
	switch {
	case strings.Contains(problem, "encrypted"), strings.Contains(problem, "password"):
		why = w.say("est protégé par un mot de passe", "is protected by a password")
	case strings.Contains(problem, "empty"):
		why = w.say("est vide", "is empty")
	case strings.Contains(problem, "damaged"):
		why = w.say("est arrivé endommagé", "arrived damaged")
	}
	return w.say("le fichier « "+name+" », qui "+why+" : merci de le renvoyer, en PDF si possible",
		"the file “"+name+"”, which "+why+": please send it again, as PDF if you can")
}

// point asks for a detail, or a proof, of what a criterion says.
func (w *words) point(statement string) string {
	statement = strings.TrimRight(oneLine(statement, 200), ". ")
	if statement == "" {
		return ""
	}
	return w.say("une précision ou un justificatif sur ce point : "+statement, "a detail or a proof on this point: "+statement)
}

// date is a day in words.
func (w *words) date(t time.Time) string {
	if w == english {
		return fmt.Sprintf("%s %d %s %d", w.days[t.Weekday()], t.Day(), w.months[t.Month()-1], t.Year())
	}
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %s %d", w.days[t.Weekday()], day, w.months[t.Month()-1], t.Year())
}

// instant is a day and a time, with the zone it is told in.
func (w *words) instant(t time.Time, zone string) string {
	t = in(t, zone)
	return w.date(t) + w.say(" à ", " at ") + w.clock(t) + " (" + w.zone(t, zone) + ")"
}

func (w *words) clock(t time.Time) string {
	return w.say(t.Format("15 h 04"), t.Format("15:04"))
}

// frenchCities are the cities of zones whose French name differs.
var frenchCities = map[string]string{"Brussels": "Bruxelles", "London": "Londres", "Algiers": "Alger", "Cairo": "Le Caire", "Athens": "Athènes", "Geneva": "Genève",
	"Lisbon": "Lisbonne", "Vienna": "Vienne", "Warsaw": "Varsovie", "Bucharest": "Bucarest", "Kiev": "Kyiv", "Jerusalem": "Jérusalem", "Beirut": "Beyrouth",
	"Damascus": "Damas", "Baghdad": "Bagdad", "Ndjamena": "N’Djaména", "Lome": "Lomé", "Addis Ababa": "Addis-Abeba", "Mexico City": "Mexico"}

// zone tells whose time an instant is told in: the city the zone is named after, and its
// distance from UTC on that day.
func (w *words) zone(t time.Time, zone string) string {
	city := strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
	_, seconds := t.Zone()
	if city == "" || city == "UTC" || t.Location() == time.UTC {
		return "UTC"
	}
	offset := fmt.Sprintf("UTC%+d", seconds/3600)
	if m := seconds / 60 % 60; m != 0 {
		offset += fmt.Sprintf(":%02d", max(m, -m))
	}
	if w == english {
		return city + " time, " + offset
	}
	if own := frenchCities[city]; own != "" {
		city = own
	}
	of := "heure de "
	if strings.ContainsAny(strings.ToLower(city[:1]), "aeiouyh") {
		of = "heure d’"
	}
	return of + city + ", " + offset
}

// in moves an instant to a zone; one that is empty or unknown is UTC.
func in(t time.Time, zone string) time.Time {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" {
		return t.UTC()
	}
	return t.In(loc)
}
