package store

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// BackupRecord tells of a finished backup.
type BackupRecord struct {
	ID         int64     `gorm:"primaryKey;autoIncrement"`
	StartedAt  time.Time `gorm:"not null"`
	FinishedAt time.Time `gorm:"not null"`
	// Place is the folder it was written to, as the machine that made it names it; Name
	// is the set within.
	Place string `gorm:"not null"`
	Name  string `gorm:"not null"`
	// How many of each are in it. Files are the blobs that its rows name, Bytes the size of
	// all of it, Missing how many blobs were named and not to be had.
	Applications int64 `gorm:"not null"`
	Messages     int64 `gorm:"not null"`
	Documents    int64 `gorm:"not null"`
	Files        int64 `gorm:"not null"`
	Bytes        int64 `gorm:"not null"`
	Missing      int64 `gorm:"not null"`
}

// TableName is the table of backups.
func (BackupRecord) TableName() string { return "backups" }

// backupsKept is how many are remembered.
const backupsKept = 100

// RecordBackup remembers that a backup was made.
func (s *Store) RecordBackup(ctx context.Context, b BackupRecord) error {
	return s.act(ctx, "record backup", func(tx *gorm.DB) error {
		b.ID, b.StartedAt, b.FinishedAt = 0, instantOf(b.StartedAt), instantOf(b.FinishedAt)
		tidy(&b, maxText)
		if err := tx.Create(&b).Error; err != nil {
			return err
		}
		return tx.Where("id <= ?", b.ID-backupsKept).Delete(&BackupRecord{}).Error
	})
}

// LastBackup returns the newest backup; ok is false when none was ever made.
func (s *Store) LastBackup(ctx context.Context) (b BackupRecord, ok bool, err error) {
	found := s.reader(ctx).Order("id DESC").Limit(1).Find(&b)
	return b, found.RowsAffected == 1, known(found.Error)
}
