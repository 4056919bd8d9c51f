DROP TRIGGER account_roles_delete_accounts_role;
DROP TRIGGER roles_delete_accounts_role;
DROP TRIGGER roles_name_accounts_role;
ALTER TABLE accounts DROP COLUMN search_folded;
