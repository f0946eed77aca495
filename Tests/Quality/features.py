"""The network's features in PyTorch, and how far apart two pictures are by them: none of the engine's code."""
import torch
import torch.nn.functional as F
from safetensors import safe_open

BLOCKS = (2, 2, 4, 3)


def network(path):
    """The layers up to conv4_3, in order: name, kernel, bias."""
    with safe_open(path, framework="pt") as file:
        for block, count in enumerate(BLOCKS, start=1):
            for number in range(1, count + 1):
                name = f"conv{block}_{number}"
                table, index = file.get_tensor(f"{name}.weight.table"), file.get_tensor(f"{name}.weight.index")
                yield name, table[index.long()], file.get_tensor(f"{name}.bias")


def features(picture, layers, wanted):
    """The activations after ReLU of the wanted layers, (channels, positions) each, of a picture (1, 3, height, width) in
    R'G'B', 0 to 1."""
    found = {}
    x = picture.flip(1) * 255 - torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)
    for name, kernel, bias in layers:
        if name.endswith("_1") and name != "conv1_1":
            x = F.max_pool2d(x, 2)
        x = F.relu(F.conv2d(x, kernel, bias, padding=1))
        if name in wanted:
            found[name] = x[0].flatten(1)
    return found


def statistics(points):
    """Mean and covariance over the positions of one layer's features."""
    points = points.double()
    mean = points.mean(1)
    centred = points - mean[:, None]
    return mean, centred @ centred.T / points.shape[1]


def frechet(first, second):
    """Frechet's distance of two means and covariances: |m1 - m2|^2 + tr(C1 + C2 - 2 (C1^1/2 C2 C1^1/2)^1/2)."""
    (mean1, covariance1), (mean2, covariance2) = first, second
    values, vectors = torch.linalg.eigh(covariance1)
    root = vectors @ torch.diag(values.clamp(min=0).sqrt()) @ vectors.T
    common = torch.linalg.eigvalsh(root @ covariance2 @ root).clamp(min=0).sqrt().sum()
    return ((mean1 - mean2).square().sum() + covariance1.trace() + covariance2.trace() - 2 * common).item()
