-- Graphs are large and only whoever runs a job reads them; SQLite writes a whole row anew at every change, graph
-- and all. In a table of their own they are written once, and nothing else passes over them.
CREATE TABLE graphs (
    sequence INTEGER PRIMARY KEY REFERENCES jobs (sequence) ON DELETE CASCADE,
    graph    TEXT    NOT NULL,
    ui_graph TEXT
) STRICT;
INSERT INTO graphs (sequence, graph, ui_graph) SELECT sequence, graph, ui_graph FROM jobs;
ALTER TABLE jobs DROP COLUMN graph;
ALTER TABLE jobs DROP COLUMN ui_graph;

-- What a worker asks of a queued job: what it needs, and which backend it is bound to. A queue of thousands has few
-- kinds, and a worker looks at one job of each.
ALTER TABLE jobs ADD COLUMN kind TEXT AS (needs || ' ' || coalesce(backend, '')) VIRTUAL;

-- Counting and narrowing are done in the index alone, as SQLite does only if all that the question names is in it: so
-- the state stands there although it is the condition.
DROP INDEX jobs_queued;
DROP INDEX jobs_open_of_user;
DROP INDEX jobs_open_of_guild;
CREATE INDEX jobs_queued ON jobs (state, turn, sequence, guild_id, user_id) WHERE state = 'queued';
CREATE INDEX jobs_queued_by_kind ON jobs (state, kind, turn) WHERE state = 'queued';
CREATE INDEX jobs_open_of_user ON jobs (user_id, state, turn) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_open_of_guild ON jobs (guild_id, state) WHERE state IN ('queued', 'running');
