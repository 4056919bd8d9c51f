-- What a search of accounts looks at, in lower case: a line each for user name, address and full name. Of those that are
-- there already, what is not ASCII keeps its case in the full name until the account is next changed.
ALTER TABLE accounts ADD COLUMN search_folded TEXT NOT NULL DEFAULT '';
UPDATE accounts SET search_folded =
    username_folded || char(10) || coalesce(email_folded, '') || char(10) || lower(trim(first_name || ' ' || last_name));

-- accounts.role names a role that the account holds. It follows the role's name, and goes back to 'user' with the role or
-- with the assignment. 'user' and 'admin' are words of their own: 'admin' stands for the built-in role, and no other role
-- that may be called so takes its place.
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
