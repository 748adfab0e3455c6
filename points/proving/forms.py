from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """A receipt's code, as printed or read out."""

    code = forms.CharField(
        label=_("凭证码"),
        max_length=80,
        help_text=_("印在凭证上，形如 12-3-45-ABCDEFGHIJ，不分大小写。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class DayForm(forms.Form):
    """Which day's balance to look up."""

    on = forms.DateField(label=_("哪一天结束时"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
