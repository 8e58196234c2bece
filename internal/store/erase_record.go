package store

import (
	"time"

	"gorm.io/gorm"

	"dossier/screening"
)

// EraseCause is why something is gone.
type EraseCause string

// The causes.
const (
	// CauseErased: a person asked for it, and a person did it.
	CauseErased EraseCause = "erased"
	// CausePurged: its time of keeping was over.
	CausePurged EraseCause = "purged"
	// CauseReplayed: a journal said so after an older copy was restored.
	CauseReplayed EraseCause = "replayed"
)

// Erasure is an act of erasing. It holds ids, counts and keyed hashes, and nothing about
// the person.
type Erasure struct {
	ID    int64      `gorm:"primaryKey;autoIncrement"`
	Cause EraseCause `gorm:"not null"`
	// Clock is the code of the clock that ran out; empty when a person asked.
	Clock       string `gorm:"not null"`
	ApplicantID int64  `gorm:"not null"`
	// VacancyID is 0 when several were concerned, or none.
	VacancyID int64 `gorm:"not null"`
	// What went.
	Applications int `gorm:"not null"`
	Messages     int `gorm:"not null"`
	Documents    int `gorm:"not null"`
	// Mentions is how many times the person was named in the words of others, and is not now.
	Mentions int `gorm:"not null"`
	// Entry is the line of the journal.
	Entry EraseEntry `gorm:"serializer:json;not null"`
	// Pending is what is still to be removed outside the database.
	Pending ErasePending `gorm:"serializer:json;not null"`
	ActorID int64        `gorm:"not null"`
	At      time.Time    `gorm:"not null"`
	// JournaledAt is when the journal held the entry on disk, FinishedAt when nothing was
	// pending any more.
	JournaledAt *time.Time
	FinishedAt  *time.Time
}

// EraseEntry is what the journal of erasures keeps of one: enough to do it again in an
// older copy of the same database, and nothing that says who it was.
type EraseEntry struct {
	At time.Time `json:"at"`
	// Key tells which database's key made the marks.
	Key   string     `json:"key"`
	Cause EraseCause `json:"cause"`
	// Applicants, Applications and Messages are ids with a mark each, since a copy that
	// goes on by itself gives the same ids to others.
	Applicants   []MarkedID `json:"applicants,omitempty"`
	Applications []MarkedID `json:"applications,omitempty"`
	Messages     []MarkedID `json:"messages,omitempty"`
	// Marks are those of the messages' bytes, contents and heads: they must not come back.
	Marks []string `json:"marks,omitempty"`
	// Blobs are the marks of the bytes that were removed.
	Blobs []string `json:"blobs,omitempty"`
}

// MarkedID is an id with the keyed hash that tells whose it was.
type MarkedID struct {
	ID   int64  `json:"id"`
	Mark string `json:"mark"`
}

// ErasePending is what an erasure still has to remove outside the database. It is emptied
// once that is done.
type ErasePending struct {
	// Blobs are the names of bytes that nothing refers to any more.
	Blobs []PendingBlob `json:"blobs,omitempty"`
	// Mail are messages to delete on their server, when that was asked for.
	Mail []PendingMail `json:"mail,omitempty"`
}

// PendingBlob names bytes to remove.
type PendingBlob struct {
	Hash string `json:"hash"`
}

// PendingMail names a message on its server.
type PendingMail struct {
	MailboxID   int64  `json:"mailbox"`
	UIDValidity uint32 `json:"uidvalidity"`
	UID         uint32 `json:"uid"`
}

// Tombstone is what stays of an application: where it stood, for the figures.
type Tombstone struct {
	ApplicationID int64  `gorm:"primaryKey;autoIncrement:false"`
	VacancyID     int64  `gorm:"not null"`
	Stage         string `gorm:"not null"`
	// ReceivedOn is the month of receipt, YYYY-MM: a day could single somebody out.
	ReceivedOn string     `gorm:"not null"`
	Cause      EraseCause `gorm:"not null"`
	At         time.Time  `gorm:"not null"`
}

// goneByStage counts the tombstones of a vacancy.
func goneByStage(db *gorm.DB, vacancyID int64) (map[screening.Stage]int, error) {
	var rows []struct {
		Stage screening.Stage
		N     int
	}
	err := db.Raw(`SELECT stage, count(*) AS n FROM tombstones WHERE vacancy_id = ? GROUP BY stage`, vacancyID).Scan(&rows).Error
	out := map[screening.Stage]int{}
	for _, r := range rows {
		out[r.Stage] = r.N
	}
	return out, err
}
