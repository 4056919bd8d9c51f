DROP TABLE contact_counts;
DROP TABLE contacts;
DROP FUNCTION contacts_counted_in;
DROP FUNCTION contacts_counted_out;
DROP FUNCTION contacts_counted_over;
