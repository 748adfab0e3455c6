"""A share may be taken away, so its table is not append-only; it is told in words of its own that none is changed."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION refuse_changed_share() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'share % of the bank is taken away, never changed', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER bank_share_never_changed ON points_bankshare;
CREATE TRIGGER bank_share_never_changed BEFORE UPDATE ON points_bankshare
    FOR EACH ROW EXECUTE FUNCTION refuse_changed_share();
"""


class Migration(migrations.Migration):
    dependencies = [("points", "0023_month_closing")]
    operations = [migrations.RunSQL(REFUSE)]
