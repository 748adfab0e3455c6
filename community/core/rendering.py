"""How forms become HTML: Django's templates, but for the controls that stand on a page by the dozen."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString

from community.core import drawing

WIDGETS = "django/forms/widgets"
INPUTS = ("text", "number", "email", "url", "password", "hidden", "date", "time", "search", "tel")
DRAWN: dict[str, Callable[[Mapping[str, Any]], SafeString]] = {
    f"{WIDGETS}/select.html": drawing.select,
    **{f"{WIDGETS}/{name}.html": drawing.entry for name in INPUTS},
}
FIELD = "django/forms/field.html"
ERRORS = "django/forms/errors/list/ul.html"


class FormRenderer(TemplatesSetting):
    """Fields, selects and inputs in code, everything else by templates."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if draw := DRAWN.get(template_name):
            return draw(context["widget"])
        if template_name == FIELD:
            return drawing.field(context["field"])
        if template_name == ERRORS and not context["errors"]:
            return SafeString()
        return super().render(template_name, context, request)
