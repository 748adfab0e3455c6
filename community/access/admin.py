"""The administrator's forms for roles: which permissions a post brings."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from community.access.models import Establishment, Role
from community.core.perms import Perm


class RoleForm(forms.ModelForm):
    """Permissions as boxes to tick, rather than a list of codes to type."""

    perms = forms.MultipleChoiceField(choices=Perm.choices, widget=forms.CheckboxSelectMultiple, required=False)

    class Meta:
        model = Role
        fields = (
            "code", "name", "scope_kind", "staff", "perms",
            "family", "slot", "level", "per_grid", "term_months", "licensed", "duties",
        )  # fmt: skip


@admin.register(Role)
class RoleAdmin(admin.ModelAdmin):
    form = RoleForm
    list_display = ("name", "scope_kind", "family", "level", "per_grid", "staff")
    list_filter = ("family", "scope_kind")

    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        """A changed role changes what its holders may do at once."""
        super().save_model(request, obj, form, change)
        obj.regrant()

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return False


@admin.register(Establishment)
class EstablishmentAdmin(admin.ModelAdmin):
    list_display = ("community", "grid", "role", "required")
    list_select_related = ("community", "grid", "role")
    list_filter = ("community",)
