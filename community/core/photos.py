"""Photos are re-encoded on arrival: no metadata (place, time, device) survives, and nothing but a picture gets in."""

import hashlib
import io
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image
from pillow_heif import register_heif_opener

register_heif_opener()

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
LONG_SIDE = 1920
THUMBNAIL_SIDE = 360
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "GIF", "BMP")  # the MPO of some telephones is read as JPEG

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip


@dataclass(frozen=True)
class CleanPhoto:
    """JPEG bytes of the picture (long side at most 1,920 px) and its thumbnail; ``sha256`` is of ``full``."""

    full: bytes
    thumbnail: bytes
    width: int
    height: int
    sha256: str


def clean_photo(upload: UploadedFile) -> CleanPhoto:
    """Re-encode an uploaded picture. Raises ValidationError with a sentence for the person."""
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(
            _("照片“%(name)s”超过 20 MB，请压缩后再传。"), params={"name": upload.name}, code="too_big"
        )
    try:
        picture = _opened(upload)
    except Exception as error:  # each decoder fails in its own way, HEIC's with an EOFError
        raise ValidationError(
            _("“%(name)s”不是能打开的照片，请换一张（JPG、PNG、WebP 或 HEIC）。"),
            params={"name": upload.name},
            code="not_a_photo",
        ) from error
    full = _encoded(picture, LONG_SIDE, quality=82)
    return CleanPhoto(
        full, _encoded(picture, THUMBNAIL_SIDE, quality=75), *_size(full), hashlib.sha256(full).hexdigest()
    )


def _opened(upload: UploadedFile) -> Image.Image:
    upload.seek(0)
    picture = Image.open(upload, formats=FORMATS)
    if picture.width * picture.height > MAX_PIXELS:
        raise ValueError("more pixels than a photo has")
    picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
    turn = _turn(picture)
    upright = picture.convert("RGB")
    return upright.transpose(turn) if turn is not None else upright


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """How it must be turned to stand upright. Notes that cannot be read cost the turn, never the picture."""
    try:
        return TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:
        return None


def _encoded(picture: Image.Image, side: int, quality: int) -> bytes:
    """A new picture made from pixels alone, so that nothing else can come along."""
    smaller = picture.copy()
    smaller.thumbnail((side, side))
    bare = Image.frombytes("RGB", smaller.size, smaller.tobytes())
    out = io.BytesIO()
    # Not progressive: a third of the work for two per cent more bytes.
    bare.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _size(encoded: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(encoded)).size
