-- One row a job. What is read for every claim comes first, the graph last: SQLite then leaves the pages of
-- long graphs alone until somebody asks for one.
CREATE TABLE jobs (
    sequence                INTEGER PRIMARY KEY,
    id                      TEXT    NOT NULL UNIQUE,
    interaction_id          INTEGER NOT NULL UNIQUE,

    state                   TEXT    NOT NULL DEFAULT 'queued'
                                    CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    turn                    INTEGER NOT NULL,
    needs                   TEXT    NOT NULL,
    backend                 TEXT,
    attempt                 INTEGER NOT NULL DEFAULT 0,
    prompt_id               TEXT,
    cancel_requested_by     INTEGER,

    -- The claim: whose, its number, until when, and the backend that the next attempt will be made on.
    owner                   TEXT,
    claims                  INTEGER NOT NULL DEFAULT 0,
    lease_until             REAL,
    worker_backend          TEXT,

    created_at              REAL    NOT NULL,
    started_at              REAL,
    finished_at             REAL,

    -- The outbox: who shows the end, the number of the try, and when the next one may begin.
    delivery                TEXT    NOT NULL DEFAULT 'pending'
                                    CHECK (delivery IN ('pending', 'posted', 'undeliverable')),
    poster                  TEXT,
    delivery_tries          INTEGER NOT NULL DEFAULT 0,
    delivery_first_tried_at REAL,
    delivery_due_at         REAL,

    guild_id                INTEGER,
    channel_id              INTEGER NOT NULL,
    user_id                 INTEGER NOT NULL,
    user_locale             TEXT    NOT NULL,
    guild_locale            TEXT,
    application_id          INTEGER NOT NULL,
    interaction_token       TEXT    NOT NULL,
    interaction_created_at  REAL    NOT NULL,
    attachment_limit_bytes  INTEGER NOT NULL,
    status_channel_id       INTEGER,
    status_message_id       INTEGER,
    result_message_id       INTEGER,

    workflow                TEXT    NOT NULL,
    option_values           TEXT    NOT NULL,
    titles                  TEXT    NOT NULL,
    outcome                 TEXT,
    graph                   TEXT    NOT NULL,

    CHECK ((state = 'running') = (owner IS NOT NULL)),
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state = 'running') = (worker_backend IS NOT NULL)),
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (outcome IS NOT NULL)),
    CHECK ((outcome IS NULL) = (finished_at IS NULL)),
    CHECK ((finished_at IS NULL) = (delivery_due_at IS NULL)),
    CHECK (finished_at IS NOT NULL OR delivery = 'pending')
) STRICT;

-- Open jobs are few and ended ones many: what is looked up often is indexed for its own rows only.
CREATE INDEX jobs_queued ON jobs (turn, sequence, needs, backend) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_open_of_user ON jobs (user_id, turn) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_open_of_guild ON jobs (guild_id) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_undelivered ON jobs (finished_at, sequence)
    WHERE delivery = 'pending' AND finished_at IS NOT NULL;
CREATE INDEX jobs_settled ON jobs (finished_at) WHERE delivery <> 'pending';
CREATE INDEX jobs_done ON jobs (workflow, finished_at) WHERE state = 'done';

-- The virtual time of the fair order: the turn of the job that began last.
CREATE TABLE virtual_time (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    turn     INTEGER NOT NULL
) STRICT;

INSERT INTO virtual_time (only_row, turn) VALUES (1, 0);

-- A job that comes back to the queue must not turn back the virtual time: only its first claim counts.
CREATE TRIGGER first_claim AFTER UPDATE OF claims ON jobs WHEN NEW.claims = 1
BEGIN
    UPDATE virtual_time SET turn = NEW.turn;
END;
