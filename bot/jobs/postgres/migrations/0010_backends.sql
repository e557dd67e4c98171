-- Workers tell of their ComfyUI servers here, for processes that do not reach them.
CREATE TABLE backends (
    name       TEXT    COLLATE "C" PRIMARY KEY,
    label      TEXT    NOT NULL,
    nodes      TEXT,
    vram_total BIGINT,
    vram_free  BIGINT,
    online     BIGINT  NOT NULL CHECK (online IN (0, 1)),
    heard_at   DOUBLE PRECISION NOT NULL,
    online_at  DOUBLE PRECISION
);

-- What servers have (ComfyUI's /object_info, compressed), once for all that have the same.
CREATE TABLE node_lists (
    digest  TEXT   PRIMARY KEY,
    packed  BYTEA  NOT NULL,
    failed  TEXT   NOT NULL,
    kept_at DOUBLE PRECISION NOT NULL
);
-- It is compressed already.
ALTER TABLE node_lists ALTER COLUMN packed SET STORAGE EXTERNAL;

-- The files that a job made, given to the blobs by its worker; NULL: that one could not be had.
CREATE TABLE handed_over (
    sequence BIGINT  NOT NULL REFERENCES jobs (sequence) ON DELETE CASCADE,
    number   BIGINT  NOT NULL,
    blob     TEXT,

    PRIMARY KEY (sequence, number)
);

-- The newest preview of each job that runs, from one process to another. In SQLite, where there is one, there is no such
-- table. Nothing depends on it, so it need not outlive a crash.
CREATE UNLOGGED TABLE previews (
    job_id       TEXT   PRIMARY KEY,
    content      BYTEA  NOT NULL,
    content_type TEXT   NOT NULL,
    kept_at      DOUBLE PRECISION NOT NULL
);
ALTER TABLE previews ALTER COLUMN content SET STORAGE EXTERNAL;
