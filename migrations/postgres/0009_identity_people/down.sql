DROP TRIGGER accounts_account_counts ON accounts;
DROP FUNCTION accounts_account_counts();
DROP TABLE account_counts;
ALTER TABLE accounts
    ALTER COLUMN first_name TYPE TEXT,
    ALTER COLUMN last_name TYPE TEXT,
    ALTER COLUMN role TYPE TEXT,
    DROP COLUMN search_folded;
