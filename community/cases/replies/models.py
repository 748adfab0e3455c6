"""What a community has found good to say, for any kind of matter that offers ready words."""

import re
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.cases.registry import kind_of, kinds
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
        """Those for the kinds that the person looks after, in their communities."""
        found = Q(pk__in=())
        for kind in kinds():
            if kind.words is not None:
                found |= Q(kind=kind.name) & reach(user, kind.words.kept_by).within(grid=None)
        return self.filter(found)


class ReplyTemplate(models.Model):
    """One reply for one move of one kind of matter."""

    community = models.ForeignKey(
        "directory.Community", models.CASCADE, related_name="reply_templates", verbose_name=gettext_lazy("社区")
    )
    kind = models.CharField(gettext_lazy("类型"), max_length=20, default="incident")
    verb = models.CharField(gettext_lazy("用在哪一步"), max_length=20)
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
        ordering = ["kind", "verb", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "kind", "verb", "title"],
                name="reply_template_once",
                violation_error_message=gettext_lazy("这一步已有同名的模板。"),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> str:
        return "" if self.active else _("已停用")

    @property
    def told(self) -> str:
        """Where it is used, in words."""
        kind = kind_of(self.kind)
        return f"{kind.label} · {kind.model.workflow[self.verb].label}"

    @property
    def step(self) -> str:
        """Where it is used, as a form's value."""
        return f"{self.kind}:{self.verb}"

    def clean(self) -> None:
        """Refuse what would never be filled in."""
        unknown = [name for name in PLACEHOLDER.findall(self.text) if name not in NAMES]
        if unknown:
            raise ValidationError({"text": _("没有“%(name)s”这个占位词，请从说明里选。") % {"name": unknown[0]}})
