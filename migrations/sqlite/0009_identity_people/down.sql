DROP TRIGGER accounts_delete_account_counts;
DROP TRIGGER accounts_insert_account_counts;
DROP TABLE account_counts;
ALTER TABLE accounts DROP COLUMN search_folded;
