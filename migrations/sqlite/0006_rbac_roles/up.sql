-- What may be allowed. The codenames of the system's own are what this server asks for; others are for its clients.
CREATE TABLE permissions (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    name            TEXT NOT NULL,
    name_folded     TEXT NOT NULL,
    codename        TEXT NOT NULL,
    codename_folded TEXT NOT NULL,
    description     TEXT NOT NULL DEFAULT '',
    is_system       BOOLEAN NOT NULL DEFAULT FALSE,
    CONSTRAINT permissions_codename_key UNIQUE (codename)
);

-- What is given to accounts: a set of permissions under a name.
CREATE TABLE roles (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    is_built_in BOOLEAN NOT NULL DEFAULT FALSE,
    CONSTRAINT roles_name_key UNIQUE (name)
);
CREATE INDEX roles_name_folded_idx ON roles (name_folded);

CREATE TABLE role_permissions (
    role_id       BIGINT NOT NULL,
    permission_id BIGINT NOT NULL,
    CONSTRAINT role_permissions_pkey PRIMARY KEY (role_id, permission_id),
    CONSTRAINT role_permissions_role_id_fkey FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE,
    CONSTRAINT role_permissions_permission_id_fkey FOREIGN KEY (permission_id) REFERENCES permissions (id) ON DELETE CASCADE
);
CREATE INDEX role_permissions_permission_id_idx ON role_permissions (permission_id);

-- Who has which role. The key is also how the roles of an account are found.
CREATE TABLE account_roles (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL,
    role_id    BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT account_roles_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT account_roles_role_id_fkey FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE,
    CONSTRAINT account_roles_account_id_role_id_key UNIQUE (account_id, role_id)
);
CREATE INDEX account_roles_role_id_idx ON account_roles (role_id);

-- The six that this server asks for, and the role that holds them all. Nobody can change or delete any of these.
INSERT INTO permissions (name, name_folded, codename, codename_folded, description, is_system) VALUES
    ('Manage Users', 'manage users', 'manage_users', 'manage_users', 'Can manage user accounts', TRUE),
    ('View Users', 'view users', 'view_users', 'view_users', 'Can view user accounts', TRUE),
    ('Manage Roles', 'manage roles', 'manage_roles', 'manage_roles', 'Can manage roles', TRUE),
    ('View Roles', 'view roles', 'view_roles', 'view_roles', 'Can view roles', TRUE),
    ('Manage Permissions', 'manage permissions', 'manage_permissions', 'manage_permissions', 'Can manage permissions', TRUE),
    ('Manage User Roles', 'manage user roles', 'manage_user_roles', 'manage_user_roles', 'Can give roles to users', TRUE);
INSERT INTO roles (name, name_folded, description, is_built_in) VALUES ('Admin', 'admin', 'Administrator role', TRUE);
INSERT INTO role_permissions (role_id, permission_id)
    SELECT roles.id, permissions.id FROM roles CROSS JOIN permissions ORDER BY permissions.id;
