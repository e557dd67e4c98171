-- Workflows that people added in a guild. A row of a removed one stays for a while: its number names no other one.
CREATE TABLE guild_workflows (
    id             INTEGER PRIMARY KEY,
    guild_id       INTEGER NOT NULL,
    -- It was added by this one, once however often it is told.
    interaction_id INTEGER NOT NULL UNIQUE,
    name           TEXT    NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('draft', 'published', 'disabled', 'removed')),
    current_number INTEGER,
    draft_number   INTEGER,
    -- The highest number that any version had.
    last_number    INTEGER NOT NULL,
    shared         INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)),
    taken_away     INTEGER NOT NULL DEFAULT 0 CHECK (taken_away IN (0, 1)),
    created_by     INTEGER NOT NULL,
    created_at     REAL    NOT NULL,
    removed_at     REAL
) STRICT;
CREATE INDEX guild_workflows_of_guild ON guild_workflows (guild_id) WHERE state <> 'removed';
CREATE INDEX guild_workflows_removed ON guild_workflows (removed_at) WHERE removed_at IS NOT NULL;

-- What such a workflow was at a time: its document as it was read, and its command.toml.
CREATE TABLE workflow_versions (
    workflow_id  INTEGER NOT NULL REFERENCES guild_workflows (id) ON DELETE CASCADE,
    number       INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    source       BLOB    NOT NULL,
    command      TEXT    NOT NULL,
    fingerprint  TEXT    NOT NULL,
    -- Of a draft: how often it was changed.
    revision     INTEGER NOT NULL DEFAULT 0,
    created_by   INTEGER NOT NULL,
    created_at   REAL    NOT NULL,
    changed_at   REAL    NOT NULL,
    published_at REAL,

    PRIMARY KEY (workflow_id, number)
) STRICT;

-- How many commands were made in a guild of Discord's, which lets a bot make so many a day.
CREATE TABLE command_creates (
    number   INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    commands INTEGER NOT NULL,
    at       REAL    NOT NULL
) STRICT;
CREATE INDEX command_creates_of_guild ON command_creates (guild_id, at);
CREATE INDEX command_creates_by_age ON command_creates (at);

-- Guilds that took the bot out: what was added there goes when that is long ago.
CREATE TABLE guilds_left (
    guild_id INTEGER PRIMARY KEY,
    left_at  REAL    NOT NULL
) STRICT;
