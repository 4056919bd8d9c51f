-- Work to be done after the transaction that asked for it. A job that is done is deleted.
-- `run_at` is when the job may be claimed next; while it runs, that is when its lease ends. `lease_token` is the claim's
-- own word, without which nobody can end the job. A job with `died_at` is not tried again until an operator says so.
CREATE TABLE jobs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,
    payload     BLOB NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    run_at      TIMESTAMP NOT NULL,
    lease_token TEXT,
    last_error  TEXT,
    died_at     TIMESTAMP,
    created_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL
);
CREATE INDEX jobs_run_at_idx ON jobs (run_at, id) WHERE died_at IS NULL;
CREATE INDEX jobs_died_at_idx ON jobs (died_at, id) WHERE died_at IS NOT NULL;
