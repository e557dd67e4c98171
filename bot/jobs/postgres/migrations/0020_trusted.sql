-- Whether a job's graph is the operator's own; what others brought is judged before each submission.
ALTER TABLE graphs ADD COLUMN trusted BIGINT NOT NULL DEFAULT 1 CHECK (trusted IN (0, 1));
