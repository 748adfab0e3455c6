from django.apps import AppConfig
from django.conf import settings


class CoreConfig(AppConfig):
    name = "community.core"
    label = "core"

    def ready(self) -> None:
        from community.core.choosing import read_at_once
        from community.core.wording import join_catalogs

        read_at_once()
        for language, _name in settings.LANGUAGES:
            join_catalogs(language)
