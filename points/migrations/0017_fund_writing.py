"""Writing to accounts of the fund's projects, and what the database itself refuses in its books.

``points_write`` learns the names of projects; accounts of members are found as before. A closed month takes no voucher,
whoever writes: the voucher waits for whoever is closing its month right now and is then refused. What a posting moved of
every project's money is what its vouchers say."""

from django.db import migrations

FUNCTION = """
DROP FUNCTION points_write;
CREATE FUNCTION points_write(
    kinds text[], assets text[], owners bigint[], projects bigint[], amounts bigint[],
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
        SELECT a.id, e.amount
        FROM unnest(kinds, assets, owners, projects, amounts) AS e (kind, asset, owner_id, project_id, amount)
        JOIN points_account a
        ON a.community_id = community AND a.kind = e.kind AND a.asset = e.asset AND a.owner_id IS NULL
        WHERE e.owner_id IS NULL AND a.project_id IS NOT DISTINCT FROM e.project_id
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
"""

GUARDS = """
DROP TRIGGER account_keeps_its_name ON points_account;
CREATE TRIGGER account_keeps_its_name
    BEFORE UPDATE OF community_id, kind, asset, owner_id, project_id, successor_id ON points_account
    FOR EACH ROW WHEN (
        (OLD.community_id, OLD.kind, OLD.asset, OLD.owner_id, OLD.project_id) IS DISTINCT FROM
        (NEW.community_id, NEW.kind, NEW.asset, NEW.owner_id, NEW.project_id)
        OR (OLD.successor_id IS NOT NULL AND OLD.successor_id IS DISTINCT FROM NEW.successor_id)
    ) EXECUTE FUNCTION refuse_renaming();

CREATE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found record;
BEGIN
    SELECT first_day, closed_at, community_id INTO found FROM points_month WHERE id = NEW.month_id FOR SHARE;
    IF found.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'month % is closed', found.first_day USING ERRCODE = 'restrict_violation';
    END IF;
    IF found.first_day <> date_trunc('month', NEW.day::timestamp)::date OR found.community_id <> NEW.community_id THEN
        RAISE EXCEPTION 'voucher % lies in another month', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION refuse_reopened_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'month % is closed', OLD.first_day USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION refuse_other_than_the_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
    SELECT project INTO wrong FROM (
        SELECT a.project_id AS project, l.amount FROM points_line l JOIN points_account a ON a.id = l.account_id
        WHERE l.posting_id = NEW.posting_id AND a.project_id IS NOT NULL AND a.kind IN ('available', 'held')
        UNION ALL
        SELECT project_id, -amount FROM points_voucher
        WHERE posting_id = NEW.posting_id AND sort NOT IN ('goods_in', 'goods_out')
        UNION ALL
        SELECT other_id, amount FROM points_voucher
        WHERE posting_id = NEW.posting_id AND sort NOT IN ('goods_in', 'goods_out') AND other_id IS NOT NULL
    ) moved GROUP BY project HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'vouchers of posting % do not tell what it moved', NEW.posting_id
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER voucher_in_open_month BEFORE INSERT ON points_voucher
    FOR EACH ROW EXECUTE FUNCTION refuse_closed_month();
CREATE TRIGGER voucher_append_only BEFORE UPDATE OR DELETE ON points_voucher
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE CONSTRAINT TRIGGER voucher_as_the_ledger AFTER INSERT ON points_voucher
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_other_than_the_ledger();
CREATE TRIGGER month_stays_closed BEFORE UPDATE OR DELETE ON points_month
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_reopened_month();
CREATE TRIGGER month_balance_append_only BEFORE UPDATE OR DELETE ON points_monthbalance
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("points", "0016_fund"), ("core", "0003_append_only")]
    operations = [migrations.RunSQL(FUNCTION), migrations.RunSQL(GUARDS)]
