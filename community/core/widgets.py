"""Form fields with a look of their own: photos with a preview, and a rating in stars."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.photos import CleanPhoto, clean_photo


class PhotosInput(forms.ClearableFileInput):
    """Several photos in one file field; ``static/js/photos.js`` previews them."""

    template_name = "django/forms/widgets/photos.html"
    allow_multiple_selected = True

    def __init__(self, *, most: int, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/*"} | (attrs or {}))
        self.most = most

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["most"] = self.most
        return context


class PhotosField(forms.FileField):
    """Cleans to a list of at most ``most`` CleanPhoto: re-encoded, without metadata."""

    def __init__(self, *, most: int = 6, **options: Any) -> None:
        defaults: dict[str, Any] = {"label": _("照片"), "required": False}
        super().__init__(widget=PhotosInput(most=most), **defaults | options)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[CleanPhoto]:
        files = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(files) > self.most:
            raise forms.ValidationError(_("最多 %(most)s 张照片，请删去几张。"), params={"most": self.most})
        if not files:
            super().clean(None, initial)
        return [clean_photo(super(PhotosField, self).clean(one, initial)) for one in files]


class StarsInput(forms.RadioSelect):
    """Five stars that are five radio buttons."""

    template_name = "django/forms/widgets/stars.html"


def stars() -> list[tuple[int, str]]:
    """One to five, in the reader's language: callable, because ``%`` does not wait for it."""
    return [(n, gettext("%(n)s 星") % {"n": n}) for n in range(1, 6)]


class StarsField(forms.TypedChoiceField):
    """Cleans to 1–5."""

    def __init__(self, **options: Any) -> None:
        defaults: dict[str, Any] = {"label": _("您满意吗？")}
        super().__init__(choices=stars, coerce=int, widget=StarsInput, **defaults | options)
