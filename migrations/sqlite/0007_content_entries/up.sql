-- What the public reads: services, projects and blog entries, told apart by their kind. A `_folded` column holds what its
-- neighbour does in lower case: what is searched, because databases do not agree on what lower case is.
CREATE TABLE content_entries (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    kind               TEXT NOT NULL,
    slug               TEXT NOT NULL,
    title              TEXT NOT NULL,
    title_folded       TEXT NOT NULL,
    description        TEXT NOT NULL,
    description_folded TEXT NOT NULL,
    is_published       BOOLEAN NOT NULL,
    created_at         TIMESTAMP NOT NULL,
    updated_at         TIMESTAMP NOT NULL,
    CONSTRAINT content_entries_kind_slug_key UNIQUE (kind, slug),
    CONSTRAINT content_entries_kind_check CHECK (kind IN ('service', 'project', 'blog'))
);
CREATE INDEX content_entries_kind_id_idx ON content_entries (kind, id);
