-- What comfycord_bot and comfycord_worker may do: run by the owner of the tables, again after each change of them (which the
-- bot does by itself where it makes that change).
DO $$
DECLARE
    ours  text := current_schema();
    shown text;
BEGIN
    -- Before PostgreSQL 15 everybody could make tables.
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', ours);
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO comfycord_bot, comfycord_worker', ours);

    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO comfycord_bot', ours);
    REVOKE INSERT, UPDATE, DELETE ON comfycord_format FROM comfycord_bot;

    -- A worker sees jobs without the tokens by which people are answered.
    SELECT string_agg(
        CASE WHEN attname LIKE '%\_token' THEN format('''''::text AS %I', attname) ELSE quote_ident(attname) END,
        ', ' ORDER BY attnum
    ) INTO shown
    FROM pg_attribute WHERE attrelid = 'jobs'::regclass AND attnum > 0 AND NOT attisdropped;
    CREATE SCHEMA IF NOT EXISTS comfycord_worker;
    DROP VIEW IF EXISTS comfycord_worker.jobs;
    EXECUTE format('CREATE VIEW comfycord_worker.jobs AS SELECT %s FROM %I.jobs', shown, ours);
    GRANT USAGE ON SCHEMA comfycord_worker TO comfycord_worker;
END
$$;

GRANT SELECT ON comfycord_worker.jobs, comfycord_format TO comfycord_worker;
-- Claims and ends; not whose job it is, nor what becomes of its result.
GRANT UPDATE (
    state, owner, claims, lease_until, worker_backend, attempt, backend, prompt_id, started_at, finished_at, outcome,
    node_seconds, failure, delivery_due_at, preparer, preparation_due_at, charged, charged_to, passed, cost, cost_known
) ON comfycord_worker.jobs TO comfycord_worker;
GRANT SELECT, UPDATE ON virtual_time TO comfycord_worker;
GRANT SELECT, INSERT, UPDATE ON shares TO comfycord_worker;
GRANT SELECT ON graphs TO comfycord_worker;
-- Its ComfyUI may have to be asked one by one for the nodes that workflows of guilds want.
GRANT SELECT ON guild_workflows, workflow_versions TO comfycord_worker;
-- Which queues are held up; not by whom.
GRANT SELECT (guild_id, kind) ON pauses TO comfycord_worker;
-- Which results wait for a moderator: they are no backlog.
GRANT SELECT (sequence, state) ON reviews TO comfycord_worker;
-- Not where a file came from.
GRANT SELECT (number, sequence, option, targets, blob, suffix, mask, overlay, notices) ON inputs TO comfycord_worker;
GRANT SELECT, INSERT, UPDATE ON last_writes TO comfycord_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON blobs, blob_chunks TO comfycord_worker;
-- What it tells of its ComfyUI, what came out there, and how far jobs are.
GRANT SELECT, INSERT, DELETE ON incidents TO comfycord_worker;
GRANT SELECT, INSERT ON quarantine TO comfycord_worker;
GRANT SELECT, UPDATE ON backend_orders TO comfycord_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON backends, node_lists, handed_over, previews TO comfycord_worker;
