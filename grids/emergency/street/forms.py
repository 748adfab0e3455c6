"""Forms of the street: declaring one emergency for several communities, and an order to all of them."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from community.directory.models import Community
from grids.emergency.forms import groups_field, skills_field
from grids.emergency.models import Emergency
from grids.emergency.muster import Group, Wanted
from grids.emergency.street.models import StreetEmergency, can_join, commanded

if TYPE_CHECKING:
    from community.directory.models import User


class DeclareForm(forms.Form):
    """What, in which communities, what people are told, and who is called."""

    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(label=_("发生了什么"), choices=Emergency.Sort.choices, widget=forms.RadioSelect)
    drill = forms.BooleanField(label=_("这是一次演练"), required=False)
    communities = forms.ModelMultipleChoiceField(
        label=_("参与社区"), queryset=Community.objects.none(), widget=forms.CheckboxSelectMultiple,
        help_text=_("每个社区的全部楼栋都在内，由社区书记指挥。"),
    )  # fmt: skip
    message = forms.CharField(
        label=_("通知内容"), max_length=500, help_text=_("马上发给被召集的人，夜里也发。"),
        widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
    )  # fmt: skip
    groups = groups_field(required=False, initial=[Group.VOLUNTEER, Group.PARTY, Group.WORKER])
    skills = skills_field()

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        field = cast("forms.ModelMultipleChoiceField[Community]", self.fields["communities"])
        field.queryset = Community.objects.filter(pk__in=commanded(user)).order_by("code")
        field.initial = [community.pk for community in field.queryset]

    def declare_once(self) -> StreetEmergency:
        """A request sent twice, even at the same moment, declares one."""
        data = self.cleaned_data
        wanted = Wanted(data["groups"], data["skills"]) if data["groups"] else None
        try:
            return StreetEmergency.declare(
                by=self.user, communities=list(data["communities"]), sort=data["sort"], message=data["message"],
                drill=data["drill"], wanted=wanted, request_key=data["request_key"],
            )  # fmt: skip
        except IntegrityError:
            known = StreetEmergency.objects.filter(declared_by=self.user, request_key=data["request_key"])
            if data["request_key"] and (found := known.first()):
                return found
            raise


class ExtendForm(forms.Form):
    """Communities that join while it goes on; sent twice, they are in it once."""

    communities = forms.ModelMultipleChoiceField(
        label=_("加入的社区"), queryset=Community.objects.none(), widget=forms.CheckboxSelectMultiple,
        help_text=_("与最初启动一样：全部楼栋都在内，由社区书记指挥，之前的街道指令一并送到。"),
        error_messages={"required": _("请选择社区。")},
    )  # fmt: skip
    groups = groups_field(required=False, initial=[Group.VOLUNTEER, Group.PARTY, Group.WORKER])
    skills = skills_field()

    def __init__(self, *args: Any, user: "User", whole: StreetEmergency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.whole = user, whole
        field = cast("forms.ModelMultipleChoiceField[Community]", self.fields["communities"])
        # A second click still names what the first has added; offered is only what is left. Who was in it is told apart.
        field.queryset = Community.objects.filter(pk__in=commanded(user), street=whole.street_id)
        ended = set(whole.parts.values_list("community", flat=True))
        again = _("%(community)s（已解除，再次加入）")
        field.choices = [
            (row.pk, again % {"community": row} if row.pk in ended else str(row)) for row in can_join(user, whole)
        ]

    def extend(self) -> int:
        data = self.cleaned_data
        wanted = Wanted(data["groups"], data["skills"]) if data["groups"] else None
        return self.whole.extend(list(data["communities"]), by=self.user, wanted=wanted)


class OrderForm(forms.Form):
    """One order; ``request_key`` makes it one when it is sent twice."""

    request_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("指令"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("同时写入各社区的态势记录，并通知指挥人。"), error_messages={"required": _("请写明指令。")},
    )  # fmt: skip
