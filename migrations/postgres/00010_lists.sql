-- Counts kept instead of counted. (The other dialect's file also marks the words of its
-- index; this engine narrows a search to a vacancy by itself.)

-- +goose Up

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
