-- Backups made of this database, newest last, and from when on people are answered after one
-- was put back.

-- +goose Up

CREATE TABLE backups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at DATETIME NOT NULL,
    finished_at DATETIME NOT NULL,
    place TEXT NOT NULL,
    name TEXT NOT NULL,
    applications INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    missing INTEGER NOT NULL
);

ALTER TABLE mailboxes ADD COLUMN answer_from DATETIME;
