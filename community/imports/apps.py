from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "community.imports"
    label = "imports"

    def ready(self) -> None:
        from community.core.navigation import register as register_entry
        from community.core.perms import Perm
        from community.core.reach import reach
        from community.imports.base.profile import BASE_WORKBOOK
        from community.imports.sheets import register

        register(BASE_WORKBOOK)
        register_entry(
            "office",
            _("底册导入"),
            icon="file-spreadsheet",
            url_name="imports:list",
            order=80,
            allowed=lambda user: bool(reach(user, Perm.IMPORT_DIRECTORY)),
            section=_("底册"),
        )
