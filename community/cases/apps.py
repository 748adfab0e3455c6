from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "community.cases"
    label = "cases"

    def ready(self) -> None:
        from community.cases.replies.views import steps_of
        from community.core.navigation import register

        register(
            "office", _("回复模板"), icon="message-dots", url_name="cases:replies", order=18, section=_("事项"),
            allowed=lambda user: bool(steps_of(user)),
        )  # fmt: skip
