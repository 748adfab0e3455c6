"""The statement that writes a posting, as a function: PostgreSQL keeps its plan, and planning it took most of the time.

It and the trigger on lines look accounts up by index even for thousands of them: reading all accounts instead costs
more with every member who joins."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION points_write(
    kinds text[], assets text[], owners bigint[], amounts bigint[],
    community bigint, new_key text, new_kind text, new_words text, new_case bigint, new_by bigint, new_answers bigint,
    new_at timestamptz, new_until timestamptz
) RETURNS bigint LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ids bigint[];
    moves bigint[];
    made bigint;
BEGIN
    SELECT array_agg(named.id ORDER BY named.id), array_agg(named.amount ORDER BY named.id) INTO ids, moves
    FROM (
        SELECT a.id, e.amount FROM unnest(kinds, assets, owners, amounts) AS e (kind, asset, owner_id, amount)
        JOIN points_account a
        ON a.community_id = community AND a.kind = e.kind AND a.asset = e.asset AND a.owner_id = e.owner_id
        UNION ALL
        SELECT a.id, e.amount FROM unnest(kinds, assets, owners, amounts) AS e (kind, asset, owner_id, amount)
        JOIN points_account a
        ON a.community_id = community AND a.kind = e.kind AND a.asset = e.asset AND a.owner_id IS NULL
        WHERE e.owner_id IS NULL
    ) named;
    IF cardinality(ids) IS DISTINCT FROM cardinality(kinds) THEN
        RETURN NULL;
    END IF;
    INSERT INTO points_posting (community_id, key, kind, words, case_id, by_id, answers_id, at, until)
    VALUES (community, new_key, new_kind, new_words, new_case, new_by, new_answers, new_at, new_until)
    ON CONFLICT DO NOTHING RETURNING id INTO made;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM FROM points_account a WHERE a.id = ANY(ids) ORDER BY a.id FOR NO KEY UPDATE;
    WITH moved AS (
        UPDATE points_account a SET balance = a.balance + m.amount, moved_at = greatest(a.moved_at, new_at)
        FROM unnest(ids, moves) AS m (id, amount) WHERE a.id = m.id
        RETURNING a.id, m.amount, a.balance, a.moved_at
    )
    INSERT INTO points_line (posting_id, account_id, amount, balance, at)
    SELECT made, moved.id, moved.amount, moved.balance, moved.moved_at FROM moved;
    RETURN made;
END $$;

ALTER FUNCTION refuse_unsound_lines SET enable_hashjoin = off;
ALTER FUNCTION refuse_unsound_lines SET enable_mergejoin = off;
"""


class Migration(migrations.Migration):
    dependencies = [("points", "0006_audits_without_lines")]
    operations = [migrations.RunSQL(FUNCTION)]
