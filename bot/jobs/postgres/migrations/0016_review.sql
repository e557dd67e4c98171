-- Results that wait for a moderator's decision, those behind a spoiler, and those in a thread of their own.
ALTER TABLE jobs ADD COLUMN spoiler BIGINT  NOT NULL DEFAULT 0 CHECK (spoiler IN (0, 1));
-- Why a moderator decides whether the result is posted (a text, as JSON); NULL: nobody has to.
ALTER TABLE jobs ADD COLUMN review TEXT;
-- The thread that has the result; NULL: none, it is where it was asked for, or was sent directly.
ALTER TABLE jobs ADD COLUMN result_thread_id BIGINT;

-- The decision about a job's result, or a group's by its first job; until when it waits, and where moderators see it.
CREATE TABLE reviews (
    sequence   BIGINT  PRIMARY KEY REFERENCES jobs (sequence) ON DELETE CASCADE,
    state      TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'approved', 'rejected', 'undecided')),
    begun_at   DOUBLE PRECISION NOT NULL,
    ends_at    DOUBLE PRECISION NOT NULL,
    channel_id BIGINT,
    message_id BIGINT,
    decided_by BIGINT,
    reason     TEXT,
    decided_at DOUBLE PRECISION,

    CHECK ((channel_id IS NULL) = (message_id IS NULL)),
    CHECK ((state = 'waiting') = (decided_at IS NULL)),
    CHECK ((state IN ('approved', 'rejected')) = (decided_by IS NOT NULL))
);
