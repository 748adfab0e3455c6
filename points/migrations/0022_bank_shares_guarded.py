"""The shares of a line, and those of a voucher, never go beyond it. A trigger keeps what is matched of a line, which its
constraint bounds, and adds up the shares of a voucher under the lock of its row."""

from django.db import migrations, models

GUARDS = """
CREATE FUNCTION keep_bank_shares() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line record;
    voucher record;
    told bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE points_bankline SET matched = matched - OLD.amount WHERE id = OLD.line_id;
        RETURN NULL;
    END IF;
    UPDATE points_bankline SET matched = matched + NEW.amount WHERE id = NEW.line_id
    RETURNING community_id, amount INTO line;
    SELECT community_id, amount, number INTO voucher FROM points_voucher WHERE id = NEW.voucher_id FOR NO KEY UPDATE;
    SELECT sum(amount) INTO told FROM points_bankshare WHERE voucher_id = NEW.voucher_id;
    IF voucher.community_id <> line.community_id OR sign(NEW.amount) <> sign(line.amount)
            OR sign(NEW.amount) <> sign(voucher.amount) OR abs(told) > abs(voucher.amount) THEN
        RAISE EXCEPTION 'lines of the bank tell more than voucher %', voucher.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER bank_share_counted AFTER INSERT OR DELETE ON points_bankshare
    FOR EACH ROW EXECUTE FUNCTION keep_bank_shares();
CREATE TRIGGER bank_share_never_changed BEFORE UPDATE ON points_bankshare
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
WITHIN = models.Q(amount__gt=0, matched__gte=0, matched__lte=models.F("amount"))
WITHIN |= models.Q(amount__lt=0, matched__lte=0, matched__gte=models.F("amount"))
ALL = models.Q(matched=models.F("amount"))


class Migration(migrations.Migration):
    dependencies = [("points", "0021_bank_shares"), ("core", "0003_append_only")]

    operations = [
        migrations.AddConstraint("bankline", models.CheckConstraint(condition=WITHIN, name="bank_line_matched_within")),
        migrations.AddConstraint(
            "bankline", models.CheckConstraint(condition=models.Q(reason="") | ~ALL, name="bank_line_rest_or_reason")
        ),
        migrations.AddConstraint(
            "bankline",
            models.CheckConstraint(
                condition=models.Q(aside_at=None, aside_by=None, reason="")
                | models.Q(aside_at__isnull=False) & ~models.Q(reason=""),
                name="bank_line_aside_when",
            ),
        ),
        migrations.AddIndex(
            "bankline",
            models.Index(fields=["community", "-id"], condition=~ALL & models.Q(reason=""), name="bank_line_unexplained"),
        ),
        migrations.RunSQL(GUARDS),
    ]
