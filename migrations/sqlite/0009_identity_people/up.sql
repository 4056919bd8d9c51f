-- What a search of accounts looks at, in lower case: a line each for user name, address and full name. Of those that are
-- there already, what is not ASCII keeps its case in the full name until the account is next changed.
ALTER TABLE accounts ADD COLUMN search_folded TEXT NOT NULL DEFAULT '';
UPDATE accounts SET search_folded =
    username_folded || char(10) || coalesce(email_folded, '') || char(10) || lower(trim(first_name || ' ' || last_name));

-- How many accounts there are, so that nobody counts them for each page of a list. In sixteen parts, because whoever makes
-- or deletes an account holds his part until he is done, and others should not wait for him.
CREATE TABLE account_counts (
    part  BIGINT NOT NULL,
    total BIGINT NOT NULL,
    CONSTRAINT account_counts_part_key UNIQUE (part)
);
INSERT INTO account_counts (part, total) VALUES
    (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0),
    (8, 0), (9, 0), (10, 0), (11, 0), (12, 0), (13, 0), (14, 0), (15, 0);
UPDATE account_counts SET total = (SELECT count(*) FROM accounts WHERE accounts.id % 16 = part);

CREATE TRIGGER accounts_insert_account_counts AFTER INSERT ON accounts
BEGIN
    UPDATE account_counts SET total = total + 1 WHERE part = NEW.id % 16;
END;

CREATE TRIGGER accounts_delete_account_counts AFTER DELETE ON accounts
BEGIN
    UPDATE account_counts SET total = total - 1 WHERE part = OLD.id % 16;
END;

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
