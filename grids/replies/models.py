"""What a community has found good to say."""

import re
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.core.perms import Perm
from community.core.reach import reach

if TYPE_CHECKING:
    from community.directory.models import User

PLACEHOLDER = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")
# Each placeholder in both languages, and the fact it stands for.
KNOWN = {
    "编号": "number",
    "类别": "category",
    "地点": "place",
    "承办人": "handler",
    "单位": "unit",
    "日期": "date",
}
NAMES = {*KNOWN, *KNOWN.values()}


class ReplyTemplateQuerySet(models.QuerySet["ReplyTemplate"]):
    def visible_to(self, user: "User") -> Self:
        """Those of the communities whose incidents the person dispatches."""
        return self.filter(reach(user, Perm.DISPATCH_INCIDENTS).within(grid=None))


class ReplyTemplate(models.Model):
    """One reply for one move of an incident."""

    class Verb(models.TextChoices):
        PROGRESS = "progress", gettext_lazy("记一笔进展")
        RESOLVE = "resolve", gettext_lazy("处理完毕")
        PAUSE = "pause", gettext_lazy("暂停计时")
        EXTENSION = "ask_extension", gettext_lazy("申请延期")
        DISPATCH = "dispatch", gettext_lazy("派遣")
        REJECT = "reject", gettext_lazy("核查不通过")
        FOLLOW_UP = "follow_up", gettext_lazy("回访：已解决")

    community = models.ForeignKey(
        "directory.Community", models.CASCADE, related_name="reply_templates", verbose_name=gettext_lazy("社区")
    )
    verb = models.CharField(gettext_lazy("用在哪一步"), max_length=20, choices=Verb.choices)
    title = models.CharField(gettext_lazy("名称"), max_length=20)
    text = models.TextField(
        gettext_lazy("内容"),
        max_length=500,
        help_text=gettext_lazy("可用：{编号} {类别} {地点} {承办人} {单位} {日期}"),
    )
    active = models.BooleanField(gettext_lazy("启用"), default=True)

    objects = ReplyTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("回复模板")
        verbose_name_plural = gettext_lazy("回复模板")
        ordering = ["verb", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "verb", "title"],
                name="reply_template_once",
                violation_error_message=gettext_lazy("这一步已有同名的模板。"),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> str:
        return "" if self.active else _("已停用")

    def clean(self) -> None:
        """Refuse what would never be filled in."""
        unknown = [name for name in PLACEHOLDER.findall(self.text) if name not in NAMES]
        if unknown:
            raise ValidationError({"text": _("没有“%(name)s”这个占位词，请从说明里选。") % {"name": unknown[0]}})
