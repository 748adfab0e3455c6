"""While somebody takes part in its draw, what an offer costs and for whom it is stays, whoever writes."""

from django.db import migrations

GUARD = """
CREATE FUNCTION refuse_other_draw_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM points_prizedraw d JOIN points_drawentry e ON e.draw_id = d.case_ptr_id WHERE d.offer_id = OLD.id AND e.withdrawn_at IS NULL
    ) THEN
        RAISE EXCEPTION 'offer % stays as announced: its draw has entries', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER offer_keeps_its_draw_terms
BEFORE UPDATE OF price, per_person, per_household, for_whom, by_draw, partner_id, window_id ON points_offer
FOR EACH ROW WHEN (
    (OLD.price, OLD.per_person, OLD.per_household, OLD.for_whom, OLD.by_draw, OLD.partner_id, OLD.window_id)
    IS DISTINCT FROM
    (NEW.price, NEW.per_person, NEW.per_household, NEW.for_whom, NEW.by_draw, NEW.partner_id, NEW.window_id)
)
EXECUTE FUNCTION refuse_other_draw_terms();
"""

BACK = """
DROP TRIGGER offer_keeps_its_draw_terms ON points_offer;
DROP FUNCTION refuse_other_draw_terms();
"""


class Migration(migrations.Migration):
    dependencies = [("points", "0027_no_entry_before_a_closed_month")]

    operations = [migrations.RunSQL(GUARD, BACK)]
