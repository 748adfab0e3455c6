"""What is said to whom as tickets move."""

from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.notices.kinds import NoticeKind, register
from grids.notices import with_note


def register_all() -> None:
    register(
        "hotline.dispatch",
        NoticeKind("hotline.dispatched", _("12345工单派给您：“%(title)s”"), ("handler",), _("编号 %(number)s。%(note)s"),
                   params=with_note),
    )  # fmt: skip
    register(
        "hotline.dispute",
        NoticeKind("hotline.disputed", _("12345工单有派单异议：“%(title)s”"), (Perm.DISPATCH_INCIDENTS,), "%(note)s",
                   params=with_note),
    )  # fmt: skip
    to_review = NoticeKind(
        "hotline.to_review", _("12345工单待审核：“%(title)s”"), (Perm.DISPATCH_INCIDENTS,), _("编号 %(number)s。")
    )
    for event in ("resolve", "answer"):
        register(f"hotline.{event}", to_review)
    register(
        "hotline.send_back",
        NoticeKind("hotline.sent_back", _("12345工单退回重办：“%(title)s”"), ("awaits",), "%(note)s", params=with_note),
    )
