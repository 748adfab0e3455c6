"""The form that appoints: a person named by phone, user name or name, a role, a place, a term."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.access.grants import Scope
from community.access.models import Post, Role
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Community, Grid, PartnerUnit, User
from community.directory.phones import phone_or_none

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

KINDS: dict[str, "type[Community | Grid | PartnerUnit]"] = {
    "community": Community,
    "grid": Grid,
    "partner_unit": PartnerUnit,
}
LABELS: dict[str, "_StrPromise"] = {"community": _("社区"), "grid": _("网格"), "partner_unit": _("共建单位")}


class AppointForm(forms.Form):
    """Everything within the reach of whoever appoints; a person of another community is not found."""

    person = forms.CharField(
        label=_("姓名、手机号或用户名"), max_length=60, help_text=_("请写完整；有同名的人时请写手机号。")
    )
    role = forms.ModelChoiceField(
        label=_("岗位"), queryset=Role.objects.exclude(scope_kind="street"), empty_label=_("请选择")
    )
    place = forms.ChoiceField(label=_("范围"))
    begins_on = forms.DateField(label=_("任职日期"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(
        label=_("届满日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("不填表示未定。"),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.communities = reach(by, Perm.MANAGE_POSTS).communities
        self.initial.setdefault("begins_on", timezone.localdate().isoformat())
        cast(forms.ChoiceField, self.fields["place"]).choices = [("", _("请选择")), *self._places()]

    def _places(self) -> list[Any]:
        groups = []
        for kind, model in KINDS.items():
            path = "pk__in" if model is Community else "community__in"
            rows = model._default_manager.filter(**{path: self.communities})
            if model is Grid:
                rows = rows.filter(pk__in=Grid.objects.standing(timezone.localdate()))
            if options := [(f"{kind}:{row.pk}", str(row)) for row in rows]:
                groups.append((LABELS[kind], options))
        return groups

    def clean_person(self) -> User:
        typed = self.cleaned_data["person"].strip()
        same = Q(username=typed) | Q(name=typed) | Q(phone=phone_or_none(typed) or typed)
        found = User.objects.filter(same, is_active=True, community__in=self.communities)[:2]
        if not found:
            raise forms.ValidationError(_("没有找到这个账号。请核对，或请本人先注册。"))
        if len(found) > 1:
            raise forms.ValidationError(_("有同名的人，请改写手机号。"))
        return found[0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        role, place = cleaned.get("role"), cleaned.get("place")
        if role and place and not place.startswith(f"{role.scope_kind}:"):
            kind = role.get_scope_kind_display()
            self.add_error("place", gettext("“%(role)s”的范围请选一个%(kind)s。") % {"role": role, "kind": kind})
        begins, ends = cleaned.get("begins_on"), cleaned.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", gettext("届满日期不能早于任职日期。"))
        return cleaned

    def scope(self) -> Scope:
        kind, _colon, pk = self.cleaned_data["place"].partition(":")
        return KINDS[kind]._default_manager.get(pk=pk)

    def appoint(self) -> Post:
        """Raises ValidationError (overlap), NotYours."""
        data = self.cleaned_data
        return Post.begin(
            user=data["person"],
            role=data["role"],
            scope=self.scope(),
            by=self.by,
            begins_on=data["begins_on"],
            ends_on=data["ends_on"],
        )
