"""How a proposal shows itself on the shared case page, and its clock."""

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.cases.registry import Kind, Stage, never
from community.core.models import Case
from community.timers import clocks
from community.timers.clocks import WAITED_FOR, Clock, Rung
from community.timers.limits import Limit
from points.proposing.forms import MOVE_FORMS
from points.proposing.models import Proposal
from points.proposing.workflow import REFUSED, TONES, WAITING, WITHDRAWN

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

DECIDE = Limit.working_days(5)  # our own proposal
# Who was given what stays with those who manage points; the street hears only that something waits.
LADDER = (
    Rung("remind", Fraction(1, 2), (WAITED_FOR,)),
    Rung("due", Fraction(1), (WAITED_FOR,), tier=Case.Tier.COMMUNITY),
)


def register(
    model: type[Proposal],
    *,
    label: "StrPromise",
    icon: str,
    ends: "StrPromise",
    list_url: str,
    context: Callable[[Any, Any], dict[str, Any]],
    facts_of: Callable[[Any, Any], dict[str, Any]],
) -> None:
    """``ends`` names the last stage. The facts of ``awards`` are drawn by ``points/awards/_facts.html``, and so on."""
    agreed = next(state for state in model.workflow.closed if state not in (REFUSED, WITHDRAWN))
    folder = model.__module__.split(".")[1]
    registry.register(
        Kind(
            model=model,
            label=label,
            icon=icon,
            facts=f"points/{folder}/_facts.html",
            journey=(
                Stage(_("提出"), frozenset()),
                Stage(_("复核"), frozenset({WAITING})),
                Stage(ends, frozenset({agreed})),
            ),
            list_url=list_url,
            forms=MOVE_FORMS,
            context=context,
            facts_of=facts_of,
            state_tones={**TONES, agreed: "done"},
            followed_up=never,
        )
    )
    clock = Clock("decide", _("复核"), frozenset({WAITING}), lambda _proposal: DECIDE, LADDER)
    clocks.register(model.matter_kind, clock)
