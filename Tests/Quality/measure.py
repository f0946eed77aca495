"""How good a painting is, from its saved file: S, C and V, everything brought to 512 pixels on the long side.

S  style left: Frechet's distance of the features' statistics to the painting's at layers that no recipe looks at for the
   style, over that of the photograph; geometric mean over the layers. 1 is the photograph, 0 the painting's texture.
C  photograph lost: mean squared difference of the features from the photograph's, over that of the painting in the
   photograph's size; mean over the layers. 0 is the photograph.
V  noise: the variance of the Laplacian over the painting's. Much above 1 is noise, much below is blur.
"""
import math

import numpy as np
import torch
from PIL import Image

from features import features, frechet, network, statistics

STYLE = ("conv1_2", "conv2_2", "conv3_3", "conv4_3")
CONTENT = ("conv2_2", "conv3_3", "conv4_3")
LONG_SIDE = 512


def read(path, size=None):
    image = Image.open(path).convert("RGB")
    scale = LONG_SIDE / max(image.size)
    image = image.resize(size or tuple(round(side * scale) for side in image.size), Image.LANCZOS)
    return torch.from_numpy(np.asarray(image, dtype=np.float32) / 255).permute(2, 0, 1)[None]


def roughness(picture):
    gray = picture.mean(1)[0]
    inner = gray[1:-1, 1:-1]
    return (4 * inner - gray[:-2, 1:-1] - gray[2:, 1:-1] - gray[1:-1, :-2] - gray[1:-1, 2:]).var().item()


class Judge:
    """Measures pictures that are to show one photograph in the style of one painting."""

    def __init__(self, weights, photograph, painting):
        self.layers = list(network(weights))
        picture, style = read(photograph), read(painting)
        self.size = picture.shape[3], picture.shape[2]
        self.content = self.features(picture)
        self.texture = self.features(read(painting, self.size))
        self.style = self.statistics(self.features(style))
        self.unpainted = self.statistics(self.content)
        self.roughness = roughness(style)

    @torch.no_grad()
    def features(self, picture):
        return features(picture, self.layers, STYLE)

    def statistics(self, found):
        return {name: statistics(found[name]) for name in STYLE}

    def measure(self, path):
        picture = read(path, self.size)
        found = self.features(picture)
        own = self.statistics(found)
        left = [math.log(max(frechet(own[n], self.style[n]), 1e-9) / frechet(self.unpainted[n], self.style[n]))
                for n in STYLE]
        lost = [((found[n] - self.content[n]).square().mean() / (self.texture[n] - self.content[n]).square().mean())
                for n in CONTENT]
        return {"S": math.exp(sum(left) / len(left)), "C": (sum(lost) / len(lost)).item(),
                "V": roughness(picture) / self.roughness}
