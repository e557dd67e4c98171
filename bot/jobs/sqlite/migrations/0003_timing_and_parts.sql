-- How long each node ran, as JSON (node id -> seconds), and which parts of a result Discord has taken (part -> message).
ALTER TABLE jobs ADD COLUMN node_seconds TEXT;
ALTER TABLE jobs ADD COLUMN delivery_parts TEXT NOT NULL DEFAULT '{}';
