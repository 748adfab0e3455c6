from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from points.forms import PointRuleForm
from points.models import ExpiryPolicy, PointRule


@admin.register(PointRule)
class PointRuleAdmin(admin.ModelAdmin):
    """Rules alone: the ledger itself has no door but ``points.ledger``."""

    form = PointRuleForm
    list_display = ["code", "shown_name", "scope", "amount", "asset", "begins_on", "ends_on"]
    list_filter = ["community", "asset"]
    list_select_related = ["community"]
    search_fields = ["code", "name"]

    @admin.display(description=_("规则名称"), ordering="name")
    def shown_name(self, rule: PointRule) -> str:
        return str(rule)

    @admin.display(description=_("适用范围"), ordering="community")
    def scope(self, rule: PointRule) -> str:
        return str(rule.community or _("所有社区"))


@admin.register(ExpiryPolicy)
class ExpiryPolicyAdmin(admin.ModelAdmin):
    """After how long points expire, in the communities that want it."""

    list_display = ["community", "months", "warn_days", "begins_on", "ends_on"]
    list_filter = ["community"]
    list_select_related = ["community"]
