from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PointsConfig(AppConfig):
    name = "points"

    def ready(self) -> None:
        from community.core.verbs import followers
        from points import features, holding, menus, notices, rules
        from points.fund import registering as fund
        from points.redemption import registering as redemption

        followers.register(rules.follow, rank=30)
        holding.register()
        notices.register_all()
        features.register_all()
        menus.register_all()
        redemption.register_all()
        fund.register_all()
        post_migrate.connect(plant, sender=self)


def plant(**kwargs: Any) -> None:
    from django.utils import timezone

    from points import features, rules
    from points.fund import closing

    rules.plant()
    features.plant_all()
    closing.plan_all(timezone.now())
