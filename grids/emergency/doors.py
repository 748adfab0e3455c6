"""逐户确认: every door of the area, and whether those behind it are safe."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.workflow import NotNow, NotYours
from community.directory.models import Building, Dwelling

if TYPE_CHECKING:
    from community.directory.models import User


class DoorCheckQuerySet(models.QuerySet["DoorCheck"]):
    @staticmethod
    def list_doors(emergency: Any, buildings: "Iterable[Building]") -> None:
        """A row for every door of these buildings."""
        doors = Dwelling.objects.filter(building__in=list(buildings)).values_list("pk", "building_id")
        DoorCheck.objects.bulk_create(
            (DoorCheck(emergency=emergency, dwelling_id=pk, building_id=building) for pk, building in doors),
            batch_size=2000,
        )

    def visible_to(self, user: "User") -> Self:
        """To who commands, to staff of the building's grid, and to everybody who has said that they come."""
        staff = reach(user, Perm.SEE_CASES).within("emergency__community", "building__grid")
        coming = Q(emergency__calls__user=user, emergency__calls__answer="coming")
        mine = DoorCheck.objects.filter(coming).values("pk")
        return self.filter(
            staff | reach(user, Perm.COMMAND_EMERGENCY).within("emergency__community", None) | Q(pk__in=mine)
        )

    def counts(self) -> dict[str, int]:
        found = dict(self.order_by().values_list("state").annotate(n=Count("pk")))
        return {state.value: found.get(state.value, 0) for state in DoorCheck.State}

    def by_building(self) -> list[dict[str, Any]]:
        """How many doors of each building stand in which state; one query."""
        found: dict[int, dict[str, Any]] = {}
        rows = self.order_by("building").values_list("building", "building__estate__name", "building__name", "state")
        for pk, estate, name, state, count in rows.annotate(n=Count("pk")):
            row = found.setdefault(
                pk, {"pk": pk, "name": f"{estate}{name}", "total": 0, **dict.fromkeys(DoorCheck.State.values, 0)}
            )
            row[state] += count
            row["total"] += count
        return list(found.values())


class DoorCheck(models.Model):
    """One door. No name stands here: who knocks needs none."""

    class State(models.TextChoices):
        UNREACHED = "unreached", _("未联系上")
        SAFE = "safe", _("平安")
        HELP = "help", _("需要帮助")

    emergency = models.ForeignKey("grids.Emergency", models.CASCADE, related_name="doors", verbose_name=_("应急响应"))
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+", verbose_name=_("房屋"))
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", verbose_name=_("楼栋"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.UNREACHED)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(_("确认时间"), null=True, blank=True)

    objects = DoorCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("逐户确认")
        verbose_name_plural = _("逐户确认")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["emergency", "dwelling"], name="door_once"),
            models.CheckConstraint(
                condition=Q(checked_by=None, checked_at=None) | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="door_checked_pair",
            ),
        ]
        indexes = [models.Index(fields=["emergency", "building", "state"], name="door_by_building")]

    def mark(self, state: str, *, by: "User", now: datetime, note: str = "") -> None:
        """What was found at the door; somebody in need comes into the log at once. Raises NotNow, NotYours."""
        with transaction.atomic():
            doors = DoorCheck.objects.select_for_update(of=("self",)).select_related(
                "emergency", "dwelling__building__estate"
            )
            self.refresh_from_db(from_queryset=doors)
            if not self.emergency.is_open:
                raise NotNow(_("应急响应已经解除。"))
            if not DoorCheck.objects.visible_to(by).filter(pk=self.pk).exists():
                raise NotYours(_("您不能确认这一户。"))
            turned = state == self.State.HELP and self.state != self.State.HELP
            self.state, self.note, self.checked_by, self.checked_at = state, note.strip()[:200], by, now
            self.save(update_fields=["state", "note", "checked_by", "checked_at"])
            if turned:
                words = gettext("%(door)s需要帮助。%(note)s") % {"door": self.dwelling, "note": self.note}
                self.emergency.log(by=by, now=now, note=words)
