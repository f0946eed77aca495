#!/usr/bin/env python3
"""Whether what Impasto says of its time is true: it paints, and compares. Nothing else is to run.

    python3 Tests/Quality/time_left.py PHOTOGRAPH STYLE [--runs 4] [--impasto FILE] [--with OPTION ...]

Prints for each run what `estimate` said, how long it took, when the first progress came, upon which the first preview is
made, and how far off the time left was: the worst from five seconds on until three before the end, and where that was.
What is asked of both is to be within 25 per cent.
"""
import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

from study import CHECKOUT, ENVIRONMENT

FIRST_SECONDS, LAST_SECONDS = 5, 3


def paint(command):
    """Seconds until each line of progress and the seconds left it tells, and until the end."""
    began = time.monotonic()
    told = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as painting:
        for line in painting.stdout:
            told.append((time.monotonic() - began, json.loads(line)["secondsLeft"]))
    if painting.returncode != 0:
        raise SystemExit(f"impasto ended with {painting.returncode}")
    return told, time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photograph", type=Path)
    parser.add_argument("style", type=Path)
    parser.add_argument("--runs", type=int, default=4)
    parser.add_argument("--impasto", type=Path, default=CHECKOUT / ".build" / "release" / "impasto")
    parser.add_argument("--with", dest="options", nargs=argparse.REMAINDER, default=[], help="options for impasto; last")
    a = parser.parse_args()
    for _ in range(a.runs):
        estimate = [a.impasto, "estimate", a.photograph, "--style", a.style, *a.options]
        said = json.loads(subprocess.check_output(estimate, env=ENVIRONMENT))["seconds"]
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "painting.png"
            told, end = paint([a.impasto, a.photograph, "--style", a.style, "--output", output, "--progress", "json",
                               *a.options])
        off = [(left / (end - at) - 1, at) for at, left in told
               if left is not None and FIRST_SECONDS <= at <= end - LAST_SECONDS]
        line = f"estimate {said:.1f} s ({said / end - 1:+.0%}), took {end:.1f} s, first progress {told[0][0]:.1f} s"
        if off:
            worst, at = max(off, key=lambda each: abs(each[0]))
            good = sum(abs(each) <= 0.25 for each, _ in off)
            line += f", time left at worst {worst:+.0%} at {at:.0f} s, {good} of {len(off)} within 25 per cent"
        print(line, flush=True)


if __name__ == "__main__":
    main()
