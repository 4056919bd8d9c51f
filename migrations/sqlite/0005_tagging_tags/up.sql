-- The words with which an organisation marks what it has. `name_folded` is the name in lower case: the program folds,
-- because the two databases do not agree on Unicode.
CREATE TABLE tags (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    organization_id BIGINT NOT NULL,
    name            TEXT NOT NULL,
    name_folded     TEXT NOT NULL,
    slug            TEXT NOT NULL,
    CONSTRAINT tags_organization_id_name_folded_key UNIQUE (organization_id, name_folded),
    CONSTRAINT tags_organization_id_slug_key UNIQUE (organization_id, slug),
    -- What links refer to, so that link and tag are of one organisation; and the order of an organisation's list.
    CONSTRAINT tags_organization_id_id_key UNIQUE (organization_id, id),
    CONSTRAINT tags_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);

-- What is marked with them: `target_id` is the id of a contact or an organisation, as `kind` says. The id is the order of
-- the assignments.
CREATE TABLE tag_links (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    organization_id BIGINT NOT NULL,
    tag_id          BIGINT NOT NULL,
    kind            TEXT NOT NULL,
    target_id       BIGINT NOT NULL,
    CONSTRAINT tag_links_kind_target_id_tag_id_key UNIQUE (kind, target_id, tag_id),
    CONSTRAINT tag_links_tag_id_fkey FOREIGN KEY (organization_id, tag_id) REFERENCES tags (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX tag_links_tag_id_idx ON tag_links (tag_id, kind, target_id);

-- No link to what the organisation does not have. Whoever makes `contacts` anew must make the triggers on it anew.
CREATE TRIGGER tag_links_target BEFORE INSERT ON tag_links
WHEN NOT CASE NEW.kind
    WHEN 'contact' THEN EXISTS (
        SELECT 1 FROM contacts WHERE id = NEW.target_id AND organization_id = NEW.organization_id
    )
    WHEN 'organization' THEN NEW.target_id = NEW.organization_id
    ELSE FALSE
END BEGIN
    SELECT RAISE(ABORT, 'tag_links_target_id_fkey');
END;
CREATE TRIGGER tag_links_target_changed BEFORE UPDATE ON tag_links BEGIN
    SELECT RAISE(ABORT, 'a link is made anew, not changed');
END;

-- The links of an organisation that is deleted go with its tags.
CREATE TRIGGER tag_links_contact_deleted AFTER DELETE ON contacts BEGIN
    DELETE FROM tag_links WHERE kind = 'contact' AND target_id = OLD.id;
END;
CREATE TRIGGER tag_links_contact_moved AFTER UPDATE OF organization_id ON contacts
WHEN OLD.organization_id <> NEW.organization_id BEGIN
    DELETE FROM tag_links WHERE kind = 'contact' AND target_id = OLD.id;
END;
