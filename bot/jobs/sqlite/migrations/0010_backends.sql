-- Workers tell of their ComfyUI servers here, for processes that do not reach them.
CREATE TABLE backends (
    name       TEXT    PRIMARY KEY,
    label      TEXT    NOT NULL,
    nodes      TEXT,
    vram_total INTEGER,
    vram_free  INTEGER,
    online     INTEGER NOT NULL CHECK (online IN (0, 1)),
    heard_at   REAL    NOT NULL,
    online_at  REAL
) STRICT;

-- What servers have (ComfyUI's /object_info, compressed), once for all that have the same.
CREATE TABLE node_lists (
    digest  TEXT PRIMARY KEY,
    packed  BLOB NOT NULL,
    failed  TEXT NOT NULL,
    kept_at REAL NOT NULL
) STRICT;

-- The files that a job made, given to the blobs by its worker; NULL: that one could not be had.
CREATE TABLE handed_over (
    sequence INTEGER NOT NULL REFERENCES jobs (sequence) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    blob     TEXT,

    PRIMARY KEY (sequence, number)
) STRICT;
