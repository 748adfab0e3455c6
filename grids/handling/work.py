"""Working on an incident: word to the reporter, colleagues beside, parts of it, and what it really is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.core.models import Attachment, Case
from community.core.verbs import Step, verb
from grids.handling.handing import need_note, works_for
from grids.handling.models import Helper

if TYPE_CHECKING:
    from community.core.photos import CleanPhoto
    from community.directory.models import User
    from grids.models.category import Category


class Worked(models.Model):
    """Mixed into ``Incident``. ``fed_back_at`` is when its reporter first heard how it goes (大事 24 小时反馈)."""

    called: "User | None" = None  # in by the step being made
    fed_back_at = models.DateTimeField(gettext_lazy("反馈时间"), null=True, blank=True)
    parent = models.ForeignKey(
        "grids.Incident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=gettext_lazy("上级事件"),
    )

    class Meta:
        abstract = True

    @verb
    def progress(self: Any, step: Step, *, photos: "Sequence[CleanPhoto]" = ()) -> None:
        need_note(step, _("请写一句进展。"))
        self.fed_back_at = self.fed_back_at or step.now
        self.keep(photos, Attachment.Purpose.EVIDENCE)

    @verb
    def resolve(self: Any, step: Step, *, photos: "Sequence[CleanPhoto]" = ()) -> None:
        """Say that it is done, with evidence: words or a photo. The whole is not done before its parts are."""
        if not photos:
            need_note(step, _("请写明怎样处理的，或附一张照片。"))
        self.need_no_open_parts()
        self.resolved_at = step.now
        self.asked_until = None
        self.keep(photos, Attachment.Purpose.EVIDENCE)

    @verb
    def call_in(self: Any, step: Step, *, helper: "User") -> None:
        """联合处置: somebody else works on it too; whoever handles it keeps the lead."""
        if helper.pk == self.handler_id or helper.pk in self.helper_ids or not works_for(helper, self):
            raise ValidationError({"helper": _("请选择在这里办理事件的另一位同事。")})
        Helper.objects.create(incident=self, person=helper, called_by=cast("User", step.by), called_at=step.now)
        self.called = helper
        self.__dict__.pop("helper_ids", None)
        step.data["helper"] = str(helper)
        step.note = told(_("协办人：%(name)s") % {"name": helper}, step.note)

    @verb
    def split(self: Any, step: Step, *, what: str, category: "Category | None" = None) -> None:
        """Part of it becomes an incident of its own, with its own handler and clocks."""
        if not what.strip():
            raise ValidationError({"what": _("请写明分出去的是什么。")})
        part = type(self).split_off(
            by=step.by, now=step.now, parent=self, what=what.strip(), category=category or self.category
        )
        step.data["part"] = part.number
        step.note = told(_("子事件 %(number)s：%(what)s") % {"number": part.number, "what": what.strip()}, step.note)

    @verb
    def recategorise(self: Any, step: Step, *, category: "Category") -> None:
        """It is something else than it seemed; its clocks are reckoned anew from where they began."""
        old, before = self.category, self.limits
        if category == old:
            raise ValidationError({"category": _("已经是这个类别。")})
        self.category = category
        self.__dict__.pop("limits", None)
        step.data |= {"from": old.pk, "to": category.pk}
        words = {"old": old, "new": category, "before": before.handling, "after": self.limits.handling}
        step.note = told(_("“%(old)s”改为“%(new)s”，办理时限由%(before)s改为%(after)s") % words, step.note)
        self.extended_until = self.asked_until = None
        self.retitle()
        if category.urgent or old.urgent:
            self.urgency = Case.Urgency.URGENT if category.urgent else Case.Urgency.NORMAL

    @cached_property
    def helper_ids(self: Any) -> frozenset[int]:
        """Who works on it beside its handler; one query."""
        return frozenset(self.helpers.values_list("person", flat=True)) if self.pk else frozenset()

    def need_no_open_parts(self: Any) -> None:
        still = self.children.open().count()
        if still:
            raise ValidationError(_("还有 %(count)s 个子事件没有结案。") % {"count": still})


def told(fact: str, words: str) -> str:
    """A fact of the step and the person's own words, as one note."""
    return f"{fact}。{words}" if words.strip() else f"{fact}。"
