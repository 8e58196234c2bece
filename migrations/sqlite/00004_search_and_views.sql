-- Full-text search, saved views, and what lists need to walk an index.
-- Whoever wrote an application and what its documents say lies in application_words and in
-- application_index alone; both go with the application.

-- +goose Up

-- The words are folded and cut in Go, one blank or line end between two of them, so that
-- both engines index the same tokens. A line of words belongs to the same line of lines.
CREATE TABLE application_words (
    application_id INTEGER NOT NULL PRIMARY KEY,
    vacancy_id INTEGER NOT NULL,
    words TEXT NOT NULL,
    lines TEXT NOT NULL,
    CONSTRAINT application_words_key UNIQUE (vacancy_id, application_id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
-- The ascii tokenizer cuts at blanks and line ends only: words hold no other ASCII sign.
CREATE VIRTUAL TABLE application_index USING fts5 (words, content = 'application_words', content_rowid = 'application_id',
    tokenize = 'ascii', detail = 'none', columnsize = 0);
-- What is deleted leaves the index at once, not at some later merge.
INSERT INTO application_index (application_index, rank) VALUES ('secure-delete', 1);

-- +goose StatementBegin
CREATE TRIGGER application_words_added AFTER INSERT ON application_words
BEGIN
    INSERT INTO application_index (rowid, words) VALUES (new.application_id, new.words);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER application_words_removed AFTER DELETE ON application_words
BEGIN
    INSERT INTO application_index (application_index, rowid, words) VALUES ('delete', old.application_id, old.words);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER application_words_changed AFTER UPDATE ON application_words
BEGIN
    INSERT INTO application_index (application_index, rowid, words) VALUES ('delete', old.application_id, old.words);
    INSERT INTO application_index (rowid, words) VALUES (new.application_id, new.words);
END;
-- +goose StatementEnd

ALTER TABLE applications DROP COLUMN search_text;

-- The applicant's folded name, kept beside the application by the triggers below, so that
-- a list by name walks an index.
ALTER TABLE applications ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
UPDATE applications SET sort_name = (SELECT p.folded_name FROM applicants p WHERE p.id = applications.applicant_id);
-- +goose StatementBegin
CREATE TRIGGER applications_named AFTER INSERT ON applications
BEGIN
    UPDATE applications SET sort_name = (SELECT folded_name FROM applicants WHERE id = new.applicant_id) WHERE id = new.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER applications_given AFTER UPDATE OF applicant_id ON applications
BEGIN
    UPDATE applications SET sort_name = (SELECT folded_name FROM applicants WHERE id = new.applicant_id) WHERE id = new.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER applicants_renamed AFTER UPDATE OF folded_name ON applicants
BEGIN
    UPDATE applications SET sort_name = new.folded_name WHERE applicant_id = new.id;
END;
-- +goose StatementEnd

CREATE INDEX applications_name ON applications (vacancy_id, sort_name, id);
CREATE INDEX applications_newest ON applications (received_at, id);
CREATE INDEX applications_open ON applications (vacancy_id, stage, unclear_count, required_unclear) WHERE unclear_count > 0;
CREATE INDEX applications_followed ON applications (vacancy_id, reviewer_id) WHERE reviewer_id IS NOT NULL;

CREATE TABLE views (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id) ON DELETE CASCADE,
    owner_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    hidden TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    created_at DATETIME NOT NULL,
    changed_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX views_name ON views (vacancy_id, owner_id, name);

CREATE TABLE list_choices (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id) ON DELETE CASCADE,
    hidden TEXT NOT NULL,
    default_view INTEGER NOT NULL,
    PRIMARY KEY (user_id, vacancy_id)
);

CREATE TABLE list_densities (
    user_id INTEGER NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    dense BOOLEAN NOT NULL
);

-- Failed sign-ins by account and by address. The keys are hashes: no address is kept.
CREATE TABLE sign_in_failures (
    key TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at DATETIME NOT NULL,
    until_at DATETIME
);
CREATE INDEX sign_in_failures_last ON sign_in_failures (last_at);
