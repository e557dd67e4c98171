-- Files that people hand in are fetched before their job is queued: a state of its own, 'preparing'. SQLite changes no
-- CHECK of a table that is there, so the table is made anew; what refers to it stands aside meanwhile, because a dropped
-- table takes along the rows that refer to its own.
CREATE TABLE graphs_aside (sequence INTEGER PRIMARY KEY, graph TEXT NOT NULL, ui_graph TEXT) STRICT;
INSERT INTO graphs_aside (sequence, graph, ui_graph) SELECT sequence, graph, ui_graph FROM graphs;
DROP TABLE graphs;
DROP TRIGGER first_claim;
ALTER TABLE jobs RENAME TO jobs_before;

CREATE TABLE jobs (
    sequence                INTEGER PRIMARY KEY,
    id                      TEXT    NOT NULL UNIQUE,
    interaction_id          INTEGER NOT NULL UNIQUE,

    state                   TEXT    NOT NULL DEFAULT 'queued' CHECK (
                                state IN ('preparing', 'queued', 'running', 'done', 'failed', 'cancelled')
                            ),
    turn                    INTEGER NOT NULL,
    needs                   TEXT    NOT NULL,
    backend                 TEXT,
    attempt                 INTEGER NOT NULL DEFAULT 0,
    prompt_id               TEXT,
    cancel_requested_by     INTEGER,

    -- The preparation: who does it, the number of the try, and when the next one may begin (while somebody does it: when
    -- their lease ends). What the files are for is told as JSON, for jobs that start from none too.
    preparer                TEXT,
    preparations            INTEGER NOT NULL DEFAULT 0,
    preparation_due_at      REAL,
    input_kinds             TEXT    NOT NULL DEFAULT '[]',

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
    delivery_parts          TEXT    NOT NULL DEFAULT '{}',

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
    prompt_option           TEXT,
    stand_ins               TEXT    NOT NULL DEFAULT '{}',
    titles                  TEXT    NOT NULL,
    outcome                 TEXT,
    node_seconds            TEXT,
    kind                    TEXT    AS (needs || ' ' || coalesce(backend, '')) VIRTUAL,

    CHECK ((state = 'preparing') = (preparation_due_at IS NOT NULL)),
    CHECK (state = 'preparing' OR preparer IS NULL),
    CHECK ((state = 'running') = (owner IS NOT NULL)),
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state = 'running') = (worker_backend IS NOT NULL)),
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (outcome IS NOT NULL)),
    CHECK ((outcome IS NULL) = (finished_at IS NULL)),
    CHECK ((finished_at IS NULL) = (delivery_due_at IS NULL)),
    CHECK (finished_at IS NOT NULL OR delivery = 'pending')
) STRICT;

INSERT INTO jobs (
    sequence, id, interaction_id, state, turn, needs, backend, attempt, prompt_id, cancel_requested_by,
    owner, claims, lease_until, worker_backend, created_at, started_at, finished_at,
    delivery, poster, delivery_tries, delivery_first_tried_at, delivery_due_at, delivery_parts,
    guild_id, channel_id, user_id, user_locale, guild_locale,
    application_id, interaction_token, interaction_created_at, attachment_limit_bytes,
    status_channel_id, status_message_id, result_message_id,
    workflow, option_values, prompt_option, stand_ins, titles, outcome, node_seconds
)
SELECT
    sequence, id, interaction_id, state, turn, needs, backend, attempt, prompt_id, cancel_requested_by,
    owner, claims, lease_until, worker_backend, created_at, started_at, finished_at,
    delivery, poster, delivery_tries, delivery_first_tried_at, delivery_due_at, delivery_parts,
    guild_id, channel_id, user_id, user_locale, guild_locale,
    application_id, interaction_token, interaction_created_at, attachment_limit_bytes,
    status_channel_id, status_message_id, result_message_id,
    workflow, option_values, prompt_option, stand_ins, titles, outcome, node_seconds
FROM jobs_before;
DROP TABLE jobs_before;

CREATE TABLE graphs (
    sequence INTEGER PRIMARY KEY REFERENCES jobs (sequence) ON DELETE CASCADE,
    graph    TEXT    NOT NULL,
    ui_graph TEXT
) STRICT;
INSERT INTO graphs (sequence, graph, ui_graph) SELECT sequence, graph, ui_graph FROM graphs_aside;
DROP TABLE graphs_aside;

CREATE INDEX jobs_preparing ON jobs (state, sequence, preparation_due_at) WHERE state = 'preparing';
CREATE INDEX jobs_queued ON jobs (state, turn, sequence, guild_id, user_id) WHERE state = 'queued';
CREATE INDEX jobs_queued_by_kind ON jobs (state, kind, turn) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_open_of_user ON jobs (user_id, state, turn) WHERE state IN ('preparing', 'queued', 'running');
CREATE INDEX jobs_open_of_guild ON jobs (guild_id, state) WHERE state IN ('preparing', 'queued', 'running');
CREATE INDEX jobs_undelivered ON jobs (finished_at, sequence)
    WHERE delivery = 'pending' AND finished_at IS NOT NULL;
CREATE INDEX jobs_settled ON jobs (finished_at) WHERE delivery <> 'pending';
CREATE INDEX jobs_done ON jobs (workflow, finished_at) WHERE state = 'done';

CREATE TRIGGER first_claim AFTER UPDATE OF claims ON jobs WHEN NEW.claims = 1
BEGIN
    UPDATE virtual_time SET turn = NEW.turn;
END;

-- One row for each option that takes a file. Until it is prepared, "asked" says where to fetch it and how to look at it
-- (JSON); then that is gone, with its address, and the rest says what became of it.
CREATE TABLE inputs (
    number   INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL REFERENCES jobs (sequence) ON DELETE CASCADE,
    option   TEXT    NOT NULL,
    targets  TEXT    NOT NULL,
    asked    TEXT,
    blob     TEXT,
    suffix   TEXT,
    mask     TEXT,
    overlay  TEXT,
    notices  TEXT,

    UNIQUE (sequence, option),
    CHECK ((blob IS NULL) = (suffix IS NULL)),
    CHECK ((blob IS NULL) = (notices IS NULL)),
    CHECK (asked IS NULL OR blob IS NULL)
) STRICT;
