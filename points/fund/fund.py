"""The fund of one community: how it is told of, how money is paid in, and the lock that orders its bookings."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from community.core.workflow import NotYours
from points.fund.project import Project
from points.fund.seeing import in_charge, runs

if TYPE_CHECKING:
    from community.directory.models import Community, User


class FundQuerySet(models.QuerySet["Fund"]):
    def visible_to(self, user: "User") -> Self:
        """Open to everybody who lives there, and to those who keep it."""
        if not user.is_authenticated:
            return self.filter(published=True)
        return self.filter(Q(community=user.community_id) | Q(published=True) | in_charge(user))

    def locked(self, community_id: int) -> "Fund":
        """Held until the transaction ends: a fund books one thing after the other, so nothing can deadlock."""
        return self.select_for_update(no_key=True).get(community=community_id)


class Fund(models.Model):
    """``published`` opens its accounts to people without an account. Its two pots are opened with it."""

    community = models.OneToOneField("directory.Community", models.PROTECT, related_name="fund", verbose_name=_("社区"))
    words = models.TextField(_("基金说明"), max_length=500, blank=True)
    pay_to = models.CharField(
        _("怎样交款"), max_length=200, blank=True, help_text=_("例如开户行、户名和账号，或交到哪个窗口。")
    )
    published = models.BooleanField(
        _("账目对外公开"), default=False, help_text=_("勾选后不登录也能看账；不勾选时只有本社区居民能看。")
    )
    opened_at = models.DateTimeField(_("设立时间"))

    objects = FundQuerySet.as_manager()

    class Meta:
        verbose_name = _("公益基金")
        verbose_name_plural = _("公益基金")

    def __str__(self) -> str:
        return gettext("%(community)s公益基金") % {"community": self.community}

    @classmethod
    def open_up(cls, *, by: "User", community: "Community", now: datetime) -> "Fund":
        """With its pots and the duty to close its months; asked for twice, the first stands. Raises NotYours."""
        from points.fund.closing import plan_for

        if not runs(by, community.pk):
            raise NotYours(_("您不能设立这个社区的公益基金。"))
        with transaction.atomic():
            fund, new = cls.objects.get_or_create(community=community, defaults={"opened_at": now})
            if new:
                plan_for(fund, now)
                for sort, name in (
                    (Project.Sort.GENERAL, gettext_noop("不指定用途")),
                    (Project.Sort.MATCHING, gettext_noop("配比资金池")),
                ):
                    Project.objects.create(community=community, sort=sort, name=name, opened_by=by, opened_at=now)
        return fund
