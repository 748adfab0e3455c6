"""Where a community keeps its replies."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.access.shells import shell_for
from community.access.views import needs
from community.core.perms import Perm
from community.core.reach import reach
from community.directory.models import Community
from grids.replies.models import ReplyTemplate

if TYPE_CHECKING:
    from community.directory.models import User


class ReplyForm(forms.ModelForm):
    class Meta:
        model = ReplyTemplate
        fields = ("community", "verb", "title", "text", "active")
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "data-count": ""})}

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Community.objects.filter(pk__in=reach(user, Perm.DISPATCH_INCIDENTS).communities).order_by("pk")
        field = cast("forms.ModelChoiceField[Community]", self.fields["community"])
        field.queryset, field.empty_label = mine, None
        if len(mine) == 1:
            field.widget, field.initial = forms.HiddenInput(), mine[0].pk


@needs(Perm.DISPATCH_INCIDENTS)
@require_safe
def replies(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    rows = ReplyTemplate.objects.visible_to(user).select_related("community")
    return render(request, "grids/replies/list.html", {"shell": shell_for(user), "rows": rows})


@needs(Perm.DISPATCH_INCIDENTS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@needs(Perm.DISPATCH_INCIDENTS)
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
        return redirect("grids:replies")
    context = {"shell": shell_for(user), "form": form, "row": row}
    return render(request, "grids/replies/edit.html", context, status=422 if form.is_bound else 200)
