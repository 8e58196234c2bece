package notice

import (
	"strings"

	"dossier/screening/text"
)

// titleFromProse reads "X recrute un·e Y" and "Offre de stage : Y".
func (r *reader) titleFromProse() {
	for i := range r.sentences {
		if i > 25 {
			return
		}
		s := &r.sentences[i]
		t := s.Text
		at := -1
		if m := offerOf.FindStringIndex(t); m != nil && m[1] < len(t) && len(strings.Fields(t)) <= 22 && !generic.MatchString(strings.Trim(t, " :.")) {
			at = m[1]
		} else if m := recruits.FindStringIndex(t); m != nil && m[1] < len(t) {
			at = m[1]
		} else if m := seekWe.FindStringIndex(t); m != nil && m[1] < len(t) {
			at = m[1]
		}
		if at < 0 {
			continue
		}
		end := len(t)
		if m := titleEnds.FindStringIndex(t[at:]); m != nil && m[0] > 2 {
			end = at + m[0]
		}
		if !jobWord.MatchString(t[at:end]) || len(strings.Fields(t[at:end])) > 12 {
			continue
		}
		r.draft.Title = capital(strings.Trim(r.words(s.Folded, at, end), " :–-,.*«»\"#"))
		r.draft.Sources["title"] = r.source(s.Folded, at, end)
		r.cover(s, "title")
		return
	}
}

var seekWe = text.MustPattern(`^.{0,60}\b(?:nous (?:recherchons|recrutons|cherchons)|we(?:'re| are) (?:currently |now )?(?:looking for|seeking|recruiting|hiring)|we seek|recrutement d')[^.;]{0,40}?\b(?:un|une|notre|nos|des|an?|our(?: next)?)? ?(?:futur|nouveau|nouvelle|new )?`)

// titleFromTop takes the first heading that names a post, else the first that may.
func (r *reader) titleFromTop() {
	var first *sentence
	for i := range r.sentences {
		s := &r.sentences[i]
		if i > 12 || s.zone == ZoneProfile {
			break
		}
		words := len(strings.Fields(s.Text))
		if s.bullet || words > 16 || strings.Contains(s.Text, "@") || strings.HasSuffix(s.Text, ".") || strings.Contains(s.Text, ": ") {
			continue
		}
		if _, known := lookup(s.Text); known || generic.MatchString(strings.Trim(s.Text, " :.!")) {
			continue
		}
		if jobWord.MatchString(s.Text) {
			r.setTitle(s)
			return
		}
		if first == nil && words >= 2 {
			first = s
		}
	}
	// A word for the kind of contract is better than nothing.
	for i := range r.sentences {
		s := &r.sentences[i]
		if m := contractWord.FindStringIndex(s.Text); m != nil {
			r.draft.Title = capital(r.words(s.Folded, m[0], m[1]))
			if first != nil && first.zone == ZoneHead && len(first.Text) < 60 && !strings.HasSuffix(first.Text, ":") {
				r.draft.Title += ", " + strings.Trim(r.words(first.Folded, 0, len(first.Text)), " :.–-")
				r.cover(first, "title")
			}
			r.draft.Sources["title"] = r.source(s.Folded, m[0], m[1])
			r.flag("title.assumed", s)
			return
		}
	}
	if first != nil {
		r.setTitle(first)
		r.flag("title.assumed", first)
	}
}

var contractWord = text.MustPattern(`\b(?:stagiaire|stage|internship|intern|consultant|consultance|consultancy|expert|alternance|volontaire|volunteer|doctorant|phd)\b`)

func (r *reader) setTitle(s *sentence) {
	end := len(s.Text)
	if m := titleTail.FindStringIndex(s.Text); m != nil && m[0] > 6 {
		end = m[0]
	}
	r.draft.Title = strings.Trim(r.words(s.Folded, 0, end), " :–-,.*«»\"#")
	r.draft.Sources["title"] = r.source(s.Folded, 0, end)
	r.cover(s, "title")
}

var titleTail = text.MustPattern(` (?:\(?(?:ref|reference)\b.*|\(?[hfm]/[hfm]\)?.*)$`)
