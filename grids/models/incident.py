"""事件: something is wrong in a grid; it is answered, handled, checked by another, and rated by who reported it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from community.core.models import Attachment, Case, PausableCase
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from grids.handling.closing import TwoKeys, Word
from grids.handling.extending import Extended
from grids.handling.feedback import feedback_clocks
from grids.handling.handing import HandedOn
from grids.handling.models import Helper
from grids.handling.rules import answers_for_unit, is_helper
from grids.handling.work import Worked
from grids.models.category import Category, Limits
from grids.models.incident_workflow import LEVEL_PERMS, TONES, WORKFLOW, Level, Status
from grids.suggesting.seconding import Seconded
from grids.suggesting.supporters import Supporter

if TYPE_CHECKING:
    from community.core.photos import CleanPhoto
    from community.directory.models import Building, Community, Grid, User
    from grids.models.patrol import Patrol

DUE_SOON = timedelta(hours=4)
# Who keeps the promise while it waits for people whose work comes after the handler's.
CHECKERS = {
    Status.DISPUTED: _("社区"),
    Status.RESOLVED: _("核查人员"),
    Status.FOLLOW_UP: _("回访人员"),
}
REMEMBERED = 200  # of one's own later reports, in the list of what one has told


class IncidentQuerySet(CaseQuerySet["Incident"]):
    def of_kind(self) -> Self:
        """Name the kind, so that the spine's indexes (community, kind, -id) serve the list."""
        return self.filter(kind=Incident.matter_kind)

    def taking_part(self, user: "User") -> Q:
        """Also who told of it later, who works on it beside the handler or is accountable, and the unit's liaison."""
        units = reach(user, Perm.HANDLE_FOR_UNIT).partner_units
        helped = Helper.objects.filter(person=user).values("incident")
        told = Supporter.objects.of(user).values("incident")
        others = Q(pk__in=told) | Q(pk__in=helped) | Q(accountable=user) | Q(unit__in=units, closed_at=None)
        return super().taking_part(user) | others

    def open_to_join(self, user: "User") -> Self:
        """What a neighbour, or whoever walks there, may be shown without names and join."""
        near = reach(user, Perm.PATROL).within()
        near |= Q(community=user.community_id) if user.community_id else Q(pk__in=())
        return self.filter(near, trace__isnull=False, category__discreet=False)

    def told_by(self, user: "User") -> Self:
        """What the person has reported, first or after others."""
        later = list(Supporter.objects.of(user).order_by("-pk").values_list("incident", flat=True)[:REMEMBERED])
        return self.filter(Q(raised_by=user) | Q(pk__in=later))

    def due_soon(self, now: datetime | None = None) -> Self:
        now = now or timezone.now()
        return self.due_within(now, now + DUE_SOON)

    def with_feedback(self, how: str, days: int | None = None) -> Self:
        """Big matters whose reporter heard within a day (``kept``) or not (``missed``), in the last so many local days."""
        return self.filter(Exists(feedback_clocks(how, days)))

    def listed(self) -> Self:
        """With what a row of a list shows; one query."""
        return self.of_kind().select_related("category", "grid", "building__estate", "handler")


class Incident(Seconded, HandedOn, Worked, Extended, TwoKeys, PausableCase):  # type: ignore[misc]
    """An incident; each part of its life is a class of its own, and they set one another's fields.

    ``spot_…`` is set only if the person chose to add it; ``first_level`` is where it began."""

    Status = Status
    Level = Level
    matter_kind = "incident"
    number_prefix = "SJ"
    workflow = WORKFLOW

    category = models.ForeignKey(Category, models.PROTECT, related_name="incidents", verbose_name=_("类别"))
    patrol = models.ForeignKey(
        "grids.Patrol", models.PROTECT, null=True, blank=True, related_name="findings", verbose_name=_("巡查")
    )
    place = models.CharField(_("地点"), max_length=120, blank=True)
    spot_lat = models.FloatField(
        _("纬度"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    spot_lng = models.FloatField(
        _("经度"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    description = models.TextField(_("情况说明"), max_length=2000, blank=True)
    first_level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.GRID, editable=False)
    level = models.PositiveSmallIntegerField(_("办理层级"), choices=Level.choices, default=Level.GRID)
    fixed_on_spot = models.BooleanField(_("随手解决"), default=False)

    objects: ClassVar = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("事件")
        verbose_name_plural = _("事件")
        constraints = [
            models.CheckConstraint(
                # Said of both, because a comparison with NULL is neither true nor false, and so lets a half pair pass.
                condition=Q(spot_lat=None, spot_lng=None)
                | Q(spot_lat__isnull=False, spot_lat__range=(-90, 90))
                & Q(spot_lng__isnull=False, spot_lng__range=(-180, 180)),
                name="incident_spot_pair",
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None, verified_at=None)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="incident_verified_pair",
            ),
            models.CheckConstraint(
                condition=Q(word="") | Q(verified_at__isnull=False) | Q(fixed_on_spot=True), name="incident_two_keys"
            ),
            models.CheckConstraint(condition=Q(level__gte=models.F("first_level")), name="incident_level"),
        ]
        indexes = [models.Index(fields=["category", "-case_ptr"], name="incident_by_category")]

    @property
    def tone(self) -> str:
        """The colour of its state in a list: lateness first, then the state's own."""
        if self.is_open and self.due_at and self.due_at <= timezone.now():
            return "overdue"
        if self.paused_at is not None:
            return "paused"
        return TONES[Status(self.status)]

    @property
    def line(self) -> dict[str, Any]:
        """How it stands in a list of the staff."""
        facts = {"kind": self.tone, "meta": self.held_by, "icon_name": self.category.icon}
        return super().line | facts | ({"label": _("随手解决")} if self.fixed_on_spot else {})

    @property
    def where(self) -> str:
        return " ".join(str(part) for part in (self.building, self.place) if part)

    @property
    def keeper(self) -> str:
        """Who keeps the promise while nobody in particular does."""
        if self.status in CHECKERS:
            return str(CHECKERS[Status(self.status)])
        if self.unit is not None:
            return str(self.unit)
        places = {Level.GRID: self.grid, Level.COMMUNITY: self.community}
        return str(places.get(Level(self.level)) or _("街道"))

    @property
    def held_by(self) -> str:
        """Whose it is now, for a line of a list."""
        above = self.get_level_display() if self.level > self.first_level or not self.grid_id else ""
        return " · ".join(str(part) for part in (self.grid, above, self.handler) if part)

    @cached_property
    def limits(self) -> Limits:
        return self.category.limits_in(self.community_id)

    @classmethod
    def report(cls, *, by: "User", now: datetime | None = None, note: str = "", **facts: Any) -> "Incident":
        """Report what waits to be handled; ``facts`` as in ``found``. Raises NotYours, ValidationError."""
        return cls.found(by=by, **facts).opened("report", by=by, now=now, note=note)

    @classmethod
    def fix_on_spot(cls, *, by: "User", now: datetime | None = None, note: str = "", **facts: Any) -> "Incident":
        """Record what was found and put right at once: closed from the start, with a photo as proof."""
        if not facts.get("photos"):
            raise ValidationError({"photos": _("请附一张处理后的照片。")})
        now = now or timezone.now()
        incident = cls.found(by=by, **facts)
        incident.handler = incident.accountable = by
        incident.fixed_on_spot, incident.word = True, Word.OWN
        incident.responded_at = incident.resolved_at = incident.raised_at = now
        incident.keep(facts["photos"], Attachment.Purpose.EVIDENCE)
        return incident.opened("fix_on_spot", by=by, now=now, note=note)

    @classmethod
    def found(
        cls,
        *,
        by: "User",
        community: "Community",
        category: Category,
        place: str = "",
        building: "Building | None" = None,
        grid: "Grid | None" = None,
        description: str = "",
        photos: "Sequence[CleanPhoto]" = (),
        patrol: "Patrol | None" = None,
        channel: str = Case.Channel.ONLINE,
        spot: tuple[float, float] | None = None,
        request_key: UUID | None = None,
        urgent: bool = False,
        found_at: datetime | None = None,
    ) -> "Incident":
        """An incident as somebody found it, not yet saved. A building decides the grid; without either the community
        has it from the start. ``found_at`` is when it was seen, where the hub hears of it later; its clocks run from when
        the hub hears. Raises ValidationError when nobody could find the place."""
        if not (building or place.strip()):
            raise ValidationError({"place": _("请选择楼栋，或写明在哪里。")})
        level = Level.GRID if building or grid else Level.COMMUNITY
        incident = cls(
            community=community, category=category, place=place.strip(), building=building,
            grid_id=building.grid_id if building else grid.pk if grid else None, description=description, patrol=patrol,
            channel=Case.Channel.PATROL if patrol else channel, raised_by=by, request_key=request_key,
            urgency=Case.Urgency.URGENT if urgent or category.urgent else Case.Urgency.NORMAL,
            level=level, first_level=level,
        )  # fmt: skip
        if found_at is not None:
            incident.raised_at = found_at
        incident.spot_lat, incident.spot_lng = spot or (None, None)
        incident.retitle()
        incident.keep(photos, Attachment.Purpose.REPORT)
        return incident

    titled_by = ("category", "building__estate")

    def titled(self) -> str:
        """What it is, and where: words of the hub, which have their English, and a place."""
        return f"{self.category} · {self.where}"[:120]

    @classmethod
    def split_off(
        cls, *, by: "User", parent: "Incident", what: str, category: Category, now: datetime | None = None
    ) -> "Incident":
        """Open a part of another incident at the same place; whoever parted it is the one to say that it is done."""
        part = cls.found(
            by=by, community=parent.community, category=category, place=parent.place,
            building=parent.building, grid=parent.grid, description=what, channel=parent.channel,
        )  # fmt: skip
        part.parent = parent
        part.spot_lat, part.spot_lng = parent.spot_lat, parent.spot_lng
        return part.opened("split_off", by=by, now=now)

    def is_known_to(self, user: "User") -> bool:
        """Also whoever works on it, answers for it, or speaks for the unit that has it."""
        here = user.pk == self.accountable_id or is_helper(user, self) or answers_for_unit(user, self)
        return here or super().is_known_to(user)

    def update_waiting(self) -> None:
        """An unanswered incident waits for the people of its level."""
        super().update_waiting()
        if self.awaits_perm == Perm.HANDLE_INCIDENTS:
            self.awaits_perm = LEVEL_PERMS[Level(self.level)]
