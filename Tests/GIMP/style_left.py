#!/usr/bin/env python3
"""How much of the way to a painting's style is left: one number, 1 for the photograph itself, 0 for the painting.

    python3 style_left.py WEIGHTS PHOTOGRAPH PAINTING PAINTED       (pictures as binary PPM)

The features of a layer, taken as points, have a mean and a covariance. Between those of two pictures there is
Fréchet's distance; the number is the distance from the painted picture to the painting over that from the photograph,
as the geometric mean over four layers that no recipe of the engine looks at for the style. Needs PyTorch and
safetensors, and none of the engine's code.
"""
import math
import pathlib
import sys

import torch

from pictures import Pixels

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Quality"))
from features import features, frechet, network, statistics  # noqa: E402

LAYERS = ("conv1_2", "conv2_2", "conv3_3", "conv4_3")
LONG_SIDE = 512


def lanczos(length, wanted):
    """The matrix that brings `length` samples to `wanted`, by Lanczos' filter of three lobes."""
    step = length / wanted
    width = max(step, 1)
    centres = (torch.arange(wanted) + 0.5) * step
    x = (torch.arange(length) + 0.5 - centres[:, None]) / width
    weights = torch.sinc(x) * torch.sinc(x / 3) * (x.abs() < 3)
    return weights / weights.sum(1, keepdim=True)


def read(path, size=None):
    """The picture as (1, 3, height, width) in [0, 1], brought to `size` or to the long side."""
    pixels = Pixels(pathlib.Path(path))
    picture = torch.frombuffer(bytearray(pixels.values), dtype=torch.uint8).float()
    picture = picture.view(1, pixels.height, pixels.width, pixels.channels).permute(0, 3, 1, 2)
    scale = LONG_SIDE / max(pixels.width, pixels.height)
    height, width = size or (round(pixels.height * scale), round(pixels.width * scale))
    # To whole numbers each time, as in the files that people look at.
    picture = (picture @ lanczos(pixels.width, width).T).round().clamp(0, 255)
    return (lanczos(pixels.height, height) @ picture).round().clamp(0, 255) / 255


def style(picture, layers):
    """Mean and covariance of the features of each layer."""
    return {name: statistics(points) for name, points in features(picture, layers, LAYERS).items()}


@torch.no_grad()
def main(weights, photograph, painting, painted):
    layers = list(network(weights))
    photograph = read(photograph)
    before, after = style(photograph, layers), style(read(painted, photograph.shape[2:]), layers)
    wanted = style(read(painting), layers)
    logarithms = [math.log(frechet(after[name], wanted[name]) / frechet(before[name], wanted[name])) for name in LAYERS]
    print(math.exp(sum(logarithms) / len(logarithms)))


if __name__ == "__main__":
    main(*sys.argv[1:])
