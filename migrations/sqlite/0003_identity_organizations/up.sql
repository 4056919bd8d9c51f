-- What a tenant's rows belong to: one organisation of his own for each account, and groups of several.
CREATE TABLE organizations (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    slug        TEXT NOT NULL,
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    personal_of BIGINT,
    created_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL,
    CONSTRAINT organizations_slug_key UNIQUE (slug),
    CONSTRAINT organizations_personal_of_key UNIQUE (personal_of),
    CONSTRAINT organizations_personal_of_fkey FOREIGN KEY (personal_of) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT organizations_kind_check CHECK (kind IN ('personal', 'group')),
    CONSTRAINT organizations_personal_of_check CHECK ((kind = 'personal') = (personal_of IS NOT NULL))
);

-- Who is in which, and as what.
CREATE TABLE memberships (
    organization_id BIGINT NOT NULL,
    account_id      BIGINT NOT NULL,
    role            TEXT NOT NULL,
    created_at      TIMESTAMP NOT NULL,
    CONSTRAINT memberships_organization_id_account_id_key PRIMARY KEY (organization_id, account_id),
    CONSTRAINT memberships_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT memberships_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT memberships_role_check CHECK (role IN ('owner', 'admin', 'member'))
) WITHOUT ROWID;
CREATE INDEX memberships_account_id_idx ON memberships (account_id, organization_id);

-- Accounts that are older than organisations get theirs.
INSERT INTO organizations (slug, name, kind, personal_of, created_at, updated_at)
SELECT slug, username, 'personal', id, created_at, created_at FROM accounts ORDER BY id;
INSERT INTO memberships (organization_id, account_id, role, created_at)
SELECT id, personal_of, 'owner', created_at FROM organizations;
