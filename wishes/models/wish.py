"""微心愿: a resident says what they need; a neighbour, Party member or partner unit makes it come true."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.models import Attachment, Case, PausableCase
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.reach import reach
from community.core.rules import anyone, both, either, holds, is_handler, is_paused, is_raiser, is_running, the_clock
from community.core.verbs import Step, verb
from community.core.workflow import Move, NotYours, Waits, Workflow, sources
from wishes.models.claim import Claim

if TYPE_CHECKING:
    from community.core.photos import CleanPhoto
    from community.directory.models import Building, Community, Dwelling, PartnerUnit, User


class Status(models.TextChoices):
    SUBMITTED = "submitted", _("待审核")
    PUBLISHED = "published", _("待认领")
    CLAIMED = "claimed", _("圆梦中")
    FULFILLED = "fulfilled", _("待确认")
    GRANTED = "granted", _("已圆梦")
    DECLINED = "declined", _("未受理")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN = sources(Status.SUBMITTED, Status.PUBLISHED, Status.CLAIMED, Status.FULFILLED)
CLOSED = sources(Status.GRANTED, Status.DECLINED, Status.WITHDRAWN)


def may_claim(user: "User | None", wish: "Wish") -> bool:
    """Volunteers and Party members of the community, and liaisons of its partner units; never for one's own wish."""
    if user is None or wish.raised_by_id == user.pk:
        return False
    found = reach(user, Perm.CLAIM_WISHES)
    if found.covers(wish.community_id):
        return True
    return (
        bool(found.partner_units)
        and user.partner_unit_id in found.partner_units
        and (user.partner_unit is not None and user.partner_unit.community_id == wish.community_id)
    )


vets = holds(Perm.VET_WISHES)
# Staff confirm in the name of those who cannot do it on a screen, never what they themselves fulfilled.
confirms_for_raiser = both(vets, lambda user, wish: not is_handler(user, wish))

WORKFLOW = Workflow(
    moves=(
        Move("submit", _("提交心愿"), anyone, target=Status.SUBMITTED, done=_("提交了心愿"), icon="heart-handshake"),
        Move(
            "publish", _("审核通过并上墙"), vets, sources(Status.SUBMITTED), Status.PUBLISHED,
            done=_("审核通过，已匿名上墙"), tone="primary", icon="check",
        ),
        Move(
            "decline", _("不予受理"), vets, sources(Status.SUBMITTED, Status.PUBLISHED), Status.DECLINED,
            done=_("未受理"), tone="danger", icon="x",
        ),
        Move(
            "claim", _("我来认领"), may_claim, sources(Status.PUBLISHED), Status.CLAIMED,
            done=_("认领了心愿"), tone="primary", icon="heart-handshake",
        ),
        Move("progress", _("记一笔进展"), is_handler, sources(Status.CLAIMED), done=_("有了新进展"), icon="pencil"),
        Move(
            "fulfil", _("已帮忙完成"), is_handler, sources(Status.CLAIMED), Status.FULFILLED,
            done=_("帮忙完成，等待确认"), tone="primary", icon="check",
        ),
        Move(
            "pause", _("暂停计时"), both(is_running, either(is_handler, vets)), sources(Status.CLAIMED),
            done=_("暂停计时"), tone="quiet", icon="player-pause",
        ),
        Move(
            "resume", _("恢复计时"), both(is_paused, either(is_handler, vets, the_clock)), sources(Status.CLAIMED),
            done=_("恢复计时"), icon="player-play",
        ),
        Move(
            "give_back", _("无法继续，退回"), is_handler, sources(Status.CLAIMED), Status.PUBLISHED,
            done=_("退回，重新等待认领"), tone="quiet", icon="arrow-back-up",
        ),
        Move(
            "take_back", _("收回认领"), vets, sources(Status.CLAIMED), Status.PUBLISHED,
            done=_("社区收回认领，重新上墙"), tone="danger", icon="arrow-back-up",
        ),
        Move(
            "confirm", _("确认圆梦并评价"), either(is_raiser, confirms_for_raiser), sources(Status.FULFILLED),
            Status.GRANTED, done=_("确认圆梦"), tone="primary", icon="star",
        ),
        Move(
            "not_yet", _("还没有完成"), either(is_raiser, confirms_for_raiser), sources(Status.FULFILLED),
            Status.CLAIMED, done=_("反馈还没有完成"), icon="arrow-back-up",
        ),
        Move(
            "close_unconfirmed", _("到期自动办结"), the_clock, sources(Status.FULFILLED), Status.GRANTED,
            done=_("十四天未收到回复，自动办结"), icon="clock",
        ),
        Move(
            "withdraw", _("撤回心愿"), is_raiser, sources(Status.SUBMITTED, Status.PUBLISHED), Status.WITHDRAWN,
            done=_("撤回了心愿"), tone="quiet", icon="x",
        ),
    ),
    closed=CLOSED,
    waits={
        Status.SUBMITTED: Waits(perm=Perm.VET_WISHES),
        Status.CLAIMED: Waits(user="handler", perm=Perm.VET_WISHES),
        Status.FULFILLED: Waits(user="raised_by", perm=Perm.VET_WISHES),
    },
)  # fmt: skip


TITLE_LENGTH = 28


def title_of(text: str) -> str:
    """The first sentence, shortened: people write wishes, not headings."""
    first = text.strip().splitlines()[0]
    for mark in "。！？!?；":
        first = first.split(mark)[0]
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


class WishQuerySet(CaseQuerySet["Wish"]):
    def on_board(self) -> Self:
        return self.filter(kind="wish", status=Status.PUBLISHED)

    def claimed_by(self, user: "User") -> Self:
        """Every wish the person has ever taken on, once each."""
        return self.filter(pk__in=Claim.objects.filter(claimer=user).values("wish"))

    def claimed_in_last(self, days: int) -> Self:
        """Taken on by somebody in the last so many local days, today among them."""
        first = timezone.localdate() - timedelta(days=days - 1)
        return self.filter(pk__in=Claim.objects.filter(claimed_at__date__gte=first).values("wish"))

    def board_of(self, user: "User") -> Self:
        """Published wishes of the communities in which the person lives, claims or works."""
        found = reach(user, Perm.CLAIM_WISHES)
        communities = {user.community_id} | found.communities | reach(user, Perm.SEE_CASES).communities
        if found.partner_units and user.partner_unit_id in found.partner_units and user.partner_unit is not None:
            communities.add(user.partner_unit.community_id)
        return self.on_board().filter(community__in=communities - {None})

    def visible_to(self, user: "User") -> Self:
        """A published wish is also visible, anonymised, to those who may claim it."""
        seen = Q(raised_by=user) | Q(handler=user) | reach(user, Perm.SEE_CASES).within()
        return self.filter(seen | Q(pk__in=self.board_of(user).values("pk")))


class Wish(PausableCase):
    """A wish. ``dwelling`` and ``contact_…`` are shown to the accepted claimer alone, and no longer than needed.

    ``for_name`` names somebody for whom the wish is made; their consent is a condition, not a courtesy.
    """

    Status = Status
    matter_kind = "wish"
    number_prefix = "XY"
    workflow = WORKFLOW
    former_handler: "User | None" = None

    class Group(models.TextChoices):
        """Beneficiary groups of article 001 (4 项 8 类) with the cared-for households."""

        ELDER = "elder", _("老年人")
        CHILD = "child", _("少年儿童")
        VETERAN = "veteran", _("退役军人")
        NEW_WORK = "new_work", _("新业态劳动者")
        ARMY_FAMILY = "army_family", _("部队家属")
        MINORITY = "minority", _("少数民族居民")
        NEIGHBOUR = "neighbour", _("左邻右舍")
        LOW_INCOME = "low_income", _("低保")
        DISABLED = "disabled", _("残疾")
        EMPTY_NEST = "empty_nest", _("空巢")

    SENSITIVE_GROUPS = frozenset({Group.LOW_INCOME, Group.DISABLED})

    description = models.TextField(_("心愿内容"), max_length=2000)
    group = models.CharField(_("服务群体"), max_length=12, choices=Group.choices, default=Group.NEIGHBOUR)
    dwelling = models.ForeignKey(
        "directory.Dwelling", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("房屋")
    )
    for_name = models.CharField(_("代谁许愿"), max_length=40, blank=True)
    consent = models.BooleanField(_("已征得本人同意"), default=False)
    contact_phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    board_text = models.CharField(_("上墙文字"), max_length=300, blank=True)

    objects: ClassVar = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("微心愿")
        verbose_name_plural = _("微心愿")
        constraints = [
            models.CheckConstraint(condition=Q(for_name="") | Q(consent=True), name="wish_for_another_with_consent")
        ]

    @property
    def tone(self) -> str:
        """The colour of its state in a list: lateness first, then the state's own."""
        if self.is_open and self.due_at and self.due_at <= timezone.now():
            return "overdue"
        return {Status.GRANTED: "done", Status.CLAIMED: "ontime", Status.PUBLISHED: "info"}.get(
            Status(self.status), "waiting" if self.is_open else "paused"
        )

    @property
    def line(self) -> dict[str, Any]:
        """How it stands in a list of the staff."""
        where_and_whose = " · ".join(str(part) for part in (self.grid, self.building, self.handler) if part)
        return super().line | {"kind": self.tone, "meta": where_and_whose, "icon_name": "heart-handshake"}

    @property
    def holder(self) -> "Claim | None":
        return self.claims.running().select_related("claimer", "partner_unit").first()

    @classmethod
    def submit(
        cls,
        *,
        by: "User",
        community: "Community",
        title: str,
        description: str,
        now: datetime | None = None,
        group: str = Group.NEIGHBOUR,
        urgency: str = Case.Urgency.NORMAL,
        channel: str = Case.Channel.ONLINE,
        dwelling: "Dwelling | None" = None,
        building: "Building | None" = None,
        for_name: str = "",
        consent: bool = False,
        contact_phone: str = "",
        photos: "Sequence[CleanPhoto]" = (),
        request_key: UUID | None = None,
    ) -> "Wish":
        """Raise a wish. Raises ValidationError when it is for another without consent."""
        if for_name and not consent:
            raise ValidationError({"consent": _("代别人许愿，需要先征得本人同意。")})
        place = dwelling.building if dwelling else building
        wish = cls(
            community=community, title=title, description=description, group=group, urgency=urgency,
            channel=channel, dwelling=dwelling, building=place, grid_id=place.grid_id if place else None,
            for_name=for_name, consent=consent, contact_phone=contact_phone, raised_by=by, request_key=request_key,
        )  # fmt: skip
        wish.keep(photos, Attachment.Purpose.REPORT)
        return wish.opened("submit", by=by, now=now)

    @verb
    def publish(self, step: Step, *, board_text: str = "") -> None:
        """Put it on the board in words that name nobody; from now on its title is taken from them too."""
        self.board_text = board_text or self.title
        self.title = title_of(self.board_text)
        self.responded_at = self.responded_at or step.now

    @verb
    def decline(self, step: Step) -> None:
        self.responded_at = self.responded_at or step.now

    @verb
    def claim(self, step: Step, *, partner_unit: "PartnerUnit | None" = None) -> None:
        """Take the wish on; the row lock and ``claim_one_holder`` give it to one of any number who try at once."""
        if partner_unit is not None and partner_unit.community_id != self.community_id:
            raise NotYours(_("这家单位不是本社区的共建单位。"))
        self.handler = claimer = cast("User", step.by)
        Claim.objects.create(wish=self, claimer=claimer, partner_unit=partner_unit, claimed_at=step.now)
        step.data["claimer"] = str(partner_unit or step.by)

    @verb
    def progress(self, step: Step, *, photos: "Sequence[CleanPhoto]" = ()) -> None:
        if not step.note:
            raise ValidationError({"note": _("请写一句进展。")})
        self.keep(photos, Attachment.Purpose.EVIDENCE)

    @verb
    def fulfil(self, step: Step, *, photos: "Sequence[CleanPhoto]" = ()) -> None:
        """Say that it is done, with evidence: words or a photo."""
        if not (step.note or photos):
            raise ValidationError({"note": _("请写明怎样完成的，或附一张照片。")})
        self.resolved_at = step.now
        self.keep(photos, Attachment.Purpose.EVIDENCE)

    @verb
    def give_back(self, step: Step) -> None:
        self._end_claim(step, Claim.Ending.GIVEN_BACK)

    @verb
    def take_back(self, step: Step) -> None:
        self._end_claim(step, Claim.Ending.TAKEN_BACK)

    @verb
    def confirm(self, step: Step, *, rating: int) -> None:
        self.rating, self.rated_at = rating, step.now
        self._granted(step)

    @verb
    def not_yet(self, step: Step) -> None:
        self.resolved_at = None

    @verb
    def close_unconfirmed(self, step: Step) -> None:
        self._granted(step)

    @verb
    def withdraw(self, step: Step) -> None:
        """The wish leaves the board; the story stays."""

    def _granted(self, step: Step) -> None:
        self.claims.running().update(ended_at=step.now, ending=Claim.Ending.FULFILLED)

    def _end_claim(self, step: Step, ending: str) -> None:
        self.claims.running().update(ended_at=step.now, ending=ending)
        self.former_handler, self.handler = self.handler, None

    def may_see_contact(self, user: "User") -> bool:
        """The person themself always; the accepted claimer while the claim runs; nobody else without a reason."""
        running = self.status in (Status.CLAIMED, Status.FULFILLED)
        return self.raised_by_id == user.pk or (running and self.handler_id == user.pk)

    def contact(self) -> dict[str, str]:
        own = super().contact()
        place = str(self.dwelling) if self.dwelling else own["address"]
        name = f"{own['name']}（{self.for_name}）" if self.for_name else own["name"]
        return {"name": name, "phone": self.contact_phone or own["phone"], "address": place}

    def facts_for(self, user: "User") -> dict[str, Any]:
        """The facts shown to one viewer, as the API gives them: place and group are coarse unless one may know."""
        staff = reach(user, Perm.SEE_CASES).covers(self.community_id, self.grid_id) or self.raised_by_id == user.pk
        known = self.may_see_contact(user)
        hidden = self.group in self.SENSITIVE_GROUPS and not known
        return {
            "description": self.description if staff or known else self.board_text,
            "group": "" if hidden else self.get_group_display(),
            "place": str(self.dwelling or self.building or "") if known else str(self.building or ""),
            "phone": self.contact_phone if known else "",
            "for_name": self.for_name if known else "",
        }
