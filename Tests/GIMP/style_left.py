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
import torch.nn.functional as F
from safetensors import safe_open

from pictures import Pixels

LAYERS = ("conv1_2", "conv2_2", "conv3_3", "conv4_3")
BLOCKS = (2, 2, 4, 3)
LONG_SIDE = 512


def network(path):
    """The layers up to the last one wanted, in order: name, kernel, bias."""
    with safe_open(path, framework="pt") as file:
        for block, count in enumerate(BLOCKS, start=1):
            for number in range(1, count + 1):
                name = f"conv{block}_{number}"
                table, index = file.get_tensor(f"{name}.weight.table"), file.get_tensor(f"{name}.weight.index")
                yield name, table[index.long()], file.get_tensor(f"{name}.bias")


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


def statistics(picture, layers):
    """Mean and covariance of the features of the wanted layers."""
    found = {}
    x = picture.flip(1) * 255 - torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)
    for name, kernel, bias in layers:
        if name.endswith("_1") and name != "conv1_1":
            x = F.max_pool2d(x, 2)
        x = F.relu(F.conv2d(x, kernel, bias, padding=1))
        if name in LAYERS:
            points = x[0].flatten(1).double()
            mean = points.mean(1)
            centred = points - mean[:, None]
            found[name] = mean, centred @ centred.T / points.shape[1]
    return found


def frechet(first, second):
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1^1/2 C2 C1^1/2)^1/2)"""
    (mean1, covariance1), (mean2, covariance2) = first, second
    values, vectors = torch.linalg.eigh(covariance1)
    root = vectors @ torch.diag(values.clamp(min=0).sqrt()) @ vectors.T
    common = torch.linalg.eigvalsh(root @ covariance2 @ root).clamp(min=0).sqrt().sum()
    return ((mean1 - mean2).square().sum() + covariance1.trace() + covariance2.trace() - 2 * common).item()


@torch.no_grad()
def main(weights, photograph, painting, painted):
    layers = list(network(weights))
    photograph = read(photograph)
    before = statistics(photograph, layers)
    after = statistics(read(painted, photograph.shape[2:]), layers)
    style = statistics(read(painting), layers)
    logarithms = [math.log(frechet(after[name], style[name]) / frechet(before[name], style[name])) for name in LAYERS]
    print(math.exp(sum(logarithms) / len(logarithms)))


if __name__ == "__main__":
    main(*sys.argv[1:])
