package store

import (
	"context"
	"slices"
)

// BlobUse tells what a blob is needed for.
type BlobUse struct {
	// Vacancies whose applications hold it, in order; 0 stands for mail that became nobody's
	// application.
	Vacancies []int64
	// Settled is false while a message of these bytes is still to be routed, by the program
	// or by a person.
	Settled bool
}

// BlobUses tells what some blobs are needed for. A hash that no row names is not in the answer.
func (s *Store) BlobUses(ctx context.Context, hashes []string) (map[string]BlobUse, error) {
	out := map[string]BlobUse{}
	for len(hashes) > 0 {
		some := hashes[:min(len(hashes), hashesAtOnce)]
		hashes = hashes[len(some):]
		if err := s.blobUses(ctx, some, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Store) blobUses(ctx context.Context, hashes []string, out map[string]BlobUse) error {
	var rows []struct {
		Hash    string
		State   MessageState
		Vacancy *int64
	}
	err := s.reader(ctx).Raw(`SELECT m.raw_hash AS hash, m.state, r.vacancy_id AS vacancy FROM messages m LEFT JOIN routes r ON r.message_id = m.id
		WHERE m.raw_hash IN ? AND m.raw_hash <> ''`, hashes).Scan(&rows).Error
	if err != nil {
		return known(err)
	}
	note := func(hash string, vacancy int64, settled bool) {
		u, named := out[hash]
		if !named {
			u.Settled = true
		}
		u.Settled = u.Settled && settled
		if settled && !slices.Contains(u.Vacancies, vacancy) {
			u.Vacancies = append(u.Vacancies, vacancy)
			slices.Sort(u.Vacancies)
		}
		out[hash] = u
	}
	for _, r := range rows {
		vacancy := int64(0)
		if r.Vacancy != nil {
			vacancy = *r.Vacancy
		}
		note(r.Hash, vacancy, r.State == Routed || r.State == SetAside)
	}
	var documents []struct {
		Hash      string
		VacancyID int64
	}
	if err := s.reader(ctx).Model(&Document{}).Where("hash IN ?", hashes).Distinct("hash", "vacancy_id").Scan(&documents).Error; err != nil {
		return known(err)
	}
	for _, d := range documents {
		note(d.Hash, d.VacancyID, true)
	}
	return nil
}
