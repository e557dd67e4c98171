-- The processes that are connected to Discord with one token, each with some of its shards, and until when it is believed
-- that they live.
CREATE TABLE bots (
    name        TEXT             COLLATE "C" PRIMARY KEY,
    first_shard BIGINT           NOT NULL,
    last_shard  BIGINT           NOT NULL,
    shards      BIGINT           NOT NULL,
    alive_until DOUBLE PRECISION NOT NULL
);

-- What only one of them does at a time: who, and until when. Nobody's name: a turn that is over by itself.
CREATE TABLE turns (
    name   TEXT             COLLATE "C" PRIMARY KEY,
    holder TEXT,
    until  DOUBLE PRECISION NOT NULL
);

-- The bot that edits the status message while the job is open.
ALTER TABLE jobs ADD COLUMN status_keeper TEXT;
