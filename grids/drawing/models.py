"""网格重划: which buildings go to which grid from which day on; nothing moves before that day."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.access.models import Post
from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.verbs import Step, verb
from community.core.workflow import NotNow
from community.directory.models import Building, Community, Grid, Placement
from community.directory.models.placement import MovedThatDay
from community.duties.changing import end_plans
from community.duties.models import Plan
from grids.drawing import words
from grids.drawing.workflow import TONES, WORKFLOW, Status

if TYPE_CHECKING:
    from community.directory.models import User


class RedrawQuerySet(CaseQuerySet["Redraw"]):
    def of_kind(self) -> Self:
        return self.filter(kind=Redraw.matter_kind)


class Redraw(Case):
    """A redraw of one community's grids. Its ``shifts`` are the draft; confirming writes them as placements to come."""

    Status = Status
    matter_kind = "redraw"
    number_prefix = "HG"
    workflow = WORKFLOW
    raised_at_work = True

    effective_on = models.DateField(_("生效日期"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)

    objects: ClassVar = RedrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("网格重划")
        verbose_name_plural = _("网格重划")

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    def titled(self) -> str:
        return words.title_of(self.effective_on)

    # What the clock that puts it into effect runs between.
    @property
    def opens_at(self) -> datetime:
        return self.confirmed_at or self.raised_at

    @property
    def closes_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.effective_on, time.min))

    @classmethod
    def draw(
        cls,
        *,
        by: "User",
        community: Community,
        effective_on: date,
        now: datetime | None = None,
        note: str = "",
        request_key: UUID | None = None,
    ) -> "Redraw":
        """Begin a draft. Raises NotYours, ValidationError for a day that is over."""
        now = now or timezone.now()
        refuse_past(effective_on, now)
        redraw = cls(community=community, effective_on=effective_on, raised_by=by, request_key=request_key)
        return redraw.opened("draw", by=by, now=now, note=note)

    @verb
    def shift(self, step: Step, *, buildings: Sequence[Building], target: "Grid | NewGrid") -> None:
        """Draw buildings into a grid; back into their own, and they do not move after all."""
        self._shift(step, buildings, target)

    @verb
    def split(
        self, step: Step, *, buildings: Sequence[Building], name: str, code: str, kind: str = Grid.Kind.RESIDENTIAL
    ) -> None:
        """Draw buildings into a grid that there is not yet."""
        self._refuse_code(code)
        new = self.new_grids.create(name=name.strip(), code=code, kind=kind)
        self._shift(step, buildings, new)

    @verb
    def merge(self, step: Step, *, source: "Grid | NewGrid", target: "Grid | NewGrid") -> None:
        """Draw every building of one grid into another; a grid left empty ends with the day."""
        if source == target:
            raise ValidationError({"target": _("请选另一个网格。")})
        if isinstance(source, NewGrid):
            buildings = Building.objects.filter(shifts__new_grid=source)
        else:
            lying = Placement.objects.on(self.effective_on).filter(grid=source).values("building")
            gone = self.shifts.filter(source=source).values("building")
            come = self.shifts.filter(target=source).values("building")
            buildings = Building.objects.filter(Q(pk__in=lying) & ~Q(pk__in=gone) | Q(pk__in=come))
        self._shift(step, list(buildings.select_related("estate")), target)

    def _shift(self, step: Step, buildings: Sequence[Building], target: "Grid | NewGrid") -> None:
        if not buildings:
            raise ValidationError({"buildings": _("请先选要划动的楼栋。")})
        if target.community_id != self.community_id:
            raise ValidationError({"target": _("请选本社区的网格。")})
        lies = self._lying(buildings)
        if len(lies) < len(buildings):
            raise ValidationError({"buildings": _("请选本社区的楼栋。")})
        self.shifts.filter(building__in=buildings).delete()
        aim = {"new_grid": target} if isinstance(target, NewGrid) else {"target": target}
        Shift.objects.bulk_create(
            Shift(redraw=self, building=building, source_id=lies[building.pk], **aim)
            for building in buildings
            if isinstance(target, NewGrid) or lies[building.pk] != target.pk
        )
        self.new_grids.filter(shifts=None).exclude(pk=target.pk if isinstance(target, NewGrid) else 0).delete()
        step.data |= {"buildings": [str(building) for building in buildings][:50], "target": target.name}

    def _lying(self, buildings: Sequence[Building]) -> dict[int, int]:
        """In which grid each building will lie on the day, without this redraw."""
        rows = Placement.objects.of_community(self.community_id).on(self.effective_on).filter(building__in=buildings)
        return dict(rows.values_list("building_id", "grid_id"))

    def _refuse_code(self, code: str) -> None:
        if not code.startswith(self.community.code) or len(code) != 15 or not code.isdecimal():
            raise ValidationError({"code": words.wrong_code(self.community.code)})
        if Grid.objects.filter(code=code).exists() or self.new_grids.filter(code=code).exists():
            raise ValidationError({"code": _("这个编码已经用过，请换一个顺序号。")})

    @verb
    def reschedule(self, step: Step, *, effective_on: date) -> None:
        """Another day; where the buildings come from is looked up anew."""
        refuse_past(effective_on, step.now)
        step.data |= {"from": self.effective_on.isoformat(), "to": effective_on.isoformat()}
        self.effective_on = effective_on
        self.retitle()
        shifts = list(self.shifts.select_related("building"))
        lies = self._lying([row.building for row in shifts])
        for row in shifts:
            row.source_id = lies[row.building_id]
        Shift.objects.bulk_update(shifts, ["source"])
        self.shifts.filter(source=models.F("target")).delete()

    @verb
    def submit(self, step: Step) -> None:
        self._refuse_empty()

    @verb
    def revise(self, step: Step) -> None:
        """Back to the drawing board."""

    @verb
    def confirm(self, step: Step) -> None:
        """From the day on it shall be so: new grids get their rows, buildings their places to come."""
        refuse_past(self.effective_on, step.now)
        self._refuse_empty()
        # One decision of a community at a time: two drafts may not both believe what they see.
        Community.objects.select_for_update().get(pk=self.community_id)
        self._refuse_stale()
        for new in self.new_grids.all():
            new.make(self.effective_on)
        for target, buildings in self.destinations():
            try:
                Placement.move(buildings, target, self.effective_on)
            except MovedThatDay as twice:
                raise ValidationError(words.moved_twice(twice.buildings, self.effective_on)) from twice
        self.emptied().update(closed_on=self.effective_on)
        self.confirmed_at = step.now
        step.data |= {"buildings": self.shifts.count(), "effective_on": self.effective_on.isoformat()}

    @verb
    def cancel(self, step: Step) -> None:
        """The draft is given up; it stays to be read."""

    @verb
    def call_off(self, step: Step) -> None:
        """Taken back before its day. Raises NotNow once a later redraw builds on it."""
        Community.objects.select_for_update().get(pk=self.community_id)
        for target, buildings in self.destinations():
            Placement.take_back(buildings, target, self.effective_on)
        new = Grid.objects.filter(drawn_as__redraw=self)
        if Placement.objects.filter(grid__in=new).exists():
            raise NotNow(_("之后的划分已经用到这里的新网格，请先撤回那一次。"))
        new.update(closed_on=models.F("opened_on"))
        Grid.objects.filter(pk__in=self.shifts.values("source"), closed_on=self.effective_on).update(closed_on=None)

    @verb
    def take_effect(self, step: Step) -> None:
        """The day has come: buildings change grid, and posts and plans of grids that are no more end. Matters and
        patrols that began in a grid stay with it, so that what is known of the past does not change."""
        Placement.settle(self.community_id, self.effective_on)
        self.resolved_at = step.now
        today = timezone.localdate(step.now)
        for post in Post.objects.filter(grid__in=self.ended_grids()).standing(self.effective_on):
            post.end(by=None, on=self.effective_on)
        end_plans(Plan.objects.filter(grid__in=self.ended_grids()), on=self.effective_on, now=step.now)
        step.data |= {"buildings": self.shifts.count(), "on": today.isoformat()}

    def destinations(self) -> list[tuple[Grid, list[Building]]]:
        """Each grid that gets buildings, and which."""
        found: dict[Grid, list[Building]] = {}
        for row in self.shifts.select_related("target", "new_grid__grid", "building__estate").order_by("building"):
            grid = row.target or (row.new_grid.grid if row.new_grid else None)
            if grid is not None:
                found.setdefault(grid, []).append(row.building)
        return list(found.items())

    def emptied(self) -> "models.QuerySet[Grid]":
        """Grids from which this redraw takes the last building."""
        left = Placement.objects.on(self.effective_on).values("grid")
        return Grid.objects.filter(pk__in=self.shifts.values("source")).exclude(pk__in=left)

    def ended_grids(self) -> "models.QuerySet[Grid]":
        return Grid.objects.filter(pk__in=self.shifts.values("source"), closed_on=self.effective_on)

    def _refuse_empty(self) -> None:
        if not self.shifts.exists():
            raise ValidationError(_("还没有划动任何楼栋。"))

    def _refuse_stale(self) -> None:
        """What was drawn must still start from where the buildings are."""
        shifts = list(self.shifts.select_related("building__estate"))
        lies = self._lying([row.building for row in shifts])
        if moved := [row.building for row in shifts if lies.get(row.building_id) != row.source_id]:
            raise ValidationError(words.moved_meanwhile(moved))
        standing = Grid.objects.standing(self.effective_on)
        if closed := list(Grid.objects.filter(pk__in=self.shifts.values("target")).exclude(pk__in=standing)):
            raise ValidationError(words.grid_is_closed(closed))


class NewGrid(models.Model):
    """A grid in a draft; it becomes a row of the directory when the draft is confirmed."""

    redraw = models.ForeignKey(Redraw, models.CASCADE, related_name="new_grids")
    name = models.CharField(_("网格名称"), max_length=60)
    code = models.CharField(_("网格编码"), max_length=15, validators=[RegexValidator(r"^\d{15}$")])
    kind = models.CharField(_("网格类型"), max_length=12, choices=Grid.Kind.choices, default=Grid.Kind.RESIDENTIAL)
    grid = models.OneToOneField(Grid, models.PROTECT, null=True, editable=False, related_name="drawn_as")

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["redraw", "code"], name="new_grid_once_per_redraw")]

    def __str__(self) -> str:
        return self.name

    @property
    def community_id(self) -> int:
        return self.redraw.community_id

    def make(self, on: date) -> None:
        if Grid.objects.filter(code=self.code).exists():
            raise ValidationError(gettext("网格编码 %(code)s 已被使用，请退回再改。") % {"code": self.code})
        facts: dict[str, Any] = {"code": self.code, "name": self.name, "kind": self.kind, "opened_on": on}
        self.grid = Grid.objects.create(community_id=self.community_id, **facts)
        self.save(update_fields=["grid"])


class Shift(models.Model):
    """One building's move within a redraw: from its grid to another, or to a new one."""

    redraw = models.ForeignKey(Redraw, models.CASCADE, related_name="shifts")
    building = models.ForeignKey(Building, models.CASCADE, related_name="shifts")
    source = models.ForeignKey(Grid, models.PROTECT, related_name="+")
    target = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="+")
    new_grid = models.ForeignKey(NewGrid, models.CASCADE, null=True, related_name="shifts")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["redraw", "building"], name="shift_once_per_building"),
            models.CheckConstraint(
                condition=Q(target=None, new_grid__isnull=False) | Q(target__isnull=False, new_grid=None),
                name="shift_has_one_target",
            ),
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="shift_goes_elsewhere"),
        ]


def refuse_past(day: date, now: datetime) -> None:
    if day < timezone.localdate(now):
        raise ValidationError({"effective_on": _("生效日期不能早于今天。")})
