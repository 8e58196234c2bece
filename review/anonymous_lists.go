package review

import (
	"strings"

	"dossier/internal/store"
	"dossier/screening"
)

// listed is what a list shows of an application that a vacancy's mode may keep back: who it
// is, and the letters and counts in which colleagues had their say.
type listed struct {
	ID                   int64
	Name, Email          *string
	Verdicts             *string
	Met, NotMet, Unclear *int
}

// keepBackOfList masks names, and the verdicts colleagues gave, on the lines of a list of
// one vacancy. criteria are those the letters are of; nil when the list shows none. It
// returns which of the applications are masked, nil for none.
func (r *request) keepBackOfList(vacancyID int64, criteria []screening.Criterion, lines []listed) (func(application int64) bool, error) {
	ctx, st := r.Request().Context(), r.app.Store
	mode, err := st.ReviewMode(ctx, vacancyID)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	var masked func(int64) bool
	if mode.Anonymous {
		if masked, err = r.masks(vacancyID); err != nil {
			return nil, err
		}
		for _, l := range lines {
			if masked == nil || !masked(l.ID) {
				continue
			}
			*l.Name = veiledName(r.words, l.ID)
			if l.Email != nil {
				*l.Email = ""
			}
		}
	}
	if criteria == nil {
		return masked, nil
	}
	unsaid, err := r.opinionsHidden(vacancyID)
	if err != nil || unsaid == nil {
		return masked, err
	}
	var hidden []int64
	for _, l := range lines {
		if unsaid(l.ID) && l.Verdicts != nil && strings.ContainsAny(*l.Verdicts, "MNU") {
			hidden = append(hidden, l.ID)
		}
	}
	said, err := st.MachineVerdicts(ctx, vacancyID, r.user.ID, hidden)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		if overrides := said[l.ID]; len(overrides) > 0 {
			machineAgain(l, criteria, overrides)
		}
	}
	return masked, nil
}

// machineAgain puts the machine's verdicts back in place of a colleague's.
func machineAgain(l listed, criteria []screening.Criterion, overrides []store.Override) {
	letters := []byte(*l.Verdicts)
	for _, o := range overrides {
		at := criterionAt(criteria, o.Criterion)
		if at < 0 || at >= len(letters) {
			continue
		}
		count := func(letter byte, by int) {
			switch letter {
			case 'm', 'M':
				add(l.Met, by)
			case 'n', 'N':
				add(l.NotMet, by)
			case 'u', 'U':
				add(l.Unclear, by)
			}
		}
		machine := o.MachineVerdict.Letter()
		count(letters[at], -1)
		count(machine, 1)
		letters[at] = machine
	}
	*l.Verdicts = string(letters)
}

func add(n *int, by int) {
	if n != nil {
		*n += by
	}
}

// keepBackOfQueue does the same to an application in the queue of what is to be checked.
func (r *request) keepBackOfQueue(item *store.UnclearItem) error {
	if r.modes == nil {
		modes, err := r.app.Store.ReviewModes(r.Request().Context())
		if err != nil {
			return err
		}
		r.modes = modes
	}
	if _, unusual := r.modes[item.VacancyID]; !unusual {
		return nil
	}
	v, err := r.applicationView(item.ApplicationID)
	if err != nil {
		return err
	}
	if b := r.behind[item.ApplicationID]; b.Opinions {
		for criterion := range item.Said {
			if v.InForce(criterion) == nil {
				delete(item.Said, criterion)
			}
		}
	} else if !b.Veiled {
		return nil
	}
	one := r.veils[item.ApplicationID]
	if one == nil {
		return nil
	}
	item.Name = v.Applicant.Name
	for i, f := range item.Findings {
		item.Findings[i] = one.finding(f, r.words.T("veil.gap"))
	}
	for id, d := range item.Documents {
		d.Name = veiledFile(store.Document{ID: d.ID, Name: d.Name})
		item.Documents[id] = d
	}
	for criterion, why := range item.Said {
		item.Said[criterion] = shown(one.mask.text(why), r.words.T("veil.gap"))
	}
	return nil
}
