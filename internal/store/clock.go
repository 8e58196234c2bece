package store

import (
	"context"
	"fmt"
	"time"
)

// ServerClock is the time on the database's own machine; ok is false where it has none of
// its own.
func (s *Store) ServerClock(ctx context.Context) (at time.Time, ok bool, err error) {
	if s.dialect != postgresDialect {
		return time.Time{}, false, nil
	}
	err = s.reader(ctx).Raw("SELECT clock_timestamp()").Scan(&at).Error
	return at, err == nil, known(err)
}

// DatedAhead tells by how much mail servers stamp messages later than we see them: a message
// cannot arrive after it was found. It is 0 when the latest thousand messages agree with
// our clock, which was then not behind that of the mail servers.
func (s *Store) DatedAhead(ctx context.Context) (time.Duration, error) {
	var rows []Message
	err := s.reader(ctx).Model(&Message{}).Select("internal_date", "created_at").Order("id DESC").Limit(1000).Find(&rows).Error
	if err != nil {
		return 0, fmt.Errorf("messages dated ahead: %w", known(err))
	}
	var most time.Duration
	for _, m := range rows {
		if m.InternalDate != nil {
			most = max(most, m.InternalDate.Sub(m.CreatedAt))
		}
	}
	return most, nil
}
