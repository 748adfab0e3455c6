"""应急响应: an emergency or a drill, from declaring it to standing down; its timeline is the situation log."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from community.directory.models import Building
from grids.emergency import calling
from grids.emergency.doors import DoorCheck
from grids.emergency.muster import AssemblyPoint, Call, Group, Wanted
from grids.emergency.workflow import WORKFLOW, Status

if TYPE_CHECKING:
    from community.directory.models import Community, User
    from grids.emergency.street.models import StreetEmergency


class EmergencyQuerySet(CaseQuerySet["Emergency"]):
    def visible_to(self, user: "User") -> Self:
        """Staff of the place, and everybody who was called."""
        called = Exists(Call.objects.filter(emergency=OuterRef("pk"), user=user))
        staff = reach(user, Perm.SEE_CASES).within() | reach(user, Perm.COMMAND_EMERGENCY).within()
        return self.filter(staff | Q(handler=user) | called)


class Emergency(Case):
    """Something that cannot wait, over some buildings; ``outcome`` is the head-count with which it ended."""

    class Sort(models.TextChoices):
        FIRE = "fire", _("火情")
        GAS = "gas", _("燃气泄漏")
        FLOOD = "flood", _("内涝积水")
        OUTAGE = "outage", _("停水停电停暖")
        STORM = "storm", _("大风暴雨")
        SNOW = "snow", _("雨雪冰冻")
        HEAT = "heat", _("高温")
        MISSING = "missing", _("人员走失")
        HEALTH = "health", _("公共卫生")
        OTHER = "other", _("其他突发事件")

    Status = Status
    matter_kind = "emergency"
    number_prefix = "YJ"
    workflow = WORKFLOW
    raised_at_work = True

    sort = models.CharField(_("类型"), max_length=10, choices=Sort.choices)
    message = models.TextField(_("通知内容"), max_length=500)
    drill = models.BooleanField(_("演练"), default=False)
    area = models.ManyToManyField(Building, related_name="+", verbose_name=_("涉及楼栋"))
    outcome = models.JSONField(default=dict, blank=True)

    objects: ClassVar = EmergencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("应急响应")
        verbose_name_plural = _("应急响应")

    @classmethod
    def title_of(cls, sort: str, *, drill: bool) -> str:
        return str(cls.Sort(sort).label) + (str(_("（演练）")) if drill else "")

    @classmethod
    def declare(
        cls,
        *,
        by: "User",
        community: "Community",
        sort: str,
        message: str,
        buildings: "Sequence[Building]",
        points: Collection[str] = (),
        wanted: Wanted | None = None,
        drill: bool = False,
        handler: "User | None" = None,
        now: datetime | None = None,
        request_key: UUID | None = None,
    ) -> "Emergency":
        """Declare it over these buildings, list their doors, and call whoever is ``wanted``: all or nothing.

        Whoever declares commands it, unless a ``handler`` does.
        """
        if not buildings or any(building.estate.community_id != community.pk for building in buildings):
            raise ValidationError({"buildings": _("请选择本社区的楼栋。")})
        grids = {building.grid_id for building in buildings}
        made = cls(
            community=community, grid_id=grids.pop() if len(grids) == 1 else None, sort=sort, message=message.strip(),
            drill=drill, urgency=Case.Urgency.URGENT,
            channel=Case.Channel.DESK, raised_by=by, handler=handler or by, request_key=request_key,
        )  # fmt: skip
        with transaction.atomic():
            made.opened("declare", by=by, now=now, note=made.message)
            made.area.set(buildings)
            names = list(dict.fromkeys(name.strip() for name in points if name.strip()))
            AssemblyPoint.objects.bulk_create(AssemblyPoint(emergency=made, name=name) for name in names)
            DoorCheck.objects.list_doors(made, buildings)
            if wanted is not None:
                made.muster(by=by, now=now, **wanted.__dict__)
        return made

    def titled(self) -> str:
        return self.title_of(self.sort, drill=self.drill)

    def is_known_to(self, user: "User") -> bool:
        """Whoever was called reads the log like the staff."""
        return super().is_known_to(user) or self.calls.filter(user=user).exists()

    @property
    def tone(self) -> str:
        return "overdue" if self.is_open else "done"

    @verb
    def muster(self, step: Step, groups: Collection[str] = (), skills: str = "", near: bool = False) -> None:
        """Call everybody of these groups who has one of the skills (and lives near); nobody twice."""
        if not groups:
            raise ValidationError({"groups": _("请选择要召集的人。")})
        calls = calling.call(self, Wanted(groups, skills, near), step.now)
        step.data = {"called": len(calls)}
        step.note = step.note or str(_("新呼叫 %(count)s 人")) % {"count": len(calls)}

    @verb
    def call_again(self, step: Step) -> None:
        """Ring once more those who have not answered."""
        count = calling.repeat(self, step.now)
        step.data = {"called": count}
        step.note = step.note or str(_("未应答 %(count)s 人")) % {"count": count}

    @verb
    def log(self, step: Step) -> None:
        """One line of the situation."""
        if not step.note.strip():
            raise ValidationError({"note": _("请写明情况。")})

    @verb
    def street_order(self, step: Step) -> None:
        """What the street orders, as a line of this community's log."""
        if not step.note.strip():
            raise ValidationError({"note": _("请写明指令。")})

    @property
    def whole(self) -> "StreetEmergency | None":
        """The street's emergency of which this is one community's part."""
        part = getattr(self, "street_part", None)
        return part.whole if part else None

    @verb
    def stand_down(self, step: Step, all_out: bool = False) -> None:
        """It is over. Whoever is still signed in on the spot must have been asked after; places are forgotten."""
        if not step.note.strip():
            raise ValidationError({"note": _("请写明总结。")})
        counts = self.calls.counts()
        if counts["on_site"] and not all_out:
            raise ValidationError({"all_out": _("还有人没有签离，请先核实他们安全。")})
        self.outcome = counts | {"doors": DoorCheck.objects.filter(emergency=self).counts()}
        self.resolved_at = step.now
        self.calls.exclude(lat=None).update(lat=None, lng=None, located_at=None)
        calling.tell_end(self, step)
        if self.whole is not None:
            self.whole.end_without(self, step.now)


__all__ = ["AssemblyPoint", "Call", "DoorCheck", "Emergency", "Group"]
