"""Forms of points: the staff's filter, and an administrator's rule."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from points.models import PointRule, Posting
from points.models.rule import known_events


class LedgerFilter(forms.Form):
    """Narrows the list of postings; every figure of a dashboard can lead to its rows by these names."""

    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    number = forms.CharField(label=_("事项编号"), required=False, max_length=30)

    def narrow(self, postings: "QuerySet[Posting]") -> "QuerySet[Posting]":
        chosen: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        if chosen.get("since"):
            postings = postings.filter(at__gte=_midnight(chosen["since"]))
        if chosen.get("until"):
            postings = postings.filter(at__lt=_midnight(chosen["until"] + timedelta(days=1)))
        if chosen.get("number"):
            postings = postings.filter(case__number=chosen["number"].strip().upper())
        return postings


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class PointRuleForm(forms.ModelForm):
    """Events are chosen from those that happen, not typed."""

    events = forms.MultipleChoiceField(
        label=_("事件"),
        choices=lambda: list(known_events()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("其中任何一个发生就给分；同一事项只给一次。"),
    )

    class Meta:
        model = PointRule
        fields = [
            "code", "name", "community", "events", "conditions", "gives_to", "asset", "amount", "per_minutes", "cap_once",
            "cap_day", "cap_period", "approve_above", "begins_on", "ends_on",
        ]  # fmt: skip
