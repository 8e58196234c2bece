-- Mail accounts that people enter on a page, the tokens of OAuth 2.0, and what the watch
-- over mailboxes has to remember.

-- +goose Up

-- Secrets are sealed by internal/secret before they come here; an empty one is none.
CREATE TABLE mail_accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    tls TEXT NOT NULL CHECK (tls IN ('tls', 'starttls', 'none')),
    ca_pem TEXT NOT NULL,
    login TEXT NOT NULL,
    auth TEXT NOT NULL CHECK (auth IN ('password', 'xoauth2', 'oauthbearer')),
    secret TEXT NOT NULL,
    grant_kind TEXT NOT NULL CHECK (grant_kind IN ('', 'client_credentials', 'refresh_token')),
    client_id TEXT NOT NULL,
    auth_url TEXT NOT NULL,
    token_url TEXT NOT NULL,
    scopes TEXT NOT NULL,
    secret_expires_on TEXT NOT NULL,
    folders TEXT NOT NULL,
    since_on TEXT NOT NULL,
    answer_since_on TEXT NOT NULL,
    after_action TEXT NOT NULL CHECK (after_action IN ('none', 'keyword', 'move')),
    after_name TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX mail_accounts_name ON mail_accounts (name);

-- One refresh token for each account, by its name: accounts of the configuration file have
-- rotating tokens too. origin is a fingerprint of the token the file gave first.
CREATE TABLE mail_tokens (
    account TEXT NOT NULL PRIMARY KEY,
    refresh TEXT NOT NULL,
    origin TEXT NOT NULL,
    version INTEGER NOT NULL,
    obtained_at DATETIME NOT NULL,
    rotated_at DATETIME,
    expires_at DATETIME
);

-- A consent that was asked for and has not come back yet.
CREATE TABLE mail_consents (
    state_hash TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    verifier TEXT NOT NULL,
    redirect_url TEXT NOT NULL,
    expires_at DATETIME NOT NULL
);

ALTER TABLE mailboxes ADD COLUMN error_code TEXT NOT NULL DEFAULT '';
ALTER TABLE mailboxes ADD COLUMN next_try_at DATETIME;
ALTER TABLE mailboxes ADD COLUMN notices TEXT NOT NULL DEFAULT '[]';
ALTER TABLE mailboxes ADD COLUMN alarmed_at DATETIME;
ALTER TABLE mailboxes ADD COLUMN watched BOOLEAN NOT NULL DEFAULT TRUE;

-- archived: part of the past of a mailbox when it was first read; nobody is answered.
-- acted_at: the mark or the move on the server, where that is asked for, was done.
ALTER TABLE messages ADD COLUMN archived BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE messages ADD COLUMN acted_at DATETIME;
