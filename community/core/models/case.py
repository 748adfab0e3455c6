"""The spine of every case (闭环): something was raised and must be closed."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from community.core.models.attachment import Attachment
from community.core.models.entry import Entry
from community.core.models.moving import Moving
from community.core.models.serial import next_number
from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, open_matter
from community.core.wording import reads_source

if TYPE_CHECKING:
    from community.core.photos import CleanPhoto
    from community.directory.models import User


C = TypeVar("C", bound="Case", covariant=True)


class CaseQuerySet(models.QuerySet[C]):
    def visible_to(self, user: "User") -> Self:
        """Cases that the person takes part in, or may see through a post."""
        mine = self.taking_part(user)
        return self.without_confidential().filter(mine | reach(user, Perm.SEE_CASES).within())

    def taking_part(self, user: "User") -> Q:
        """Who raised it and who handles it; a kind with further parts adds them."""
        return Q(raised_by=user) | Q(handler=user)

    def listed_for(self, user: "User") -> Self:
        """What a list shows: to staff their scope, to everyone else what they raised or handle."""
        found = reach(user, Perm.SEE_CASES)
        mine = Q(raised_by=user) | Q(handler=user)
        return self.without_confidential().filter(found.within() if found else mine)

    def in_reach_of(self, user: "User", perm: Perm = Perm.SEE_CASES) -> Self:
        """Cases within the person's posts alone: the staff's lists, which stay on one index."""
        return self.without_confidential().filter(reach(user, perm).within())

    def without_confidential(self) -> Self:
        """Lists over every kind leave out the kinds that only their own pages show."""
        hidden = [kind for kind, model in Case.kinds.items() if model.confidential]
        return self.exclude(kind__in=hidden) if self.model is Case and hidden else self

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        return self.exclude(closed_at=None)

    def overdue(self, now: datetime | None = None) -> Self:
        return self.open().filter(due_at__lte=now or timezone.now())

    def due_within(self, start: datetime, end: datetime) -> Self:
        return self.open().filter(due_at__gt=start, due_at__lte=end)

    def in_last(self, days: int, moment: str = "raised_at") -> Self:
        """Whose ``moment`` lies in the last so many local days, today among them: as statistics count days."""
        first = timezone.localdate() - timedelta(days=days - 1)
        return self.filter(**{f"{moment}__gte": timezone.make_aware(datetime.combine(first, time.min))})


class Case(Moving):
    """One row for a case of any kind; the kind's own facts stand in the model that extends it one to one.

    ``due_at`` is the soonest running deadline. ``awaits_user`` and ``awaits_perm`` say for whom it waits, ``tier`` how
    far up the ladder a missed clock has carried it. ``request_key`` makes a request sent twice by a phone one case.
    """

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("一般")
        URGENT = "urgent", _("急难")
        LONG_TERM = "long_term", _("长期")

    class Channel(models.TextChoices):
        ONLINE = "online", _("线上")
        PATROL = "patrol", _("网格巡查")
        VISIT = "visit", _("上门走访")
        DESK = "desk", _("窗口")
        PHONE = "phone", _("电话")
        WALL = "wall", _("心愿墙")
        BOX = "box", _("心愿信箱")
        GROUP = "group", _("微信群留言")

    class Tier(models.IntegerChoices):
        WORKER = 0, _("网格员")
        LEADER = 1, _("网格长")
        COMMUNITY = 2, _("社区")
        STREET = 3, _("街道")

    kinds: ClassVar[dict[str, type["Case"]]] = {}
    # A confidential kind says itself who sees it; general lists and search never show it.
    confidential: ClassVar[bool] = False
    # Raised in the line of work: who raised it is named, as whoever acts on it is.
    raised_at_work: ClassVar[bool] = False
    Status: ClassVar[type[models.TextChoices]]
    number_prefix: ClassVar[str]

    community = models.ForeignKey("directory.Community", models.PROTECT, related_name="+", verbose_name=_("社区"))
    grid = models.ForeignKey(
        "directory.Grid", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("网格")
    )
    building = models.ForeignKey(
        "directory.Building", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("楼栋")
    )
    kind = models.CharField(_("类型"), max_length=20)
    number = models.CharField(_("编号"), max_length=30, unique=True)
    title = models.CharField(_("标题"), max_length=120)
    urgency = models.CharField(_("紧急程度"), max_length=10, choices=Urgency.choices, default=Urgency.NORMAL)
    channel = models.CharField(_("来源"), max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    tier = models.PositiveSmallIntegerField(_("督办层级"), choices=Tier.choices, default=Tier.WORKER)

    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("提出人")
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("承办人")
    )
    awaits_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("等待")
    )
    awaits_perm = models.CharField(_("等待职责"), max_length=40, blank=True)

    raised_at = models.DateTimeField(_("提出时间"))
    due_at = models.DateTimeField(_("时限"), null=True, blank=True)
    paused_at = models.DateTimeField(_("暂停时间"), null=True, blank=True)
    paused_until = models.DateTimeField(_("最迟恢复时间"), null=True, blank=True)
    pause_reason = models.CharField(_("暂停原因"), max_length=200, blank=True, default="", db_default="")
    responded_at = models.DateTimeField(_("响应时间"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结案时间"), null=True, blank=True)
    changed_at = models.DateTimeField(_("最近变化"))
    rating = models.PositiveSmallIntegerField(
        _("评价"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    rated_at = models.DateTimeField(_("评价时间"), null=True, blank=True)
    request_key = models.UUIDField(null=True, blank=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("事项")
        verbose_name_plural = _("事项")
        constraints = [
            models.UniqueConstraint(fields=["raised_by", "request_key"], name="case_request_once"),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(1, 5)), name="case_rating_range"),
            models.CheckConstraint(
                condition=Q(rating=None, rated_at=None) | Q(rating__isnull=False, rated_at__isnull=False),
                name="case_rating_pair",
            ),
            models.CheckConstraint(
                condition=Q(responded_at=None) | Q(responded_at__gte=F("raised_at")), name="case_responded"
            ),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(closed_at__gte=F("raised_at")), name="case_closed"),
            models.CheckConstraint(condition=Q(closed_at=None) | Q(due_at=None), name="case_closed_has_no_clock"),
            models.CheckConstraint(
                condition=Q(paused_at=None, paused_until=None, pause_reason="")
                | (Q(paused_at__isnull=False, paused_until__gt=F("paused_at")) & ~Q(pause_reason="")),
                name="case_pause_says_why",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(closed_at=None, due_at=None), name="case_paused_has_no_clock"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "kind", "-id"], name="case_of_community"),
            models.Index(fields=["grid", "kind", "-id"], name="case_of_grid"),
            models.Index(fields=["raised_by", "-id"], name="case_of_raiser"),
            models.Index(fields=["community", "kind", "status", "-id"], name="case_by_status"),
            models.Index(fields=["community", "kind", "raised_at"], name="case_of_days"),
            models.Index(fields=["community", "due_at", "id"], condition=Q(closed_at=None), name="case_open_due"),
            models.Index(fields=["grid", "due_at", "id"], condition=Q(closed_at=None), name="case_open_due_grid"),
            models.Index(
                fields=["awaits_user", "due_at", "id"],
                condition=Q(closed_at=None, awaits_user__isnull=False),
                name="case_awaits_user",
            ),
            models.Index(
                fields=["community", "awaits_perm", "due_at", "id"],
                condition=Q(closed_at=None) & ~Q(awaits_perm=""),
                name="case_awaits_perm",
            ),
            models.Index(
                fields=["grid", "awaits_perm", "due_at", "id"],
                condition=Q(closed_at=None) & ~Q(awaits_perm=""),
                name="case_awaits_perm_grid",
            ),
            models.Index(
                fields=["community", "tier", "due_at", "id"],
                condition=Q(closed_at=None, tier__gt=0),
                name="case_escalated",
            ),
        ]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if kind := cls.__dict__.get("matter_kind"):
            Case.kinds[kind] = cls

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return _page_address().replace("NUMBER", self.number)

    # What a list reads along where a kind tells its title anew.
    titled_by: ClassVar[tuple[str, ...]] = ()

    def titled(self) -> str:
        """The title told from the facts, in the language of the moment, by kinds whose title nobody wrote."""
        return self.title

    def retitle(self) -> None:
        """What is stored of such a title is Chinese, whichever language whoever acts reads."""
        if type(self).titled is not Case.titled:
            with override(settings.LANGUAGE_CODE):
                self.title = self.titled()[:120]

    @property
    def shown_title(self) -> str:
        """The title in the reader's language, as far as a kind can tell it anew."""
        return self.title if reads_source() else self.titled()

    @property
    def line(self) -> dict[str, Any]:
        """How it stands in a list: options of ``drawing.case_row``, to which kinds add theirs."""
        return {
            "href": self.get_absolute_url(),
            "title": self.shown_title,
            "number": self.number,
            "label": self.get_status_display(),
            "due": self.due_at,
        }

    @property
    def concrete(self) -> "Case":
        """This case as its own kind (``Wish``, ``Incident`` …)."""
        model = self.kinds[self.kind]
        return self if isinstance(self, model) else model._base_manager.get(pk=self.pk)

    def get_status_display(self) -> str:
        """The state in words; the states are those of the kind."""
        return str(self.kinds[self.kind].Status(self.status).label)

    @property
    def is_urgent(self) -> bool:
        return self.urgency == self.Urgency.URGENT

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def reporter_ids(self) -> frozenset[int | None]:
        """Whose names others see masked."""
        return frozenset({self.raised_by_id})

    def reporters(self) -> "list[User]":
        """Everybody who told of it; a notice to whoever raised it goes to each."""
        return [self.raised_by] if self.raised_by else []

    def is_known_to(self, user: "User") -> bool:
        """Whether the person takes part in the case or works on it, rather than seeing it on a public board."""
        mine = user.pk in (self.raised_by_id, self.handler_id)
        return mine or reach(user, Perm.SEE_CASES).covers(self.community_id, self.grid_id)

    def contact(self) -> dict[str, str]:
        """Name, phone and address of whoever raised it, for a recorded look; kinds that keep their own add them."""
        raiser = self.raised_by
        person = raiser.person if raiser else None
        return {
            "name": str(raiser) if raiser else "",
            "phone": (raiser.phone or "") if raiser else "",
            "address": str(person.dwelling or "") if person else "",
        }

    def opened(self, verb: str, *, by: "User | None", now: datetime | None = None, note: str = "", **data: Any) -> Self:
        """Open this unsaved case: give it kind, number and times, then take the opening move."""
        now = now or timezone.now()
        self.kind = self.matter_kind
        self.raised_at = self.raised_at or now
        self.changed_at = now
        self.retitle()
        with transaction.atomic():
            self.number = next_number(self.number_prefix, self.community_id, now)
            return open_matter(self, verb, by=by, now=now, note=note, **data)

    def on_step(self, step: Step) -> None:
        self.changed_at = step.now
        if self.status in self.workflow.closed:
            self.closed_at = self.closed_at or step.now
            self.due_at = None
            self.tier = self.Tier.WORKER
        else:
            self.closed_at = None
        self.update_waiting()

    def update_waiting(self) -> None:
        """Point the case at whoever must act next, as its table says."""
        waits = self.workflow.waits.get(self.status)
        self.awaits_user_id = getattr(self, f"{waits.user}_id") if waits and waits.user else None
        self.awaits_perm = waits.perm if waits and self.awaits_user_id is None else ""

    def climb(self, rung: str, tier: int, now: datetime, data: dict[str, Any]) -> None:
        if tier > self.tier:
            self.tier, self.changed_at = tier, now
            self.save(update_fields=["tier", "changed_at"])
        if tier:
            Entry.objects.create(
                case_id=self.pk,
                community_id=self.community_id,
                verb=f"clock.{rung}",
                source=self.status,
                target=self.status,
                data=data,
                at=now,
            )

    def keep(self, photos: "Sequence[CleanPhoto]", purpose: str) -> None:
        """Called by a verb: these photos belong to the step being made, and are stored with it."""
        self._photos = (list(photos), purpose)

    def sent_before(self, verb: str, by: "User", request_key: UUID) -> bool:
        """Whether this request made the move before; if not, the step now being made carries its key.

        The caller holds the row lock, so that a request sent twice at the same moment makes one step.
        """
        self._request_key = request_key
        return self.timeline.filter(actor=by, verb=verb, request_key=request_key).exists()

    def tell(self, step: Step) -> Entry:
        photos, purpose = self.__dict__.pop("_photos", ([], ""))
        Attachment.objects.attach(self, photos, by=step.by, now=step.now, purpose=purpose)
        return Entry.objects.create(
            case_id=self.pk,
            community_id=self.community_id,
            verb=step.move.verb,
            source=step.source,
            target=self.status,
            actor=step.by,
            note=step.note,
            data=step.data,
            internal=step.move.internal,
            at=step.now,
            request_key=self.__dict__.pop("_request_key", None),
        )


@cache
def _page_address() -> str:
    """Resolved once: a list asks for thirty."""
    return reverse("cases:page", args=["NUMBER"])
