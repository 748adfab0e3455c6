from django.apps import AppConfig


class LoadConfig(AppConfig):
    """Holds the one table of the bare view; installed by the benchmark's settings alone."""

    name = "tests.load"
    label = "load"
