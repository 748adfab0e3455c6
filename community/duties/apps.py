from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "community.duties"
    label = "duties"
