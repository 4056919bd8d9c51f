-- What was answered to a request that came with a key of its client's. Kept for a day.
CREATE TABLE idempotency_answers (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id     BIGINT NOT NULL,
    method         TEXT NOT NULL,
    path           TEXT NOT NULL,
    key            TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    status         INTEGER NOT NULL,
    content_type   TEXT,
    body           BLOB NOT NULL,
    created_at     TIMESTAMP NOT NULL,
    expires_at     TIMESTAMP NOT NULL,
    CONSTRAINT idempotency_answers_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT idempotency_answers_account_id_method_path_key_key UNIQUE (account_id, method, path, key)
);
CREATE INDEX idempotency_answers_expires_at_idx ON idempotency_answers (expires_at);
