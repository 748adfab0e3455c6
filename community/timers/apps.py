from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TimersConfig(AppConfig):
    name = "community.timers"
    label = "timers"

    def ready(self) -> None:
        from community.core.verbs import followers, preparers
        from community.timers import running

        preparers.register(running.prepare, rank=10)
        followers.register(running.follow, rank=10)
        post_migrate.connect(plant, sender=self)


def plant(**kwargs: Any) -> None:
    from community.timers import holidays

    holidays.plant()
