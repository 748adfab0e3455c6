from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "community.demonstration"
    label = "demonstration"
