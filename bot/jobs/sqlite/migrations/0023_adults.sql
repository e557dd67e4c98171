-- Jobs whose results are for adults: known of each, whatever becomes of its workflow.
ALTER TABLE jobs ADD COLUMN nsfw INTEGER NOT NULL DEFAULT 0 CHECK (nsfw IN (0, 1));
