"""Forms of the import pages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.perms import Perm
from community.directory.asking import ask_community
from community.directory.models import Community, User
from community.imports.container import MAX_BYTES, check_container
from community.imports.models import ImportRun
from community.imports.problems import Unreadable, sentence
from community.imports.sheets import profiles

BASE = "base"


class UploadForm(forms.Form):
    """A workbook of one kind for one of the communities where the person may import."""

    kind = forms.ChoiceField(label=_("导入什么"), required=False)
    community = forms.ModelChoiceField(label=_("社区"), queryset=Community.objects.none(), empty_label=None)
    file = forms.FileField(
        label=_("底册文件"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("请选择要导入的文件。"), "empty": _("文件是空的。请重新选择文件。")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_kinds()
        size = {"limit": MAX_BYTES // 1024**2}
        words = gettext("Excel 工作簿（.xlsx），不超过 %(limit)d MB。上传后先检查，不会马上写入。")
        if self.profile.takes_text:
            words = gettext("Excel 工作簿（.xlsx）或 CSV 文件，不超过 %(limit)d MB。上传后先检查，不会马上写入。")
            self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv"
        self.fields["file"].help_text = words % size
        ask_community(self, user, Perm.IMPORT_DIRECTORY)

    def _offer_kinds(self) -> None:
        """The address names the kind; a form sent by hand names it itself."""
        kinds = {profile.code: profile for profile in profiles()}
        asked = str(self["kind"].value() or "")
        self.profile = kinds.get(asked, kinds[BASE])
        field: Any = self.fields["kind"]
        field.choices = [(code, profile.label) for code, profile in kinds.items()]
        field.widget = forms.HiddenInput()
        self.initial["kind"] = self.profile.code

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        try:
            check_container(upload, upload.name or "", text=self.profile.takes_text)
        except Unreadable as unreadable:
            raise ValidationError(sentence(unreadable), code=unreadable.code) from unreadable
        return upload


class FindingsFilter(forms.Form):
    """Which findings to show; everything optional."""

    level = forms.ChoiceField(label=_("类别"), required=False)
    sheet = forms.ChoiceField(label=_("工作表"), required=False)
    column = forms.ChoiceField(label=_("列"), required=False)

    def __init__(self, *args: Any, run: ImportRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("全部"))
        fields: Any = self.fields
        fields["level"].choices = [every, ("errors", _("错误")), ("hints", _("提醒"))]
        for name in ("sheet", "column"):
            values = run.findings.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()
            fields[name].choices = [every, *((value, value) for value in values)]

    def found(self, run: ImportRun) -> Any:
        """The run's findings that the filter lets through; a bad filter lets all through."""
        wanted = self.cleaned_data if self.is_valid() else {}
        findings = run.findings.all()
        if wanted.get("level"):
            findings = findings.filter(hint=wanted["level"] == "hints")
        for name in ("sheet", "column"):
            if wanted.get(name):
                findings = findings.filter(**{name: wanted[name]})
        return findings

    @property
    def in_use(self) -> int:
        return sum(bool(self.data.get(name)) for name in self.fields)


class OrderForm(forms.Form):
    mode = forms.ChoiceField(label=_("导入方式"), choices=ImportRun.Mode.choices)
