#!/usr/bin/env python3
"""Make the small files under files/ that the tests of CPictureFiles and of the command line read.

    python3 Tests/Images/make_files.py        needs pillow and numpy, and ImageMagick's convert

All good ones show the same picture, 24x16: red 10 x, green 16 y, blue 5 (x + y), alpha 255 - 4 x - 4 y where there is
alpha, of 8 bits or times 257 of 16. Tests know it by these formulas.
"""
import struct
import subprocess
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

FILES = Path(__file__).parent / "files"
WIDTH, HEIGHT = 24, 16
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH]
RGB = np.stack([10 * X, 16 * Y, 5 * (X + Y)], axis=-1).astype(np.uint8)
ALPHA = (255 - 4 * X - 4 * Y).astype(np.uint8)
GRAY = RGB[..., 0]


def profile(primaries, gamma, space=b"RGB "):
    """A matrix profile, ICC version 2: colorants as given (XYZ under D50), one gamma for all."""
    def s15(value):
        return struct.pack(">i", round(value * 65536))

    def xyz(values):
        return b"XYZ \0\0\0\0" + b"".join(s15(v) for v in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    name = b"Impasto test\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(79)
    tags = {b"desc": description, b"cprt": b"text\0\0\0\0No copyright\0", b"wtpt": xyz((0.9642, 1, 0.8249))}
    if space == b"RGB ":
        for tag, values in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries):
            tags[tag] = xyz(values)
        for tag in (b"rTRC", b"gTRC", b"bTRC"):
            tags[tag] = curve
    else:
        tags[b"kTRC"] = curve
    table, data, at = b"", b"", 128 + 4 + 12 * len(tags)
    for tag, body in tags.items():
        body += bytes(-len(body) % 4)
        table += tag + struct.pack(">II", at + len(data), len(body))
        data += body
    size = at + len(data)
    header = struct.pack(">I4xI4s4s4s", size, 0x02100000, b"mntr", space, b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + s15(0.9642) + s15(1) + s15(0.8249)
    return header + bytes(128 - len(header)) + struct.pack(">I", len(tags)) + table + data


# Adobe RGB (1998), its numbers; wide enough that taking it for sRGB shows.
WIDE = profile([(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)], 2.19921875)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks):
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*c) for c in chunks) + chunk(b"IEND", b"")


def convert(*words):
    words = ["convert", *words[:-1], "-define", "png:exclude-chunks=date,time", words[-1]]
    subprocess.run([*map(str, words)], check=True)


def good():
    rgb, rgba = Image.fromarray(RGB), Image.fromarray(np.dstack([RGB, ALPHA]))
    rgb.save(FILES / "rgb.png")
    rgb.save(FILES / "rgb.tif")
    rgb.save(FILES / "rgb.jpg", quality=100, subsampling=0)
    rgb.save(FILES / "progressive.jpg", quality=100, subsampling=0, progressive=True)
    rgb.save(FILES / "rgb.webp", lossless=True)
    rgba.save(FILES / "rgba.png")
    rgba.save(FILES / "rgba.tif")
    rgba.save(FILES / "rgba.webp", lossless=True, exact=True)
    Image.fromarray(GRAY).save(FILES / "gray.png")
    Image.fromarray(GRAY).save(FILES / "gray.jpg", quality=100)
    Image.fromarray(GRAY).save(FILES / "gray.tif")
    rgb.quantize(256).save(FILES / "palette.tif")
    rgb.save(FILES / "pages.tif", save_all=True, append_images=[Image.fromarray(255 - RGB)])
    convert(FILES / "rgb.png", "-depth", 16, f"PNG48:{FILES / 'rgb16.png'}")
    convert(FILES / "rgba.png", "-depth", 16, f"PNG64:{FILES / 'rgba16.png'}")
    convert(FILES / "rgba.png", "-depth", 16, FILES / "rgba16.tif")
    convert(FILES / "rgb.png", "-depth", 32, "-define", "quantum:format=floating-point", FILES / "float.tif")
    convert(FILES / "rgb.png", "-interlace", "PNG", FILES / "interlaced.png")
    convert(FILES / "gray.png", "-negate", "-define", "quantum:polarity=min-is-white", FILES / "min-is-white.tif")
    convert(FILES / "rgb.png", "-compress", "lzw", "-define", "tiff:tile-geometry=16x16", FILES / "tiled.tif")
    convert(FILES / "rgb.png", "-interlace", "plane", FILES / "planes.tif")
    convert(FILES / "rgb.png", "-endian", "MSB", FILES / "big-endian.tif")


def turned():
    """The same picture stored the other way round, with the orientation that sets it upright."""
    stored = {
        2: RGB[:, ::-1], 3: RGB[::-1, ::-1], 4: RGB[::-1], 5: RGB.transpose(1, 0, 2),
        6: RGB.transpose(1, 0, 2)[::-1], 7: RGB.transpose(1, 0, 2)[::-1, ::-1], 8: RGB.transpose(1, 0, 2)[:, ::-1],
    }
    for orientation, pixels in stored.items():
        image = Image.fromarray(np.ascontiguousarray(pixels))
        exif = Image.Exif()
        exif[274] = orientation
        image.save(FILES / f"turned{orientation}.jpg", quality=100, subsampling=0, exif=exif)
        if orientation in (2, 6):
            image.quantize(256).save(FILES / f"turned{orientation}-palette.tif", tiffinfo={274: orientation})
        if orientation == 6:
            image.save(FILES / "turned6.png", exif=exif)
            image.save(FILES / "turned6.webp", lossless=True, exif=exif)
            image.save(FILES / "turned6.tif", tiffinfo={274: orientation})


def profiled():
    (FILES / "wide.icc").write_bytes(WIDE)
    rgb = Image.fromarray(RGB)
    rgb.save(FILES / "wide.png", icc_profile=WIDE)
    rgb.save(FILES / "wide.tif", icc_profile=WIDE)
    rgb.save(FILES / "wide.jpg", icc_profile=WIDE, quality=100, subsampling=0)
    rgb.save(FILES / "wide.webp", icc_profile=WIDE, lossless=True)
    rgb.save(FILES / "useless-profile.png", icc_profile=WIDE[:128] + bytes(100))
    rgb.save(FILES / "gray-profile.png", icc_profile=profile(None, 1.8, b"GRAY"))
    Image.fromarray(GRAY).save(FILES / "gray-with-profile.png", icc_profile=profile(None, 1.8, b"GRAY"))


def bad():
    rgb, other = Image.fromarray(RGB), Image.fromarray(255 - RGB)
    for kind in ("png", "jpg", "tif", "webp"):
        whole = (FILES / f"rgb.{kind}").read_bytes()
        (FILES / f"cut.{kind}").write_bytes(whole[: len(whole) * 3 // 4])
    (FILES / "text.png").write_text("This is a text file that is called a picture.\n")
    (FILES / "empty.png").write_bytes(b"")
    rgb.save(FILES / "animation.png", save_all=True, append_images=[other])
    rgb.save(FILES / "animation.webp", save_all=True, append_images=[other], lossless=True)
    rgb.save(FILES / "animation.gif", save_all=True, append_images=[other])
    rgb.convert("CMYK").save(FILES / "cmyk.tif")
    rgb.convert("CMYK").save(FILES / "cmyk.jpg")
    convert(FILES / "rgb.png", "-colorspace", "Lab", FILES / "lab.tif")
    side = 2**31 - 1
    (FILES / "huge.png").write_bytes(png((b"IHDR", struct.pack(">II5B", side, side, 8, 2, 0, 0, 0)), (b"IDAT", b"x")))
    damaged = bytearray((FILES / "rgb.png").read_bytes())
    damaged[len(damaged) // 2] ^= 255
    (FILES / "damaged.png").write_bytes(damaged)
    jpeg = (FILES / "rgb.jpg").read_bytes()
    (FILES / "half.jpg").write_bytes(jpeg[: len(jpeg) * 3 // 4] + b"\xff\xd9")
    scan = jpeg.index(b"\xff\xc4")
    (FILES / "bad-table.jpg").write_bytes(jpeg[: scan + 5] + b"\xff" * 16 + jpeg[scan + 21:])


if __name__ == "__main__":
    FILES.mkdir(exist_ok=True)
    good()
    turned()
    profiled()
    bad()
