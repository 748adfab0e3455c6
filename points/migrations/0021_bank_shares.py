"""A transfer may pay several vouchers, and a voucher come in parts: lines and vouchers are matched by shares of them.

What was matched one to one becomes a share of the whole; ``0022_bank_shares_guarded`` watches over them from then on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# In every line at most one side is set: the constraints of before stood until here.
MOVE = """
INSERT INTO points_bankshare (line_id, voucher_id, amount, by_id, at)
SELECT id, voucher_id, amount, aside_by_id, aside_at FROM points_bankline WHERE voucher_id IS NOT NULL;
UPDATE points_bankline SET matched = amount, aside_by_id = NULL, aside_at = NULL WHERE voucher_id IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0020_divisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("bankline", "bank_line_voucher_or_reason"),
        migrations.RemoveConstraint("bankline", "bank_line_matched_when"),
        migrations.RemoveIndex("bankline", "bank_line_unexplained"),
        migrations.RenameField("bankline", "matched_by", "aside_by"),
        migrations.RenameField("bankline", "matched_at", "aside_at"),
        migrations.CreateModel(
            name="BankShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField(verbose_name="金额")),
                ("at", models.DateTimeField(verbose_name="对账时间")),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to=settings.AUTH_USER_MODEL, verbose_name="对账人",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="points.bankline",
                        verbose_name="银行流水",
                    ),
                ),
                (
                    "voucher",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bank_shares", to="points.voucher",
                        verbose_name="基金凭证",
                    ),
                ),
            ],
            options={"verbose_name": "对账明细", "verbose_name_plural": "对账明细", "ordering": ["pk"],
                'constraints': [
                    models.UniqueConstraint(fields=("line", "voucher"), name="bank_share_once"),
                    models.CheckConstraint(condition=models.Q(("amount", 0), _negated=True), name="bank_share_of_something"),
                ],
            },
        ),
        migrations.AddField(
            "bankline", "matched", models.BigIntegerField(default=0, editable=False, verbose_name="已对上")
        ),
        migrations.RunSQL(MOVE),
        migrations.RemoveField("bankline", "voucher"),
    ]  # fmt: skip
