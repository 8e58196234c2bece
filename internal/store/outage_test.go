package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

func TestOutagesAreToldFromMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want Outage
	}{
		"nothing":              {nil, ""},
		"not found":            {ErrNotFound, ""},
		"conflict":             {ErrConflict, ""},
		"told to stop":         {context.Canceled, ""},
		"no room":              {fmt.Errorf("write: %w", &fs.PathError{Err: syscall.ENOSPC}), OutageFull},
		"quota":                {syscall.EDQUOT, OutageFull},
		"read-only disk":       {syscall.EROFS, OutageReadOnly},
		"refused":              {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, OutageAway},
		"starting":             {&pgconn.PgError{Code: "57P03"}, OutageAway},
		"shut down":            {&pgconn.PgError{Code: "57P01"}, OutageAway},
		"too many connections": {&pgconn.PgError{Code: "53300"}, OutageAway},
		"its disk is full":     {&pgconn.PgError{Code: "53100"}, OutageFull},
		"a standby":            {&pgconn.PgError{Code: "25006"}, OutageReadOnly},
		"a mistake of ours":    {&pgconn.PgError{Code: "42601"}, ""},
		"a duplicate":          {&pgconn.PgError{Code: "23505"}, ""},
	} {
		if got := OutageOf(fmt.Errorf("act: %w", c.err)); c.err != nil && got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestASQLiteFileThatCannotBeWrittenIsReadOnly(t *testing.T) {
	h := openHouse(t, "sqlite:"+filepath.Join(t.TempDir(), "dossier.db"))
	u := h.user("rita")
	err := h.r.Exec("UPDATE users SET name = 'x' WHERE id = ?", u.ID).Error // the pool that reads
	if got := OutageOf(err); got != OutageReadOnly {
		t.Errorf("%v: %q", err, got)
	}
	_, err = h.AddUser(h.ctx, NewUser{Email: "rita@org.example", Role: "king"}, 0)
	if got := OutageOf(err); got != "" || !errors.Is(err, ErrInvalid) {
		t.Errorf("a mistake counts as an outage: %v", err)
	}
}
