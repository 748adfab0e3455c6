"""The administrator's forms for roles: which permissions a post brings."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from community.access.models import Role
from community.core.perms import Perm


class RoleForm(forms.ModelForm):
    """Permissions as boxes to tick, rather than a list of codes to type."""

    perms = forms.MultipleChoiceField(choices=Perm.choices, widget=forms.CheckboxSelectMultiple, required=False)

    class Meta:
        model = Role
        fields = ("code", "name", "scope_kind", "staff", "perms")


@admin.register(Role)
class RoleAdmin(admin.ModelAdmin):
    form = RoleForm
    list_display = ("name", "scope_kind", "staff")

    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        """A changed role changes what its holders may do at once."""
        super().save_model(request, obj, form, change)
        obj.regrant()

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return False
