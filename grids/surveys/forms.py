"""Forms of surveys: a new one, its sections and questions, and sending items back."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.cases.forms import OpeningForm
from community.core.perms import Perm
from community.directory.asking import ask_community
from community.directory.models import Community
from grids.surveys.models import Form, Question, Section, Survey
from grids.surveys.ordering import broken_condition, next_position
from grids.surveys.progress import Shape, shape_of


class DraftForm(OpeningForm):
    community = forms.ModelChoiceField(label=_("社区"), queryset=Community.objects.none())
    title = forms.CharField(label=_("调查名称"), max_length=120)
    purpose = forms.CharField(
        label=_("调查目的"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    permille = forms.TypedChoiceField(
        label=_("范围"), coerce=int,
        choices=[(1000, _("全部住户")), (10, _("1% 抽样")), (50, _("5% 抽样")), (100, _("10% 抽样"))],
    )  # fmt: skip
    review_percent = forms.IntegerField(label=_("复核比例（%）"), min_value=0, max_value=100, initial=10)
    ends_on = forms.DateField(
        label=_("截止日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_community(self, self.user, Perm.RUN_SURVEYS)

    def clean_ends_on(self) -> Any:
        ends_on = self.cleaned_data["ends_on"]
        if ends_on is not None and ends_on < timezone.localdate():
            raise ValidationError(_("截止日期不能早于今天。"))
        return ends_on

    def raise_case(self) -> Survey:
        return Survey.draft(by=self.user, **self.cleaned_data)


class SectionForm(forms.Form):
    """A new part at the end, or another name and way of filling in for one that is there."""

    title = forms.CharField(label=_("部分名称"), max_length=60)
    per = forms.ChoiceField(label=_("填写方式"), choices=Section.Per.choices)

    def __init__(self, *args: Any, section: Section | None = None, **kwargs: Any) -> None:
        self.section = section
        known = {"title": section.title, "per": section.per} if section else {}
        kwargs["initial"] = known | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.section is not None and "per" in data:
            shape = shape_of(self.section.form)
            next(part for part, _rows in shape if part == self.section).per = data["per"]
            if words := broken_condition(shape):
                self.add_error("per", words)
        return data

    def add_to(self, form: Form) -> Section:
        return Section.objects.create(form=form, position=next_position(form.sections.all()), **self.cleaned_data)

    def change(self, section: Section) -> None:
        section.title, section.per = self.cleaned_data["title"], self.cleaned_data["per"]
        section.save(update_fields=["title", "per"])


class QuestionForm(forms.Form):
    """A new question at the end of a part, or another wording of one that is there."""

    section = forms.ModelChoiceField(label=_("部分"), queryset=Section.objects.none())
    text = forms.CharField(label=_("问题"), max_length=200)
    kind = forms.ChoiceField(label=_("题型"), choices=Question.Kind.choices)
    choices = forms.CharField(
        label=_("选项"), required=False, max_length=3000, help_text=_("单选、多选用，一行一个。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    required = forms.BooleanField(label=_("必填"), required=False, initial=True)
    sensitive = forms.BooleanField(label=_("敏感项（提交后隐藏）"), required=False)
    low = forms.DecimalField(label=_("最小值"), required=False, max_digits=12, decimal_places=2)
    high = forms.DecimalField(label=_("最大值"), required=False, max_digits=12, decimal_places=2)
    shown_if = forms.ModelChoiceField(
        label=_("只在这题"), queryset=Question.objects.none(), required=False, empty_label=_("（总是提问）")
    )
    shown_value = forms.CharField(label=_("答案为"), required=False, max_length=60)

    def __init__(self, *args: Any, form_version: Form, question: Question | None = None, **kwargs: Any) -> None:
        self.version, self.question = form_version, question
        known: dict[str, Any] = {}
        if question is not None:
            known = model_to_dict(question, fields=list(self.base_fields)) | {"choices": "\n".join(question.choices)}
        kwargs["initial"] = known | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        sections = Section.objects.filter(form=form_version)
        cast("forms.ModelChoiceField[Section]", self.fields["section"]).queryset = sections
        earlier = Question.objects.filter(section__in=sections, kind__in=["choice", "multi"])
        earlier = earlier.exclude(pk=question.pk if question else 0).order_by("section__position", "position", "pk")
        cast("forms.ModelChoiceField[Question]", self.fields["shown_if"]).queryset = earlier

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        choices = [line.strip()[:60] for line in data.get("choices", "").splitlines() if line.strip()]
        data["choices"] = list(dict.fromkeys(choices))
        if data.get("kind") in ("choice", "multi") and len(data["choices"]) < 2:
            self.add_error("choices", _("请至少写两个选项，一行一个。"))
        if data.get("low") is not None and data.get("high") is not None and data["high"] < data["low"]:
            self.add_error("high", _("最大值不能小于最小值。"))
        self._check_condition(data)
        self._check_dependents(data)
        if not self.errors and (words := broken_condition(self._shape(data))):
            self.add_error("shown_if" if data["shown_if"] else "section", words)
        return data

    def _check_condition(self, data: dict[str, Any]) -> None:
        earlier, value = data.get("shown_if"), data.get("shown_value", "")
        if earlier is None:
            data["shown_value"] = ""
        elif value not in earlier.choices:
            self.add_error("shown_value", _("请写那道题的一个选项。"))

    def _check_dependents(self, data: dict[str, Any]) -> None:
        """Whoever waits for an answer of this question must still be able to get it."""
        left = data.get("choices", ()) if data.get("kind") in ("choice", "multi") else []
        for other in self.question.depends.all() if self.question else ():
            if other.shown_value not in left:
                words = gettext("“%(text)s”要看这里答“%(value)s”没有，请先改那道题。")
                self.add_error("choices", words % {"text": other.text, "value": other.shown_value})

    def _shape(self, data: dict[str, Any]) -> Shape:
        """The form as it would be: the question where it stands, or at the end of the part it goes to."""
        mine = Question(pk=self.question.pk if self.question else 0, **data)
        shape = shape_of(self.version)
        stays = self.question is not None and self.question.section == mine.section
        for part, rows in shape:
            if stays and part == mine.section:
                rows[rows.index(mine)] = mine
                continue
            if mine in rows:
                rows.remove(mine)
            if part == mine.section:
                rows.append(mine)
        return shape

    def add(self) -> Question:
        section = self.cleaned_data["section"]
        return Question.objects.create(position=next_position(section.questions.all()), **self.cleaned_data)

    def change(self, question: Question) -> None:
        if question.section != self.cleaned_data["section"]:
            question.position = next_position(self.cleaned_data["section"].questions.all())
        for name, value in self.cleaned_data.items():
            setattr(question, name, value)
        question.save()
