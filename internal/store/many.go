package store

import (
	"errors"

	"gorm.io/gorm"
)

// many runs one statement once for each row of arguments, none of them a slice. It is
// prepared once, which is half of what a small update costs on SQLite.
func many(tx *gorm.DB, statement string, rows [][]any) (err error) {
	if len(rows) == 0 {
		return nil
	}
	// gorm writes the placeholders as the engine wants them.
	written := tx.Session(&gorm.Session{DryRun: true}).Exec(statement, rows[0]...)
	if written.Error != nil {
		return written.Error
	}
	ctx := tx.Statement.Context
	prepared, err := tx.Statement.ConnPool.PrepareContext(ctx, written.Statement.SQL.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, prepared.Close()) }()
	for _, row := range rows {
		if _, err := prepared.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	return nil
}
