from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "community.duties"
    label = "duties"

    def ready(self) -> None:
        from community.core.verbs import followers
        from community.duties import catching_up, menus
        from community.duties.clocks import DUTY_CLOCKS
        from community.duties.models import Duty
        from community.timers import clocks

        clocks.register(Duty.matter_kind, *DUTY_CLOCKS)
        followers.register(catching_up.follow, rank=15)
        menus.register_all()
