DROP TABLE account_roles;
DROP TABLE role_permissions;
DROP TABLE roles;
DROP TABLE permissions;
