"""A draw's seed and its published hash can never change, whoever writes."""

from django.db import migrations

GUARD = """
CREATE FUNCTION refuse_other_seed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the seed of draw % stays', OLD.case_ptr_id USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER draw_keeps_its_seed BEFORE UPDATE OF secret, commitment ON points_prizedraw
FOR EACH ROW WHEN (OLD.secret <> NEW.secret OR OLD.commitment <> NEW.commitment)
EXECUTE FUNCTION refuse_other_seed();

ALTER TABLE points_prizedraw ADD CONSTRAINT draw_commits_to_its_seed
CHECK (commitment = encode(sha256(convert_to(secret, 'UTF8')), 'hex'));
"""

BACK = """
ALTER TABLE points_prizedraw DROP CONSTRAINT draw_commits_to_its_seed;
DROP TRIGGER draw_keeps_its_seed ON points_prizedraw;
DROP FUNCTION refuse_other_seed();
"""


class Migration(migrations.Migration):
    dependencies = [("points", "0011_redemption")]

    operations = [migrations.RunSQL(GUARD, BACK)]
