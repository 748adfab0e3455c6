"""What happened in the ledger: postings and their lines, append-only by trigger (migration ``0002_guards``)."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from points.models.account import Account

if TYPE_CHECKING:
    from community.directory.models import User


class CurrentTransaction(Func):
    """The number of the database transaction that runs now; savepoints share it."""

    template = "(pg_current_xact_id()::text::bigint)"


class PostingQuerySet(models.QuerySet["Posting"]):
    def visible_to(self, user: "User") -> Self:
        """Whole communities only: a ledger has no grids."""
        return self.filter(reach(user, Perm.SEE_POINTS).within(grid=None))


class Posting(models.Model):
    """One event of the ledger, whose lines sum to zero per asset when its transaction commits.

    ``words`` say what for (a msgid where the hub itself posts). ``answers`` is the posting that this one settles,
    releases or reverses; each is answered at most once. ``xact`` closes it: no later transaction can add a line, and
    once no transaction up to it runs any more it can be sealed. ``until`` is when a hold lapses by itself.

    The community is no foreign key to the database, which would lock its row for every posting: the trigger that balances
    the lines finds their accounts in the same community, and those hold the key.
    """

    class Kind(models.TextChoices):
        POST = "post", _("记账")
        HOLD = "hold", _("预留")
        SETTLE = "settle", _("结算")
        RELEASE = "release", _("退回预留")
        REVERSE = "reverse", _("冲正")

    community = models.ForeignKey(
        "directory.Community",
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("社区"),
    )
    key = models.CharField(_("唯一键"), max_length=120)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    words = models.CharField(_("事由"), max_length=120)
    case = models.ForeignKey(
        "core.Case", models.PROTECT, null=True, related_name="postings", db_index=False, verbose_name=_("事项")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("经办人")
    )
    answers = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="answered_by", db_index=False, verbose_name=_("对应记账")
    )
    at = models.DateTimeField(_("时间"))
    until = models.DateTimeField(_("预留至"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("记录时间"), db_default=Now(), editable=False)
    xact = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    objects = PostingQuerySet.as_manager()
    # Set by the ledger: False when the key had been posted before and this is the first posting of it.
    fresh = False

    class Meta:
        verbose_name = _("积分记账")
        verbose_name_plural = _("积分记账")
        constraints = [
            models.UniqueConstraint(fields=["community", "key"], name="posting_key_once"),
            models.UniqueConstraint(
                fields=["answers"], condition=Q(answers__isnull=False), name="posting_answered_once"
            ),
            models.CheckConstraint(condition=~Q(key="") & ~Q(words=""), name="posting_says_what_for"),
            models.CheckConstraint(
                condition=Q(kind__in=["post", "hold"], answers=None)
                | Q(kind__in=["settle", "release", "reverse"], answers__isnull=False),
                name="posting_answers_by_kind",
            ),
            models.CheckConstraint(condition=~Q(answers=F("id")), name="posting_answers_another"),
            models.CheckConstraint(condition=Q(until=None) | Q(kind="hold"), name="posting_until_of_a_hold"),
        ]
        indexes = [
            models.Index(fields=["community", "-id"], name="posting_of_community"),
            models.Index(fields=["community", "at"], name="posting_by_day"),
            models.Index(fields=["community", "xact", "id"], name="posting_to_seal"),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="posting_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.reason}"

    @property
    def is_answered(self) -> bool:
        """Settled, released or reversed."""
        return Posting.objects.filter(answers=self.pk).exists()

    @property
    def reason(self) -> str:
        """The words in the reader's language."""
        return gettext(self.words)


# Between the first and the last line of the account, as long as there is a line between: the last one up to the middle
# is either early enough (look above it) or too late (look below it). Each step is one look into ``line_of_account``.
HALVING = """
WITH RECURSIVE ends AS (
    SELECT (SELECT id FROM points_line WHERE account_id = %(account)s ORDER BY id LIMIT 1) AS low,
           (SELECT id FROM points_line WHERE account_id = %(account)s ORDER BY id DESC LIMIT 1) AS high
), halving AS (
    SELECT low, high + 1 AS high, NULL::bigint AS found FROM ends WHERE low IS NOT NULL
    UNION ALL
    SELECT CASE WHEN early THEN middle + 1 ELSE h.low END, CASE WHEN early THEN h.high ELSE id END,
           CASE WHEN early THEN id ELSE found END
    FROM halving h
    CROSS JOIN LATERAL (SELECT (h.low + h.high) / 2 AS middle) m
    CROSS JOIN LATERAL (
        SELECT id, at <= %(moment)s AS early FROM points_line
        WHERE account_id = %(account)s AND id <= middle ORDER BY id DESC LIMIT 1
    ) l
    WHERE h.low < h.high
)
SELECT max(found) FROM halving
"""


class LineQuerySet(models.QuerySet["Line"]):
    def visible_to(self, user: "User") -> Self:
        """A person's own statement; staff read postings."""
        return self.filter(account__owner=user)

    def last_before(self, account_id: int, moment: datetime) -> "Line | None":
        """The last line of an account that was entered by a moment: halving the ids, as times rise with them."""
        with connection.cursor() as cursor:
            cursor.execute(HALVING, {"account": account_id, "moment": moment})
            found = cursor.fetchone()
        return self.filter(pk=found[0]).first() if found and found[0] else None


class Line(models.Model):
    """``amount`` into (or, below zero, out of) one account; ``balance`` is the account's right after this line.

    Within an account ids rise in the order in which balances changed: a statement needs no sums. ``at`` is the posting's
    time, or that of the line before it where that is later, so within an account it never falls either: the balance at
    any moment is found by halving, through the index of ids (``LineQuerySet.last_before``).

    Posting and account are not foreign keys to the database, which would look each up once more: the trigger that
    balances a posting's lines finds both, and neither can be deleted.
    """

    posting = models.ForeignKey(
        Posting, models.PROTECT, related_name="lines", verbose_name=_("记账"), db_index=False, db_constraint=False
    )
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="lines", verbose_name=_("账户"), db_index=False, db_constraint=False
    )
    amount = models.BigIntegerField(_("数额"))
    balance = models.BigIntegerField(_("余额"))
    at = models.DateTimeField(_("入账时间"))

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("分录")
        verbose_name_plural = _("分录")
        constraints = [
            models.UniqueConstraint(fields=["posting", "account"], name="line_once_per_account"),
            models.CheckConstraint(condition=~Q(amount=0), name="line_moves_something"),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="line_of_account")]

    def __str__(self) -> str:
        return f"{self.amount:+d}"
