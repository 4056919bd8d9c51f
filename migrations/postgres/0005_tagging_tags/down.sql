DROP TRIGGER tag_links_contact_moved ON contacts;
DROP TRIGGER tag_links_contact_deleted ON contacts;
DROP TABLE tag_links;
DROP TABLE tags;
DROP FUNCTION tag_links_forget_contact();
DROP FUNCTION tag_links_demand_target();
DROP FUNCTION tag_target_is_held(BIGINT, TEXT, BIGINT);
