-- Two users that may write jobs and change no table: comfycord_bot for processes with a Discord token, comfycord_worker for
-- those beside a ComfyUI. To be run once, by a superuser or who may create roles, in the database that DATABASE names:
--
--     psql -v ON_ERROR_STOP=1 -f roles.sql -f grants.sql postgresql://owner@host/comfycord
--
-- Then each gets a password: \password comfycord_bot. What they may do is in grants.sql.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['comfycord_bot', 'comfycord_worker'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', name);
        END IF;
    END LOOP;
    -- Before the tables come the views that hide from a worker what is none of its business.
    EXECUTE format(
        'ALTER ROLE comfycord_worker IN DATABASE %I SET search_path = comfycord_worker, %I',
        current_database(), current_schema()
    );
END
$$;
