-- Whom the moderators of a guild keep from asking for jobs. until NULL: until somebody lets them again.
CREATE TABLE blocks (
    guild_id   INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    until      REAL,
    reason     TEXT    NOT NULL,
    blocked_by INTEGER NOT NULL,
    blocked_at REAL    NOT NULL,

    PRIMARY KEY (guild_id, user_id)
) STRICT;

-- Queues that moderators hold up, by guild (0: every queue). pause: nothing is claimed; drain: nothing is taken in.
CREATE TABLE pauses (
    guild_id  INTEGER NOT NULL,
    kind      TEXT    NOT NULL CHECK (kind IN ('pause', 'drain')),
    paused_by INTEGER NOT NULL,
    paused_at REAL    NOT NULL,

    PRIMARY KEY (guild_id, kind)
) STRICT;

-- What people told the moderators of, once a person and message. due_at: when it is shown to them next; NULL: it was.
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
CREATE INDEX reports_due ON reports (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX reports_of_person ON reports (reported_by, reported_at);

-- Who did what for a guild (0: for all of them), to whom or what. Lines are only added. Of those with the same "once",
-- what is done only once, there is one.
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
CREATE INDEX audit_of_guild ON audit (guild_id, number);
CREATE INDEX audit_by_age ON audit (at);
