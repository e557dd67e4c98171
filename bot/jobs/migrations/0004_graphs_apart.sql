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

-- The queue in fair order, narrow, for counting who comes before; and by what a job needs and where it is bound to, so
-- that a worker looks at one job of each kind and not at thousands that it cannot run.
DROP INDEX jobs_queued;
CREATE INDEX jobs_queued ON jobs (turn) WHERE state = 'queued';
CREATE INDEX jobs_queued_by_kind ON jobs (needs, coalesce(backend, ''), turn) WHERE state = 'queued';
