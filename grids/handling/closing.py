"""结案要两把钥匙: somebody else has checked it, and its reporter has said so, or kept silent and may be asked."""

import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.core.models import Case
from community.core.verbs import Step, verb
from grids.handling.handing import need_note, works_for
from grids.handling.models import FollowUpShare

if TYPE_CHECKING:
    from community.directory.models import User


class Word(models.TextChoices):
    """The second key: how the reporter's word was given."""

    NONE = "", gettext_lazy("尚无")
    RATED = "rated", gettext_lazy("本人评价")
    SILENT = "silent", gettext_lazy("到期未回复")
    VISITED = "visited", gettext_lazy("回访确认")
    OWN = "own", gettext_lazy("自己发现自己处理")


class TwoKeys(models.Model):
    """Mixed into ``Incident``. ``sampled`` is drawn at the check: if the reporter stays silent, somebody asks."""

    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("核查人"),
    )
    verified_at = models.DateTimeField(gettext_lazy("核查时间"), null=True, blank=True)
    word = models.CharField(
        gettext_lazy("反映人意见"), max_length=8, choices=Word.choices, blank=True, default="", db_default=""
    )
    sampled = models.BooleanField(default=False, db_default=False, editable=False)
    reopened = models.PositiveSmallIntegerField(gettext_lazy("重新打开次数"), default=0, db_default=0)

    class Meta:
        abstract = True

    @verb
    def verify(self: Any, step: Step) -> None:
        """The first key. Whether silence will be looked into is drawn here, and nobody is told."""
        self.verified_by, self.verified_at = step.by, step.now
        self.sampled = secrets.randbelow(100) < FollowUpShare.of(self.community_id)

    @verb
    def conclude(self: Any, step: Step) -> None:
        self.verified_by, self.verified_at, self.word = step.by, step.now, Word.OWN

    @verb
    def reject(self: Any, step: Step) -> None:
        need_note(step, _("请写明哪里还没有处理好。"))
        self._work_again()

    @verb
    def rate(self: Any, step: Step, *, rating: int) -> None:
        self.rating, self.rated_at, self.word = rating, step.now, Word.RATED

    @verb
    def close_unrated(self: Any, step: Step) -> None:
        """Silence is not a rating: it closes without one."""
        self.word = Word.SILENT

    @verb
    def call_on(self: Any, step: Step) -> None:
        """Silence that was drawn: somebody asks at the door or by phone before it closes."""

    @verb
    def follow_up(self: Any, step: Step, *, rating: int | None = None) -> None:
        """Asked, and it is solved. The visitor is a second pair of eyes as well."""
        need_note(step, _("请写明怎样回访的，反映人怎么说。"))
        self.word = Word.VISITED
        if rating is not None:
            self.rating, self.rated_at = rating, step.now

    @verb
    def not_solved(self: Any, step: Step) -> None:
        """Asked, and it is not solved."""
        need_note(step, _("请写明问题还在哪里。"))
        self._open_again(step)

    @verb
    def reopen(self: Any, step: Step) -> None:
        """It is not done after all; what was checked and rated before stays in the timeline alone."""
        need_note(step, _("请写明问题还在哪里。"))
        self._open_again(step)
        self.fixed_on_spot = False

    @verb
    def void(self: Any, step: Step) -> None:
        need_note(step, _("请写明作废的理由。"))
        self.need_no_open_parts()

    def _open_again(self: Any, step: Step) -> None:
        if self.rating is not None:
            step.data["rating"] = self.rating
        self.rating = self.rated_at = self.verified_by = self.verified_at = None
        self.word, self.sampled, self.fed_back_at = Word.NONE, False, None
        self.reopened += 1
        self._work_again()

    def _work_again(self: Any) -> None:
        """It goes back to its handler, or to the leader where the handler has left."""
        self.resolved_at = self.extended_until = None
        handler: User | None = self.handler
        if handler is None or not (handler.is_active and works_for(handler, self)):
            self.handler = self.accountable = self.stand_in()


def lift_reopened(step: Step) -> None:
    """A preparer, after the clocks: a reopened incident goes one desk further up each time it comes back."""
    if step.event in ("incident.reopen", "incident.not_solved"):
        step.matter.tier = min(step.matter.reopened, Case.Tier.STREET)  # type: ignore[attr-defined]
