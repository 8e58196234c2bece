-- The processes that share the database, with their last sign of life: what one held that
-- went silent is given back without waiting for its leases and claims to run out.

-- +goose Up

CREATE TABLE processes (
    name TEXT NOT NULL PRIMARY KEY,
    roles TEXT NOT NULL,
    version TEXT NOT NULL,
    key_id TEXT NOT NULL,
    started_at DATETIME NOT NULL,
    seen_at DATETIME NOT NULL
);
