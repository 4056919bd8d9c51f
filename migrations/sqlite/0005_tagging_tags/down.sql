DROP TRIGGER tag_links_contact_moved;
DROP TRIGGER tag_links_contact_deleted;
DROP TABLE tag_links;
DROP TABLE tags;
