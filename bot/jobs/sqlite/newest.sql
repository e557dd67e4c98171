-- Written by tests/jobs/newest_tables.py from the migrations: not to be changed by hand.

CREATE TABLE audit (
    number   INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    at       REAL    NOT NULL,
    actor_id INTEGER NOT NULL,
    action   TEXT    NOT NULL,
    user_id  INTEGER,
    job_id   TEXT,
    details  TEXT    NOT NULL DEFAULT '{}',
    once     TEXT    UNIQUE
) STRICT;
CREATE TABLE backend_orders (
    backend       TEXT    PRIMARY KEY,
    paused        INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    free_asked_at REAL
) STRICT;
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
CREATE TABLE blocks (
    guild_id   INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    until      REAL,
    reason     TEXT    NOT NULL,
    blocked_by INTEGER NOT NULL,
    blocked_at REAL    NOT NULL,

    PRIMARY KEY (guild_id, user_id)
) STRICT;
CREATE TABLE bots (
    name        TEXT    PRIMARY KEY,
    first_shard INTEGER NOT NULL,
    last_shard  INTEGER NOT NULL,
    shards      INTEGER NOT NULL,
    alive_until REAL    NOT NULL
) STRICT;
CREATE TABLE channel_settings (
    guild_id   INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    key        TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    set_by     INTEGER NOT NULL,
    set_at     REAL    NOT NULL,

    PRIMARY KEY (guild_id, channel_id, key)
) STRICT;
CREATE TABLE command_creates (
    number   INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    commands INTEGER NOT NULL,
    at       REAL    NOT NULL
) STRICT;
CREATE TABLE day_figures (
    day         INTEGER NOT NULL,
    guild_id    INTEGER NOT NULL,
    user_id     INTEGER NOT NULL,
    workflow    TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('done', 'failed', 'cancelled')),
    failure     TEXT    NOT NULL DEFAULT '',
    jobs        INTEGER NOT NULL,
    gpu_seconds REAL    NOT NULL,

    PRIMARY KEY (guild_id, day, user_id, workflow, state, failure)
) STRICT;
CREATE TABLE day_waits (
    day      INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    seconds  INTEGER NOT NULL,
    jobs     INTEGER NOT NULL,

    PRIMARY KEY (guild_id, day, seconds)
) STRICT;
CREATE TABLE erased_use (
    number      INTEGER PRIMARY KEY,
    user_id     INTEGER NOT NULL,
    guild_id    INTEGER NOT NULL,
    created_at  REAL    NOT NULL,
    -- NULL: it never ran.
    gpu_seconds REAL
) STRICT;
CREATE TABLE erasures (
    user_id  INTEGER PRIMARY KEY,
    asked_at REAL    NOT NULL
) STRICT;
CREATE TABLE graphs (
    sequence INTEGER PRIMARY KEY REFERENCES jobs (sequence) ON DELETE CASCADE,
    graph    TEXT    NOT NULL,
    ui_graph TEXT
, fingerprint TEXT, trusted INTEGER NOT NULL DEFAULT 1 CHECK (trusted IN (0, 1))) STRICT;
CREATE TABLE guild_rulings (
    guild_id INTEGER PRIMARY KEY,
    allowed  INTEGER NOT NULL CHECK (allowed IN (0, 1))
) STRICT;
CREATE TABLE guild_settings (
    guild_id INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    value    TEXT    NOT NULL,
    set_by   INTEGER NOT NULL,
    set_at   REAL    NOT NULL,

    PRIMARY KEY (guild_id, key)
) STRICT;
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
CREATE TABLE guilds_left (
    guild_id INTEGER PRIMARY KEY,
    left_at  REAL    NOT NULL
) STRICT;
CREATE TABLE handed_over (
    sequence INTEGER NOT NULL REFERENCES jobs (sequence) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    blob     TEXT,

    PRIMARY KEY (sequence, number)
) STRICT;
CREATE TABLE incidents (
    prompt_id   TEXT PRIMARY KEY,
    happened_at REAL NOT NULL,
    harm        TEXT NOT NULL,
    backend     TEXT NOT NULL,
    workflow    TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    choices     TEXT NOT NULL
) STRICT;
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
    showcase_message_id     INTEGER, guest_of INTEGER CHECK (guest_of IS NULL OR guild_id IS NULL), status_keeper TEXT, parent_channel_id INTEGER, place INTEGER NOT NULL DEFAULT 0, weight INTEGER NOT NULL DEFAULT 1 CHECK (weight > 0), cost INTEGER NOT NULL DEFAULT 10000 CHECK (cost > 0), cost_known INTEGER NOT NULL DEFAULT 0 CHECK (cost_known IN (0, 1)), work REAL, models TEXT NOT NULL DEFAULT '[]', charged INTEGER NOT NULL DEFAULT 0, charged_to TEXT, passed INTEGER NOT NULL DEFAULT 0, at_once INTEGER NOT NULL DEFAULT 0 CHECK (at_once >= 0), spoiler INTEGER NOT NULL DEFAULT 0 CHECK (spoiler IN (0, 1)), review TEXT, result_thread_id INTEGER, failure TEXT, nsfw INTEGER NOT NULL DEFAULT 0 CHECK (nsfw IN (0, 1)),

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
CREATE TABLE judgements (
    sequence  INTEGER PRIMARY KEY REFERENCES jobs (sequence) ON DELETE CASCADE,
    refusal   TEXT,
    judged_at REAL    NOT NULL
) STRICT;
CREATE TABLE node_lists (
    digest  TEXT PRIMARY KEY,
    packed  BLOB NOT NULL,
    failed  TEXT NOT NULL,
    kept_at REAL NOT NULL
) STRICT;
CREATE TABLE pauses (
    guild_id  INTEGER NOT NULL,
    kind      TEXT    NOT NULL CHECK (kind IN ('pause', 'drain')),
    paused_by INTEGER NOT NULL,
    paused_at REAL    NOT NULL,

    PRIMARY KEY (guild_id, kind)
) STRICT;
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
CREATE TABLE people (
    user_id  INTEGER PRIMARY KEY,
    mentions INTEGER NOT NULL DEFAULT 1 CHECK (mentions IN (0, 1))
) STRICT;
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
CREATE TABLE reminders (
    number     INTEGER PRIMARY KEY,
    job_id     TEXT    NOT NULL,
    user_id    INTEGER NOT NULL,
    needs      TEXT    NOT NULL,
    channel_id INTEGER NOT NULL,
    created_at REAL    NOT NULL,

    UNIQUE (job_id, user_id)
) STRICT;
CREATE TABLE reports (
    number      INTEGER PRIMARY KEY,
    guild_id    INTEGER NOT NULL,
    channel_id  INTEGER NOT NULL,
    message_id  INTEGER NOT NULL,
    job_id      TEXT,
    about_id    INTEGER,
    reported_by INTEGER NOT NULL,
    reason      TEXT    NOT NULL,
    reported_at REAL    NOT NULL,
    due_at      REAL,

    UNIQUE (message_id, reported_by)
) STRICT;
CREATE TABLE reviews (
    sequence   INTEGER PRIMARY KEY REFERENCES jobs (sequence) ON DELETE CASCADE,
    state      TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'approved', 'rejected', 'undecided')),
    begun_at   REAL    NOT NULL,
    ends_at    REAL    NOT NULL,
    channel_id INTEGER,
    message_id INTEGER,
    decided_by INTEGER,
    reason     TEXT,
    decided_at REAL,

    CHECK ((channel_id IS NULL) = (message_id IS NULL)),
    CHECK ((state = 'waiting') = (decided_at IS NULL)),
    CHECK ((state IN ('approved', 'rejected')) = (decided_by IS NOT NULL))
) STRICT;
CREATE TABLE settings_changes (
    guild_id INTEGER PRIMARY KEY,
    number   INTEGER NOT NULL UNIQUE
) STRICT;
CREATE TABLE shares (
    backend    TEXT    NOT NULL,
    place      INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    used       INTEGER NOT NULL,
    reached    INTEGER NOT NULL,
    changed_at REAL    NOT NULL,

    PRIMARY KEY (backend, place, user_id)
) STRICT;
CREATE TABLE told_guilds (
    guild_id INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE turns (
    name   TEXT PRIMARY KEY,
    holder TEXT,
    until  REAL NOT NULL
) STRICT;
CREATE TABLE virtual_time (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    turn     INTEGER NOT NULL
) STRICT;
INSERT INTO "virtual_time" VALUES(1,0);
CREATE TABLE word_rules (
    guild_id        INTEGER NOT NULL,
    name            TEXT    NOT NULL,
    action          TEXT    NOT NULL,
    words           TEXT    NOT NULL,
    loose           INTEGER NOT NULL CHECK (loose IN (0, 1)),
    spares_negative INTEGER NOT NULL CHECK (spares_negative IN (0, 1)),
    pattern         TEXT,
    made_by         INTEGER NOT NULL,
    made_at         REAL    NOT NULL,

    PRIMARY KEY (guild_id, name)
) STRICT;
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
CREATE INDEX jobs_preparing ON jobs (state, sequence, preparation_due_at) WHERE state = 'preparing';
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
CREATE INDEX pending_orders_by_age ON pending_orders (created_at);
CREATE INDEX jobs_waiting ON jobs (state, kind, place, sequence) WHERE state = 'queued';
CREATE INDEX jobs_waiting_of_place ON jobs (state, place, kind, user_id, sequence) WHERE state = 'queued';
CREATE INDEX jobs_in_line ON jobs (state, sequence, place, user_id, cost, weight, cost_known) WHERE state = 'queued';
CREATE INDEX jobs_done_with ON jobs (workflow, models, finished_at) WHERE state = 'done';
CREATE INDEX jobs_unlearned ON jobs (workflow, models)
    WHERE state IN ('preparing', 'queued', 'running') AND cost_known = 0;
CREATE INDEX reports_due ON reports (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX reports_of_person ON reports (reported_by, reported_at);
CREATE INDEX audit_of_guild ON audit (guild_id, number);
CREATE INDEX audit_by_age ON audit (at);
CREATE INDEX day_figures_by_day ON day_figures (day);
CREATE INDEX day_figures_of_user ON day_figures (user_id, day) WHERE user_id <> 0;
CREATE INDEX day_waits_by_day ON day_waits (day);
CREATE VIEW ended_jobs AS
SELECT
    CAST(finished_at / 86400 AS INTEGER) AS day, coalesce(guild_id, 0) AS guild_id, user_id, workflow, state,
    coalesce(failure, '') AS failure, max(coalesce(finished_at - started_at, 0.0), 0.0) AS gpu_seconds,
    CAST(max(started_at - created_at, 0.0) AS INTEGER) AS wait, sequence
FROM jobs WHERE finished_at IS NOT NULL;
CREATE VIEW ended_job_waits AS
SELECT
    day, guild_id, sequence,
    CASE
        WHEN wait < 100 THEN wait
        WHEN wait < 1000 THEN wait / 10 * 10
        WHEN wait < 10000 THEN wait / 100 * 100
        WHEN wait < 100000 THEN wait / 1000 * 1000
        ELSE wait / 10000 * 10000
    END AS seconds
FROM ended_jobs WHERE wait IS NOT NULL;
CREATE TRIGGER job_ended AFTER UPDATE OF finished_at ON jobs WHEN OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL
BEGIN
    INSERT INTO day_figures (day, guild_id, user_id, workflow, state, failure, jobs, gpu_seconds)
    SELECT day, guild_id, user_id, workflow, state, failure, 1, gpu_seconds FROM ended_jobs WHERE sequence = NEW.sequence
    ON CONFLICT (guild_id, day, user_id, workflow, state, failure) DO UPDATE SET
        jobs = jobs + 1, gpu_seconds = gpu_seconds + excluded.gpu_seconds;
    INSERT INTO day_waits (day, guild_id, seconds, jobs)
    SELECT day, guild_id, seconds, 1 FROM ended_job_waits WHERE sequence = NEW.sequence
    ON CONFLICT (guild_id, day, seconds) DO UPDATE SET jobs = jobs + 1;
END;
CREATE INDEX jobs_settled_of_guild ON jobs (guild_id, finished_at) WHERE delivery <> 'pending';
CREATE INDEX erased_use_of_user ON erased_use (user_id, guild_id, created_at);
CREATE INDEX erased_use_by_age ON erased_use (created_at);
CREATE INDEX guild_workflows_of_guild ON guild_workflows (guild_id) WHERE state <> 'removed';
CREATE INDEX guild_workflows_removed ON guild_workflows (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX command_creates_of_guild ON command_creates (guild_id, at);
CREATE INDEX command_creates_by_age ON command_creates (at);
