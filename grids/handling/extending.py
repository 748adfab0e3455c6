"""延期: more time, asked for with a reason, approved by another, with a date that the reporter reads."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.core.phrases import day
from community.core.verbs import Step, verb
from community.timers.models import Deadline
from grids.handling.handing import need_note
from grids.handling.work import told

LONGEST = timedelta(days=90)


class Extended(models.Model):
    """Mixed into ``Incident``: ``asked_until`` waits for approval, ``extended_until`` has been promised."""

    asked_until = models.DateTimeField(gettext_lazy("申请延期至"), null=True, blank=True)
    extended_until = models.DateTimeField(gettext_lazy("延期至"), null=True, blank=True)

    class Meta:
        abstract = True

    @verb
    def ask_extension(self: Any, step: Step, *, until: datetime) -> None:
        need_note(step, _("请写明延期的理由。"))
        now_due = Deadline.objects.of(self).running().filter(clock="handle", is_due=True).first()
        if not max(step.now, now_due.due_at if now_due else step.now) < until <= step.now + LONGEST:
            raise ValidationError({"until": _("请选择晚于原时限、今后 90 天以内的日期。")})
        self.asked_until = until
        step.data["until"] = until.isoformat()
        step.note = told(_("申请延期到%(day)s") % {"day": day(until)}, step.note)

    @verb
    def grant_extension(self: Any, step: Step) -> None:
        """From now on the stated day is the promise."""
        self.extended_until, self.asked_until = self.asked_until, None
        if self.extended_until <= step.now:
            raise ValidationError(_("申请的日期已经过去，请驳回后重新申请。"))
        step.data["until"] = self.extended_until.isoformat()
        step.note = told(_("延期到%(day)s") % {"day": day(self.extended_until)}, step.note)

    @verb
    def refuse_extension(self: Any, step: Step) -> None:
        need_note(step, _("请写明不同意延期的理由。"))
        self.asked_until = None
