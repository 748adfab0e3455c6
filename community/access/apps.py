from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "community.access"
    label = "access"

    def ready(self) -> None:
        from community.access import leaving, menus
        from community.access.grants import reach_of
        from community.access.namesakes import posts_of
        from community.access.staff import take_seat
        from community.core import choosing, reach
        from community.directory import disabling
        from community.directory.models import User

        reach.provide(reach_of)
        choosing.tell_apart(User, posts_of)
        if leaving.left not in disabling.listeners:
            disabling.listeners.append(leaving.left)
        user_logged_in.connect(take_seat, dispatch_uid="access.take_seat")
        menus.register_all()
        post_migrate.connect(plant, sender=self)


def plant(**kwargs: Any) -> None:
    from community.access import grants, positions, roles

    roles.plant(grants.plant_permissions())
    positions.plant()
