"""The gallery: every component with its options on one page, for those who build pages and for the tests."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.widgets import PhotosField, StarsField

STEPS = 20


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label=_("一句话说说您的心愿"), max_length=30, help_text=_("比如：想要一副老花镜"))
    story = forms.CharField(label=_("具体情况"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[("goods", _("实物")), ("service", _("服务")), ("company", _("陪伴"))],
        widget=forms.RadioSelect,
    )
    building = forms.ChoiceField(label=_("楼栋"), choices=[("1", _("1 号楼")), ("2", _("2 号楼"))])
    phone = forms.CharField(label=_("手机号"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    photos = PhotosField(help_text=_("照片只给办理的人看"))
    stars = StarsField()
    agree = forms.BooleanField(label=_("同意公开到心愿墙（不显示姓名和门牌）"))


def gallery(request: HttpRequest) -> HttpResponse:
    """Staff only."""
    _staff_only(request)
    return render(request, "gallery/page.html", _samples())


def gallery_progress(request: HttpRequest) -> HttpResponse:
    """A job that is done after a few questions: shows how the progress bar polls."""
    _staff_only(request)
    done = min(int(request.GET.get("done", "0")) + STEPS, 100)
    return render(request, "gallery/_progress.html", {"done": done})


def _staff_only(request: HttpRequest) -> None:
    if not request.user.is_staff:
        raise PermissionDenied


def _samples() -> dict[str, Any]:
    now = timezone.now()
    return {
        "form": SampleForm(),
        "bad_form": SampleForm(
            {"title": "", "phone": "123", "kind": "goods", "building": "1", "story": "好"}, auto_id="bad_%s"
        ),
        "later": now + timedelta(hours=6),
        "soon": now + timedelta(minutes=75),
        "past": now - timedelta(minutes=35),
        "steps": _journey(now),
        "photos": [{"url": "/static/icons/favicon.svg", "thumb": "/static/icons/favicon.svg"}] * 2,
        "trend": [12, 15, 11, 18, 22, 19, 26],
        "one_series": {
            "labels": _months(),
            "series": [{"name": _("事件"), "values": [42, 38, 51, 47, 60, 44]}],
            "unit": _("件"),
        },
        "two_series": {
            "labels": _months(),
            "series": [
                {"name": _("已办结"), "values": [40, 36, 49, 45, 52, 41]},
                {"name": _("超时"), "values": [2, 2, 2, 2, 8, 3]},
            ],
            "unit": _("件"),
        },
        "by_kind": {
            "labels": [_("道路不洁"), _("路灯异常"), _("乱堆杂物"), _("邻里纠纷")],
            "series": [{"name": _("件数"), "values": [34, 21, 17, 6]}],
            "unit": _("件"),
        },
        "crumbs": [{"label": _("首页"), "href": "/"}, {"label": _("组件")}],
        "tabs": [
            {"label": _("待办"), "href": "?tab=1", "active": True, "count": 7},
            {"label": _("已办"), "href": "?tab=2", "count": 128},
            {"label": _("全部"), "href": "?tab=3"},
        ],
        "stepper": [_("想要什么"), _("给谁"), _("照片"), _("核对")],
    }


def _journey(now: Any) -> list[dict[str, Any]]:
    return [
        {"label": _("已提交"), "state": "done", "at": now - timedelta(days=2)},
        {"label": _("已审核"), "state": "done", "at": now - timedelta(days=1)},
        {"label": _("已认领"), "state": "now", "at": now - timedelta(hours=3), "note": _("工商银行党支部")},
        {"label": _("已实现"), "state": "todo"},
        {"label": _("已评价"), "state": "todo"},
    ]


def _months() -> list[str]:
    return [gettext("%(n)s月") % {"n": n} for n in range(6, 12)]
