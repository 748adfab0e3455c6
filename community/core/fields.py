"""Form fields shared by every app."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from community.core.photos import CleanPhoto, clean_photo


class PhotosInput(forms.ClearableFileInput):
    """A file input for several photos; the page turns it into a picker with preview."""

    allow_multiple_selected = True
    template_name = "components/forms/photos.html"


class PhotosField(forms.FileField):
    """Zero to ``most`` photos, cleaned: the value is a list of CleanPhoto."""

    widget = PhotosInput

    def __init__(self, *, most: int = 6, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": "image/*", "multiple": True, "data-most": self.most}

    def clean(self, data: Any, initial: Any = None) -> list[CleanPhoto]:  # type: ignore[override]
        uploads = [upload for upload in (data if isinstance(data, list | tuple) else [data]) if upload]
        if self.required and not uploads:
            raise ValidationError(_("请至少附一张照片。"), code="required")
        if len(uploads) > self.most:
            raise ValidationError(_("最多可附 %(most)d 张照片。"), params={"most": self.most}, code="too_many")
        return [clean_photo(super(PhotosField, self).clean(upload)) for upload in uploads]
