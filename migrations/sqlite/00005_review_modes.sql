-- How a vacancy is reviewed: several reviewers who do not see each other's opinion before
-- they have given their own, applications without names, remarks that name a colleague, and
-- who has which application open.

-- +goose Up

ALTER TABLE users ADD COLUMN keys_off BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE review_modes (
    vacancy_id INTEGER NOT NULL PRIMARY KEY REFERENCES vacancies (id) ON DELETE CASCADE,
    hidden_until_mine BOOLEAN NOT NULL,
    anonymous BOOLEAN NOT NULL,
    set_by INTEGER NOT NULL REFERENCES users (id),
    set_at DATETIME NOT NULL
);

CREATE TABLE opinions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    application_id INTEGER NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    view TEXT NOT NULL CHECK (view IN ('favourable', 'discuss', 'unfavourable')),
    reason TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT opinions_key UNIQUE (vacancy_id, id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX opinions_author ON opinions (vacancy_id, application_id, author_id);

CREATE TABLE reveals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    application_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id),
    what TEXT NOT NULL CHECK (what IN ('identity', 'opinions')),
    reason TEXT NOT NULL,
    at DATETIME NOT NULL,
    CONSTRAINT reveals_key UNIQUE (vacancy_id, id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
CREATE INDEX reveals_user ON reveals (vacancy_id, user_id, what, application_id);
CREATE INDEX reveals_application ON reveals (vacancy_id, application_id, id);

CREATE TABLE mentions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    application_id INTEGER NOT NULL,
    note_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    at DATETIME NOT NULL,
    seen_at DATETIME,
    CONSTRAINT mentions_key UNIQUE (vacancy_id, id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
CREATE INDEX mentions_user ON mentions (user_id, id);
CREATE INDEX mentions_unseen ON mentions (user_id) WHERE seen_at IS NULL;
CREATE INDEX mentions_application ON mentions (vacancy_id, application_id);

CREATE TABLE presences (
    vacancy_id INTEGER NOT NULL REFERENCES vacancies (id),
    application_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seen_at DATETIME NOT NULL,
    PRIMARY KEY (vacancy_id, application_id, user_id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
