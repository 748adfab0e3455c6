from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "community.dashboards"
    label = "dashboards"
