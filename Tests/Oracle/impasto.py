"""The recipe impasto: terms of an image, worked out by PyTorch on a network and pictures of any precision.

It sees the network with replicate padding, and the content in the style's colours. F, P, A are (channels, positions).
"""
import torch

STYLE_LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")


class Impasto:
    CONTENT = {"conv2_1": 0.0175, "conv3_1": 0.014, "conv4_2": 0.028}
    STYLE = dict(zip(STYLE_LAYERS, (2.4, 1.2, 0.4, 0.04, 0.02)))
    VARIATION, TONE, CELLS, PALETTE, STRETCH = 0.02, 0.05, 48, 0.9, 2

    def __init__(self, network, content, style, pooling="max"):
        def activations(x, layers):
            return network.activations(x, layers, pooling, "replicate")

        self.activations = activations
        moved = content + self.PALETTE * (color_mapped(content, style, self.STRETCH) - content)
        self.content = moved.clamp(0, 1)
        self.targets = activations(self.content, self.CONTENT)
        black = activations(torch.zeros(16, 16, 3, dtype=content.dtype), self.CONTENT)
        self.powers = {name: max((P ** 2).mean(), (black[name] ** 2).mean() / 4) for name, P in self.targets.items()}
        self.painting = {name: self.inner(name, F, style.shape) for name, F in activations(style, self.STYLE).items()}
        self.cells = Cells(*content.shape[:2], self.CELLS)

    @staticmethod
    def inner(name, F, shape):
        """The features without those of the four outermost pixels, a position at least, where a side has four times as
        many."""
        block = int(name[4])
        height, width = (side >> block - 1 for side in shape[:2])
        margin = max(4 >> block - 1, 1)
        if min(height, width) < 4 * margin:
            return F
        return F.unflatten(1, (height, width))[:, margin:-margin, margin:-margin].flatten(start_dim=1)

    def terms(self, x):
        activations = self.activations(x, {*self.CONTENT, *self.STYLE})
        terms = {}
        for name, weight in self.CONTENT.items():
            distance = ((activations[name] - self.targets[name]) ** 2).mean()
            terms[f"content {name}"] = weight * distance / self.powers[name]
        for name, weight in self.STYLE.items():
            F = self.inner(name, activations[name], x.shape)
            terms[f"style {name}"] = weight * self.style(F, self.painting[name])
        corner, right, below = x[:-1, :-1], x[:-1, 1:], x[1:, :-1]
        terms["variation"] = self.VARIATION * ((corner - right) ** 2 + (corner - below) ** 2).mean()
        target = self.cells.means(self.content)
        spread = target.var(dim=(0, 1), correction=0).mean().clamp(min=0.002)
        terms["tone"] = self.TONE * ((self.cells.means(x) - target) ** 2).mean() / spread
        return terms

    @staticmethod
    def style(F, A):
        """Of the squares of both Gram matrices' difference, both of features less the mean features of A."""
        mean = A.mean(dim=1, keepdim=True)
        gram, target = (((B - mean) @ (B - mean).T / B.shape[1]) for B in (F, A))
        plain = A @ A.T / A.shape[1]
        return ((gram - target) ** 2).sum() / max((target ** 2).sum(), (plain ** 2).sum() / 50)


class Cells:
    """Cells over pictures of a size, as many along the long side as told, at most as there are pixels."""

    def __init__(self, height, width, count):
        side = max(max(height, width) / count, 1)
        self.down, self.across = (self.tents(pixels, max(2, int(pixels / side + 0.5))) for pixels in (height, width))

    @staticmethod
    def tents(pixels, cells):
        """(cells, pixels): each pixel's shares in the cells whose centres are next to its own."""
        centers = ((torch.arange(pixels, dtype=torch.float64) + 0.5) * cells / pixels - 0.5).clamp(0, cells - 1)
        return (1 - (centers - torch.arange(cells).unsqueeze(1)).abs()).clamp(min=0)

    def means(self, x):
        """(down, across, 3)"""
        sums = torch.einsum("cy,dx,yxk->cdk", self.down, self.across, x)
        return sums / torch.outer(self.down.sum(dim=1), self.across.sum(dim=1)).unsqueeze(2)


def color_mapped(content, style, stretch):
    """The content by the linear map that moves its colours least to the style's mean and covariance, but stretches no
    direction more than told."""
    def statistics(x):
        colors = x.reshape(-1, 3)
        return colors.mean(dim=0), colors.T.cov(correction=0)

    def of_eigenvalues(matrix, function):
        values, vectors = torch.linalg.eigh(matrix)
        return vectors @ torch.diag(function(values)) @ vectors.T

    luma = torch.tensor([0.2126, 0.7152, 0.0722], dtype=content.dtype)
    (mean, covariance), (other_mean, other) = statistics(content), statistics(style)
    # A style with next to no lightness of its own leaves the content some of its.
    other = other + (min(luma @ covariance @ luma, 0.0015) - luma @ other @ luma).clamp(min=0)
    root = of_eigenvalues(covariance, lambda v: v.clamp(min=0).sqrt())
    inverse = of_eigenvalues(covariance, lambda v: torch.where(v > 2e-6, v, torch.inf).rsqrt())
    whole = inverse @ of_eigenvalues(root @ other @ root, lambda v: v.clamp(min=0).sqrt()) @ inverse
    return (content - mean) @ of_eigenvalues(whole, lambda v: v.clamp(max=stretch)) + other_mean
