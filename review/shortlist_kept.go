package review

import (
	"dossier/internal/account"
	"dossier/internal/store"
)

// readAs takes out of a list's query what the vacancy's mode keeps back from this reader: a
// list that is searched or sorted by names tells them, wherever its address is used.
func (r *request) readAs(f *shortlistFilter) error {
	ctx, vacancy := r.Request().Context(), f.query.VacancyID
	mode, err := r.app.Store.ReviewMode(ctx, vacancy)
	if err != nil {
		return err
	}
	if mode.Anonymous {
		f.unname()
	}
	if mode.HiddenUntilMine && r.may(account.Judge) {
		f.query.HiddenFrom = r.user.ID
	}
	return nil
}

// opinionsHidden tells on which applications of a vacancy this reader is not shown what
// colleagues said and decided: nil for none.
func (r *request) opinionsHidden(vacancyID int64) (func(application int64) bool, error) {
	ctx, st := r.Request().Context(), r.app.Store
	mode, err := st.ReviewMode(ctx, vacancyID)
	if err != nil || !mode.HiddenUntilMine || !r.may(account.Judge) {
		return nil, err
	}
	given, err := st.OpinionsGiven(ctx, vacancyID, r.user.ID)
	if err != nil {
		return nil, err
	}
	opened, err := st.Revealed(ctx, vacancyID, r.user.ID, store.RevealOpinions)
	return func(id int64) bool { return given[id] == "" && !opened[id] }, err
}

// keepsChanges tells whether counts of what colleagues changed are kept from this reader: on
// some of a vacancy's applications they have neither given an opinion nor opened the others'.
func (r *request) keepsChanges(vacancyID int64, applications int) (bool, error) {
	ctx, st := r.Request().Context(), r.app.Store
	mode, err := st.ReviewMode(ctx, vacancyID)
	if err != nil || !mode.HiddenUntilMine || !r.may(account.Judge) {
		return false, err
	}
	known, err := st.Revealed(ctx, vacancyID, r.user.ID, store.RevealOpinions)
	if err != nil {
		return false, err
	}
	given, err := st.OpinionsGiven(ctx, vacancyID, r.user.ID)
	for id := range given {
		known[id] = true
	}
	return len(known) < applications, err
}
