-- One account store behind every surface.
CREATE TABLE accounts (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    public_id       TEXT NOT NULL,
    slug            TEXT NOT NULL,
    username        TEXT NOT NULL,
    username_folded TEXT NOT NULL,
    email           TEXT,
    email_folded    TEXT,
    password_hash   TEXT,
    first_name      TEXT NOT NULL DEFAULT '',
    last_name       TEXT NOT NULL DEFAULT '',
    phone_number    TEXT NOT NULL DEFAULT '',
    company_name    TEXT NOT NULL DEFAULT '',
    about           TEXT NOT NULL DEFAULT '',
    location        TEXT NOT NULL DEFAULT '',
    avatar_path     TEXT,
    role            TEXT NOT NULL DEFAULT 'user',
    is_active       BOOLEAN NOT NULL DEFAULT TRUE,
    is_staff        BOOLEAN NOT NULL DEFAULT FALSE,
    is_superuser    BOOLEAN NOT NULL DEFAULT FALSE,
    last_login_at   TIMESTAMP,
    created_at      TIMESTAMP NOT NULL,
    updated_at      TIMESTAMP NOT NULL,
    CONSTRAINT accounts_public_id_key UNIQUE (public_id),
    CONSTRAINT accounts_slug_key UNIQUE (slug),
    CONSTRAINT accounts_username_key UNIQUE (username),
    CONSTRAINT accounts_email_folded_key UNIQUE (email_folded)
);
CREATE INDEX accounts_username_folded_idx ON accounts (username_folded);
CREATE INDEX accounts_is_superuser_idx ON accounts (id) WHERE is_superuser;

-- A log-in. Refresh and access tokens name it; so does an opaque token, which has no end of its own.
CREATE TABLE sessions (
    id         TEXT NOT NULL,
    account_id BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP,
    revoked_at TIMESTAMP,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE INDEX sessions_account_id_idx ON sessions (account_id);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

-- At most one opaque token an account. It is derived from the salt with the server's key, and kept as its digest.
CREATE TABLE opaque_tokens (
    account_id BIGINT NOT NULL,
    session_id TEXT NOT NULL,
    salt       TEXT NOT NULL,
    digest     TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT opaque_tokens_pkey PRIMARY KEY (account_id),
    CONSTRAINT opaque_tokens_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT opaque_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE,
    CONSTRAINT opaque_tokens_session_id_key UNIQUE (session_id),
    CONSTRAINT opaque_tokens_digest_key UNIQUE (digest)
);

-- What is mailed in links: one of each purpose an account, so that a newer one replaces the older.
CREATE TABLE one_time_tokens (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL,
    purpose    TEXT NOT NULL,
    digest     TEXT NOT NULL,
    new_email  TEXT,
    expires_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT one_time_tokens_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT one_time_tokens_account_id_purpose_key UNIQUE (account_id, purpose),
    CONSTRAINT one_time_tokens_digest_key UNIQUE (digest)
);
CREATE INDEX one_time_tokens_expires_at_idx ON one_time_tokens (expires_at);
