"""The administrator's forms for founding a hub: streets, communities and accounts; everything else is imported."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from community.directory.disabling import disabled
from community.directory.models import Community, Street, User


@admin.register(Street)
class StreetAdmin(admin.ModelAdmin):
    list_display = ("code", "name")


@admin.register(Community)
class CommunityAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "street", "phone")
    list_select_related = ("street",)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Accounts; what they may do comes from posts, so the permission lists of Django are left out."""

    list_display = ("username", "name", "community", "is_active", "is_superuser")
    list_filter = ("is_active", "is_superuser", "community")
    search_fields = ("username", "name", "phone")
    ordering = ("username",)
    filter_horizontal = ()
    autocomplete_fields = ()
    raw_id_fields = ("person", "partner_unit")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("人员"), {"fields": ("name", "phone", "phone_verified", "email", "community", "person", "partner_unit")}),
        (_("权限"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "name", "phone", "community", "usable_password", "password1", "password2")}),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever is disabled leaves their work behind, though their post has not ended."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if change and not obj.is_active and "is_active" in form.changed_data:
                disabled(obj)
