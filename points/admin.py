from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from points.forms import PointRuleForm
from points.models import ExpiryPolicy, PointRule, StarThreshold


@admin.register(PointRule)
class PointRuleAdmin(admin.ModelAdmin):
    """Rules alone: the ledger itself has no door but ``points.ledger``."""

    form = PointRuleForm
    list_display = ["code", "shown_name", "scope", "amount", "asset", "begins_on", "ends_on"]
    list_filter = ["community", "asset"]
    list_select_related = ["community"]
    search_fields = ["code", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: PointRule | None = None) -> list[str]:
        """A rule that has begun was the rule for what happened: it can be ended, not rewritten."""
        begun = obj is not None and obj.begins_on <= timezone.localdate()
        return [name for name in PointRuleForm.Meta.fields if name not in ("name", "ends_on")] if begun else []

    def has_delete_permission(self, request: HttpRequest, obj: PointRule | None = None) -> bool:
        begun = obj is not None and obj.begins_on <= timezone.localdate()
        return not begun and super().has_delete_permission(request, obj)

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


@admin.register(StarThreshold)
class StarThresholdAdmin(admin.ModelAdmin):
    """Thresholds count from the next closing on; what was closed stands."""

    list_display = ["kind", "stars", "at_least", "rating", "community"]
    list_filter = ["kind", "community"]
    list_select_related = ["community"]
