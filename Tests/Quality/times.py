#!/usr/bin/env python3
"""How long Impasto takes beside pastiche, and how well both do, pair by pair, in one run: nothing else is to run.

    python3 Tests/Quality/times.py FOLDER [--size 256] [--pairs PHOTOGRAPH:STYLE ...] [--impasto FILE]

Writes FOLDER/times.md. All are timed whole, from the command's start to its end: pastiche's 1000 steps, which take some
minutes a pair, the default, the recipe gatys with the iterations of the study, and the other recipes with theirs. Of the
first three the saved files are judged, too: S, C and V (measure.py), and the loss of the objective gatys.
"""
import argparse
from pathlib import Path

from measure import Judge
from study import CHECKOUT, GATYS, OTHERS_ITERATIONS, WEIGHTS, Study, file_name, key, seconds

PAIRS = ("coffee:composition-viii", "rocket:great-wave", "cat:church-at-auvers")
OTHERS = ("keras", "eager", "gatys", "johnson")
JUDGED = ("pastiche", "strength 50", GATYS)
WAYS = {"pastiche": "pastiche, 1000 steps", "strength 50": "default", GATYS: GATYS,
        **{f"{other} 50": f"{other}, {OTHERS_ITERATIONS}" for other in OTHERS}}


def row(study, photograph, style):
    """The cell of each way."""
    content, painting = study.inputs(photograph, style)
    judge = Judge(WEIGHTS, content, painting)
    taken = {}
    for way in WAYS:
        output = study.folder / f"timed-{file_name(key((photograph, style), way))}"
        taken[way] = seconds(study.commands(content, painting, output)[way])
        cell = f"{taken[way]:.1f}"
        if way != "pastiche":
            cell += f" (1/{taken['pastiche'] / taken[way]:.0f})"
        if way in JUDGED:
            found = judge.measure(output)
            figures = " ".join(f"{letter} {found[letter]:.3f}" for letter in "SCV")
            cell += f"; {figures}; {study.loss(content, painting, output):.3g}"
        yield cell


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--impasto", type=Path, default=CHECKOUT / ".build" / "release" / "impasto")
    parser.add_argument("--size", type=int, default=256, help="the long side worked at")
    parser.add_argument("--pairs", nargs="+", default=PAIRS, help="PHOTOGRAPH:STYLE")
    parser.set_defaults(strengths=[50], recipes=OTHERS, pastiche=True, published=False)
    a = parser.parse_args()
    study = Study(a)
    lines = [f"Long side {a.size}; seconds, and in brackets which part of pastiche's that is; of the first three S, C, V "
             "and gatys's loss.", "",
             "| photograph, style | " + " | ".join(WAYS.values()) + " |", "| --- " * (len(WAYS) + 1) + "|"]
    for pair in a.pairs:
        lines.append(f"| {pair.replace(':', ' ')} | " + " | ".join(row(study, *pair.split(":"))) + " |")
        print(lines[-1], flush=True)
        (a.folder / "times.md").write_text("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
