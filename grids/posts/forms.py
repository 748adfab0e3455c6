"""Forms of posts: offering one, joining the reserve, numbers required, licences."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access.models import Establishment, Role
from community.cases.forms import MoveForm, OpeningForm, ReasonForm
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Community, Grid, User
from grids.forms import ListFilter
from grids.posts.models import Reservist, Seat

ALL = ("", _("全部"))
MOVE_FORMS: dict[str, type[MoveForm]] = {"refuse": ReasonForm, "withdraw": ReasonForm}


class SeatFilter(ListFilter):
    """The dashboard's figures and the overview link here with the same names."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[ALL, ("open", _("未补上")), *Seat.Status.choices]
    )
    role = forms.ModelChoiceField(
        label=_("岗位"), required=False, queryset=Role.objects.exclude(family=""), empty_label=ALL[1]
    )
    field_order = ("state", "role", "grid", "days")


class PutUpForm(OpeningForm):
    """Offer a post: which, where and from when."""

    role = forms.ModelChoiceField(label=_("岗位"), queryset=Role.objects.none(), empty_label=_("请选择"))
    place = forms.ChoiceField(label=_("在哪里"))
    from_day = forms.DateField(label=_("到岗日期"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(
        label=_("想说的话"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("比如：每周两次，每次一小时。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = Role.objects.exclude(family="")
        if not reach(self.user, Perm.MANAGE_POSTS):
            roles = roles.filter(staff=False)
        cast("forms.ModelChoiceField[Role]", self.fields["role"]).queryset = roles
        self.fields["from_day"].initial = timezone.localdate().isoformat()
        cast(forms.ChoiceField, self.fields["place"]).choices = [("", _("请选择")), *self._places()]

    def _places(self) -> list[tuple[str, str]]:
        communities = (
            reach(self.user, Perm.MANAGE_POSTS).communities | reach(self.user, Perm.LEAD_COMMUNITY).communities
        )
        led = reach(self.user, Perm.LEAD_GRID).grids
        grids = Grid.objects.standing(timezone.localdate()).filter(community__in=communities)
        grids |= Grid.objects.standing(timezone.localdate()).filter(pk__in=led)
        wide = [(f"c:{one.pk}", one.name) for one in Community.objects.filter(pk__in=communities)]
        return [*wide, *((f"g:{grid.pk}", str(grid)) for grid in grids.distinct())]

    def raise_case(self) -> Seat:
        data = self.cleaned_data
        kind, _colon, pk = data["place"].partition(":")
        grid = Grid.objects.select_related("community").get(pk=pk) if kind == "g" else None
        community = grid.community if grid else Community.objects.get(pk=pk)
        return Seat.put_up(
            by=self.user, role=data["role"], community=community, grid=grid, from_day=data["from_day"],
            note=data["note"], request_key=data["request_key"],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        role, place = cleaned.get("role"), cleaned.get("place")
        if role and place and (role.scope_kind == Role.ScopeKind.GRID) != place.startswith("g:"):
            where = _("请选一个网格。") if role.scope_kind == Role.ScopeKind.GRID else _("这个岗位在全社区，请选社区。")
            self.add_error("place", where)
        day = cleaned.get("from_day")
        if day and day < timezone.localdate():
            self.add_error("from_day", _("到岗日期不能早于今天。"))
        return cleaned


class ReserveForm(forms.Form):
    """What one can do and would like to do."""

    skills = forms.CharField(
        label=_("我的特长"), max_length=120, required=False, help_text=_("用顿号隔开，比如：水电维修、理发、会手语。")
    )
    hopes = forms.ModelMultipleChoiceField(
        label=_("愿意担任"), queryset=Role.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("不选表示哪里需要去哪里。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = Role.objects.exclude(family="").filter(staff=False)
        cast("forms.ModelMultipleChoiceField[Role]", self.fields["hopes"]).queryset = roles

    def join(self, user: User) -> Reservist:
        return Reservist.join(by=user, skills=self.cleaned_data["skills"], hopes=self.cleaned_data["hopes"])


class RequiredForm(forms.Form):
    """How many of a post one place ought to have."""

    role = forms.ModelChoiceField(queryset=Role.objects.exclude(family=""), widget=forms.HiddenInput)
    grid = forms.ModelChoiceField(queryset=Grid.objects.none(), required=False, widget=forms.HiddenInput)
    required = forms.IntegerField(label=_("应配人数"), min_value=0, max_value=200)

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community
        cast("forms.ModelChoiceField[Grid]", self.fields["grid"]).queryset = Grid.objects.filter(community=community)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        role = cleaned.get("role")
        if role and (role.scope_kind == Role.ScopeKind.GRID) != (cleaned.get("grid") is not None):
            raise ValidationError(_("岗位和范围对不上，请刷新后再试。"))
        return cleaned

    def save(self) -> None:
        data = self.cleaned_data
        Establishment.objects.update_or_create(
            community=self.community, grid=data["grid"], role=data["role"], defaults={"required": data["required"]}
        )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("收回理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明理由。")},
    )  # fmt: skip
