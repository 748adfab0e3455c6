"""Cases whose clocks may rest: for a part that is on its way, or a statutory step; never without saying why."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from community.core.models.case import Case
from community.core.verbs import Step, verb

LONGEST = timedelta(days=60)


class PausableCase(Case):
    """A kind whose table has the moves ``pause`` and ``resume``. The timers stop the clocks and start them again with
    as much time left as there was; any move that changes the state ends the pause as well."""

    class Meta:
        abstract = True

    @verb
    def pause(self, step: Step, *, until: datetime) -> None:
        """Let the clocks rest until then at the latest. Who raised the case reads the reason.

        What is late already may not hide behind a pause.
        """
        reason = " ".join(step.note.split())
        if not reason:
            raise ValidationError({"note": _("请写明暂停的原因，反映人会看到。")})
        if len(reason) > self._meta.get_field("pause_reason").max_length:  # type: ignore[operator,union-attr]
            raise ValidationError({"note": _("原因请写在 200 字以内。")})
        if not step.now < until <= step.now + LONGEST:
            raise ValidationError({"until": _("请选择今后 60 天以内的日期。")})
        if self.due_at is not None and self.due_at <= step.now:
            raise ValidationError(_("已经超时，不能再暂停计时。"))
        self.paused_at, self.paused_until, self.pause_reason = step.now, until, reason
        step.data["until"] = until.isoformat()

    @verb
    def resume(self, step: Step) -> None:
        """The clocks go on with what time was left; they do so by themselves when the pause has run out."""
