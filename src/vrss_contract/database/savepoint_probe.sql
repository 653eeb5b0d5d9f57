-- Runs each probe in a subtransaction that is always undone, and returns what it ended in. One that is
-- done and has a state was done, and then the question about it failed.
-- $1: [{"do": [statement, ...], "ask": query or null}, ...]
CREATE OR REPLACE FUNCTION pg_temp.vrss_contract_probe(probes jsonb)
RETURNS TABLE (
    done boolean, failed_at integer, state text, constraint_name text, column_name text,
    message text, told text, touched bigint []
) LANGUAGE plpgsql AS $$
DECLARE
    probe jsonb;
    statement text;
    count bigint;
    asked boolean;
BEGIN
    FOR probe IN SELECT value FROM jsonb_array_elements(probes) LOOP
        done := FALSE; asked := FALSE; failed_at := 0; told := NULL; touched := ARRAY[]::bigint [];
        state := NULL; constraint_name := NULL; column_name := NULL; message := NULL;
        BEGIN
            FOR statement IN SELECT value FROM jsonb_array_elements_text(probe -> 'do') LOOP
                EXECUTE statement;
                GET DIAGNOSTICS count = ROW_COUNT;
                touched := touched || count;
                failed_at := failed_at + 1;
            END LOOP;
            SET CONSTRAINTS ALL IMMEDIATE;
            done := TRUE;
            IF probe ->> 'ask' IS NOT NULL THEN
                EXECUTE probe ->> 'ask' INTO told;
            END IF;
            asked := TRUE;
            RAISE EXCEPTION 'undone';
        EXCEPTION WHEN OTHERS THEN
            IF NOT asked THEN
                GET STACKED DIAGNOSTICS
                    state = RETURNED_SQLSTATE,
                    constraint_name = CONSTRAINT_NAME,
                    column_name = COLUMN_NAME,
                    message = MESSAGE_TEXT;
                message := left(message, 1000);  -- a trigger can raise one of any length
            END IF;
        END;
        RETURN NEXT;
    END LOOP;
END;
$$;
