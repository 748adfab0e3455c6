"""What is said of shifts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.verbs import Step
from community.notices.duties import facts, register_moves
from community.notices.kinds import SMS, NoticeKind, register


def offered(step: Step) -> dict[str, Any]:
    return {**facts(step), "who": str(step.by or "")}


def register_all() -> None:
    register_moves("watch")
    register(
        "",
        NoticeKind(
            "watch.gap",
            _("“%(title)s”还没有人值班"),
            body=_("班次到 %(due)s，请安排人。"),
            channels=(SMS,),
            urgent=True,
        ),
        NoticeKind("watch.not_there", _("“%(title)s”该接班了"), body=_("到岗后请点“接班”。")),
    )
    register(
        "watch.offer",
        NoticeKind(
            "watch.offered", _("%(who)s想请您换班：“%(title)s”（%(day)s）"), ("asked",), "%(note)s", params=offered
        ),
    )
    register(
        "watch.take",
        NoticeKind(
            "watch.taken", _("%(who)s接下了“%(title)s”（%(day)s）"), ("turn_of", Perm.LEAD_GRID), params=offered
        ),
    )
    register(
        "watch.miss",
        NoticeKind("watch.missed", _("“%(title)s”（%(day)s）无人接班"), ("assignee", Perm.LEAD_GRID, Perm.LEAD_COMMUNITY),
                   _("请了解原因，需要时另派人。"), params=facts),
    )  # fmt: skip
