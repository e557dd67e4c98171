-- What is kept of a person, and for how long.
-- Why a job failed: the name of the text that says so in words.
ALTER TABLE jobs ADD COLUMN failure TEXT;

-- Ended jobs as numbers, by the day (since 1970-01-01, UTC) of their end: these stay when the jobs are forgotten. guild_id 0:
-- outside every guild; user_id 0: whoever it was is not kept any more.
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
CREATE INDEX day_figures_by_day ON day_figures (day);
CREATE INDEX day_figures_of_user ON day_figures (user_id, day) WHERE user_id <> 0;

-- How long jobs waited for their beginning: seconds, of which the first two digits count.
CREATE TABLE day_waits (
    day      INTEGER NOT NULL,
    guild_id INTEGER NOT NULL,
    seconds  INTEGER NOT NULL,
    jobs     INTEGER NOT NULL,

    PRIMARY KEY (guild_id, day, seconds)
) STRICT;
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

UPDATE jobs SET failure = json_extract(json_extract(outcome, '$.reason'), '$.id')
WHERE state = 'failed' AND json_valid(outcome) AND json_valid(json_extract(outcome, '$.reason'));
INSERT INTO day_figures (day, guild_id, user_id, workflow, state, failure, jobs, gpu_seconds)
SELECT day, guild_id, user_id, workflow, state, failure, count(*), sum(gpu_seconds) FROM ended_jobs
GROUP BY day, guild_id, user_id, workflow, state, failure;
INSERT INTO day_waits (day, guild_id, seconds, jobs)
SELECT day, guild_id, seconds, count(*) FROM ended_job_waits GROUP BY day, guild_id, seconds;

-- Whoever ends a job, it counts.
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

-- Retention in one guild.
CREATE INDEX jobs_settled_of_guild ON jobs (guild_id, finished_at) WHERE delivery <> 'pending';

-- Who asked that nothing be kept of them, until the last of what they had begun then has ended and is deleted.
CREATE TABLE erasures (
    user_id  INTEGER PRIMARY KEY,
    asked_at REAL    NOT NULL
) STRICT;

-- What they had used within a day before, so that no limit is escaped by being forgotten: gone when it is a day old.
CREATE TABLE erased_use (
    number      INTEGER PRIMARY KEY,
    user_id     INTEGER NOT NULL,
    guild_id    INTEGER NOT NULL,
    created_at  REAL    NOT NULL,
    -- NULL: it never ran.
    gpu_seconds REAL
) STRICT;
CREATE INDEX erased_use_of_user ON erased_use (user_id, guild_id, created_at);
CREATE INDEX erased_use_by_age ON erased_use (created_at);
