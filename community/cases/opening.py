"""Pages that open a case."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from community.access.shells import shell_for
from community.cases.forms import OpeningForm


def opened(request: HttpRequest, form: OpeningForm, template: str, **more: Any) -> HttpResponse:
    """On to the case that ``form`` raises, or the form again with what stands against it; sent twice it raises one."""
    if made := form.raised():
        return redirect("cases:page", number=made.number)
    context = {"shell": shell_for(form.user), "form": form, **more}
    return render(request, template, context, status=422 if form.is_bound else 200)
