-- What the moderators of a guild do not want in words: a list (JSON) or a pattern, and what is done with a job that has it.
CREATE TABLE word_rules (
    guild_id        BIGINT NOT NULL,
    name            TEXT   COLLATE "C" NOT NULL,
    action          TEXT   NOT NULL,
    words           TEXT   NOT NULL,
    loose           BIGINT NOT NULL CHECK (loose IN (0, 1)),
    spares_negative BIGINT NOT NULL CHECK (spares_negative IN (0, 1)),
    pattern         TEXT,
    made_by         BIGINT NOT NULL,
    made_at         DOUBLE PRECISION NOT NULL,

    PRIMARY KEY (guild_id, name)
);

-- That the files of a job, or of a group by its first job, were looked at before they are shown, and why they are not; NULL: they are.
CREATE TABLE judgements (
    sequence  BIGINT PRIMARY KEY REFERENCES jobs (sequence) ON DELETE CASCADE,
    refusal   TEXT,
    judged_at DOUBLE PRECISION NOT NULL
);
