-- The fair order by the time that jobs take on a GPU, in milliseconds: between places (a guild; 0: all that is none), then
-- between the persons of one.
ALTER TABLE jobs ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN weight INTEGER NOT NULL DEFAULT 1 CHECK (weight > 0);
-- What the job is expected to cost: learned, or (0) assumed for the order alone.
ALTER TABLE jobs ADD COLUMN cost INTEGER NOT NULL DEFAULT 10000 CHECK (cost > 0);
ALTER TABLE jobs ADD COLUMN cost_known INTEGER NOT NULL DEFAULT 0 CHECK (cost_known IN (0, 1));
-- By what it is learned: how much there is to do (megapixels x steps), and with which models (JSON).
ALTER TABLE jobs ADD COLUMN work REAL;
ALTER TABLE jobs ADD COLUMN models TEXT NOT NULL DEFAULT '[]';
-- What was taken from the shares of its place and person when it was claimed, and at which backend.
ALTER TABLE jobs ADD COLUMN charged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN charged_to TEXT;
-- How often it was next and another one, whose models were loaded, began before it.
ALTER TABLE jobs ADD COLUMN passed INTEGER NOT NULL DEFAULT 0;

UPDATE jobs SET place = coalesce(guild_id, 0) WHERE state IN ('preparing', 'queued', 'running');

DROP INDEX jobs_queued;
DROP INDEX jobs_queued_by_kind;
CREATE INDEX jobs_waiting ON jobs (state, kind, place, sequence) WHERE state = 'queued';
CREATE INDEX jobs_waiting_of_place ON jobs (state, place, kind, user_id, sequence) WHERE state = 'queued';
CREATE INDEX jobs_in_line ON jobs (state, sequence, place, user_id, cost, weight, cost_known) WHERE state = 'queued';
-- What runs with these models took, and who is still to learn it.
CREATE INDEX jobs_done_with ON jobs (workflow, models, finished_at) WHERE state = 'done';
CREATE INDEX jobs_unlearned ON jobs (workflow, models)
    WHERE state IN ('preparing', 'queued', 'running') AND cost_known = 0;

-- What each place (user_id -1) and each person in it has used of a backend, as virtual time, and the virtual time among those
-- in it; place -1 is the backend as a whole.
CREATE TABLE shares (
    backend    TEXT    NOT NULL,
    place      INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    used       INTEGER NOT NULL,
    reached    INTEGER NOT NULL,
    changed_at REAL    NOT NULL,

    PRIMARY KEY (backend, place, user_id)
) STRICT;
