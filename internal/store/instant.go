package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// instantOf is a time as both engines keep it: UTC, whole microseconds.
func instantOf(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func instantPtr(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := instantOf(*t)
	return &u
}

// instant scans a time that comes out of an expression such as max(received_at): SQLite
// gives those as integers. The zero instant stands for NULL.
type instant struct{ time.Time }

// Scan reads what either engine gives.
func (i *instant) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		i.Time = time.Time{}
	case int64:
		i.Time = time.UnixMicro(v).UTC()
	case time.Time:
		i.Time = v.UTC()
	default:
		return fmt.Errorf("instant: cannot read %T", v)
	}
	return nil
}

// Value writes the instant as a time.
func (i instant) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return i.Time, nil
}

// Ptr is the instant, nil for the zero one.
func (i instant) Ptr() *time.Time {
	if i.IsZero() {
		return nil
	}
	return &i.Time
}
