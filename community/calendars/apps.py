from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "community.calendars"
    label = "calendars"
