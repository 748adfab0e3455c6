"""Paper to print from the hub: A4 with its Chinese fonts."""

from functools import cache

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from fpdf import FPDF


@cache
def font_path(weight: str) -> str:
    """The font among the static files: collected ones first, else where the finders see them."""
    name = f"vendor/fonts/{weight}.ttf"
    found = finders.find(name) or staticfiles_storage.path(name)
    return str(found)


class Sheet(FPDF):
    """A page in the fonts “hub”, regular and bold."""

    def __init__(self, orientation: str = "portrait") -> None:
        super().__init__(format="A4", orientation=orientation)
        for style, weight in (("", "regular"), ("B", "bold")):
            self.add_font("hub", style, font_path(weight))
