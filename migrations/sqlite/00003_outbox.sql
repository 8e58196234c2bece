-- Mail to applicants: what is to be sent and what became of it, the texts it is written
-- from, what a vacancy wants sent by itself, and who asked to be taken off.

-- +goose Up

CREATE TABLE outgoing_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    application_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('acknowledgement', 'missing', 'invitation', 'refusal', 'free')),
    state TEXT NOT NULL CHECK (state IN ('held', 'queued', 'sending', 'sent', 'failed', 'bounced', 'cancelled')),
    why TEXT NOT NULL,
    automatic BOOLEAN NOT NULL,
    language TEXT NOT NULL,
    template_version INTEGER NOT NULL,
    notice_version INTEGER NOT NULL,
    to_name TEXT NOT NULL,
    to_email TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    calendar TEXT NOT NULL,
    message_id TEXT NOT NULL,
    token TEXT NOT NULL,
    in_reply_to TEXT NOT NULL,
    thread TEXT NOT NULL,
    handed_over BOOLEAN NOT NULL,
    reply TEXT NOT NULL,
    author_id INTEGER REFERENCES users (id),
    cancelled_by INTEGER REFERENCES users (id),
    sent_at DATETIME,
    bounced_at DATETIME,
    bounce_message_id INTEGER,
    attempts INTEGER NOT NULL,
    next_try_at DATETIME,
    claimed_by TEXT NOT NULL,
    claimed_until DATETIME,
    error TEXT NOT NULL,
    parked BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT outgoing_messages_key UNIQUE (vacancy_id, id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
CREATE INDEX outgoing_messages_application ON outgoing_messages (vacancy_id, application_id, id);
CREATE UNIQUE INDEX outgoing_messages_acknowledged ON outgoing_messages (vacancy_id, application_id) WHERE kind = 'acknowledgement';
CREATE UNIQUE INDEX outgoing_messages_message_id ON outgoing_messages (message_id);
CREATE UNIQUE INDEX outgoing_messages_token ON outgoing_messages (token);
CREATE INDEX outgoing_messages_due ON outgoing_messages (next_try_at, id) WHERE (state || '') IN ('queued', 'held') AND NOT parked;
CREATE INDEX outgoing_messages_sending ON outgoing_messages (id) WHERE (state || '') = 'sending';
CREATE INDEX outgoing_messages_state ON outgoing_messages (state, id);
CREATE INDEX outgoing_messages_address ON outgoing_messages (to_email, created_at);
CREATE INDEX outgoing_messages_bounce ON outgoing_messages (bounce_message_id) WHERE bounce_message_id IS NOT NULL;

CREATE TABLE mail_templates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
    version INTEGER NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    created_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX mail_templates_version ON mail_templates (kind, language, version);

CREATE TABLE vacancy_mails (
    vacancy_id INTEGER NOT NULL PRIMARY KEY REFERENCES vacancies (id) ON DELETE CASCADE,
    acknowledge BOOLEAN NOT NULL,
    acknowledge_since DATETIME,
    refusal_days INTEGER NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    version INTEGER NOT NULL,
    at DATETIME NOT NULL
);

CREATE TABLE withdrawal_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    application_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    quote TEXT NOT NULL,
    at DATETIME NOT NULL,
    settled_at DATETIME,
    settled_by INTEGER REFERENCES users (id),
    accepted BOOLEAN NOT NULL,
    CONSTRAINT withdrawal_requests_key UNIQUE (vacancy_id, id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX withdrawal_requests_message ON withdrawal_requests (message_id, vacancy_id, application_id);
CREATE INDEX withdrawal_requests_application ON withdrawal_requests (vacancy_id, application_id, id);
