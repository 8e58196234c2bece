-- People's rights and retention: what was erased and must not come back, how long things
-- are kept, what stops their deletion, consents to stay in the pool, corrections, and the
-- requests people make.

-- +goose Up

-- Secrets of this database that are no password: the key of the hashes below.
CREATE TABLE instance_keys (
    name TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL,
    created_at DATETIME NOT NULL
);

-- What was erased, as keyed hashes: the same mail, fetched again, is recognised and left.
CREATE TABLE erased_marks (
    mark TEXT NOT NULL PRIMARY KEY,
    message_id INTEGER NOT NULL,
    at DATETIME NOT NULL
);

-- One row per act of erasing, without anything about the person. entry is the line of the
-- journal; pending holds what is still to be removed outside the database and is emptied
-- with it.
CREATE TABLE erasures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cause TEXT NOT NULL CHECK (cause IN ('erased', 'purged', 'replayed')),
    clock TEXT NOT NULL,
    applicant_id INTEGER NOT NULL,
    vacancy_id INTEGER NOT NULL,
    applications INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    entry TEXT NOT NULL,
    pending TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    at DATETIME NOT NULL,
    journaled_at DATETIME,
    finished_at DATETIME
);
CREATE INDEX erasures_open ON erasures (id) WHERE finished_at IS NULL;

-- What stays of an application for the figures.
CREATE TABLE tombstones (
    application_id INTEGER NOT NULL PRIMARY KEY,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    stage TEXT NOT NULL,
    received_on TEXT NOT NULL,
    cause TEXT NOT NULL,
    at DATETIME NOT NULL
);
CREATE INDEX tombstones_vacancy ON tombstones (vacancy_id, stage);

-- How long things are kept, in months; -1 is without end. vacancy_id 0 holds the clocks of
-- mail that belongs to no vacancy. Nothing is purged by itself before enabled is set.
CREATE TABLE retentions (
    vacancy_id INTEGER NOT NULL PRIMARY KEY,
    enabled BOOLEAN NOT NULL,
    not_retained INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    selected INTEGER NOT NULL,
    undecided INTEGER NOT NULL,
    referees INTEGER NOT NULL,
    unsent INTEGER NOT NULL,
    set_aside INTEGER NOT NULL,
    unrouted INTEGER NOT NULL,
    set_by INTEGER NOT NULL,
    set_at DATETIME NOT NULL
);

-- A hold stops purging and erasing: of one application, or of all of a vacancy (0).
CREATE TABLE holds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    application_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    at DATETIME NOT NULL,
    lifted_at DATETIME,
    lifted_by INTEGER REFERENCES users (id)
);
CREATE INDEX holds_vacancy ON holds (vacancy_id, application_id);

CREATE TABLE pool_consents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    applicant_id INTEGER NOT NULL REFERENCES applicants (id) ON DELETE CASCADE,
    given_on TEXT NOT NULL,
    expires_on TEXT NOT NULL,
    source TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    at DATETIME NOT NULL,
    withdrawn_at DATETIME,
    withdrawn_by INTEGER REFERENCES users (id)
);
CREATE INDEX pool_consents_applicant ON pool_consents (applicant_id, id);
CREATE INDEX pool_consents_expiry ON pool_consents (expires_on, id) WHERE withdrawn_at IS NULL;

-- What a person says is right, beside what was read. application_id is 0 for what concerns
-- the person rather than one application.
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    applicant_id INTEGER NOT NULL REFERENCES applicants (id) ON DELETE CASCADE,
    application_id INTEGER NOT NULL,
    field TEXT NOT NULL,
    criterion TEXT NOT NULL,
    original TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    at DATETIME NOT NULL,
    withdrawn_at DATETIME,
    withdrawn_by INTEGER REFERENCES users (id)
);
CREATE INDEX corrections_applicant ON corrections (applicant_id, id);

CREATE TABLE privacy_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('access', 'erasure', 'rectification', 'objection')),
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'refused')),
    applicant_id INTEGER NOT NULL,
    received_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    note TEXT NOT NULL,
    outcome TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    at DATETIME NOT NULL,
    closed_at DATETIME,
    closed_by INTEGER REFERENCES users (id)
);
CREATE INDEX privacy_requests_state ON privacy_requests (state, due_on, id);

-- Set once the referees' contacts read out of an application are gone.
ALTER TABLE applications ADD COLUMN referees_purged_at DATETIME;

CREATE INDEX messages_from ON messages (from_email) WHERE from_email <> '';
