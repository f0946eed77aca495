#!/usr/bin/env python3
"""Makes TorchTrajectories.json: where torch.optim.LBFGS and torch.optim.Adam go on small problems, in float64.

    python3 make_reference.py > TorchTrajectories.json

Needs: torch.
"""
import json
import sys

import torch

START = {"rosenbrock": [-1.2, 1.0, -0.5, 0.8], "quadratic": [1.0, -2.0, 3.0, -4.0, 5.0]}


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1].square()).square() + (1 - x[:-1]).square()).sum() / 100


def quadratic(x):
    stiffness = 10.0 ** -torch.arange(len(x), dtype=x.dtype)
    return 0.5 * (stiffness * (x - 1).square()).sum()


def trajectory(function, start, make, steps):
    """The points and losses after each step; one evaluation, one step."""
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer, points, losses = make([x]), [], []

    def closure():
        optimizer.zero_grad()
        loss = function(x)
        loss.backward()
        return loss

    for _ in range(steps):
        optimizer.step(closure)
        points.append(x.tolist())
        losses.append(function(x).item())
    return {"start": start, "points": points, "losses": losses}


def main():
    lbfgs = lambda x: torch.optim.LBFGS(x, lr=1, max_iter=1, history_size=4)
    adam = lambda x: torch.optim.Adam(x, lr=0.05, betas=(0.99, 0.999), eps=0.1)
    problems = {"rosenbrock": rosenbrock, "quadratic": quadratic}
    result = {
        name: {p: trajectory(f, START[p], make, steps) for p, f in problems.items()}
        for name, make, steps in [("lbfgs", lbfgs, 12), ("adam", adam, 40)]
    }
    json.dump(result, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
