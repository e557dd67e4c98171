-- What the moderators of a guild do not want in words: a list (JSON) or a pattern, and what is done with a job that has it.
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

-- That the files of a job, or of a group by its first job, were looked at before they are shown, and why they are not; NULL: they are.
CREATE TABLE judgements (
    sequence  INTEGER PRIMARY KEY REFERENCES jobs (sequence) ON DELETE CASCADE,
    refusal   TEXT,
    judged_at REAL    NOT NULL
) STRICT;
