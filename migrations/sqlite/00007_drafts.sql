-- Vacancies are drafted and edited on pages: what is not published yet stands in drafts,
-- with the steps that led there, so that each can be undone. Criteria are kept for use in
-- other vacancies. A vacancy says more about itself, and can be put away.

-- +goose Up

ALTER TABLE vacancies ADD COLUMN portal TEXT NOT NULL DEFAULT '';
ALTER TABLE vacancies ADD COLUMN answer_language TEXT NOT NULL DEFAULT '' CHECK (answer_language IN ('', 'fr', 'en'));
ALTER TABLE vacancies ADD COLUMN deadline_grace INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vacancies ADD COLUMN retention_months INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vacancies ADD COLUMN archived_at DATETIME;

ALTER TABLE checklists ADD COLUMN lines TEXT NOT NULL DEFAULT '{}';

CREATE TABLE drafts (
    vacancy_id INTEGER NOT NULL PRIMARY KEY REFERENCES vacancies (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    notice BLOB,
    notice_name TEXT NOT NULL,
    saved_by INTEGER NOT NULL REFERENCES users (id),
    saved_at DATETIME NOT NULL,
    created_at DATETIME NOT NULL
);

CREATE TABLE draft_steps (
    vacancy_id INTEGER NOT NULL REFERENCES drafts (vacancy_id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    body BLOB,
    act TEXT NOT NULL,
    line TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    at DATETIME NOT NULL,
    PRIMARY KEY (vacancy_id, version)
);

CREATE TABLE checklist_templates (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    criteria TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    created_at DATETIME NOT NULL
);
CREATE UNIQUE INDEX checklist_templates_name ON checklist_templates (name);

CREATE TABLE vacancy_moves (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id) ON DELETE CASCADE,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    reason TEXT NOT NULL,
    author_id INTEGER REFERENCES users (id),
    author_name TEXT NOT NULL,
    at DATETIME NOT NULL
);
CREATE INDEX vacancy_moves_vacancy ON vacancy_moves (vacancy_id, id);
