DROP TRIGGER account_roles_delete_accounts_role ON account_roles;
DROP FUNCTION account_roles_delete_accounts_role();
DROP TRIGGER roles_delete_accounts_role ON roles;
DROP FUNCTION roles_delete_accounts_role();
DROP TRIGGER roles_name_accounts_role ON roles;
DROP FUNCTION roles_name_accounts_role();
