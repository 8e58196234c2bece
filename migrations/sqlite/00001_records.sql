-- The records of internal/store. The file of the other dialect has the same number, name,
-- tables, columns and indices.
-- Instants are DATETIME columns holding integers: microseconds since 1970, UTC.

-- +goose Up

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    language TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email);

CREATE TABLE sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at DATETIME NOT NULL,
    last_seen_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    ip TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE vacancies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    organisation TEXT NOT NULL,
    place TEXT NOT NULL,
    reference TEXT NOT NULL,
    addresses TEXT NOT NULL,
    deadline_at DATETIME,
    deadline_zone TEXT NOT NULL,
    deadline_inclusive BOOLEAN NOT NULL,
    deadline_source TEXT NOT NULL,
    as_of TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'closed')),
    gaps TEXT NOT NULL,
    language TEXT NOT NULL,
    checklist_version INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX vacancies_slug ON vacancies (slug);

CREATE TABLE grants (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (user_id, vacancy_id)
);
CREATE INDEX grants_vacancy ON grants (vacancy_id);

CREATE TABLE checklists (
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    checklist TEXT NOT NULL,
    author_id INTEGER REFERENCES users (id),
    author_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    published_at DATETIME NOT NULL,
    PRIMARY KEY (vacancy_id, version)
);

CREATE TABLE mailboxes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    account TEXT NOT NULL,
    folder TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('imap', 'folder')),
    uidvalidity INTEGER NOT NULL,
    low_uid INTEGER NOT NULL,
    lease_owner TEXT NOT NULL,
    lease_until DATETIME,
    fence INTEGER NOT NULL,
    last_good_at DATETIME,
    last_error TEXT NOT NULL,
    last_error_at DATETIME,
    failures INTEGER NOT NULL,
    created_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX mailboxes_name ON mailboxes (name);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox_id INTEGER NOT NULL REFERENCES mailboxes (id),
    uidvalidity INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('listed', 'stored', 'parsed', 'routed', 'set_aside', 'unrouted', 'oversized', 'failed', 'vanished')),
    class TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    raw_hash TEXT NOT NULL,
    size INTEGER NOT NULL,
    source_name TEXT NOT NULL,
    message_id TEXT NOT NULL,
    content_key TEXT NOT NULL,
    internal_date DATETIME,
    received_at DATETIME,
    received_line TEXT NOT NULL,
    sent_at DATETIME,
    subject TEXT NOT NULL,
    from_name TEXT NOT NULL,
    from_email TEXT NOT NULL,
    delivered_to TEXT NOT NULL,
    in_reply_to TEXT NOT NULL,
    vacancy_ids TEXT NOT NULL,
    trace TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try_at DATETIME,
    claimed_by TEXT NOT NULL,
    claimed_until DATETIME,
    error TEXT NOT NULL,
    parked BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX messages_uid ON messages (mailbox_id, uidvalidity, uid);
CREATE INDEX messages_listed ON messages (mailbox_id, uidvalidity, uid) WHERE state = 'listed';
-- The odd form of the condition keeps planners from taking messages_state for a claim,
-- which would sort the whole backlog to find its oldest message.
CREATE INDEX messages_due ON messages (received_at, id) WHERE (state || '') IN ('stored', 'parsed');
CREATE INDEX messages_state ON messages (state, id);
CREATE INDEX messages_day ON messages (coalesce(received_at, created_at), id);
CREATE INDEX messages_message_id ON messages (message_id) WHERE message_id <> '';
CREATE INDEX messages_raw_hash ON messages (raw_hash) WHERE raw_hash <> '';

CREATE TABLE applicants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    created_at DATETIME NOT NULL
);
CREATE INDEX applicants_folded_name ON applicants (folded_name);

CREATE TABLE applicant_addresses (
    applicant_id INTEGER NOT NULL REFERENCES applicants (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (applicant_id, email)
);
CREATE INDEX applicant_addresses_email ON applicant_addresses (email);

CREATE TABLE applicant_phones (
    applicant_id INTEGER NOT NULL REFERENCES applicants (id) ON DELETE CASCADE,
    phone TEXT NOT NULL,
    created_at DATETIME NOT NULL,
    PRIMARY KEY (applicant_id, phone)
);
CREATE INDEX applicant_phones_phone ON applicant_phones (phone);

CREATE TABLE applications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    applicant_id INTEGER NOT NULL REFERENCES applicants (id),
    received_at DATETIME NOT NULL,
    first_message_id INTEGER NOT NULL REFERENCES messages (id),
    stage TEXT NOT NULL,
    reviewer_id INTEGER REFERENCES users (id),
    version INTEGER NOT NULL,
    documents_rev INTEGER NOT NULL,
    assessed_rev INTEGER NOT NULL,
    assessed_checklist INTEGER NOT NULL,
    assessed_engine TEXT NOT NULL,
    assessed_at DATETIME,
    verdicts TEXT NOT NULL,
    met_count INTEGER NOT NULL,
    not_met_count INTEGER NOT NULL,
    unclear_count INTEGER NOT NULL,
    required_not_met INTEGER NOT NULL,
    required_unclear INTEGER NOT NULL,
    after_close BOOLEAN NOT NULL,
    late_accepted_at DATETIME,
    late_accepted_by INTEGER REFERENCES users (id),
    late_accepted_reason TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try_at DATETIME,
    claimed_by TEXT NOT NULL,
    claimed_until DATETIME,
    error TEXT NOT NULL,
    parked BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    search_text TEXT NOT NULL,
    CONSTRAINT applications_key UNIQUE (vacancy_id, id)
);
CREATE UNIQUE INDEX applications_applicant ON applications (vacancy_id, applicant_id);
CREATE INDEX applications_person ON applications (applicant_id);
CREATE INDEX applications_received ON applications (vacancy_id, received_at, id);
CREATE INDEX applications_stage ON applications (vacancy_id, stage, received_at, id);
CREATE INDEX applications_met ON applications (vacancy_id, met_count DESC, received_at, id);
CREATE INDEX applications_unclear ON applications (vacancy_id, received_at, id) WHERE unclear_count > 0;
CREATE INDEX applications_reviewer ON applications (reviewer_id) WHERE reviewer_id IS NOT NULL;
CREATE INDEX applications_parked ON applications (vacancy_id, id) WHERE parked;
CREATE INDEX applications_behind ON applications (received_at, id) WHERE assessed_rev <> documents_rev;
CREATE INDEX applications_checklist ON applications (vacancy_id, assessed_checklist, received_at, id);
CREATE INDEX applications_engine ON applications (assessed_engine, received_at, id);

CREATE TABLE routes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    message_id INTEGER NOT NULL REFERENCES messages (id),
    application_id INTEGER NOT NULL,
    became TEXT NOT NULL CHECK (became IN ('application', 'update', 'duplicate')),
    rule TEXT NOT NULL,
    evidence TEXT NOT NULL,
    to_confirm BOOLEAN NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT routes_key UNIQUE (vacancy_id, id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX routes_message ON routes (message_id, vacancy_id);
CREATE INDEX routes_application ON routes (vacancy_id, application_id);

CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    application_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL REFERENCES messages (id),
    position INTEGER NOT NULL,
    hash TEXT NOT NULL,
    size INTEGER NOT NULL,
    name TEXT NOT NULL,
    media TEXT NOT NULL,
    body BOOLEAN NOT NULL,
    inside TEXT NOT NULL,
    damaged BOOLEAN NOT NULL,
    type TEXT NOT NULL,
    type_by_person TEXT NOT NULL,
    language TEXT NOT NULL,
    page_count INTEGER NOT NULL,
    engine TEXT NOT NULL,
    quality REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'read', 'failed')),
    problem TEXT NOT NULL,
    detail TEXT NOT NULL,
    superseded_by INTEGER,
    received_at DATETIME NOT NULL,
    attempts INTEGER NOT NULL,
    next_try_at DATETIME,
    claimed_by TEXT NOT NULL,
    claimed_until DATETIME,
    error TEXT NOT NULL,
    parked BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT documents_key UNIQUE (vacancy_id, id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX documents_place ON documents (vacancy_id, application_id, message_id, position);
CREATE INDEX documents_message ON documents (message_id);
CREATE INDEX documents_hash ON documents (hash);
CREATE INDEX documents_due ON documents (received_at, id) WHERE state = 'pending';
CREATE INDEX documents_pending ON documents (vacancy_id, application_id) WHERE state = 'pending';
CREATE INDEX documents_unread ON documents (vacancy_id, application_id) WHERE state = 'failed';

CREATE TABLE document_texts (
    vacancy_id INTEGER NOT NULL,
    document_id INTEGER NOT NULL,
    pages BLOB,
    facts BLOB,
    facts_engine TEXT NOT NULL,
    read_at DATETIME NOT NULL,
    PRIMARY KEY (vacancy_id, document_id),
    FOREIGN KEY (vacancy_id, document_id) REFERENCES documents (vacancy_id, id) ON DELETE CASCADE
);

CREATE TABLE assessments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    application_id INTEGER NOT NULL,
    checklist_version INTEGER NOT NULL,
    engine_version TEXT NOT NULL,
    documents_rev INTEGER NOT NULL,
    findings TEXT NOT NULL,
    facts BLOB,
    created_at DATETIME NOT NULL,
    CONSTRAINT assessments_key UNIQUE (vacancy_id, id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
CREATE INDEX assessments_application ON assessments (vacancy_id, application_id, id);

CREATE TABLE overrides (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    application_id INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('met', 'not_met', 'unclear')),
    machine_verdict TEXT NOT NULL CHECK (machine_verdict IN ('met', 'not_met', 'unclear')),
    reason TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    at DATETIME NOT NULL,
    withdrawn_at DATETIME,
    withdrawn_by INTEGER REFERENCES users (id),
    CONSTRAINT overrides_key UNIQUE (vacancy_id, id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX overrides_in_force ON overrides (vacancy_id, application_id, criterion) WHERE withdrawn_at IS NULL;
CREATE INDEX overrides_application ON overrides (vacancy_id, application_id, id);

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    application_id INTEGER NOT NULL,
    from_stage TEXT NOT NULL,
    to_stage TEXT NOT NULL,
    reason TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    at DATETIME NOT NULL,
    CONSTRAINT decisions_key UNIQUE (vacancy_id, id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
CREATE INDEX decisions_application ON decisions (vacancy_id, application_id, id);

CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    application_id INTEGER NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    body TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT notes_key UNIQUE (vacancy_id, id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
CREATE INDEX notes_application ON notes (vacancy_id, application_id, id);

CREATE TABLE events (
    id INTEGER NOT NULL PRIMARY KEY,
    at DATETIME NOT NULL,
    actor_id INTEGER NOT NULL,
    act TEXT NOT NULL,
    object TEXT NOT NULL,
    object_id INTEGER NOT NULL,
    vacancy_id INTEGER NOT NULL,
    details TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX events_object ON events (object, object_id, id);
CREATE INDEX events_vacancy ON events (vacancy_id, id);

-- The trail is append-only.
-- +goose StatementBegin
CREATE TRIGGER events_no_update BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER events_no_delete BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
-- +goose StatementEnd
