package notice

import (
	"strings"
	"time"

	"dossier/screening"
	"dossier/screening/text"
)

var (
	closingCue    = text.MustPattern(`\b(?:date limite|dates? limites?|limite (?:de|du|pour|des|d')|limite|delai (?:de|fixe)|dernier delai|au plus tard|avant|jusqu'au|jusqu'a|d'ici(?: le| au)?|clotur\w+|closing(?: date)?|closes?|deadline|no later than|not later than|by|before|until|up to|latest|on or before|received by|due)\b`)
	closingAbout  = text.MustPattern(`\b(?:candidat\w*|candidater|postul\w*|dossiers?|cv|lettre|appl(?:y|ying|ications?|icants?)|submi\w+|send|sent|envoy\w*|envoi|adress\w*|depot|deposer|recept\w*|recu\w*|clotur\w*|closing|closes?|deadline|date limite|limite de|vacancy|annonce|offre|offers?|received|proposals?)\b`)
	notClosing    = text.MustPattern(`\b(?:entretiens?|interviews?|jury|jurys|auditions?|prise de (?:poste|fonctions?)|debut|debuter\w*|demarr\w*|starts?|starting|start date|commence\w*|beginning|embauche|poste a pourvoir|a pourvoir|disponib\w*|available|contrat (?:jusqu|court)|contract (?:until|runs)|ends?|fin (?:de|du) (?:contrat|projet|mission)|se terminer\w*|mission|reponse|notified|shortlist\w*|preselection|test|epreuves?|publi\w+|posted|date de publication|avis du|budget|depenses|livrables?|deliverables?|report|diplome|graduat\w+|born|nee?s?|valid\w*)\b`)
	inclusiveWord = text.MustPattern(`\b(?:inclus|inclu|compris|included|inclusive|minuit|midnight|23 ?h ?59|23:59)\b`)
	untilFilled   = text.MustPattern(`\b(?:jusqu'a (?:pourvoi|ce que le poste soit pourvu|pourvoir)|des que possible et jusqu|au fil de l'eau|until (?:the )?(?:post|position|vacancy|role)?(?: is| has been)? ?filled|until filled|rolling basis|open until|sans date limite|des reception|as (?:they are|applications are) received|on an ongoing basis|reserves? the right to close|may close (?:early|before))\b`)
	strictWord    = text.MustPattern(`\b(?:avant|before|prior to)\b`)
)

// closing is a deadline read in a sentence.
type closing struct {
	s       *sentence
	d       dateAt
	h, m    int
	hour    bool
	zone    string
	strict  bool
	incl    bool
	label   bool
	rank    int
	pastEnd int
}

// deadline finds until when to apply.
func (r *reader) deadline() {
	var all []closing
	for i := range r.sentences {
		s := &r.sentences[i]
		if untilFilled.MatchString(s.Text) && (closingAbout.MatchString(s.Text) || s.zone == ZoneApply) {
			r.flag("deadline.until_filled", s)
			r.cover(s, "deadline")
		}
		all = append(all, r.closings(i)...)
	}
	if len(all) == 0 {
		r.gap("deadline")
		return
	}
	best := 0
	for i, c := range all {
		if s, b := c.score(), all[best].score(); s > b || s == b && before(all[best].d.until, c.d.until) && !c.d.noYear && !all[best].d.noYear {
			best = i
		}
	}
	c := all[best]
	// The same day is often named twice, once with its hour and zone.
	for _, o := range all {
		if o.d.from == c.d.from || sameDay(o.d.from, c.d.from) {
			if !c.hour && o.hour {
				c.h, c.m, c.hour, c.zone = o.h, o.m, true, o.zone
			}
			if c.zone == "" {
				c.zone = o.zone
			}
			if c.d.noYear && !o.d.noYear {
				c.d = o.d
			}
			if o.strict && o.hour {
				c.strict = true
			}
			r.cover(o.s, "deadline")
		}
	}
	var flags []string
	day := c.d.until
	if c.d.noYear {
		year, ok := r.yearFor(day)
		if !ok {
			r.gap("deadline")
			r.flag("deadline.year_assumed", c.s)
			return
		}
		day.Year = year
		flags = append(flags, "deadline.year_assumed")
	}
	zone, assumed := c.zone, false
	if zone == "" {
		var sure bool
		if zone, sure = zoneOfPlace(r.draft.Place); zone != "" {
			assumed = !sure || c.hour
		} else if zone = r.opts.Zone; zone != "" {
			assumed = true
		}
	}
	loc, ok := load(zone)
	if !ok {
		zone, loc = "", time.UTC
		r.gap("deadline.zone")
	} else if assumed {
		flags = append(flags, "deadline.zone_assumed")
	}
	d := &Deadline{Zone: zone, Source: r.cite(c.s)}
	if c.hour {
		d.At = instant(day, c.h, c.m, loc)
		d.Inclusive = !c.strict || c.incl
	} else {
		d.At = instant(day, 23, 59, loc)
		d.Inclusive = !c.strict || c.incl
		r.gap("deadline.hour")
		if c.strict && !c.incl {
			flags = append(flags, "deadline.before_day")
		}
	}
	if c.d.weekday >= 0 && int(d.At.In(loc).Weekday()) != c.d.weekday {
		flags = append(flags, "deadline.weekday")
	}
	for _, o := range all {
		if !sameDay(o.d.until, c.d.until) {
			r.flag("deadline.several", c.s, o.s)
			flags = append(flags, "deadline.several")
			break
		}
	}
	if !r.opts.Today.IsZero() && before(day, r.opts.Today) {
		flags = append(flags, "deadline.past")
	}
	d.Flags = flags
	r.draft.Deadline = d
	r.draft.Sources["deadline"] = d.Source
	r.cover(c.s, "deadline")
}

func sameDay(a, b screening.Date) bool {
	return a.Month == b.Month && a.Day == b.Day && (a.Year == b.Year || a.Year == 0 || b.Year == 0)
}

func (c closing) score() int {
	n := c.rank
	if c.hour {
		n += 2
	}
	if !c.d.noYear {
		n++
	}
	return n
}

// closings finds the deadlines a sentence names, its heading's included.
func (r *reader) closings(i int) []closing {
	s := &r.sentences[i]
	t := s.Text
	var out []closing
	ds := dates(t)
	if len(ds) == 0 {
		return nil
	}
	// "LIMITE DE CANDIDATURE" above "17 février 2025", or in the cell before it.
	head := ""
	if i > 0 && (r.sentences[i-1].heading || len(strings.Fields(r.sentences[i-1].Text)) <= 6) && len(strings.Fields(t)) <= 14 {
		head = r.sentences[i-1].Text
	}
	for _, d := range ds {
		if !d.day {
			continue
		}
		ahead := t[:d.start]
		if j := strings.LastIndexByte(ahead, ';'); j >= 0 {
			ahead = ahead[j+1:]
		}
		m := closingCue.FindAllStringIndex(ahead, -1)
		c := closing{s: s, d: d}
		switch {
		case len(m) > 0:
			cue := m[len(m)-1]
			between := ahead[cue[1]:]
			word := ahead[cue[0]:cue[1]]
			if len(between) > 90 || len(ahead)-len(between) < 0 {
				continue
			}
			context := t
			if other := notClosing.FindAllStringIndex(ahead, -1); len(other) > 0 {
				last := other[len(other)-1]
				about := closingAbout.FindAllStringIndex(ahead, -1)
				if len(about) == 0 || about[len(about)-1][0] < last[0] {
					continue
				}
			}
			if !closingAbout.MatchString(context+" "+head) && s.zone != ZoneApply {
				continue
			}
			if (word == "by" || word == "limite" || word == "up to") && !closingAbout.MatchString(context+" "+head) {
				continue
			}
			c.strict = strictWord.MatchString(word) && word != "on or before"
			c.rank = 3
			if strings.Contains(ahead, "limite") || strings.Contains(ahead, "closing") || strings.Contains(ahead, "deadline") || s.zone == ZoneApply {
				c.rank = 4
			}
			if strings.Contains(ahead[:cue[0]], "limite") || strings.Contains(ahead, "deadline") || strings.Contains(ahead, "closing") {
				c.strict = false
			}
		case head != "" && closingLabel.MatchString(head):
			c.label, c.rank = true, 3
		default:
			// "Candidatures : 12 mars 2026 à 18 h"
			if lead := strings.TrimRight(ahead, " :-–"); closingLabel.MatchString(lead) && len(strings.Fields(lead)) <= 8 {
				c.label, c.rank = true, 4
				break
			}
			continue
		}
		tail := t[d.end:]
		if n := nextDate(ds, d); n > d.end {
			tail = t[d.end:n]
		}
		c.h, c.m, c.hour = hour(tail[:min(len(tail), 70)])
		if !c.hour {
			c.h, c.m, c.hour = hour(t[max(0, d.start-45):d.start])
		}
		c.incl = inclusiveWord.MatchString(tail[:min(len(tail), 40)])
		a := d.start
		if c.hour {
			a = max(0, d.start-45)
		}
		c.zone = zoneIn(s.Folded.Sub(a, len(t)), r.text, c.hour)
		if z := offsetZone.FindStringSubmatch(t[a:]); z != nil {
			c.zone = "Etc/GMT" + map[string]string{"+": "-", "-": "+"}[z[1]] + strings.TrimLeft(z[2], "0")
		}
		if c.zone == "" && localTime.MatchString(t[a:]) {
			c.zone, _ = zoneOfPlace(r.draft.Place)
		}
		out = append(out, c)
	}
	return out
}

var (
	closingLabel = text.MustPattern(`\b(?:date limite|limite de|clotur\w+|closing date|closing|deadline|apply by|apply before|candidatures? (?:avant|jusqu)|a postuler avant|dernier delai|delai de)\b`)
	offsetZone   = text.MustPattern(`\b(?:gmt|utc|tu) ?([+-]) ?0?([1-9]|1[0-4])\b`)
)

func nextDate(ds []dateAt, d dateAt) int {
	for _, o := range ds {
		if o.start > d.start {
			return o.start
		}
	}
	return -1
}

// yearFor finds the year of a day written without one: the next such day when today is
// known, else the last before the start of the work, else the year other dates agree on.
func (r *reader) yearFor(d screening.Date) (int, bool) {
	if t := r.opts.Today; !t.IsZero() {
		d.Year = t.Year
		if before(d, t) {
			return t.Year + 1, true
		}
		return t.Year, true
	}
	if !r.dated {
		r.dated = true
		for i := range r.sentences {
			if r.sentences[i].zone == ZoneContext {
				continue
			}
			for _, o := range dates(r.sentences[i].Text) {
				if !o.noYear && o.from.Year >= 2000 && before(r.latest, o.from) {
					r.latest = o.from
				}
			}
		}
	}
	latest := r.latest
	if latest.IsZero() {
		return 0, false
	}
	d.Year = latest.Year
	if before(latest, d) {
		d.Year--
	}
	return d.Year, true
}
