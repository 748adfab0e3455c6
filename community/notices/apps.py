from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "community.notices"
    label = "notices"

    def ready(self) -> None:
        from community.core.verbs import followers
        from community.notices import duties, kinds, outbox
        from community.timers import sweep

        followers.register(outbox.follow, rank=20)
        if outbox.on_firing not in sweep.listeners:
            sweep.listeners.append(outbox.on_firing)
        duties.register_all()
        kinds.register(
            "",
            kinds.NoticeKind(
                "clock.remind",
                _("提醒：“%(title)s”快到时限"),
                body=_("%(clock)s将于 %(due)s 前到期，编号 %(number)s。"),
                reading=outbox.clock_words,
            ),
            kinds.NoticeKind(
                "clock.missed",
                _("已超时：“%(title)s”"),
                body=_("%(clock)s已到期（%(rung)s），编号 %(number)s，请尽快处理。"),
                channels=(kinds.SMS, kinds.EMAIL),
                reading=outbox.clock_words,
            ),
        )
