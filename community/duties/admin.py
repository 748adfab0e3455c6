from django.contrib import admin

from community.duties.models import Desk, Leave, Member, Pause, Plan


class MemberInline(admin.TabularInline):
    model = Member
    extra = 0
    raw_id_fields = ["user"]


class PauseInline(admin.TabularInline):
    model = Pause
    extra = 0
    exclude = ["paused_by", "paused_at"]
    can_delete = False

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False  # a pause also calls off what is laid out: see the page of the plan

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = [
        "title",
        "community",
        "grid",
        "kind",
        "rhythm",
        "assigned",
        "assignee",
        "opens",
        "closes",
        "starts_on",
    ]
    list_filter = ["community", "kind", "rhythm", "assigned", "working_days_only"]
    list_select_related = ["community", "grid", "assignee"]
    raw_id_fields = ["assignee", "dwelling", "person", "created_by"]
    inlines = [MemberInline, PauseInline]


@admin.register(Desk)
class DeskAdmin(admin.ModelAdmin):
    list_display = ["name", "community", "grid", "phone", "published"]
    list_filter = ["community"]
    list_select_related = ["community", "grid"]


@admin.register(Leave)
class LeaveAdmin(admin.ModelAdmin):
    list_display = ["user", "begins_on", "ends_on", "substitute", "community", "cancelled_at"]
    list_filter = ["community"]
    list_select_related = ["user", "substitute", "community"]

    def has_add_permission(self, request: object) -> bool:
        return False  # duties go to the substitute only when a leave is entered on its page

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False
