"""Events of the layers below points; the apps above register their own."""

from django.utils.translation import gettext_lazy as _

from points.rulebook.events import Event, register


def register_events() -> None:
    register(
        Event("duty.done", _("完成任务（附要求的证明）"), ("duty.finish",)),
        Event("watch.done", _("值完一班并交接"), ("watch.hand_over",)),
    )
