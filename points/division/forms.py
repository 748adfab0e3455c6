"""Forms of divisions."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community.core.models import Case
from community.core.perms import Perm
from community.directory.asking import communities_where
from community.directory.models import Community
from points.division.models import Division
from points.division.moving import left_behind
from points.proposing.forms import ProposalForm


class TargetField(forms.ModelChoiceField):
    """Communities, each with how many people would take something along, where it is known from which."""

    origin: Community | None = None

    def label_from_instance(self, target: Any) -> str:
        if self.origin is None:
            return str(target)
        n = left_behind(self.origin.pk, target.pk).values("owner").distinct().count()
        return ngettext("%(target)s（%(n)s 人有余额可划）", "%(target)s（%(n)s 人有余额可划）", n) % {
            "target": target,
            "n": n,
        }


class ProposeForm(ProposalForm):
    """From where to where, and why; another person decides."""

    reason_hint = _("写明依据，例如街道关于社区调整的批复文号。")

    community = forms.ModelChoiceField(
        label=_("从哪个社区"), queryset=Community.objects.none(), error_messages={"required": _("请选择从哪个社区划出。")}
    )  # fmt: skip
    target = TargetField(
        label=_("划到哪个社区"), queryset=Community.objects.none(), widget=forms.RadioSelect, empty_label=None,
        error_messages={"required": _("请选择划到哪个社区。"), "invalid_choice": _("请选择划到哪个社区。")},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        origins = list(communities_where(self.user, Perm.MANAGE_POINTS))
        target = cast(TargetField, self.fields["target"])
        target.queryset = Community.objects.filter(street__in={one.street_id for one in origins}).order_by("code")
        if len(origins) == 1:
            target.queryset = target.queryset.exclude(pk=origins[0].pk)
            target.origin = origins[0]

    def raise_case(self) -> Case:
        chosen = self.cleaned_data
        return Division.propose(
            by=self.user, community=chosen["community"], target=chosen["target"], note=chosen["note"],
            request_key=chosen["request_key"],
        )  # fmt: skip
