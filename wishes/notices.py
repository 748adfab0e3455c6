"""What is said to whom as a wish moves."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.core.verbs import Step
from community.notices.kinds import SMS, NoticeKind, case_facts, is_urgent, register


def with_note(step: Step) -> dict[str, Any]:
    return {**case_facts(step), "note": step.note}


def with_claimer(step: Step) -> dict[str, Any]:
    return {**case_facts(step), "claimer": step.data.get("claimer", "")}


def register_all() -> None:
    register(
        "wish.submit",
        NoticeKind("wish.to_vet", _("新心愿待审核：“%(title)s”"), (Perm.VET_WISHES,), _("编号 %(number)s。")),
        NoticeKind(
            "wish.urgent",
            _("急难心愿：“%(title)s”"),
            (Perm.PATROL,),
            _("您的网格有居民提出急难心愿，编号 %(number)s，请马上联系。"),
            channels=(SMS,),
            urgent=True,
            when=is_urgent,
        ),
    )
    register("wish.publish", NoticeKind("wish.published", _("您的心愿“%(title)s”已匿名上墙"), ("raised_by",)))
    register(
        "wish.decline",
        NoticeKind(
            "wish.declined",
            _("您的心愿“%(title)s”未能受理"),
            ("raised_by",),
            _("原因：%(note)s"),
            (SMS,),
            params=with_note,
        ),
    )
    register(
        "wish.claim",
        NoticeKind(
            "wish.claimed",
            _("您的心愿“%(title)s”有人认领了"),
            ("raised_by",),
            _("%(claimer)s会与您联系。"),
            (SMS,),
            params=with_claimer,
        ),
    )
    register(
        "wish.progress",
        NoticeKind("wish.progressed", _("您的心愿“%(title)s”有新进展"), ("raised_by",), "%(note)s", params=with_note),
    )
    register(
        "wish.fulfil",
        NoticeKind(
            "wish.fulfilled",
            _("您的心愿“%(title)s”完成了，请您确认"),
            ("raised_by",),
            _("满意不满意，请您说一声。编号 %(number)s。"),
            (SMS,),
        ),
    )
    for event, code in (("wish.give_back", "wish.given_back"), ("wish.take_back", "wish.taken_back")):
        register(
            event,
            NoticeKind(
                code,
                _("心愿“%(title)s”重新等待认领"),
                ("raised_by", "former_handler", Perm.VET_WISHES),
                _("原因：%(note)s"),
                params=with_note,
            ),
        )
    register("wish.confirm", NoticeKind("wish.thanks", _("谢谢您，“%(title)s”圆梦了"), ("handler",), _("居民已确认。")))
    register(
        "wish.not_yet",
        NoticeKind("wish.not_yet", _("心愿“%(title)s”还没有完成"), ("handler",), "%(note)s", params=with_note),
    )
    register(
        "wish.close_unconfirmed",
        NoticeKind(
            "wish.closed", _("心愿“%(title)s”已自动办结"), ("raised_by", "handler"), _("十四天内没有收到回复。")
        ),
    )
    register("wish.withdraw", NoticeKind("wish.withdrawn", _("居民撤回了心愿“%(title)s”"), (Perm.VET_WISHES,)))
