-- Which version of its workflow's files a job was made with.
ALTER TABLE graphs ADD COLUMN fingerprint TEXT;

-- A prompt ran, and its backend went away, or it made no step any more: what it was run with.
CREATE TABLE incidents (
    prompt_id   TEXT PRIMARY KEY,
    happened_at REAL NOT NULL,
    harm        TEXT NOT NULL,
    backend     TEXT NOT NULL,
    workflow    TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    choices     TEXT NOT NULL
) STRICT;

-- What did so too often and is run no more. An option without a name: the whole workflow.
CREATE TABLE quarantine (
    workflow     TEXT NOT NULL,
    fingerprint  TEXT NOT NULL,
    option_name  TEXT NOT NULL DEFAULT '',
    option_value TEXT NOT NULL DEFAULT '',
    harm         TEXT NOT NULL,
    backend      TEXT NOT NULL,
    since        REAL NOT NULL,

    PRIMARY KEY (workflow, fingerprint, option_name, option_value)
) STRICT;

-- What the operator wants of single backends: that no job begins there; and, once, that its memory is made free.
CREATE TABLE backend_orders (
    backend       TEXT    PRIMARY KEY,
    paused        INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    free_asked_at REAL
) STRICT;

-- Which guilds may have the bot, and which may not, whatever the settings say of them.
CREATE TABLE guild_rulings (
    guild_id INTEGER PRIMARY KEY,
    allowed  INTEGER NOT NULL CHECK (allowed IN (0, 1))
) STRICT;
