-- The processes that are connected to Discord with one token, each with some of its shards, and until when it is believed
-- that they live.
CREATE TABLE bots (
    name        TEXT    PRIMARY KEY,
    first_shard INTEGER NOT NULL,
    last_shard  INTEGER NOT NULL,
    shards      INTEGER NOT NULL,
    alive_until REAL    NOT NULL
) STRICT;

-- What only one of them does at a time: who, and until when. Nobody's name: a turn that is over by itself.
CREATE TABLE turns (
    name   TEXT PRIMARY KEY,
    holder TEXT,
    until  REAL NOT NULL
) STRICT;

-- The bot that edits the status message while the job is open.
ALTER TABLE jobs ADD COLUMN status_keeper TEXT;
