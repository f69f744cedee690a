"""Draws the pictures of the two example petitions, and makes them ready: `python -m tests.house.draw_examples`.

Abstract on purpose: nobody is shown, and nothing pretends to be a photograph. The library is a row of books with a
lit window; the call for a ceasefire is many small lights on still water before sunrise.
"""

from __future__ import annotations

import io
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

EXAMPLES = Path(__file__).parents[2] / "undersigned" / "examples"
SIZE = (2400, 1600)
HORIZON = 560


def ceasefire(count: int = 230, seed: int = 29) -> Image.Image:
    """Draw `count` lights on still water before sunrise: far away many, near each one for itself."""
    chance = random.Random(seed)
    image = Image.new("RGB", SIZE)
    image.paste(_bands([(22, 32, 66), (52, 66, 108), (126, 116, 140), (232, 186, 150)], HORIZON))
    image.paste(_bands([(196, 158, 140), (70, 78, 112), (24, 34, 64), (12, 18, 38)], 1600 - HORIZON), (0, HORIZON))
    lights, paths = Image.new("RGB", SIZE), Image.new("RGB", SIZE)
    light, path = ImageDraw.Draw(lights), ImageDraw.Draw(paths)
    for _ in range(count):
        depth = chance.random() ** 2.2  # 0 at the horizon, 1 at one's feet
        x, y, size = chance.uniform(-20, 2420), HORIZON + 26 + depth * 930, 4 + depth * 22
        path.rectangle((x - size * 0.45, y + size, x + size * 0.45, y + size * 6.5), fill=(120, 84, 44))
        light.rounded_rectangle((x - size, y - size * 1.5, x + size, y + size), size * 0.45, fill=(255, 202, 126))
    image = _added(image, paths.filter(ImageFilter.GaussianBlur(12)))
    image = _added(image, lights.filter(ImageFilter.GaussianBlur(26)).point(lambda part: part * 0.75))
    image.paste(lights, mask=lights.convert("L").point(lambda part: 235 if part else 0))
    return image


def _bands(inks: list[tuple[int, int, int]], height: int) -> Image.Image:
    """Give a field that goes from ink to ink, downwards."""
    small = Image.new("RGB", (1, len(inks)))
    small.putdata(inks)
    return small.resize((SIZE[0], height), Image.Resampling.BICUBIC)


def library() -> Image.Image:
    """Draw shelves of books in the dusk and one lit window among them."""
    chance = random.Random(5)
    image = _bands([(38, 40, 62), (66, 58, 72)], SIZE[1])
    draw = ImageDraw.Draw(image)
    inks = [(146, 84, 70), (92, 112, 116), (176, 142, 92), (70, 78, 112), (120, 104, 96), (60, 84, 80), (188, 170, 140)]
    for shelf in range(3):
        foot = 520 + shelf * 500
        x = 60
        while x < 2330:
            width, high = chance.randint(34, 82), chance.randint(270, 400)
            ink = chance.choice(inks)
            draw.rectangle((x, foot - high, x + width, foot), fill=ink)
            pale = tuple(min(255, part + 34) for part in ink)
            draw.rectangle((x + 8, foot - high + 36, x + width - 8, foot - high + 46), fill=pale)
            draw.rectangle((x + 8, foot - 60, x + width - 8, foot - 54), fill=pale)
            x += width + (chance.randint(60, 120) if chance.random() < 0.06 else 5)
        draw.rectangle((0, foot, 2400, foot + 26), fill=(42, 34, 36))
    light = Image.new("RGB", SIZE)
    panes = ImageDraw.Draw(light)
    panes.rectangle((960, 560, 1440, 1020), fill=(255, 206, 128))
    draw.rectangle((920, 520, 1480, 1060), fill=(42, 34, 36))
    lit = _added(image, light.filter(ImageFilter.GaussianBlur(150)))
    draw = ImageDraw.Draw(lit)
    for column in range(2):
        for row in range(2):
            x, y = 950 + column * 260, 550 + row * 250
            draw.rectangle((x, y, x + 240, y + 230), fill=(255, 218, 150))
    return lit


def _added(one: Image.Image, other: Image.Image) -> Image.Image:
    from PIL import ImageChops

    return ImageChops.add(one, other)


def main() -> None:
    """Draw both and make their files, and the picture of the statement, with more lights."""
    stated = EXAMPLES / "statements" / "ceasefire" / "a-million" / "1" / "lights.jpg"
    ceasefire(560, 31).resize((1200, 800), Image.Resampling.LANCZOS).save(stated, quality=78, optimize=True)
    for name, draw in (("ceasefire", ceasefire), ("library", library)):
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            out = io.BytesIO()
            draw().save(out, "PNG")
            Path(file.name).write_bytes(out.getvalue())
            command = [sys.executable, "-m", "undersigned", "photo", file.name, "--campaign", str(EXAMPLES / name)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
