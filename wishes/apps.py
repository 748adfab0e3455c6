from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WishesConfig(AppConfig):
    name = "wishes"

    def ready(self) -> None:
        from community.cases import registry
        from community.core.navigation import register
        from community.core.perms import Perm
        from community.core.reach import reach
        from community.timers import clocks
        from points.rulebook import events
        from wishes import notices
        from wishes.clocks import CLOCKS
        from wishes.kind import KIND

        registry.register(KIND)
        clocks.register("wish", *CLOCKS)
        notices.register_all()
        events.register(events.Event("wish.granted", _("微心愿圆梦"), ("wish.confirm", "wish.close_unconfirmed")))
        register("resident", _("首页"), icon="home", url_name="home", order=10)
        register("resident", _("心愿"), icon="heart-handshake", url_name="wishes:board", order=20)
        register("worker", _("心愿"), icon="heart-handshake", url_name="wishes:board", order=30)
        register(
            "office",
            _("微心愿"),
            icon="heart-handshake",
            url_name="wishes:desk",
            order=20,
            section=_("事项"),
            allowed=lambda user: bool(reach(user, Perm.VET_WISHES) or reach(user, Perm.SEE_DASHBOARD)),
        )
