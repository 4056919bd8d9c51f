-- The people an organisation knows. `creator` is the slug of an account, so that a page of contacts needs no account.
-- `folded` is what searches look through: display name, first name, last name, e-mail and notes in lower case, with the
-- characters 2 to 5 between them. The program folds, because the two databases do not agree on Unicode.
CREATE TABLE contacts (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    slug            TEXT NOT NULL,
    organization_id BIGINT NOT NULL,
    creator         TEXT,
    display_name    TEXT NOT NULL,
    first_name      TEXT,
    last_name       TEXT,
    email           TEXT,
    location        TEXT,
    phone           TEXT,
    notes           TEXT,
    avatar_path     TEXT,
    folded          TEXT NOT NULL,
    created_at      TIMESTAMP NOT NULL,
    updated_at      TIMESTAMP NOT NULL,
    CONSTRAINT contacts_slug_key UNIQUE (slug),
    CONSTRAINT contacts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT contacts_creator_fkey FOREIGN KEY (creator) REFERENCES accounts (slug) ON UPDATE CASCADE ON DELETE SET NULL
);
-- An organisation's contacts in the order of their making, which is the list's: a page is read, not sorted.
CREATE INDEX contacts_organization_id_idx ON contacts (organization_id, id);
CREATE INDEX contacts_creator_idx ON contacts (creator) WHERE creator IS NOT NULL;

-- How many contacts an organisation has. Counting them would cost more the more there are, on every page.
CREATE TABLE contact_counts (
    organization_id INTEGER PRIMARY KEY,
    contacts        BIGINT NOT NULL,
    CONSTRAINT contact_counts_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);

CREATE TRIGGER contacts_inserted AFTER INSERT ON contacts BEGIN
    INSERT INTO contact_counts (organization_id, contacts) VALUES (NEW.organization_id, 1)
    ON CONFLICT (organization_id) DO UPDATE SET contacts = contacts + 1;
END;
CREATE TRIGGER contacts_deleted AFTER DELETE ON contacts BEGIN
    UPDATE contact_counts SET contacts = contacts - 1 WHERE organization_id = OLD.organization_id;
END;
CREATE TRIGGER contacts_moved AFTER UPDATE OF organization_id ON contacts
WHEN OLD.organization_id <> NEW.organization_id BEGIN
    UPDATE contact_counts SET contacts = contacts - 1 WHERE organization_id = OLD.organization_id;
    INSERT INTO contact_counts (organization_id, contacts) VALUES (NEW.organization_id, 1)
    ON CONFLICT (organization_id) DO UPDATE SET contacts = contacts + 1;
END;
