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
