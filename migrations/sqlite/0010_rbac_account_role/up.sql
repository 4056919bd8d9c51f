-- accounts.role names a role that the account has. It follows the role's name, and becomes 'user' when the role or the
-- assignment is deleted. 'user' and 'admin' are words of their own: 'admin' stands for the built-in role, and no other role
-- of that name takes its place.

-- These triggers were part of 0009_identity_people, and belong to the tables of this crate.
DROP TRIGGER IF EXISTS account_roles_delete_accounts_role;
DROP TRIGGER IF EXISTS roles_delete_accounts_role;
DROP TRIGGER IF EXISTS roles_name_accounts_role;

CREATE TRIGGER roles_name_accounts_role AFTER UPDATE OF name ON roles
WHEN OLD.name <> NEW.name AND NOT OLD.is_built_in AND lower(OLD.name) NOT IN ('user', 'admin')
BEGIN
    UPDATE accounts SET role = CASE WHEN lower(NEW.name) IN ('user', 'admin') THEN 'user' ELSE NEW.name END
    WHERE role = OLD.name;
END;

CREATE TRIGGER roles_delete_accounts_role BEFORE DELETE ON roles
WHEN lower(OLD.name) NOT IN ('user', 'admin')
BEGIN
    UPDATE accounts SET role = 'user' WHERE role = OLD.name;
END;

CREATE TRIGGER account_roles_delete_accounts_role AFTER DELETE ON account_roles
BEGIN
    UPDATE accounts SET role = 'user'
    WHERE id = OLD.account_id AND role = (
        SELECT CASE WHEN is_built_in THEN 'admin' WHEN lower(name) IN ('user', 'admin') THEN '' ELSE name END
        FROM roles WHERE id = OLD.role_id
    );
END;
