DROP TABLE contact_counts;
DROP TABLE contacts;
