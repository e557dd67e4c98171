-- Which version of its workflow's files a job was made with.
ALTER TABLE graphs ADD COLUMN fingerprint TEXT;

-- A prompt ran, and its backend went away, or it made no step any more: what it was run with.
CREATE TABLE incidents (
    prompt_id   TEXT             PRIMARY KEY,
    happened_at DOUBLE PRECISION NOT NULL,
    harm        TEXT             NOT NULL,
    backend     TEXT             NOT NULL,
    workflow    TEXT             NOT NULL,
    fingerprint TEXT             NOT NULL,
    choices     TEXT             NOT NULL
);

-- What did so too often and is run no more. An option without a name: the whole workflow.
CREATE TABLE quarantine (
    workflow     TEXT             COLLATE "C" NOT NULL,
    fingerprint  TEXT             NOT NULL,
    option_name  TEXT             COLLATE "C" NOT NULL DEFAULT '',
    option_value TEXT             COLLATE "C" NOT NULL DEFAULT '',
    harm         TEXT             NOT NULL,
    backend      TEXT             NOT NULL,
    since        DOUBLE PRECISION NOT NULL,

    PRIMARY KEY (workflow, fingerprint, option_name, option_value)
);

-- What the operator wants of single backends: that no job begins there; and, once, that its memory is made free.
CREATE TABLE backend_orders (
    backend       TEXT   COLLATE "C" PRIMARY KEY,
    paused        BIGINT NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    free_asked_at DOUBLE PRECISION
);

-- Which guilds may have the bot, and which may not, whatever the settings say of them.
CREATE TABLE guild_rulings (
    guild_id BIGINT PRIMARY KEY,
    allowed  BIGINT NOT NULL CHECK (allowed IN (0, 1))
);
