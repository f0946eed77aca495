#!/usr/bin/env python3
"""Make the reference numbers in this folder again, with PyTorch in double precision, from the weights that are shipped.

    python3 Tests/Oracle/make_reference.py [FOLDER]

README.md describes what is written. Needs torch, numpy, pillow and safetensors.
"""
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch.nn import functional

from impasto import Impasto, STYLE_LAYERS

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
NUMBER_OF_STEPS = 10

# Content crop, style crop and, of the style picture again, the crop that is blended into the content to make the image.
# Each as (picture, left, top, width, height).
PAIRS = {
    "64x48": (("cat.png", 120, 70, 64, 48), ("great-wave.png", 300, 150, 48, 64), ("great-wave.png", 60, 200, 64, 48)),
    "63x47": (("rocket.jpg", 290, 180, 63, 47), ("cafe-terrace-at-night.png", 90, 90, 70, 53),
              ("cafe-terrace-at-night.png", 200, 60, 63, 47)),
    "33x50": (("cat.png", 200, 120, 33, 50), ("cafe-terrace-at-night.png", 30, 200, 50, 33),
              ("cafe-terrace-at-night.png", 100, 150, 33, 50)),
    "17x16": (("rocket.jpg", 310, 120, 17, 16), ("great-wave.png", 200, 100, 16, 31),
              ("great-wave.png", 10, 10, 17, 16)),
    "97x31": (("rocket.jpg", 250, 300, 97, 31), ("great-wave.png", 250, 120, 31, 18),
              ("great-wave.png", 150, 180, 97, 31)),
}
# Every recipe with every pair by max pooling; one pair each by average pooling.
AVERAGE = {"gatys": "64x48", "eager": "33x50", "keras": "17x16", "johnson": "97x31", "impasto": "63x47"}


# The network: VGG-19 on pictures x of shape (H, W, 3), R'G'B' in [0, 1].


class VGG19:
    def __init__(self, path, dtype=torch.float64):
        self.dtype = dtype
        tensors = load_file(path)
        self.weights = {}
        for name in (key.removesuffix(".bias") for key in tensors if key.endswith(".bias")):
            table, index = tensors[f"{name}.weight.table"].to(dtype), tensors[f"{name}.weight.index"].long()
            self.weights[name] = (table[index], tensors[f"{name}.bias"].to(dtype))

    def activations(self, x, layers, pooling="max", padding="zero"):
        """After ReLU, {layer: (channels, positions)}; every second 2x2 window is pooled, a last odd row left out."""
        pool = {"max": functional.max_pool2d, "average": functional.avg_pool2d}[pooling]
        mode = {"zero": "constant", "replicate": "replicate"}[padding]
        current, result = network_input(x).permute(2, 0, 1).unsqueeze(0), {}
        for name in sorted(self.weights):
            if name[4:] != "1_1" and name.endswith("_1"):
                current = pool(current, kernel_size=2, stride=2)
            padded = functional.pad(current, (1, 1, 1, 1), mode=mode)
            current = functional.relu(functional.conv2d(padded, *self.weights[name]))
            if name in layers:
                result[name] = current.squeeze(0).flatten(start_dim=1)
            if name == max(layers):
                return result


MEAN = torch.tensor([103.939, 116.779, 123.68], dtype=torch.float64)  # blue, green, red


def network_input(x):
    return 255 * x[..., [2, 1, 0]] - MEAN.to(x.dtype)


def pixels_of(n):
    """The picture that the network input n is of."""
    return ((n + MEAN.to(n.dtype)) / 255)[..., [2, 1, 0]]


# The objectives, term by term. F, P (channels, positions); G, A (channels, channels), sums over positions.


@dataclass(frozen=True)
class Recipe:
    content_layer: str
    content: object  # of F, P
    style: object  # of F, G, A, positions of the style, pixels of the picture
    variation: object = None  # of dx^2 + dy^2


RECIPES = {
    "keras": Recipe(
        "conv5_2",
        lambda F, P: 2.5e-8 * ((F - P) ** 2).sum(),
        lambda F, G, A, Ms, pixels: 1e-6 / 5 * ((G - A) ** 2).sum() / (36 * pixels ** 2),
        lambda squares: 1e-6 * (squares ** 1.25).sum()),
    "gatys": Recipe(
        "conv4_2",
        lambda F, P: ((F - P) ** 2).mean(),
        lambda F, G, A, Ms, pixels: 1e3 / len(F) ** 2 * ((G / F.shape[1] - A / Ms) ** 2).mean()),
    "eager": Recipe(
        "conv5_2",
        lambda F, P: 1e3 * ((F - P) ** 2).mean(),
        lambda F, G, A, Ms, pixels: 1e-2 / 5 * ((G / F.shape[1] - A / Ms) ** 2).mean()),
    "johnson": Recipe(
        "conv4_2",
        lambda F, P: 5 * ((F - P) ** 2).mean(),
        lambda F, G, A, Ms, pixels: 100 * ((G / F.numel() - A / (Ms * len(F))) ** 2).mean(),
        lambda squares: 1e-3 * 0.5 * squares.sum()),
}


class Objective:
    """One recipe's loss of an image, for a content and a style."""

    def __init__(self, network, recipe, content, style, pooling="max"):
        self.network, self.recipe, self.pooling = network, RECIPES[recipe], pooling
        layer = self.recipe.content_layer
        self.target = network.activations(content, [layer], pooling)[layer]
        self.grams = {name: (F @ F.T, F.shape[1])
                      for name, F in network.activations(style, STYLE_LAYERS, pooling).items()}

    def terms(self, x):
        """{name: weighted term}, whose sum is the loss."""
        layer = self.recipe.content_layer
        activations = self.network.activations(x, [layer, *STYLE_LAYERS], self.pooling)
        terms = {f"content {layer}": self.recipe.content(activations[layer], self.target)}
        for name in STYLE_LAYERS:
            F = activations[name]
            terms[f"style {name}"] = self.recipe.style(F, F @ F.T, *self.grams[name], x.shape[0] * x.shape[1])
        if self.recipe.variation:
            n = network_input(x)
            corner, right, below = n[:-1, :-1], n[:-1, 1:], n[1:, :-1]
            terms["variation"] = self.recipe.variation((corner - right) ** 2 + (corner - below) ** 2)
        return terms

    def loss(self, x):
        return sum(self.terms(x).values())


# What is written


def crop(picture, left, top, width, height):
    """(H, W, 3), 8 bit."""
    image = Image.open(CHECKOUT / "Tests" / "Images" / picture).convert("RGB")
    assert left + width <= image.width and top + height <= image.height, picture
    return np.asarray(image)[top:top + height, left:left + width]


def unit(picture):
    return torch.from_numpy(picture / 255.0)


def rounded(value):
    """Twelve digits: what double precision gives alike on every machine."""
    return float(f"{value.item():.12g}")


def save_picture(folder, name, picture):
    np.save(folder / f"{name}.npy", np.ascontiguousarray(picture))
    Image.fromarray(picture).save(folder / f"{name}.png", optimize=True)


def make_pictures(folder):
    """{pair: {role: picture}}; `stretched` is a style of the content's size, which keras asks for."""
    pictures = {}
    for name, (content, style, other) in PAIRS.items():
        roles = {"content": crop(*content), "style": crop(*style), "stretched": crop(*other)}
        blend = 0.6 * roles["content"] + 0.4 * roles["stretched"]
        roles["image"] = np.round(blend).astype(np.uint8)
        for role, picture in roles.items():
            save_picture(folder, f"{name}-{role}", picture)
        pictures[name] = roles
    return pictures


def value_and_gradient(terms, x):
    """Fills in x's gradient of the sum of the terms: {loss, terms, gradientNorm}, and the gradient, (H, W, 3)."""
    loss = sum(terms.values())
    gradient, = torch.autograd.grad(loss, x)
    return {
        "loss": rounded(loss), "terms": {name: rounded(term) for name, term in terms.items()},
        "gradientNorm": rounded(gradient.norm())}, gradient.numpy()


def make_cases(network, pictures, folder):
    """cases.json and the gradients."""
    cases = []
    runs = [(recipe, pair, "max") for recipe in [*RECIPES, "impasto"] for pair in PAIRS]
    runs += [(recipe, pair, "average") for recipe, pair in AVERAGE.items()]
    for recipe, pair, pooling in runs:
        style = "stretched" if recipe == "keras" else "style"
        content, painting = (unit(pictures[pair][role]) for role in ("content", style))
        objective = (Impasto(network, content, painting, pooling) if recipe == "impasto" else
                     Objective(network, recipe, content, painting, pooling))
        x = unit(pictures[pair]["image"]).requires_grad_()
        values, gradient = value_and_gradient(objective.terms(x), x)
        name = f"{recipe}-{pair}-{pooling}"
        np.save(folder / "gradients" / f"{name}.npy", gradient.astype(np.float32))
        cases.append({
            "name": name, "recipe": recipe, "pooling": pooling, "content": f"{pair}-content",
            "style": f"{pair}-{style}", "image": f"{pair}-image", **values})
    write_json(folder / "cases.json", cases)


def make_energies(network, pictures, folder):
    """energies.json: the network alone, by every pooling and padding; terms are half the mean square of a layer."""
    cases = []
    for pooling in ("max", "average"):
        for padding in ("zero", "replicate"):
            for pair in ("33x50", "97x31"):
                x = unit(pictures[pair]["image"]).requires_grad_()
                activations = network.activations(x, [*STYLE_LAYERS, "conv4_2"], pooling, padding)
                terms = {layer: (F ** 2).mean() / 2 for layer, F in activations.items()}
                values, gradient = value_and_gradient(terms, x)
                name = f"energy-{pair}-{pooling}-{padding}"
                np.save(folder / "gradients" / f"{name}.npy", gradient.astype(np.float32))
                cases.append({
                    "name": name, "pooling": pooling, "padding": padding, "image": f"{pair}-image", **values})
    write_json(folder / "energies.json", cases)


def descend(objective, start, make_optimizer, to_pixels=lambda v: v, after_step=lambda v: None):
    """Losses before each step and after the last, and the picture at the end."""
    variable = start.clone().requires_grad_()
    optimizer = make_optimizer(variable)

    def closure():
        optimizer.zero_grad()
        loss = objective.loss(to_pixels(variable))
        loss.backward()
        return loss

    losses = []
    for _ in range(NUMBER_OF_STEPS):
        losses.append(rounded(optimizer.step(closure)))
        with torch.no_grad():
            after_step(variable)
    with torch.no_grad():
        return [*losses, rounded(objective.loss(to_pixels(variable)))], to_pixels(variable).numpy()


class Descent(torch.optim.SGD):
    """Gradient descent at the rate 0.96^(i/100) times the first."""

    def __init__(self, variables, rate):
        super().__init__(variables, lr=rate)
        self.rate, self.taken = rate, 0

    def step(self, closure):
        self.param_groups[0]["lr"] = self.rate * 0.96 ** (self.taken / 100)
        self.taken += 1
        return super().step(closure)


def lbfgs(search):
    # A step of PyTorch's L-BFGS is max_iter inner ones; the history lasts from one to the next. Its rules for stopping
    # are switched off.
    return lambda x: torch.optim.LBFGS(
        [x], lr=1, max_iter=1, max_eval=25, history_size=10, tolerance_grad=0, tolerance_change=0,
        line_search_fn=search)


def clip(n):
    """Each pixel into its range."""
    lowest, highest = (network_input(torch.full((3,), v, dtype=n.dtype)) for v in (0.0, 1.0))
    n.copy_(torch.maximum(torch.minimum(n, highest), lowest))


# Rate 100 is for 400 rows: on 48 the sums over positions of keras, over (H W)^2, are far larger, and it diverges.
SGD_RATE = 0.05
TRAJECTORIES = {
    "lbfgs": ("gatys", {"variable": "pixels"}, (lbfgs(None),)),
    "lbfgs-wolfe": ("gatys", {"variable": "pixels", "lineSearch": "strong_wolfe"}, (lbfgs("strong_wolfe"),)),
    "adam": ("eager", {"variable": "input", "rate": 5, "betas": [0.99, 0.999], "epsilon": 0.1}, (
        lambda n: torch.optim.Adam([n], lr=5, betas=(0.99, 0.999), eps=0.1), pixels_of, clip)),
    "sgd": ("keras", {"variable": "input", "rate": SGD_RATE, "decay": 0.96, "decaySteps": 100}, (
        lambda n: Descent([n], SGD_RATE), pixels_of)),
}


def make_trajectories(networks, pictures, folder):
    """trajectories.json: from the content on, in double precision and, to show what rounding does, in single."""
    trajectories = []
    for name, (recipe, settings, how) in TRAJECTORIES.items():
        style, losses = "stretched" if recipe == "keras" else "style", []
        for network in networks:
            content, painting = (unit(pictures["64x48"][role]).to(network.dtype) for role in ("content", style))
            start = content if settings["variable"] == "pixels" else network_input(content)
            values, last = descend(Objective(network, recipe, content, painting), start, *how)
            losses.append(values)
            if network.dtype == torch.float64:
                np.save(folder / "gradients" / f"{name}-last.npy", last.astype(np.float32))
        trajectories.append({
            "name": name, "recipe": recipe, "content": "64x48-content", "style": f"64x48-{style}", **settings,
            "losses": losses[0], "lossesInSinglePrecision": losses[1]})
    write_json(folder / "trajectories.json", trajectories)


def write_json(path, items):
    """One item a line."""
    path.write_text("[\n" + ",\n".join(json.dumps(item, allow_nan=False) for item in items) + "\n]\n")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for part in ("pictures", "gradients"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    network, single = (VGG19(CHECKOUT / "weights" / "vgg19.safetensors", t) for t in (torch.float64, torch.float32))
    pictures = make_pictures(folder / "pictures")
    make_cases(network, pictures, folder)
    make_energies(network, pictures, folder)
    make_trajectories([network, single], pictures, folder)


if __name__ == "__main__":
    main()
