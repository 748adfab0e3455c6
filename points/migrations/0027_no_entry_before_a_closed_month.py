"""A month before a closed one takes no voucher either, also where it never had one: what closed months carried over stands."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found record;
BEGIN
    SELECT first_day, closed_at, community_id INTO found FROM points_month WHERE id = NEW.month_id FOR SHARE;
    IF found.closed_at IS NOT NULL OR EXISTS (
        SELECT FROM points_month later
        WHERE later.community_id = found.community_id AND later.first_day > found.first_day
        AND later.closed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'month % is closed', found.first_day USING ERRCODE = 'restrict_violation';
    END IF;
    IF found.first_day <> date_trunc('month', NEW.day::timestamp)::date OR found.community_id <> NEW.community_id THEN
        RAISE EXCEPTION 'voucher % lies in another month', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("points", "0026_grants")]
    operations = [migrations.RunSQL(GUARD)]
