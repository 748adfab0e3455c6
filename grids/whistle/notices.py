"""What is said to whom as departments are called and report in."""

from django.utils.translation import gettext_lazy as _

from community.notices.kinds import SMS, NoticeKind, is_urgent, register
from grids.notices import is_calm, with_note


def register_all() -> None:
    register(
        "whistle.call",
        NoticeKind("whistle.called", _("社区吹哨，请报到：“%(title)s”"), ("awaits",), "%(note)s", (SMS,), when=is_calm,
                   params=with_note),
        NoticeKind("whistle.called_urgent", _("紧急吹哨，请立即报到：“%(title)s”"), ("awaits",), "%(note)s", (SMS,), True,
                   is_urgent, with_note),
    )  # fmt: skip
    register("whistle.report_in", NoticeKind("whistle.reported_in", _("部门已报到：“%(title)s”"), ("raised_by",)))
    register(
        "whistle.finish",
        NoticeKind("whistle.finished", _("部门已完成分工：“%(title)s”"), ("raised_by",), "%(note)s", params=with_note),
    )
    register(
        "whistle.release",
        NoticeKind("whistle.released", _("不再需要您到场：“%(title)s”"), ("handler",), "%(note)s", params=with_note),
    )
