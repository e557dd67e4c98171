-- Jobs that are made of other jobs, and jobs that are asked for as one. Several jobs may come of one interaction now, so
-- it is no longer unique by itself; SQLite changes no constraint of a table that is there, and so it is made anew.
CREATE TABLE graphs_aside (sequence INTEGER PRIMARY KEY, graph TEXT NOT NULL, ui_graph TEXT) STRICT;
INSERT INTO graphs_aside (sequence, graph, ui_graph) SELECT sequence, graph, ui_graph FROM graphs;
DROP TABLE graphs;
CREATE TABLE inputs_aside (
    number INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, option TEXT NOT NULL, targets TEXT NOT NULL, asked TEXT,
    blob TEXT, suffix TEXT, mask TEXT, overlay TEXT, notices TEXT
) STRICT;
INSERT INTO inputs_aside (number, sequence, option, targets, asked, blob, suffix, mask, overlay, notices)
SELECT number, sequence, option, targets, asked, blob, suffix, mask, overlay, notices FROM inputs;
DROP TABLE inputs;
DROP TRIGGER first_claim;
ALTER TABLE jobs RENAME TO jobs_before;

CREATE TABLE jobs (
    sequence                INTEGER PRIMARY KEY,
    id                      TEXT    NOT NULL UNIQUE,
    interaction_id          INTEGER NOT NULL,

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

    -- What was typed where something else was made of it, and what the person should know of that (JSON).
    typed                   TEXT    NOT NULL DEFAULT '{}',
    notices                 TEXT    NOT NULL DEFAULT '[]',
    -- What is still to be done to the words before the job is queued (JSON); NULL: nothing.
    rewording               TEXT,
    private                 INTEGER NOT NULL DEFAULT 0 CHECK (private IN (0, 1)),

    -- The job that this one was made of, which may be forgotten before it, and the press that asked for it.
    origin_id               TEXT,
    origin_action           TEXT,
    origin_picture          INTEGER,
    action_key              TEXT,

    -- Jobs that were asked for as one. The first speaks for all: its status message and its delivery are the group's.
    group_id                TEXT,
    group_kind              TEXT    CHECK (group_kind IN ('repeat', 'all', 'compare')),
    group_number            INTEGER NOT NULL DEFAULT 1,
    group_count             INTEGER,
    group_labels            TEXT,

    showcase_channel_id     INTEGER,
    showcase_message_id     INTEGER,

    UNIQUE (interaction_id, group_number),
    CHECK ((origin_id IS NULL) = (origin_action IS NULL)),
    CHECK ((group_id IS NULL) = (group_kind IS NULL)),
    CHECK ((group_id IS NULL) = (group_count IS NULL)),
    CHECK ((group_id IS NULL) = (group_labels IS NULL)),

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
    preparer, preparations, preparation_due_at, input_kinds,
    owner, claims, lease_until, worker_backend, created_at, started_at, finished_at,
    delivery, poster, delivery_tries, delivery_first_tried_at, delivery_due_at, delivery_parts,
    guild_id, channel_id, user_id, user_locale, guild_locale,
    application_id, interaction_token, interaction_created_at, attachment_limit_bytes,
    status_channel_id, status_message_id, result_message_id,
    workflow, option_values, prompt_option, stand_ins, titles, outcome, node_seconds
)
SELECT
    sequence, id, interaction_id, state, turn, needs, backend, attempt, prompt_id, cancel_requested_by,
    preparer, preparations, preparation_due_at, input_kinds,
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
INSERT INTO inputs (number, sequence, option, targets, asked, blob, suffix, mask, overlay, notices)
SELECT
    number, sequence, option, targets,
    json_set(json_remove(asked, '$.attachment'), '$.source', json_extract(asked, '$.attachment')),
    blob, suffix, mask, overlay, notices
FROM inputs_aside;
DROP TABLE inputs_aside;

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
CREATE INDEX jobs_by_result ON jobs (result_message_id) WHERE result_message_id IS NOT NULL;
CREATE INDEX jobs_by_status ON jobs (status_message_id) WHERE status_message_id IS NOT NULL;
CREATE INDEX jobs_of_user ON jobs (user_id, guild_id, created_at);
CREATE INDEX jobs_by_origin ON jobs (origin_id) WHERE origin_id IS NOT NULL;
CREATE INDEX jobs_by_action ON jobs (action_key, interaction_created_at) WHERE action_key IS NOT NULL;
CREATE INDEX jobs_by_group ON jobs (group_id, finished_at) WHERE group_id IS NOT NULL;

CREATE TRIGGER first_claim AFTER UPDATE OF claims ON jobs WHEN NEW.claims = 1
BEGIN
    UPDATE virtual_time SET turn = NEW.turn;
END;

-- What a person chose for all of their jobs.
CREATE TABLE people (
    user_id  INTEGER PRIMARY KEY,
    mentions INTEGER NOT NULL DEFAULT 1 CHECK (mentions IN (0, 1))
) STRICT;

-- What the moderators of a guild chose (JSON), by key.
CREATE TABLE guild_settings (
    guild_id INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    value    TEXT    NOT NULL,
    set_by   INTEGER NOT NULL,
    set_at   REAL    NOT NULL,

    PRIMARY KEY (guild_id, key)
) STRICT;

-- Values by name: a person's own (guild_id 0) or a guild's (user_id 0). Without a workflow: for each that has the options.
CREATE TABLE presets (
    number        INTEGER PRIMARY KEY,
    guild_id      INTEGER NOT NULL,
    user_id       INTEGER NOT NULL,
    name          TEXT    NOT NULL,
    workflow      TEXT,
    option_values TEXT    NOT NULL,
    made_by       INTEGER NOT NULL,
    made_at       REAL    NOT NULL,

    UNIQUE (guild_id, user_id, name),
    CHECK ((guild_id = 0) <> (user_id = 0))
) STRICT;

-- What a person is still choosing, over several forms; sent off it becomes a job, and its row goes.
CREATE TABLE pending_orders (
    id            TEXT    PRIMARY KEY,
    user_id       INTEGER NOT NULL,
    guild_id      INTEGER,
    workflow      TEXT    NOT NULL,
    option_values TEXT    NOT NULL,
    files         TEXT    NOT NULL,
    origin        TEXT,
    created_at    REAL    NOT NULL
) STRICT;
CREATE INDEX pending_orders_by_age ON pending_orders (created_at);

-- Who wants to be told when a ComfyUI can be reached again that has what a job needs.
CREATE TABLE reminders (
    number     INTEGER PRIMARY KEY,
    job_id     TEXT    NOT NULL,
    user_id    INTEGER NOT NULL,
    needs      TEXT    NOT NULL,
    channel_id INTEGER NOT NULL,
    created_at REAL    NOT NULL,

    UNIQUE (job_id, user_id)
) STRICT;
