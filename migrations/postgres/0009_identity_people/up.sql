-- What a search of accounts looks at, in lower case: a line each for user name, address and full name. Of those that are
-- there already, what is not ASCII keeps its case in the full name until the account is next changed.
ALTER TABLE accounts ADD COLUMN search_folded TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE accounts SET search_folded =
    username_folded || chr(10) || coalesce(email_folded, '') || chr(10)
    || lower(trim(first_name || ' ' || last_name) COLLATE "C");

-- Lists are sorted by these; both databases sort alike.
ALTER TABLE accounts
    ALTER COLUMN first_name TYPE TEXT COLLATE "C",
    ALTER COLUMN last_name TYPE TEXT COLLATE "C",
    ALTER COLUMN role TYPE TEXT COLLATE "C";

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

CREATE FUNCTION accounts_account_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE account_counts SET total = total + 1 WHERE part = NEW.id % 16;
    ELSE
        UPDATE account_counts SET total = total - 1 WHERE part = OLD.id % 16;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER accounts_account_counts AFTER INSERT OR DELETE ON accounts FOR EACH ROW
EXECUTE FUNCTION accounts_account_counts();
