"""What the database refuses in lines, accounts and seals, whoever writes; and the booking time of lines that stood.

Lines are balanced as they are written, once for all of a statement (a half-yearly award has thousands), with their
postings and accounts looked up in the same pass: that stands for two foreign keys. That a posting has lines at all is
asked when its transaction ends."""

from django.db import migrations, models

FILL = """
ALTER TABLE points_line DISABLE TRIGGER line_append_only;
UPDATE points_line l SET at = m.at FROM (
    SELECT l.id, max(p.at) OVER (PARTITION BY l.account_id ORDER BY l.id) AS at
    FROM points_line l JOIN points_posting p ON p.id = l.posting_id
) m WHERE m.id = l.id;
ALTER TABLE points_line ENABLE TRIGGER line_append_only;
UPDATE points_account a SET moved_at = (SELECT max(at) FROM points_line l WHERE l.account_id = a.id);
"""

GUARDS = """
DROP TRIGGER line_in_time ON points_line;
DROP TRIGGER posting_balances ON points_posting;
DROP FUNCTION refuse_late_lines;
DROP FUNCTION refuse_unbalanced;

CREATE FUNCTION refuse_unsound_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
    SELECT l.posting_id AS id,
           bool_or(p.id IS NULL OR p.xact <> pg_current_xact_id()::text::bigint) AS closed
    INTO wrong
    FROM added l LEFT JOIN points_posting p ON p.id = l.posting_id LEFT JOIN points_account a ON a.id = l.account_id
    GROUP BY l.posting_id, a.asset
    HAVING sum(l.amount) <> 0 OR bool_or(p.id IS NULL OR p.xact <> pg_current_xact_id()::text::bigint)
        OR bool_or(a.id IS NULL OR a.community_id <> p.community_id)
    ORDER BY 1 LIMIT 1;
    IF FOUND AND wrong.closed THEN
        RAISE EXCEPTION 'posting % is closed', wrong.id USING ERRCODE = 'restrict_violation';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'posting % does not balance', wrong.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_empty_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM points_line WHERE posting_id = NEW.id) THEN
        RAISE EXCEPTION 'posting % does not balance: it has no lines', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_renaming() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'account % stays what it is', OLD.id USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION refuse_unchained() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last record;
BEGIN
    SELECT number, chain, sealed_at INTO last FROM points_seal
    WHERE community_id = NEW.community_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> coalesce(last.number, 0) + 1 OR NEW.sealed_at < last.sealed_at
    OR NEW.previous <> coalesce(last.chain, decode(repeat('00', 32), 'hex')) THEN
        RAISE EXCEPTION 'seal % of community % does not continue the chain', NEW.number, NEW.community_id
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER lines_sound AFTER INSERT ON points_line
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_unsound_lines();
CREATE CONSTRAINT TRIGGER posting_has_lines AFTER INSERT ON points_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_empty_posting();
CREATE TRIGGER account_keeps_its_name BEFORE UPDATE OF community_id, kind, asset, owner_id, successor_id ON points_account
    FOR EACH ROW WHEN (
        (OLD.community_id, OLD.kind, OLD.asset, OLD.owner_id) IS DISTINCT FROM
        (NEW.community_id, NEW.kind, NEW.asset, NEW.owner_id)
        OR (OLD.successor_id IS NOT NULL AND OLD.successor_id IS DISTINCT FROM NEW.successor_id)
    ) EXECUTE FUNCTION refuse_renaming();
CREATE TRIGGER account_stays BEFORE DELETE ON points_account FOR EACH ROW EXECUTE FUNCTION refuse_renaming();
CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE ON points_seal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_chained BEFORE INSERT ON points_seal FOR EACH ROW EXECUTE FUNCTION refuse_unchained();

-- Hashes do not compress; kept as they are, one of them can be read without the others.
ALTER TABLE points_seal ALTER COLUMN leaves SET STORAGE EXTERNAL;
-- Balances change all the time: room in the page keeps the indexes out of it.
ALTER TABLE points_account SET (fillfactor = 70);
"""


class Migration(migrations.Migration):
    dependencies = [("points", "0003_seals_and_expiry")]
    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("line", "at", models.DateTimeField(verbose_name="入账时间")),
        migrations.RunSQL(GUARDS),
    ]
