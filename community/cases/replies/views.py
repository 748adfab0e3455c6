"""Where a community keeps its replies."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.cases.registry import kind_of, kinds
from community.cases.replies.models import ReplyTemplate
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.asking import ask_community

if TYPE_CHECKING:
    from community.directory.models import User

KEEPERS = (Perm.DISPATCH_INCIDENTS, Perm.VET_WISHES)


def steps_of(user: "User") -> list[tuple[str, str]]:
    """Every step for which the person may keep words: “事件 · 处理完毕”."""
    kept = [kind for kind in kinds() if kind.words is not None and reach(user, kind.words.kept_by)]
    return [
        (f"{kind.name}:{verb}", f"{kind.label} · {kind.model.workflow[verb].label}")
        for kind in kept
        for verb in (kind.words.verbs if kind.words else ())
    ]


class ReplyForm(forms.ModelForm):
    step = forms.ChoiceField(label=gettext_lazy("用在哪一步"))
    field_order = ("community", "step", "title", "text", "active")

    class Meta:
        model = ReplyTemplate
        fields = ("community", "title", "text", "active")
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "data-count": ""})}

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        step = cast("forms.ChoiceField", self.fields["step"])
        step.choices = steps_of(user)
        if self.instance.pk:
            step.initial = self.instance.step
        cast("forms.ModelChoiceField[Any]", self.fields["community"]).empty_label = None
        ask_community(self, user, *KEEPERS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "step" in cleaned:
            self.instance.kind, _colon, self.instance.verb = cleaned["step"].partition(":")
            words, place = kind_of(self.instance.kind).words, cleaned.get("community")
            if words is None or (place and not reach(self.user, words.kept_by).covers(place.pk)):
                self.add_error("step", _("您在这个社区不管这类事项，请另选一步。"))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """Kind and verb come from one field, and count in what must be unique."""
        left_out: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return left_out - {"kind", "verb"} if "step" in self.cleaned_data else left_out


@needs(*KEEPERS)
@require_safe
def replies(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    rows = ReplyTemplate.objects.visible_to(user).select_related("community")
    return render(request, "cases/replies/list.html", {"shell": shell_for(user), "rows": rows})


@needs(*KEEPERS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@needs(*KEEPERS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    rows = ReplyTemplate.objects.visible_to(cast("User", request.user))
    return _edit(request, get_object_or_404(rows, pk=pk))


def _edit(request: HttpRequest, row: ReplyTemplate | None) -> HttpResponse:
    user = cast("User", request.user)
    form = ReplyForm(request.POST or None, instance=row, user=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("模板已保存。"))
        return redirect("cases:replies")
    context = {"shell": shell_for(user), "form": form, "row": row}
    return render(request, "cases/replies/edit.html", context, status=422 if form.is_bound else 200)
