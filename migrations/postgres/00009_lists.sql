-- Searches that read only the vacancy they are about, and counts kept instead of counted.

-- +goose Up

-- Every word is indexed twice: under its vacancy's mark for a search in a vacancy, and
-- under the mark of 4096 neighbouring applications for a search over all, which reads the
-- newest of these blocks first and stops when it has enough. The beginning of a word then
-- costs what one vacancy or one block holds, not what the house holds.
-- The texts lie beside the table, so that going through what was found reads little.
DROP INDEX application_index;
DROP FUNCTION application_tokens(text);
ALTER TABLE application_words RENAME TO application_words_before;
ALTER TABLE application_words_before RENAME CONSTRAINT application_words_key TO application_words_before_key;
DROP INDEX application_words_by_id;
CREATE TABLE application_words (
    application_id BIGINT NOT NULL,
    vacancy_id BIGINT NOT NULL,
    words TEXT NOT NULL,
    lines TEXT NOT NULL,
    CONSTRAINT application_words_key PRIMARY KEY (vacancy_id, application_id),
    FOREIGN KEY (vacancy_id, application_id) REFERENCES applications (vacancy_id, id) ON DELETE CASCADE
) WITH (toast_tuple_target = 128);
INSERT INTO application_words SELECT application_id, vacancy_id, words, lines FROM application_words_before ORDER BY application_id;
DROP TABLE application_words_before;
CREATE INDEX application_words_by_id ON application_words (application_id);

-- The tokens are those of Go, without the server's parser: it would cut 1e5 or a/b its own way.
-- +goose StatementBegin
-- Its cost says what it is: reading a whole dossier. Planners then ask the index, and never go
-- through the rows. (A function in SQL would be inlined, and its cost with it.)
CREATE FUNCTION application_marked(of_vacancy bigint, application bigint, words text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT COST 100 AS $$
DECLARE
    line text := replace(translate(words, E'\n', ' '), ' ', ' §' || of_vacancy || '§');
    block text := replace(translate(words, E'\n', ' '), ' ', ' ¤' || (application >> 12) || '¤');
BEGIN
    RETURN array_to_tsvector(string_to_array('§' || of_vacancy || '§' || line, ' ') || string_to_array('¤' || (application >> 12) || '¤' || block, ' '));
END
$$;
-- +goose StatementEnd
CREATE INDEX application_index ON application_words USING gin (application_marked(vacancy_id, application_id, words));
-- How common words are is of no use to the planner, and dear to find out.
ALTER INDEX application_index ALTER COLUMN 1 SET STATISTICS 0;

-- How many applications of a vacancy stand in each stage, and what is to be checked in
-- them, kept by the trigger below in the transaction that changes it. The numbers of a
-- vacancy and a stage are the sums over its parts: a transaction adds to part 0 when no
-- other is doing so for the vacancy, and to a part of its own when one is, so that nobody
-- waits for a counter and no two transactions lock each other out. Who has part 0 folds in
-- the other parts it finds.
CREATE TABLE application_counts (
    vacancy_id BIGINT NOT NULL,
    stage TEXT NOT NULL,
    part BIGINT NOT NULL,
    applications BIGINT NOT NULL,
    -- Applications with a criterion to check.
    doubtful BIGINT NOT NULL,
    unclear BIGINT NOT NULL,
    required_unclear BIGINT NOT NULL,
    PRIMARY KEY (vacancy_id, stage, part)
);

-- +goose StatementBegin
CREATE FUNCTION count_application(of_vacancy bigint, at_stage text, sign integer, unclear_now bigint, required_now bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    mine bigint := 0;
    other record;
BEGIN
    IF pg_try_advisory_xact_lock(hashtextextended('application counts', of_vacancy)) THEN
        -- Only who has the lock deletes, and parts that can be seen are committed: no waiting.
        FOR other IN DELETE FROM application_counts WHERE vacancy_id = of_vacancy AND part <> 0 RETURNING * LOOP
            INSERT INTO application_counts AS c VALUES (of_vacancy, other.stage, 0, other.applications, other.doubtful, other.unclear, other.required_unclear)
                ON CONFLICT (vacancy_id, stage, part) DO UPDATE SET applications = c.applications + excluded.applications, doubtful = c.doubtful + excluded.doubtful,
                    unclear = c.unclear + excluded.unclear, required_unclear = c.required_unclear + excluded.required_unclear;
        END LOOP;
    ELSE
        mine := pg_current_xact_id()::text::bigint;
    END IF;
    INSERT INTO application_counts AS c VALUES (of_vacancy, at_stage, mine, sign, CASE WHEN unclear_now > 0 THEN sign ELSE 0 END, sign * unclear_now, sign * required_now)
        ON CONFLICT (vacancy_id, stage, part) DO UPDATE SET applications = c.applications + excluded.applications, doubtful = c.doubtful + excluded.doubtful,
            unclear = c.unclear + excluded.unclear, required_unclear = c.required_unclear + excluded.required_unclear;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION applications_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM count_application(OLD.vacancy_id, OLD.stage, -1, OLD.unclear_count, OLD.required_unclear);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM count_application(NEW.vacancy_id, NEW.stage, 1, NEW.unclear_count, NEW.required_unclear);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER applications_counted AFTER INSERT ON applications FOR EACH ROW EXECUTE FUNCTION applications_count();
CREATE TRIGGER applications_uncounted AFTER DELETE ON applications FOR EACH ROW EXECUTE FUNCTION applications_count();
CREATE TRIGGER applications_recounted AFTER UPDATE OF vacancy_id, stage, unclear_count, required_unclear ON applications FOR EACH ROW
    WHEN (OLD.vacancy_id <> NEW.vacancy_id OR OLD.stage <> NEW.stage OR OLD.unclear_count <> NEW.unclear_count OR OLD.required_unclear <> NEW.required_unclear)
    EXECUTE FUNCTION applications_count();

-- The triggers keep other transactions' changes out of the table until this one is done.
INSERT INTO application_counts
    SELECT vacancy_id, stage, 0, count(*), count(*) FILTER (WHERE unclear_count > 0), sum(unclear_count), sum(required_unclear) FROM applications GROUP BY vacancy_id, stage;
