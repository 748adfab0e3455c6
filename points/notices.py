"""What members are told about their account."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from community.notices.kinds import EMAIL, SMS, NoticeKind, register
from points import amounts


def in_words(params: Mapping[str, Any]) -> dict[str, Any]:
    """Amount and day in the reader's language."""
    day = date_format(date.fromisoformat(params["day"]), "DATE_FORMAT")
    return {"amount": amounts.size(params["asset"], params["amount"]), "day": day}


def register_all() -> None:
    register(
        "",
        NoticeKind(
            "points.expiring",
            _("您有 %(amount)s 将在 %(day)s 前到期"),
            body=_("先得的先用；到期前可以兑换，过期会自动清零。"),
            reading=in_words,
        ),
        NoticeKind(
            "points.unsound",
            _("账目核验发现 %(count)s 处不符"),
            body=_("请先停止记账，保留现场，再请系统管理员查看日志：哪一笔不符，日志里都有。"),
            channels=(EMAIL, SMS),
            urgent=True,
        ),
    )
