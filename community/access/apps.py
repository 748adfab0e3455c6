from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "community.access"
    label = "access"
