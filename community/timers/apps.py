from django.apps import AppConfig


class TimersConfig(AppConfig):
    name = "community.timers"
    label = "timers"
