from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GridsConfig(AppConfig):
    name = "grids"

    def ready(self) -> None:
        from community.access import leaving
        from community.cases import registry
        from community.core.verbs import followers, preparers
        from community.timers import clocks
        from grids import earning, joining_rules, menus, notices
        from grids.care import setup as care
        from grids.clocks import INCIDENT_CLOCKS, PATROL_CLOCKS
        from grids.drawing import rules as drawing
        from grids.emergency import rules as emergency
        from grids.handling.closing import lift_reopened
        from grids.handling.orphans import hand_over
        from grids.hotline import registering as hotline
        from grids.kind import KIND
        from grids.mediation import rules as mediation
        from grids.patrols import offline
        from grids.posts import rules as posts
        from grids.rosters import rules as rosters
        from grids.spots import marking
        from grids.suggesting import traces
        from grids.surveys import rules as surveys
        from grids.visits import setup as visits
        from grids.whistle import registering as whistle

        registry.register(KIND)
        clocks.register("incident", *INCIDENT_CLOCKS)
        clocks.register("patrol", *PATROL_CLOCKS)
        preparers.register(lift_reopened, rank=20)
        if hand_over not in leaving.listeners:
            leaving.listeners.append(hand_over)
        followers.register(traces.follow, rank=40)
        followers.register(marking.follow, rank=41)
        marking.register_all()
        notices.register_all()
        earning.register_events()
        joining_rules.register_all()
        surveys.register_all()
        mediation.register_all()
        visits.register_all()
        hotline.register_all()
        emergency.register_all()
        whistle.register_all()
        care.register_all()
        menus.register_all()
        drawing.register_all()
        posts.register_all()
        rosters.register_all()
        offline.register_all()
        post_migrate.connect(plant, sender=self)


def plant(**kwargs: Any) -> None:
    from grids.models import category
    from grids.suggesting import keywords

    category.plant()
    keywords.plant()
