DROP TABLE content_entries;
