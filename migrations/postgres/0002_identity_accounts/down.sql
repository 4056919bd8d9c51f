DROP TABLE one_time_tokens;
DROP TABLE opaque_tokens;
DROP TABLE sessions;
DROP TABLE accounts;
