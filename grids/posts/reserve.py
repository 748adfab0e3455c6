"""储备库: people who are ready to take on a post, with what they can do; they come and go of their own free will."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.models import Role
from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from community.access.grants import Scope
    from community.directory.models import User

BETWEEN = re.compile(r"[、,，;；\s]+")


class ReservistQuerySet(models.QuerySet["Reservist"]):
    def current(self) -> Self:
        return self.filter(until=None)

    def visible_to(self, user: "User") -> Self:
        """One's own entry; those who fill posts of a community see its pool."""
        found = Q(user=user)
        for perm in (Perm.MANAGE_POSTS, Perm.LEAD_COMMUNITY):
            found |= reach(user, perm).within(grid=None)
        led = reach(user, Perm.LEAD_GRID).grids
        return self.filter(found | Q(community__grids__in=led)).distinct() if led else self.filter(found)

    def fit_for(self, role: Role, scope: "Scope") -> Self:
        """Who would like this post; those who hold it there already are left out."""
        from community.access.models import Post

        held = Post.objects.at(scope).filter(role=role).standing(timezone.localdate()).values("user")
        return self.current().filter(Q(hopes=role) | Q(hopes=None)).exclude(user__in=held).distinct()


class Reservist(models.Model):
    """One person in the pool. ``hopes`` empty: whatever is needed."""

    community = models.ForeignKey(
        "directory.Community", models.PROTECT, related_name="reservists", verbose_name=_("社区")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reservists", verbose_name=_("人员")
    )
    skills = models.CharField(_("特长"), max_length=120, blank=True)
    hopes = models.ManyToManyField(Role, blank=True, related_name="+", verbose_name=_("愿意担任"))
    since = models.DateTimeField(_("入库时间"))
    until = models.DateTimeField(_("离库时间"), null=True, blank=True)

    objects = ReservistQuerySet.as_manager()

    class Meta:
        verbose_name = _("储备人员")
        verbose_name_plural = _("储备人员")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(until=None), name="reservist_once_at_a_time"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="reservist_term"),
        ]
        indexes = [models.Index(fields=["community", "-id"], condition=Q(until=None), name="reservist_of_pool")]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def skill_list(self) -> list[str]:
        return [skill for skill in BETWEEN.split(self.skills) if skill]

    @classmethod
    def join(cls, *, by: "User", skills: str, hopes: "Iterable[Role]" = (), now: datetime | None = None) -> "Reservist":
        """Enter the pool, or say anew what one can do. Raises NotNow for an account without a community."""
        if by.community_id is None:
            raise NotNow(_("您的账号还没有加入社区，请先在“我的”里加入。"))
        with transaction.atomic():
            get_user_model()._base_manager.select_for_update().get(pk=by.pk)
            entry: Reservist | None = Reservist.objects.current().filter(user=by).first()
            if entry is not None and entry.community_id != by.community_id:
                entry.leave(by=by, now=now)
                entry = None
            entry = entry or Reservist(user=by, community_id=by.community_id, since=now or timezone.now())
            entry.skills = skills.strip()
            entry.save()
            entry.hopes.set(hopes)
        return entry

    def leave(self, *, by: "User", now: datetime | None = None) -> None:
        """Leave the pool; leaving twice is leaving once."""
        if by.pk != self.user_id:
            raise NotNow(_("只有本人能退出储备库。"))
        Reservist.objects.current().filter(pk=self.pk).update(until=now or timezone.now())
