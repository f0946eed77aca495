#!/usr/bin/env python3
"""Paints the pictures of the README and the help page into CShim/help/en.

    python3 Tests/Quality/pictures.py [--impasto FILE]

Needs `swift build -c release` and pillow.
"""
import argparse
import os
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

CHECKOUT = Path(__file__).resolve().parents[2]
HELP = CHECKOUT / "CShim" / "help" / "en"
PHOTOGRAPHS = CHECKOUT / "Tests" / "Images"
STYLES = CHECKOUT / "CShim" / "styles"
PAIRS = (("cat.png", "church-at-auvers"), ("portrait.png", "great-wave"), ("coffee.png", "cafe-terrace-at-night"),
         ("rocket.jpg", "composition-viii"))
HEIGHT, GAP, CAPTION = 240, 6, 18


class Painter:
    def __init__(self, impasto, folder):
        self.impasto, self.folder, self.count = impasto, folder, 0

    def paint(self, photograph, style, *options):
        self.count += 1
        output = self.folder / f"{self.count}.png"
        command = [self.impasto, PHOTOGRAPHS / photograph, "--style", STYLES / f"{style}.png", "--output", output, *options]
        subprocess.run([str(word) for word in command], check=True,
                       env={**os.environ, "IMPASTO_WEIGHTS": str(CHECKOUT / "weights" / "vgg19.safetensors")})
        return output


def row(pictures, height=HEIGHT):
    """Pictures side by side, each with what is written under it."""
    images = []
    for path, text in pictures:
        image = Image.open(path).convert("RGB")
        images.append((image.resize((round(image.width * height / image.height), height), Image.LANCZOS), text))
    result = Image.new("RGB", (sum(image.width + GAP for image, _ in images) - GAP, height + CAPTION), "white")
    draw, x = ImageDraw.Draw(result), 0
    for image, text in images:
        result.paste(image, (x, 0))
        draw.text((x + 2, height + 3), text, fill="black", font=ImageFont.load_default(12))
        x += image.width + GAP
    return result


def column(rows):
    result = Image.new("RGB", (max(image.width for image in rows), sum(image.height for image in rows)), "white")
    y = 0
    for image in rows:
        result.paste(image, (0, y))
        y += image.height
    return result


def save(image, name):
    image.save(HELP / name, quality=86, optimize=True)
    print(HELP / name, image.size)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--impasto", type=Path, default=CHECKOUT / ".build" / "release" / "impasto")
    with tempfile.TemporaryDirectory() as folder:
        painter = Painter(parser.parse_args().impasto, Path(folder))
        save(column([row([(PHOTOGRAPHS / photograph, "photograph"), (STYLES / f"{style}.png", style),
                          (painter.paint(photograph, style), "painting")]) for photograph, style in PAIRS]), "pairs.jpg")
        photograph, style = PAIRS[0]
        save(row([(painter.paint(photograph, style, "--strength", value), f"strength {value}")
                  for value in (0, 25, 50, 75, 100)], 180), "strength.jpg")
        save(row([(painter.paint(photograph, style, "--brush-size", value), f"brush size {value}")
                  for value in (50, 100, 200, 400)], 220), "brush-size.jpg")
        save(row([(painter.paint(photograph, style), "the painting's colours"),
                  (painter.paint(photograph, style, "--keep-colors"), "the photograph's colours kept")], 220),
             "keep-colours.jpg")


if __name__ == "__main__":
    main()
