from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from community.timers.limits import Limit
from grids.models import Category, CategoryLimit, Department, FollowUpShare, Keyword


class KeywordInline(admin.TabularInline):
    model = Keyword
    extra = 1


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = [
        "code",
        "name",
        "variant",
        "group",
        "size",
        "response_limit",
        "handling_limit",
        "proposed",
        "active",
    ]
    list_display_links = ["code", "name"]
    list_filter = ["group", "local", "proposed", "active"]
    search_fields = ["code", "name"]
    inlines = [KeywordInline]

    @admin.display(description=_("响应时限"))
    def response_limit(self, category: Category) -> Limit | None:
        return category.response

    @admin.display(description=_("办理时限"))
    def handling_limit(self, category: Category) -> Limit | None:
        return category.handling


@admin.register(FollowUpShare)
class FollowUpShareAdmin(admin.ModelAdmin):
    list_display = ["community", "percent"]
    list_select_related = ["community"]


@admin.register(CategoryLimit)
class CategoryLimitAdmin(admin.ModelAdmin):
    list_display = ["community", "category", "response", "handling"]
    list_filter = ["community"]
    list_select_related = ["community", "category"]


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    """Which departments the communities of a street can call, and who answers for them."""

    list_display = ["name", "street", "partner_unit", "contact", "active"]
    list_filter = ["street", "active"]
    list_select_related = ["street", "partner_unit", "contact"]
    raw_id_fields = ["contact"]
    search_fields = ["name"]
