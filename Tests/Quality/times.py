#!/usr/bin/env python3
"""How long Impasto takes beside pastiche, pair by pair, in one run: nothing else is to run meanwhile.

    python3 Tests/Quality/times.py FOLDER [--size 256] [--pairs PHOTOGRAPH:STYLE ...] [--impasto FILE]

Writes FOLDER/times.md. Of pastiche, 1000 steps are worked out from 70 less 10 of them, as its steps take equally long;
all of ours is timed whole, from the command's start to its end: the default, the recipe gatys with the iterations of the
study, and the other recipes with theirs.
"""
import argparse
from pathlib import Path

from study import CHECKOUT, GATYS, GATYS_ITERATIONS, OTHERS_ITERATIONS, Study, seconds

PAIRS = ("coffee:composition-viii", "cat:great-wave", "rocket:summertime", "portrait:church-at-auvers")
SHORT, LONG = 10, 70
OTHERS = ("keras", "eager", "gatys", "johnson")


def row(study, photograph, style):
    """Seconds of pastiche's 1000 steps, the default, gatys, and each of the others."""
    content, painting = study.inputs(photograph, style)
    output = study.folder / "timed.png"
    commands = study.commands(content, painting, output)
    published = commands["pastiche"]

    def pastiche(steps):
        return seconds([steps if word == 1000 else word for word in published])

    step = (pastiche(LONG) - pastiche(SHORT)) / (LONG - SHORT)
    return [1000 * step] + [seconds(commands[way]) for way in ("strength 50", GATYS, *(f"{other} 50" for other in OTHERS))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--impasto", type=Path, default=CHECKOUT / ".build" / "release" / "impasto")
    parser.add_argument("--size", type=int, default=256, help="the long side worked at")
    parser.add_argument("--pairs", nargs="+", default=PAIRS, help="PHOTOGRAPH:STYLE")
    parser.set_defaults(strengths=[50], recipes=OTHERS, pastiche=True, published=False)
    a = parser.parse_args()
    study = Study(a)
    ways = ["pastiche, 1000 steps", "default", f"gatys, {GATYS_ITERATIONS}"]
    ways += [f"{other}, {OTHERS_ITERATIONS}" for other in OTHERS]
    lines = [f"Long side {a.size}; seconds, and in brackets which part of pastiche's that is.", "",
             "| photograph, style | " + " | ".join(ways) + " |", "| --- " * (len(ways) + 1) + "|"]
    for pair in a.pairs:
        published, *ours = row(study, *pair.split(":"))
        cells = [f"{published:.0f}"] + [f"{own:.1f} (1/{published / own:.0f})" for own in ours]
        lines.append(f"| {pair.replace(':', ' ')} | " + " | ".join(cells) + " |")
        print(lines[-1], flush=True)
    (a.folder / "times.md").write_text("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
