-- Searches that read only the vacancy they are about, and counts kept instead of counted.

-- +goose Up

-- Every word is indexed twice: under its vacancy's mark for a search in a vacancy, and
-- under the mark of 4096 neighbouring applications for a search over all, which reads the
-- newest of these blocks first and stops when it has enough. The beginning of a word then
-- costs what one vacancy or one block holds, not what the house holds.
ALTER TABLE application_words ADD COLUMN marked TEXT GENERATED ALWAYS AS (
    '§' || vacancy_id || '§' || replace(replace(words, char(10), ' '), ' ', ' §' || vacancy_id || '§')
    || ' ¤' || (application_id >> 12) || '¤' || replace(replace(words, char(10), ' '), ' ', ' ¤' || (application_id >> 12) || '¤')
) VIRTUAL;

DROP TRIGGER application_words_added;
DROP TRIGGER application_words_removed;
DROP TRIGGER application_words_changed;
DROP TABLE application_index;
-- The ascii tokenizer cuts at blanks only: marked words hold no other ASCII sign.
CREATE VIRTUAL TABLE application_index USING fts5 (marked, content = 'application_words', content_rowid = 'application_id',
    tokenize = 'ascii', detail = 'none', columnsize = 0);
-- What is deleted leaves the index at once, not at some later merge.
INSERT INTO application_index (application_index, rank) VALUES ('secure-delete', 1);

-- +goose StatementBegin
CREATE TRIGGER application_words_added AFTER INSERT ON application_words
BEGIN
    INSERT INTO application_index (rowid, marked) VALUES (new.application_id, new.marked);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER application_words_removed AFTER DELETE ON application_words
BEGIN
    INSERT INTO application_index (application_index, rowid, marked) VALUES ('delete', old.application_id, old.marked);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER application_words_changed AFTER UPDATE ON application_words
BEGIN
    INSERT INTO application_index (application_index, rowid, marked) VALUES ('delete', old.application_id, old.marked);
    INSERT INTO application_index (rowid, marked) VALUES (new.application_id, new.marked);
END;
-- +goose StatementEnd
INSERT INTO application_index (rowid, marked) SELECT application_id, marked FROM application_words ORDER BY application_id;

-- How many applications of a vacancy stand in each stage, and what is to be checked in
-- them, kept by the triggers below in the transaction that changes it. What part is for,
-- the other dialect's file tells; here it is 0.
CREATE TABLE application_counts (
    vacancy_id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    part INTEGER NOT NULL,
    applications INTEGER NOT NULL,
    -- Applications with a criterion to check.
    doubtful INTEGER NOT NULL,
    unclear INTEGER NOT NULL,
    required_unclear INTEGER NOT NULL,
    PRIMARY KEY (vacancy_id, stage, part)
);
INSERT INTO application_counts
    SELECT vacancy_id, stage, 0, count(*), sum(unclear_count > 0), sum(unclear_count), sum(required_unclear) FROM applications GROUP BY vacancy_id, stage;

-- +goose StatementBegin
CREATE TRIGGER applications_counted AFTER INSERT ON applications
BEGIN
    INSERT INTO application_counts VALUES (new.vacancy_id, new.stage, 0, 1, new.unclear_count > 0, new.unclear_count, new.required_unclear)
        ON CONFLICT (vacancy_id, stage, part) DO UPDATE SET applications = applications + 1, doubtful = doubtful + excluded.doubtful,
            unclear = unclear + excluded.unclear, required_unclear = required_unclear + excluded.required_unclear;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER applications_uncounted AFTER DELETE ON applications
BEGIN
    UPDATE application_counts SET applications = applications - 1, doubtful = doubtful - (old.unclear_count > 0),
            unclear = unclear - old.unclear_count, required_unclear = required_unclear - old.required_unclear
        WHERE vacancy_id = old.vacancy_id AND stage = old.stage AND part = 0;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER applications_recounted AFTER UPDATE OF vacancy_id, stage, unclear_count, required_unclear ON applications
    WHEN old.vacancy_id <> new.vacancy_id OR old.stage <> new.stage OR old.unclear_count <> new.unclear_count OR old.required_unclear <> new.required_unclear
BEGIN
    UPDATE application_counts SET applications = applications - 1, doubtful = doubtful - (old.unclear_count > 0),
            unclear = unclear - old.unclear_count, required_unclear = required_unclear - old.required_unclear
        WHERE vacancy_id = old.vacancy_id AND stage = old.stage AND part = 0;
    INSERT INTO application_counts VALUES (new.vacancy_id, new.stage, 0, 1, new.unclear_count > 0, new.unclear_count, new.required_unclear)
        ON CONFLICT (vacancy_id, stage, part) DO UPDATE SET applications = applications + 1, doubtful = doubtful + excluded.doubtful,
            unclear = unclear + excluded.unclear, required_unclear = required_unclear + excluded.required_unclear;
END;
-- +goose StatementEnd
