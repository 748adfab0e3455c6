"""Clock, notices and page of a request to join a household; registered by ``apps.py``."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.cases import registry
from community.core.perms import Perm
from community.core.verbs import Step
from community.notices import kinds
from community.timers import clocks
from community.timers.limits import Limit
from grids.joining_kind import KIND
from grids.models.joining import JoinRequest

ANSWER = Limit.working_days(1)


def with_note(step: Step) -> dict[str, Any]:
    return {**kinds.case_facts(step), "note": step.note}


def register_all() -> None:
    registry.register(KIND)
    clocks.register(
        JoinRequest.matter_kind,
        clocks.Clock("admit", _("入户审核"), frozenset({JoinRequest.Status.REQUESTED}), lambda request: ANSWER),
    )
    kinds.register(
        "joining.request",
        kinds.NoticeKind("joining.asked", _("%(title)s待审核"), (Perm.ADMIT_HOUSEHOLDS,), _("编号 %(number)s。")),
    )
    kinds.register(
        "joining.approve",
        kinds.NoticeKind(
            "joining.admitted",
            _("您的入户申请已通过"),
            ("raised_by",),
            _("“我的”里可以看到您的家了。"),
            (kinds.SMS,),
        ),
    )
    kinds.register(
        "joining.refuse",
        kinds.NoticeKind(
            "joining.refused",
            _("您的入户申请未通过"),
            ("raised_by",),
            _("原因：%(note)s"),
            (kinds.SMS,),
            params=with_note,
        ),
    )
