"""Through which states a donation goes."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.rules import holds, is_raiser, the_clock
from community.core.workflow import Move, Waits, Workflow, sources

if TYPE_CHECKING:
    from community.directory.models import User
    from points.fund.donation import Donation


class Status(models.TextChoices):
    PLEDGED = "pledged", _("待到账")
    RECEIVED = "received", _("已入账")
    WITHDRAWN = "withdrawn", _("已取消")
    LAPSED = "lapsed", _("未到账")
    REVERSED = "reversed", _("已冲正")


TONES = {
    Status.PLEDGED: "waiting", Status.RECEIVED: "done", Status.WITHDRAWN: "paused", Status.LAPSED: "paused",
    Status.REVERSED: "paused",
}  # fmt: skip
keeps = holds(Perm.RUN_FUND)


def lives_here(user: "User | None", donation: "Donation") -> bool:
    return user is not None and user.community_id == donation.community_id


def takes_money(user: "User | None", donation: "Donation") -> bool:
    """Who keeps the fund, but nobody receives their own money."""
    return keeps(user, donation) and user is not None and user.pk != donation.donor_id


def corrects(user: "User | None", donation: "Donation") -> bool:
    """Another than who entered it."""
    return keeps(user, donation) and user is not None and user.pk != donation.received_by_id


def hands_out(user: "User | None", donation: "Donation") -> bool:
    return keeps(user, donation) and bool(donation.left)


PLEDGED, RECEIVED = sources(Status.PLEDGED), sources(Status.RECEIVED)
WORKFLOW = Workflow(
    moves=(
        Move("pledge", _("我要捐款"), lives_here, target=Status.PLEDGED, done=_("认捐了"), icon="heart-handshake"),
        Move("enter", _("登记捐赠"), takes_money, target=Status.RECEIVED, done=_("收到捐赠，已入账"), icon="gift"),
        Move("receive", _("确认到账"), takes_money, PLEDGED, Status.RECEIVED, done=_("收到了，已入账"), tone="primary",
             icon="check"),
        Move("withdraw", _("取消认捐"), is_raiser, PLEDGED, Status.WITHDRAWN, done=_("取消了认捐"), tone="quiet", icon="x"),
        Move("lapse", _("到期未到账"), the_clock, PLEDGED, Status.LAPSED, done=_("三十天没有到账，自动结束"), icon="clock"),
        Move("hand_out", _("发放物资"), hands_out, RECEIVED, done=_("发放了物资"), tone="primary", icon="package"),
        Move("reverse", _("冲正"), corrects, RECEIVED, Status.REVERSED, done=_("登记有误，已冲正"), tone="danger",
             icon="arrow-back-up", aside=True),
    ),
    closed=sources(Status.RECEIVED, Status.WITHDRAWN, Status.LAPSED, Status.REVERSED),
    waits={Status.PLEDGED: Waits(perm=Perm.RUN_FUND)},
)  # fmt: skip
