from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "community.directory"
    label = "directory"
