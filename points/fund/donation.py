"""捐款捐物: what somebody gives, from the word to the receipt."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from community.access.masking import mask_name
from community.core.models import Case
from community.core.models.case import CaseQuerySet
from community.core.perms import Perm
from community.core.verbs import Step, verb
from community.core.workflow import NotNow
from points import amounts
from points.fund import booking, matching
from points.fund.booking import Told
from points.fund.donating import TONES, WORKFLOW, Status
from points.fund.income import check_amount, refuse_closed, take_in
from points.fund.matching import MatchRule
from points.fund.project import Project
from points.fund.seeing import in_charge, works_with
from points.fund.voucher import Sort as VoucherSort
from points.fund.voucher import Via
from points.models.account import Asset, Kind
from points.models.posting import Posting
from points.showing import NameAs
from points.stars.certificate import ALPHABET, KEY_LENGTH

if TYPE_CHECKING:
    from community.directory.models import Community, User


def new_key() -> str:
    return get_random_string(KEY_LENGTH, ALPHABET)


class DonationQuerySet(CaseQuerySet["Donation"]):
    """Who gives what is theirs to tell: they and those who keep the fund see it; the books show it as they agreed."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(Q(raised_by=user) | Q(donor=user) | in_charge(user))

    def listed_for(self, user: "User") -> Self:
        return self.visible_to(user)

    def in_reach_of(self, user: "User", perm: Perm = Perm.RUN_FUND) -> Self:
        return self.filter(in_charge(user))

    def of_donor(self, user: "User") -> Self:
        return self.filter(donor=user)


class Donation(Case):
    """``amount`` is money, or what goods are valued at: ``quantity`` times ``unit_value``; ``left`` of them are not handed
    out yet. ``name_as`` is how the books may name the donor (empty: not at all). ``key`` proves the receipt."""

    class Sort(models.TextChoices):
        CASH = "cash", _("捐款")
        GOODS = "goods", _("捐物")

    class From(models.TextChoices):
        PERSON = "person", _("个人")
        UNIT = "unit", _("单位")
        ANONYMOUS = "anonymous", _("匿名")

    Status = Status
    matter_kind = "donation"
    number_prefix = "JK"
    workflow = WORKFLOW
    confidential = True

    sort = models.CharField(_("捐什么"), max_length=6, choices=Sort.choices, default=Sort.CASH)
    source = models.CharField(_("谁捐的"), max_length=10, choices=From.choices, default=From.PERSON)
    donor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="donations", verbose_name=_("捐赠人账号")
    )
    donor_name = models.CharField(_("捐赠人"), max_length=60, blank=True)
    name_as = models.CharField(_("公示时怎么写"), max_length=10, choices=NameAs.choices, blank=True)
    nickname = models.CharField(_("昵称"), max_length=20, blank=True)
    amount = models.BigIntegerField(_("金额"))
    project = models.ForeignKey(Project, models.PROTECT, related_name="donations", verbose_name=_("捐给"))
    via = models.CharField(_("方式"), max_length=8, choices=Via.choices, blank=True)
    reference = models.CharField(_("流水号或备注"), max_length=60, blank=True)
    day = models.DateField(_("到账日期"), null=True)
    key = models.CharField(max_length=KEY_LENGTH, unique=True, default=new_key, editable=False)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("经手人")
    )
    rule = models.ForeignKey(MatchRule, models.PROTECT, null=True, related_name="+", verbose_name=_("配比规则"))
    match = models.BigIntegerField(_("配比"), default=0)
    goods = models.CharField(_("物品"), max_length=40, blank=True)
    unit = models.CharField(_("单位"), max_length=8, blank=True)
    quantity = models.PositiveIntegerField(_("数量"), null=True)
    unit_value = models.BigIntegerField(_("单价估值"), null=True)
    left = models.PositiveIntegerField(_("未发放"), null=True)
    posting = models.OneToOneField(Posting, models.PROTECT, null=True, related_name="+", editable=False)

    objects: ClassVar = DonationQuerySet.as_manager()

    class Meta:
        verbose_name = _("捐赠")
        verbose_name_plural = _("捐赠")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, match__gte=0), name="donation_of_something"),
            models.CheckConstraint(
                condition=Q(sort="cash", goods="", quantity=None, unit_value=None, left=None)
                | (
                    Q(sort="goods", quantity__gte=1, unit_value__gte=1, left__lte=F("quantity"), match=0)
                    & Q(amount=F("quantity") * F("unit_value"))
                    & ~Q(goods="")
                ),
                name="donation_of_goods",
            ),
            models.CheckConstraint(
                condition=~Q(name_as="nickname") | ~Q(nickname=""), name="donation_by_nickname_has_one"
            ),
            models.CheckConstraint(
                condition=~Q(source="anonymous") | Q(donor_name="", donor=None, name_as=""),
                name="donation_anonymous_tells_nobody",
            ),
        ]
        indexes = [models.Index(fields=["donor", "-case_ptr"], name="donation_of_donor")]

    @classmethod
    def pledge(
        cls, *, by: "User", project: Project, amount: int, name_as: str = "", nickname: str = "",
        now: datetime | None = None, request_key: UUID | None = None,
    ) -> "Donation":  # fmt: skip
        """A resident's own word: the money is on its way. Raises ValidationError, NotYours."""
        check_amount(amount)
        refuse_closed(project)
        made = cls(
            community=project.community, project=project, amount=amount, donor=by, donor_name=str(by), name_as=name_as,
            nickname=nickname.strip(), raised_by=by, request_key=request_key,
        )  # fmt: skip
        return made.opened("pledge", by=by, now=now)

    @classmethod
    def enter(
        cls, *, by: "User", community: "Community", project: Project, day: date, now: datetime | None = None,
        request_key: UUID | None = None, **facts: Any,
    ) -> "Donation":  # fmt: skip
        """At the desk, when it is there: booked and matched at once. Raises ValidationError, NotNow, NotYours."""
        now = now or timezone.now()
        made = cls(
            community=community, project=project, day=day, raised_by=by, request_key=request_key, received_by=by,
            channel=Case.Channel.DESK, **facts,
        )  # fmt: skip
        made._value_goods()
        check_amount(made.amount)
        with transaction.atomic():
            made.opened("enter", by=by, now=now)
            made._book(by, now)
            made.save(update_fields=["posting", "rule", "match"])
        return made

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    @property
    def opens_at(self) -> datetime:
        return self.raised_at

    @property
    def shown_name(self) -> str:
        """As the donor agreed to be named; "" where they did not."""
        if self.name_as == NameAs.NICKNAME:
            return self.nickname
        if self.name_as == NameAs.FULL:
            return self.donor_name
        return mask_name(self.donor_name) if self.name_as else ""

    @property
    def size(self) -> str:
        return amounts.size(Asset.CENTS, self.amount)

    @property
    def what(self) -> str:
        """“¥200.00”, or the goods and how many."""
        if self.sort == self.Sort.GOODS:
            return f"{self.goods} {self.quantity}{self.unit}"
        return self.size

    @property
    def line(self) -> dict[str, Any]:
        return super().line | {"kind": self.tone}

    titled_by = ("project",)

    def titled(self) -> str:
        return gettext("捐赠 %(what)s：%(project)s") % {"what": self.what, "project": self.project}

    def is_known_to(self, user: "User") -> bool:
        return user.pk in (self.raised_by_id, self.donor_id) or works_with(user, self.community_id)

    @verb
    def receive(
        self, step: Step, *, amount: int, day: date, via: str, reference: str = "", project: Project | None = None
    ) -> None:
        """What really came counts, not what was said; for another project where that one has ended meanwhile."""
        check_amount(amount)
        if project is not None and project.community_id == self.community_id:
            self.project = project
        self.amount, self.day, self.via, self.reference = amount, day, via, reference
        self.retitle()
        self.received_by, self.resolved_at, self.responded_at = step.by, step.now, step.now
        self._book(step.by, step.now)

    @verb
    def withdraw(self, step: Step) -> None:
        """The donor thinks again."""

    @verb
    def lapse(self, step: Step) -> None:
        """Nothing came."""

    @verb
    def hand_out(self, step: Step, *, project: Project, quantity: int, whom: str, day: date) -> None:
        """Some of the goods reach those they are for. ``whom`` names a place or a group, never a person."""
        from points.fund.goods import hand_out

        if project.community_id != self.community_id:
            raise ValidationError({"project": _("请选本社区的项目。")})
        hand_out(self, project, quantity, whom, day, by=step.by, now=step.now)
        step.data |= {"quantity": quantity, "whom": whom}

    @verb
    def reverse(self, step: Step) -> None:
        """Entered in error. What it was matched with goes back to the pool. Raises NotEnough once it is spent."""
        if not step.note.strip():
            raise ValidationError({"note": _("请写明理由。")})
        if self.posting is None or step.by is None:
            raise NotNow(_("这笔捐赠没有入账。"))
        if self.sort == self.Sort.GOODS and self.left != self.quantity:
            raise NotNow(_("物资已经发放了一部分，不能冲正。"))
        booking.reverse(self.posting, by=step.by, case=self, now=step.now)
        matching.count(self.rule, -self.match)
        if self.sort == self.Sort.GOODS:
            self.left = 0

    def _value_goods(self) -> None:
        if self.sort != self.Sort.GOODS:
            return
        if not self.quantity or not self.unit_value:
            raise ValidationError({"quantity": _("请填数量和单价估值。")})
        self.amount, self.left, self.via = self.quantity * self.unit_value, self.quantity, ""

    def _book(self, by: "User | None", now: datetime) -> None:
        words = gettext_noop("捐款") if self.sort == self.Sort.CASH else gettext_noop("捐物")
        told = Told(
            words, by, now, self.day or timezone.localdate(now), self, self.shown_name, self.via, self.reference
        )
        key = f"donation:{self.number}"
        if self.sort == self.Sort.GOODS:
            from points.fund.goods import take_in as take_goods

            self.posting = take_goods(self, key, told)
            return
        self.posting, self.rule, self.match = take_in(
            self.project, self.amount, VoucherSort.DONATION, Kind.DONATED, key, told
        )
        self.rule = self.rule if self.match else None
