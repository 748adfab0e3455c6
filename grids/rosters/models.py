"""值班: shifts at a desk around the clock. A shift is a duty; a roster is a desk with its plans."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self, cast

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.reach import reach
from community.core.verbs import Step, verb
from community.core.workflow import NotNow, NotYours
from community.duties.models import Desk, Occurrence
from community.duties.models.occurrence import OccurrenceQuerySet
from community.duties.resting import is_rested
from grids.rosters.workflow import WORKFLOW

if TYPE_CHECKING:
    from community.directory.models import User


# How long before a shift it may be taken over: whoever comes early relieves the one before.
EARLY = timedelta(hours=1)


class WatchQuerySet(OccurrenceQuerySet["Watch"]):
    def visible_to(self, user: "User") -> Self:
        """One's own, those of the desks one sees, and those of the places one works in."""
        own = Q(assignee=user) | Q(desk__in=Desk.objects.visible_to(user).values("pk"))
        return self.filter(own | reach(user, Perm.SEE_CASES).within(), kind=Watch.matter_kind)

    def standing(self, now: datetime) -> Self:
        """Those whose time it is now."""
        return self.filter(kind=Watch.matter_kind, opens_at__lte=now, closes_at__gt=now).exclude(
            status=Occurrence.Status.CALLED_OFF
        )

    def unfilled(self) -> Self:
        return self.planned().filter(kind=Watch.matter_kind, assignee=None)


class Watch(Occurrence):
    """One person at one desk from then to then. ``offers`` are its swaps."""

    matter_kind = "watch"
    workflow = WORKFLOW

    objects: ClassVar = WatchQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("班次")
        verbose_name_plural = _("班次")

    @property
    def title(self) -> str:
        name = gettext(self.plan.title) if self.plan else gettext("值班")  # shifts of a template have the hub's words
        return f"{self.desk} · {name}" if self.desk else name

    @property
    def awaits_perm(self) -> str:
        return Perm.LEAD_GRID

    @property
    def open_offer(self) -> "Swap | None":
        return self.swaps.filter(closed_at=None).select_related("to", "by").first()

    @property
    def asked(self) -> "User | None":
        """Whom the open offer asks by name."""
        found = self.open_offer
        return found.to if found else None

    def has_come(self, now: datetime) -> bool:
        """Whether it may be taken over by now."""
        return now >= self.opens_at - EARLY

    @verb
    def take_over(self, step: Step) -> None:
        """接班: from now on this person answers the desk's telephone. Raises NotNow days ahead."""
        if not self.has_come(step.now):
            raise NotNow(gettext("还没到接班的时候，开始前一小时可以接班。"))

    @verb
    def hand_over(self, step: Step) -> None:
        """交班; the note is what the next shift must know."""

    @verb
    def remark(self, step: Step) -> None:
        """A line for the next shift, while on duty."""

    @verb
    def offer(self, step: Step, *, to: "User | None" = None) -> None:
        """Ask a colleague, or (``to`` None) any of them, to stand this shift."""
        if to is not None and to.pk == self.assignee_id:
            raise NotNow(gettext("这一班本来就是您的。"))
        if self.open_offer is not None:
            raise NotNow(gettext("这一班已经在请人换班。"))
        Swap.objects.create(shift=self, by=cast("User", self.assignee), to=to, note=step.note, offered_at=step.now)

    @verb
    def withdraw_offer(self, step: Step) -> None:
        self._close_offer(step.now)

    @verb
    def take(self, step: Step) -> None:
        """A colleague accepts the offer, or fills an empty shift. Raises NotNow where they stand elsewhere then."""
        found = self.open_offer
        if self.assignee_id is not None:
            if found is None:
                raise NotNow(gettext("这一班没有在换，请刷新后再看。"))
            if found.to_id is not None and found.to_id != getattr(step.by, "pk", None):
                raise NotYours(gettext("这一班是请%(name)s换的。") % {"name": found.to})
        if self._busy(step.by):
            raise NotNow(gettext("您在这段时间已有别的班次。"))
        if step.by is not None and not is_rested(step.by, self):
            raise NotNow(gettext("离您前后的班次太近：连续值守不超过 24 小时，间隔不到 8 小时算连续。"))
        self._close_offer(step.now, by=step.by)
        step.data["from"] = self.assignee_id
        self.turn_of_id = self.turn_of_id or self.assignee_id
        self.assignee, self.chosen = step.by, True

    @verb
    def miss(self, step: Step) -> None:
        """Its time is over and nobody took it over."""

    @verb
    def lapse(self, step: Step) -> None:
        """Its time is over; whoever stood left no note."""

    def _busy(self, user: "User | None") -> bool:
        others = Watch.objects.filter(assignee=user, desk__isnull=False, opens_at__lt=self.closes_at)
        others = others.filter(closes_at__gt=self.opens_at).exclude(status=Occurrence.Status.CALLED_OFF)
        return others.exclude(pk=self.pk).exists()

    def _close_offer(self, now: datetime, by: "User | None" = None) -> None:
        self.swaps.filter(closed_at=None).update(closed_at=now, taken_by=by)


class Swap(models.Model):
    """换班: an offer of one shift, to one colleague or to all, and how it ended."""

    shift = models.ForeignKey("duties.Occurrence", models.CASCADE, related_name="swaps", verbose_name=_("班次"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("请谁换")
    )
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("说明"), max_length=2000, blank=True)
    offered_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("换班")
        verbose_name_plural = _("换班")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["shift"], condition=Q(closed_at=None), name="swap_open_once"),
            models.CheckConstraint(
                condition=Q(taken_by=None) | Q(closed_at__isnull=False), name="swap_taken_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.by}"


def taken(shift: Watch, *, by: "User") -> Watch:
    """``shift.take``, with the database's word against two desks at once turned into a refusal."""
    try:
        with transaction.atomic():
            return shift.take(by=by)
    except IntegrityError as error:
        raise NotNow(gettext("您在这段时间已有别的班次。")) from error
