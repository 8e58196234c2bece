-- Whether an account is kept to the vacancies granted to it is a decision of its own: taking
-- the last grant back, or a vacancy that goes, opens nothing.

-- +goose Up

ALTER TABLE users ADD COLUMN restricted BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE users SET restricted = TRUE WHERE id IN (SELECT user_id FROM grants);
