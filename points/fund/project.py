"""What the fund's money is for: projects with a budget, and its two pots."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from community.core.workflow import NotNow, NotYours
from points.fund.seeing import in_charge, runs

if TYPE_CHECKING:
    from community.directory.models import Community, User

MOST = 10**9  # cents: ten million yuan


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(Q(community=user.community_id) | in_charge(user))

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def to_give_to(self) -> Self:
        """What a donor may choose: the projects first, what has no purpose last; never the pool for matching."""
        return self.open().exclude(sort=Project.Sort.MATCHING).order_by("-sort", "pk")

    def to_spend(self) -> Self:
        return self.to_give_to()

    def pot(self, community_id: int, sort: str) -> "Project":
        return self.get(community=community_id, sort=sort)


class Project(models.Model):
    """``budget`` is the most it may spend; ``committed`` what is reserved or spent of it, so the two can never contradict
    each other (constraint). Its money stands in the ledger. Pots have no budget and stay open."""

    class Sort(models.TextChoices):
        GENERAL = "general", _("不指定用途")
        MATCHING = "matching", _("配比资金池")
        PROJECT = "project", _("项目")

    community = models.ForeignKey(
        "directory.Community", models.PROTECT, related_name="fund_projects", verbose_name=_("社区")
    )
    sort = models.CharField(_("类别"), max_length=8, choices=Sort.choices, default=Sort.PROJECT)
    name = models.CharField(_("项目名称"), max_length=40)
    words = models.TextField(_("做什么、给谁用"), max_length=500, blank=True)
    budget = models.BigIntegerField(_("预算"), null=True, blank=True)
    committed = models.BigIntegerField(_("已用和预留"), default=0, editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("立项人"))
    opened_at = models.DateTimeField(_("立项时间"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("结项人")
    )
    closed_at = models.DateTimeField(_("结项时间"), null=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("基金项目")
        verbose_name_plural = _("基金项目")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "name"], name="project_named_once",
                violation_error_message=_("已有同名的项目。"),
            ),
            models.UniqueConstraint(
                fields=["community", "sort"], condition=~Q(sort="project"), name="project_pot_once"
            ),
            models.CheckConstraint(
                condition=Q(sort="project", budget__range=(1, MOST)) | (~Q(sort="project") & Q(budget=None)),
                name="project_has_a_budget", violation_error_message=_("请填项目预算。"),
            ),
            models.CheckConstraint(
                condition=Q(committed__gte=0) & (Q(budget=None) | Q(committed__lte=F("budget"))),
                name="project_within_budget", violation_error_message=_("预算不能少于已用和预留的金额。"),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False, sort="project"),
                name="project_closed_by",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name if self.sort == self.Sort.PROJECT else str(self.get_sort_display())

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @classmethod
    def open_up(
        cls, *, by: "User", community: "Community", name: str, budget: int, now: datetime, words: str = ""
    ) -> "Project":
        """Raises NotYours, ValidationError."""
        if not runs(by, community.pk):
            raise NotYours(_("您不能在这个社区立项。"))
        project = cls(community=community, name=name.strip(), words=words, budget=budget, opened_by=by, opened_at=now)
        project.full_clean(exclude=["opened_by", "closed_by", "closed_at"])
        project.save()
        return project

    def commit(self, amount: int) -> None:
        """Count what is reserved, or with a minus what is given back, against the budget; the caller holds the fund."""
        Project.objects.filter(pk=self.pk).update(committed=F("committed") + amount)

    def close(self, *, by: "User", now: datetime) -> None:
        """What it did not need goes to the fund at large. Requests that are still open can only be taken back."""
        from points.fund.booking import give_back_rest
        from points.fund.fund import Fund

        if not runs(by, self.community_id):
            raise NotYours(_("您不能结束这个项目。"))
        with transaction.atomic():
            Fund.objects.locked(self.community_id)
            self.refresh_from_db()
            if self.sort != self.Sort.PROJECT or not self.is_open:
                raise NotNow(_("这个项目已经结束。"))
            self.closed_by, self.closed_at = by, now
            self.save(update_fields=["closed_by", "closed_at"])
            give_back_rest(self, by=by, now=now)
