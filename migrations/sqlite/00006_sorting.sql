-- What people say about single messages, senders and likenesses; it outweighs the rules of
-- intake each time a message is understood.

-- +goose Up

CREATE TABLE rulings (
    message_id INTEGER NOT NULL PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    act TEXT NOT NULL CHECK (act IN ('assign', 'dismiss', 'separate', 'join')),
    vacancy_ids TEXT NOT NULL,
    application_id INTEGER NOT NULL,
    class TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    at DATETIME NOT NULL
);

CREATE TABLE sender_rules (
    email TEXT NOT NULL PRIMARY KEY,
    act TEXT NOT NULL CHECK (act IN ('assign', 'dismiss')),
    vacancy_id INTEGER NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    at DATETIME NOT NULL
);

CREATE TABLE distinct_people (
    vacancy_id INTEGER NOT NULL,
    application_id INTEGER NOT NULL,
    other_id INTEGER NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id),
    at DATETIME NOT NULL,
    PRIMARY KEY (vacancy_id, application_id, other_id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE,
    FOREIGN KEY (vacancy_id, other_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
);
CREATE INDEX distinct_people_other ON distinct_people (vacancy_id, other_id);

CREATE INDEX routes_to_confirm ON routes (id) WHERE to_confirm;
