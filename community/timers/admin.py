from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from community.timers.holidays import NoHolidayDataError, fill
from community.timers.models.calendar import CalendarDay, OfficeHours


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    list_display = ["date", "name", "is_working", "scope"]
    list_filter = ["is_working", "community"]
    list_select_related = ["community"]
    search_fields = ["name"]
    date_hierarchy = "date"
    actions = ["fill_years"]

    @admin.display(description=_("适用范围"), ordering="community")
    def scope(self, day: CalendarDay) -> str:
        return str(day.community or _("全国"))

    @admin.action(description=_("补全所选日期当年及次年的法定节假日"), permissions=["add"])
    def fill_years(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        years = {day.year + later for day in queryset.dates("date", "year") for later in (0, 1)}
        for year in sorted(years):
            try:
                text = _("%(year)s 年：新增 %(added)s 天。") % {"year": year, "added": fill(year)}
                self.message_user(request, text, messages.SUCCESS)
            except NoHolidayDataError as error:
                self.message_user(request, str(error), messages.WARNING)


@admin.register(OfficeHours)
class OfficeHoursAdmin(admin.ModelAdmin):
    list_display = ["community", "weekday", "opens", "closes", "on_holidays"]
    list_filter = ["community", "weekday"]
    list_select_related = ["community"]
