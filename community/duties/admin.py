from django.contrib import admin

from community.duties.models import Plan


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = ["title", "community", "grid", "assignee", "recurrence", "opens", "closes", "starts_on", "ends_on"]
    list_filter = ["community", "kind", "working_days_only"]
    list_select_related = ["community", "grid", "assignee"]
    raw_id_fields = ["assignee", "dwelling", "person"]
