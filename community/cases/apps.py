from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "community.cases"
    label = "cases"
