#!/usr/bin/env python3
"""Time one iteration of the gatys objective (forward and pixel gradient, VGG-19), PyTorch and impasto in turn.

    python3 Tests/Peers/compare.py [--impasto .build/release/impasto] [--sizes 256 512 1024] [--rounds 5]

Builds nothing. Every measurement is a process of its own, so that its peak of resident memory is its own too; a round
runs every contender once, each round in another order. Prints a Markdown table of medians over the rounds.
Needs torch, numpy, pillow and safetensors.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
STYLE_LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
CONTENT_LAYER = "conv4_2"
PEERS = ("PyTorch float32, NCHW", "PyTorch float32, channels last", "PyTorch bfloat16 autocast, channels last")
IMPASTO = "impasto"


# One measurement of PyTorch, in a process of its own


def measure_pytorch(peer, weights_path, size, iterations, threads):
    """Median seconds of an iteration after one to warm up, and the peak of this process."""
    import numpy as np
    import torch
    from PIL import Image
    from safetensors.torch import load_file
    from torch.nn import functional

    torch.set_num_threads(threads)
    layout = torch.channels_last if "channels last" in peer else torch.contiguous_format
    brief = "bfloat16" in peer

    tensors = load_file(weights_path)
    layers = []
    for name in sorted(key.removesuffix(".bias") for key in tensors if key.endswith(".bias")):
        if name > max(STYLE_LAYERS):
            break
        weight = tensors[f"{name}.weight.table"][tensors[f"{name}.weight.index"].long()]
        # Converted once, which autocast would do in every iteration.
        kind = torch.bfloat16 if brief else torch.float32
        layers.append((name, weight.to(kind).to(memory_format=layout), tensors[f"{name}.bias"].to(kind)))
    del tensors

    def picture(name):
        image = Image.open(CHECKOUT / "Tests" / "Images" / name).convert("RGB").resize((size, size))
        return torch.from_numpy(np.asarray(image, dtype=np.float32) / 255).permute(2, 0, 1).unsqueeze(0)

    mean = torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)

    def activations(x):
        h = (255 * x.flip(1) - mean).contiguous(memory_format=layout)
        found = {}
        for name, weight, bias in layers:
            if name.endswith("_1") and name != "conv1_1":
                h = functional.max_pool2d(h, 2)
            h = functional.relu(functional.conv2d(h, weight, bias, padding=1), inplace=True)
            if name in STYLE_LAYERS or name == CONTENT_LAYER:
                found[name] = h
        return found

    def gram(f):
        f = f[0].flatten(1)
        return (f @ f.T).float() / f.shape[1]

    def loss(found):
        total = (found[CONTENT_LAYER].float() - target).square().mean()
        for name in STYLE_LAYERS:
            difference = gram(found[name]) - grams[name]
            total = total + 1e3 / len(difference) ** 2 * difference.square().mean()
        return total

    content = picture("cat.png")
    seconds = []
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=brief):
        with torch.no_grad():
            target = activations(content)[CONTENT_LAYER].float()
            painting = activations(picture("great-wave.png"))
            grams = {name: gram(painting[name]) for name in STYLE_LAYERS}
            del painting
        x = content.clone().requires_grad_()
        for _ in range(1 + iterations):
            start = time.perf_counter()
            x.grad = None
            value = loss(activations(x))
            value.backward()
            seconds.append(time.perf_counter() - start)
    assert torch.isfinite(value) and torch.isfinite(x.grad).all() and x.grad.abs().max() > 0
    return {"secondsPerIteration": statistics.median(seconds[1:]), "peakResidentBytes": peak_resident_bytes()}


def peak_resident_bytes():
    """Of this process since it was started; getrusage would count what its parent held."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    sys.exit("compare.py: /proc/self/status has no VmHWM")


# All of them in turn


def measure(contender, size, a):
    if contender == IMPASTO:
        command = [a.impasto, "bench", "--size", size, "--iterations", a.iterations, "--threads", a.threads]
    else:
        command = [sys.executable, __file__, "--peer", contender, "--weights", a.weights, "--sizes", size,
                   "--iterations", a.iterations, "--threads", a.threads]
    environment = {**os.environ, "IMPASTO_WEIGHTS": str(a.weights), "OMP_NUM_THREADS": str(a.threads)}
    result = subprocess.run(
        [str(word) for word in command], env=environment, stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"compare.py: {contender} at {size} ended with {result.returncode}")
    return json.loads(result.stdout)


def measure_all(a):
    """{(size, contender): [measurement of each round]}"""
    contenders = [*PEERS, IMPASTO]
    found = {}
    for round_number in range(a.rounds):
        for size in a.sizes:
            first = round_number % len(contenders)
            for contender in contenders[first:] + contenders[:first]:
                found.setdefault((size, contender), []).append(measure(contender, size, a))
                print(f"round {round_number + 1} of {a.rounds}, {size}: {contender}", file=sys.stderr)
    return found


def table(found, a):
    """Markdown. A ratio is impasto's figure over the peer's: below one, impasto needs less."""
    rows = ["| size | contender | seconds an iteration (least to most) | impasto / it | peak MB | impasto / it |",
            "| --- | --- | --- | --- | --- | --- |"]
    for size in a.sizes:
        def median(contender, key):
            return statistics.median(m[key] for m in found[size, contender])

        for contender in [*PEERS, IMPASTO]:
            seconds = [m["secondsPerIteration"] for m in found[size, contender]]
            ratios = [f"{median(IMPASTO, key) / median(contender, key):.2f}"
                      for key in ("secondsPerIteration", "peakResidentBytes")]
            rows.append(
                f"| {size} | {contender} | {statistics.median(seconds):.3f} ({min(seconds):.3f} to {max(seconds):.3f}) "
                f"| {ratios[0]} | {median(contender, 'peakResidentBytes') / 1e6:.0f} | {ratios[1]} |")
    return "\n".join(rows)


def cpu_name():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--impasto", type=Path, default=CHECKOUT / ".build" / "release" / "impasto")
    parser.add_argument("--weights", type=Path, default=CHECKOUT / "weights" / "vgg19.safetensors")
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512, 1024], help="sides of a square picture")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--iterations", type=int, default=5, help="timed in each measurement")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peer", choices=PEERS, metavar="NAME", help="measure this one alone, once, and print JSON")
    a = parser.parse_args()
    if a.peer:
        print(json.dumps(measure_pytorch(a.peer, a.weights, a.sizes[0], a.iterations, a.threads)))
        return
    if not os.access(a.impasto, os.X_OK):
        parser.error(f"{a.impasto} is not an executable (build it with swift build -c release, or give --impasto)")
    found = measure_all(a)
    print(f"{cpu_name()}, {a.threads} threads; medians of {a.rounds} rounds of {a.iterations} iterations\n")
    print(table(found, a))


if __name__ == "__main__":
    main()
