package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// Outage says why the database cannot do what was asked, when that is nobody's mistake and
// the same may go well later. Empty for any other error, and for none.
type Outage string

// The outages.
const (
	// OutageAway: it does not answer, or it is starting or stopping.
	OutageAway Outage = "away"
	// OutageFull: there is no room to write.
	OutageFull Outage = "full"
	// OutageReadOnly: it can be read and not written.
	OutageReadOnly Outage = "read_only"
	// OutageBusy: it is locked by somebody else for too long.
	OutageBusy Outage = "busy"
)

// errLineLost is a connection that ended in the middle of an answer.
var errLineLost = errors.New("connection to the database lost")

// Result codes of SQLite, without their extension.
const (
	sqliteBusy     = 5
	sqliteLocked   = 6
	sqliteReadOnly = 8
	sqliteIOErr    = 10
	sqliteFull     = 13
	sqliteCantOpen = 14
)

// OutageOf tells the outage an error speaks of.
func OutageOf(err error) Outage {
	if err == nil || errors.Is(err, context.Canceled) {
		return ""
	}
	if noRoom(err) {
		return OutageFull
	}
	if errors.Is(err, syscall.EROFS) {
		return OutageReadOnly
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqliteFull:
			return OutageFull
		case sqliteReadOnly:
			return OutageReadOnly
		case sqliteBusy, sqliteLocked:
			return OutageBusy
		case sqliteIOErr, sqliteCantOpen:
			return OutageAway
		}
		return ""
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return outageOfState(pg.Code)
	}
	var refused *pgconn.ConnectError
	var network *net.OpError
	if errors.Is(err, errLineLost) || errors.As(err, &refused) || errors.As(err, &network) || pgconn.SafeToRetry(err) || pgconn.Timeout(err) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return OutageAway
	}
	return ""
}

func noRoom(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// outageOfState tells the outage of one of PostgreSQL's states.
func outageOfState(code string) Outage {
	switch {
	case code == "53100":
		return OutageFull
	case code == "25006":
		return OutageReadOnly
	case code == "55P03":
		return OutageBusy
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57P"), strings.HasPrefix(code, "58"):
		return OutageAway
	}
	return ""
}
