"""Stand-in photographs, drawn: a wall and a lamp, a path and a heap, so that galleries show something."""

import io
from functools import cache
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from community.core.photos import CleanPhoto, clean_photo

SCENES = 6
SKIES = [(203, 213, 220), (226, 214, 196), (190, 203, 196), (214, 200, 190), (180, 190, 205), (220, 220, 208)]


@cache
def photo(number: int) -> CleanPhoto:
    """One of a few drawn scenes, cleaned as any upload is."""
    random, size = Random(number), (960, 720)  # noqa: S311 - a picture is no secret
    picture = Image.new("RGB", size, SKIES[number % len(SKIES)])
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 470, 960, 720), fill=(150, 146, 138))
    for column in range(3):
        left = 60 + column * 300 + random.randrange(30)
        draw.rectangle((left, 120, left + 210, 480), fill=(178, 160 - 10 * column, 142))
        for row in range(4):
            for window in range(3):
                x, y = left + 22 + window * 62, 145 + row * 80
                draw.rectangle(
                    (x, y, x + 38, y + 46), fill=(90, 104, 118) if random.random() < 0.7 else (236, 214, 150)
                )
    for _ in range(14):
        x, y, r = random.randrange(300, 660), random.randrange(540, 660), random.randrange(14, 46)
        draw.ellipse((x - r, y - r // 2, x + r, y + r // 2), fill=tuple(random.randrange(80, 170) for _ in range(3)))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return clean_photo(SimpleUploadedFile("scene.jpg", out.getvalue(), "image/jpeg"))
