"""What a browser's camera is held in front of: a printed code, or the screen of somebody's phone."""

import io
from pathlib import Path

import segno
from PIL import Image
from playwright.sync_api import Locator

WIDTH, HEIGHT = 640, 480


def printed(text: str) -> Image.Image:
    """A code on paper."""
    code = io.BytesIO()
    segno.make(text).save(code, kind="png", scale=8, border=6)
    return Image.open(code)


def screen(shown: Locator) -> Image.Image:
    """A part of another phone's page, as it is drawn there."""
    return Image.open(io.BytesIO(shown.screenshot()))


def film_of(seen: Image.Image, folder: Path) -> Path:
    """As a film of a few pictures, for ``Pocket.film``."""
    scene = Image.new("RGB", (WIDTH, HEIGHT), "gray")
    seen = seen.convert("RGB")
    seen.thumbnail((WIDTH, HEIGHT))
    scene.paste(seen, ((WIDTH - seen.width) // 2, (HEIGHT - seen.height) // 2))
    shot = io.BytesIO()
    scene.save(shot, "JPEG", quality=90)
    path = folder / "camera.mjpeg"
    path.write_bytes(shot.getvalue() * 5)
    return path
