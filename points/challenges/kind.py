"""How a challenge shows itself, its clocks, and what is said of it."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.cases.registry import Kind, Stage, never
from community.core.models import Case
from community.core.perms import Perm
from community.notices.kinds import NoticeKind, register
from community.timers import clocks
from community.timers.clocks import HANDLER, RAISER, WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from points.appeals.kind import with_note
from points.challenges.forms import MOVE_FORMS
from points.challenges.models import Challenge
from points.challenges.workflow import TONES, Status

ACCEPT = Limit.working_days(5)  # our own proposal

KIND = Kind(
    model=Challenge,
    label=_("揭榜挂帅"),
    icon="flag",
    facts="points/challenges/_facts.html",
    journey=(
        Stage(_("发榜"), frozenset({Status.OPEN})),
        Stage(_("揭榜"), frozenset({Status.TAKEN})),
        Stage(_("验收"), frozenset({Status.HANDED_IN})),
        Stage(_("完成"), frozenset({Status.DONE})),
    ),
    list_url="points:challenges",
    forms=MOVE_FORMS,
    facts_of=lambda challenge, user: {"reward": challenge.reward, "until": challenge.until},
    state_tones={str(state): tone for state, tone in TONES.items()},
    followed_up=never,
)
CLOCKS = (
    Clock("offer", _("揭榜期限"), frozenset({Status.OPEN}), until=lambda it: it.ends_at,
          ladder=(Rung("due", Fraction(1), verb="lapse"),)),
    Clock("work", _("完成期限"), frozenset({Status.TAKEN}), until=lambda it: it.ends_at,
          ladder=(Rung("remind", Fraction(3, 4), (HANDLER,)), Rung("due", Fraction(1), (HANDLER, RAISER)))),
    Clock("accept", _("验收"), frozenset({Status.HANDED_IN}), lambda it: ACCEPT,
          ladder=(Rung("remind", Fraction(1, 2), (WAITED_FOR,)),
                  Rung("due", Fraction(1), (WAITED_FOR,), tier=Case.Tier.COMMUNITY))),
)  # fmt: skip


def register_all() -> None:
    registry.register(KIND)
    clocks.register("challenge", *CLOCKS)
    register("challenge.take", NoticeKind("challenge.taken", _("有人揭榜：%(title)s"), ("raised_by",)))
    register("challenge.hand_in", NoticeKind("challenge.handed_in", _("请验收：%(title)s"), (Perm.MANAGE_POINTS,)))
    register("challenge.accept", NoticeKind("challenge.accepted", _("验收通过，积分已记：%(title)s"), ("handler",)))
    register("challenge.send_back", NoticeKind("challenge.sent_back", _("还差一点：%(title)s"), ("handler",), "%(note)s",
                                               params=with_note))  # fmt: skip
