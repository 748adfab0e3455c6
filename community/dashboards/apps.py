from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "community.dashboards"
    label = "dashboards"

    def ready(self) -> None:
        from community.dashboards import heartbeats, menus

        heartbeats.listen()
        menus.register_all()
