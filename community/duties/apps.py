from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "community.duties"
    label = "duties"

    def ready(self) -> None:
        from community.calendars import sources
        from community.core.verbs import followers
        from community.duties import appointments, catching_up, menus
        from community.duties.clocks import DUTY_CLOCKS
        from community.duties.models import Duty
        from community.timers import clocks

        clocks.register(Duty.matter_kind, *DUTY_CLOCKS)
        followers.register(catching_up.follow, rank=15)
        sources.register(appointments.SOURCE)
        menus.register_all()
