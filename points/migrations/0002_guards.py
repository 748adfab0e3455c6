"""What the database itself refuses in the ledger, whoever writes."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) < 2 OR bool_or(a.community_id <> NEW.community_id)
        FROM points_line l JOIN points_account a ON a.id = l.account_id WHERE l.posting_id = NEW.id)
    OR EXISTS (
        SELECT FROM points_line l JOIN points_account a ON a.id = l.account_id
        WHERE l.posting_id = NEW.id GROUP BY a.asset HAVING sum(l.amount) <> 0
    ) THEN
        RAISE EXCEPTION 'posting % does not balance', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_late_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE closed bigint;
BEGIN
    SELECT p.id INTO closed FROM added l JOIN points_posting p ON p.id = l.posting_id
    WHERE p.xact <> pg_current_xact_id()::text::bigint LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting % is closed', closed USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON points_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced();
CREATE TRIGGER line_in_time AFTER INSERT ON points_line
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_lines();
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON points_posting
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER line_append_only BEFORE UPDATE OR DELETE ON points_line
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

BACK = """
DROP TRIGGER line_append_only ON points_line;
DROP TRIGGER posting_append_only ON points_posting;
DROP TRIGGER line_in_time ON points_line;
DROP TRIGGER posting_balances ON points_posting;
DROP FUNCTION refuse_late_lines;
DROP FUNCTION refuse_unbalanced;
"""


class Migration(migrations.Migration):
    dependencies = [("points", "0001_initial"), ("core", "0003_append_only")]
    operations = [migrations.RunSQL(GUARDS, BACK)]
