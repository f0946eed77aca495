#!/usr/bin/env python3
"""Paints photographs like paintings in many ways, measures the files, and lays them out to be looked at.

    python3 Tests/Quality/study.py FOLDER [--size 256] [--photographs NAME ...] [--styles NAME ...]
            [--strengths N ...] [--recipes NAME ...] [--pastiche] [--published] [--layout] [--busy] [--impasto FILE]

FOLDER gets a picture for every photograph, style and way, `sheet-STYLE.jpg` to look at, and `table.md`: S, C and V of
each picture (measure.py says what they are), seconds, and what is to hold of them all; `recipes.md` has what is of
`--recipes`. What `pictures.json` there tells of has been painted and measured, so a study that was stopped goes on.
`--recipes` adds other recipes on Impasto's own schedule, with so many more iterations that each takes at least as long
as the default. `--pastiche` adds the package of that name, 1000 steps, which takes minutes a picture, and beside it the
recipe gatys, whose objective is the same, with 40 iterations: of these two files the loss, too, is compared. Where that
is too long, `--pastiche` is for some pairs, and `--published` for all: pastiche's algorithm (L-BFGS from the
photograph, without bounds or a line search, 1000 iterations of gatys) by Impasto's engine, in a third of the time.
`--layout` paints nothing, and lays out and counts what is there. `--busy` is for a machine with other work to do: no
seconds are noted; `times.py` is for these alone.

All see the same pixels, and are judged by them: photographs are brought to `--size` first, and the middle of each
painting to the photograph's size. Of another shape, it would be enlarged otherwise than the photograph when both are
measured at one long side: strokes of one size would be held against strokes of another.

Needs `swift build -c release`, a quiet machine for the seconds to mean anything, torch, numpy, pillow, safetensors, and
pastiche for `--pastiche`.
"""
import argparse
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from measure import Judge

CHECKOUT = Path(__file__).resolve().parents[2]
WEIGHTS = CHECKOUT / "weights" / "vgg19.safetensors"
ENVIRONMENT = {**os.environ, "IMPASTO_WEIGHTS": str(WEIGHTS)}
PHOTOGRAPHS = {path.stem: path for path in map(
    (CHECKOUT / "Tests" / "Images").joinpath, ("cat.png", "coffee.png", "portrait.png", "rocket.jpg"))}
STYLES = {path.stem: path for path in sorted((CHECKOUT / "CShim" / "styles").glob("*.png"))}
SIX = ("bal-du-moulin-de-la-galette", "cafe-terrace-at-night", "church-at-auvers", "composition-viii", "great-wave",
       "summertime")
DEFAULT = 50
# At the largest scale, and in proportion at those before; the default is 25.
GATYS_ITERATIONS = 40
GATYS = f"gatys, {GATYS_ITERATIONS} iterations"
# With so many, each of the others takes at least as long as the default (times.py).
OTHERS_ITERATIONS = 34
PUBLISHED = "gatys, 1000 as published"


class Study:
    def __init__(self, a):
        self.a = a
        self.folder = a.folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.notes = self.folder / "pictures.json"
        self.found = json.loads(self.notes.read_text()) if self.notes.exists() else {}

    def inputs(self, photograph, style):
        """The files that all ways of a pair see, made at the first call."""
        folder = self.folder / "inputs"
        folder.mkdir(exist_ok=True)
        content = folder / f"{photograph}.png"
        painting = folder / f"{style}-for-{photograph}.png"
        if not content.exists():
            image = Image.open(PHOTOGRAPHS[photograph]).convert("RGB")
            scale = self.a.size / max(image.size)
            # Without its profile, which Impasto follows, and neither the other painters nor the judge.
            image = image.resize(tuple(round(side * scale) for side in image.size), Image.LANCZOS)
            image.save(content, icc_profile=None)
        if not painting.exists():
            size = Image.open(content).size
            ImageOps.fit(Image.open(STYLES[style]).convert("RGB"), size, Image.LANCZOS).save(painting, icc_profile=None)
        return content, painting

    def commands(self, photograph, style, output):
        """Each way to paint, by name."""
        def impasto(*more):
            return [self.a.impasto, photograph, "--style", style, "--size", "full", "--output", output, *more]

        ways = {f"strength {strength}": impasto("--strength", strength) for strength in self.a.strengths}
        for recipe in self.a.recipes:
            for strength in self.a.strengths:
                # As the default's, they grow by half from 50 to 100.
                iterations = round(OTHERS_ITERATIONS * (1 + max(strength - 50, 0) / 100))
                ways[f"{recipe} {strength}"] = impasto(
                    "--recipe", recipe, "--strength", strength, "--iterations", iterations)
        if self.a.pastiche or self.a.published:
            ways[GATYS] = impasto("--recipe", "gatys", "--iterations", GATYS_ITERATIONS)
        if self.a.published:
            ways[PUBLISHED] = impasto("--recipe", "gatys", "--schedule", "original", "--iterations", 1000)
        if self.a.pastiche:
            ways["pastiche"] = [sys.executable, "-m", "pastiche", "--no-verbose", "--seed", 0, "--num-steps", 1000,
                                "--size", self.a.size, "--style-size", max(Image.open(style).size),
                                "--content", photograph, "--styles", style, "--output", output]
        return ways

    def paint(self, name, command):
        """Paints and notes the seconds, unless that has been done."""
        if name in self.found:
            return self.found[name]
        taken = seconds(command)
        self.found[name] = {} if self.a.busy else {"seconds": taken}
        return self.found[name]

    def loss(self, content, painting, output):
        """What the file is worth to the objective gatys."""
        command = [self.a.impasto, "evaluate", "--recipe", "gatys", "--content", content, "--style", painting]
        told = subprocess.run([*command, "--image", output], check=True, stdout=subprocess.PIPE, env=ENVIRONMENT)
        return json.loads(told.stdout)["loss"]

    def run(self):
        for style in self.a.styles:
            rows = [self.pair(photograph, style) for photograph in self.a.photographs]
            gone = sum(not picture.exists() for row in rows for picture, _ in row)
            if gone:
                print(f"sheet-{style}.jpg is left as it is: {gone} of its pictures are no longer there")
            else:
                sheet(self.folder / f"sheet-{style}.jpg", STYLES[style], rows, height=self.a.size * 4 // 5)
        pairs = [(photograph, style) for style in self.a.styles for photograph in self.a.photographs]
        ours = [f"strength {strength}" for strength in self.a.strengths]
        others = [f"{recipe} {strength}" for recipe in self.a.recipes for strength in self.a.strengths]
        peers = [GATYS] * (self.a.published or self.a.pastiche) + self.peers()
        (self.folder / "table.md").write_text(self.table(pairs, ours + peers, self.claims(pairs)))
        if others:
            pairs = [pair for pair in pairs if all(key(pair, way) in self.found for way in others)]
            (self.folder / "recipes.md").write_text(self.table(pairs, ours + others, self.claims_of_recipes(pairs)))

    def peers(self):
        return [PUBLISHED] * self.a.published + ["pastiche"] * self.a.pastiche

    def pair(self, photograph, style):
        """All ways of one photograph and one style; answers the pictures with their captions."""
        judge = None
        row = [(PHOTOGRAPHS[photograph], photograph)]
        content, painting = self.inputs(photograph, style)
        for way, command in self.commands(content, painting, "OUTPUT").items():
            name = key((photograph, style), way)
            output = self.folder / file_name(name)
            if self.a.layout and name not in self.found:
                continue
            command = [output if word == "OUTPUT" else word for word in command]
            result = self.paint(name, command)
            if "S" not in result:
                judge = judge or Judge(WEIGHTS, content, painting)
                result.update(judge.measure(output), loss=self.loss(content, painting, output))
                self.notes.write_text(json.dumps(self.found, indent=1))
                print(f"{name}: {figures(result)}", flush=True)
            row.append((output, f"{way}: S {result['S']:.2f} C {result['C']:.2f} V {result['V']:.2f}"))
        return row

    # What came of it

    def of(self, pair, way):
        return self.found[key(pair, way)]

    def table(self, pairs, ways, claims):
        lines = [f"Long side {self.a.size}; S, C, V and seconds of each way; no seconds where other work ran.", "",
                 "| photograph, style | " + " | ".join(ways) + " |", "| --- " * (len(ways) + 1) + "|"]
        for pair in pairs:
            cells = (self.found.get(key(pair, way)) for way in ways)
            lines.append(f"| {' '.join(pair)} | " + " | ".join(figures(cell) if cell else "" for cell in cells) + " |")
        return "\n".join([*lines, "", *claims, ""])

    def count(self, pairs, name, holds):
        """Of how many pairs it holds, of those that have been painted so; nothing where none has."""
        answers = {}
        for pair in pairs:
            try:
                answers[" ".join(pair)] = holds(pair)
            except KeyError:
                pass
        if answers:
            failing = "".join(f"; not {pair}" for pair, held in answers.items() if not held)
            yield f"- {name}: {sum(answers.values())} of {len(answers)}{failing}"

    def claims(self, pairs):
        """What is to hold of every pair."""
        def monotonic(pair):
            all_of_it = [self.of(pair, f"strength {strength}") for strength in sorted(self.a.strengths)]
            return all(a["S"] > b["S"] and a["C"] < b["C"] for a, b in zip(all_of_it, all_of_it[1:]))

        if len(self.a.strengths) > 1:
            yield from self.count(pairs, "the stronger, the smaller S and the larger C", monotonic)
            yield from self.steps(pairs)
        ours = f"strength {DEFAULT}"
        yield from self.count(pairs, "V of the default from 0.5 to 1.5",
                              lambda pair: 0.5 <= self.of(pair, ours)["V"] <= 1.5)
        for peer in self.peers():
            yield from self.count(pairs, f"S and C of the default below those of {peer}", lambda pair: all(
                self.of(pair, ours)[letter] < self.of(pair, peer)[letter] for letter in "SC"))
            yield from self.count(pairs, f"gatys's loss of {GATYS}, at most that of {peer}",
                                  lambda pair: self.of(pair, GATYS)["loss"] <= self.of(pair, peer)["loss"])
        if self.a.pastiche:
            for way in (ours, GATYS):
                yield from self.count(pairs, f"{way} in at most a twentieth of pastiche's time", lambda pair: (
                    self.of(pair, way)["seconds"] <= self.of(pair, "pastiche")["seconds"] / 20))

    def steps(self, pairs):
        """How even the steps of strength are in what they lose of the photograph: C's means, from one to the next."""
        strengths = sorted(self.a.strengths)
        pairs = [pair for pair in pairs if all(key(pair, f"strength {strength}") in self.found for strength in strengths)]
        if pairs:
            means = [sum(self.of(pair, f"strength {strength}")["C"] for pair in pairs) / len(pairs)
                     for strength in strengths]
            steps = (f"{after - before:.3f}" for before, after in zip(means, means[1:]))
            yield f"- C rises from strength to strength, in the mean of {len(pairs)}, by {', '.join(steps)}"

    def claims_of_recipes(self, pairs):
        for recipe in self.a.recipes:
            yield from self.count(pairs, f"no point of {recipe} at once better in S and in C than the default's curve",
                                  lambda pair: not self.beaten(pair, recipe))

    def beaten(self, pair, recipe):
        """Whether a point of the recipe lies below our curve, straight from strength to strength in (C, log S)."""
        curve = sorted((self.of(pair, f"strength {s}")["C"], math.log(self.of(pair, f"strength {s}")["S"]))
                       for s in self.a.strengths)
        for strength in self.a.strengths:
            point = self.of(pair, f"{recipe} {strength}")
            for (c1, s1), (c2, s2) in zip(curve, curve[1:]):
                if c1 <= point["C"] <= c2 and math.log(point["S"]) < s1 + (s2 - s1) * (point["C"] - c1) / (c2 - c1):
                    return True
            if point["C"] < curve[0][0] and math.log(point["S"]) < curve[0][1]:
                return True
        return False


def seconds(command):
    """How long a command takes, from its start to its end."""
    began = time.monotonic()
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.monotonic() - began


def key(pair, way):
    """What a picture goes by in the notes."""
    return f"{' '.join(pair)} {way}"


def file_name(name):
    """And the file that it is in."""
    return name.replace(",", "").replace(" ", "-") + ".png"


def figures(result):
    """S, C, V and seconds, these only where nothing else ran."""
    taken = f" {result['seconds']:.0f}" if "seconds" in result else ""
    return f"{result['S']:.3f} {result['C']:.3f} {result['V']:.2f}{taken}"


def sheet(path, style, rows, height):
    """The pictures of a style, a row of that height for each photograph, the painting before them."""
    caption = 14

    def cell(picture):
        image = Image.open(picture).convert("RGB")
        return image.resize((round(image.width * height / image.height), height), Image.LANCZOS)

    laid = [[(cell(style), style.stem)] + [(cell(picture), text) for picture, text in row] for row in rows]
    width = max(sum(image.width + 4 for image, _ in row) for row in laid)
    result = Image.new("RGB", (width, len(laid) * (height + caption + 4)), "white")
    draw = ImageDraw.Draw(result)
    for index, row in enumerate(laid):
        x, y = 0, index * (height + caption + 4)
        for image, text in row:
            result.paste(image, (x, y))
            draw.text((x + 2, y + height + 1), text, fill="black")
            x += image.width + 4
    result.save(path, quality=88)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--impasto", type=Path, default=CHECKOUT / ".build" / "release" / "impasto")
    parser.add_argument("--size", type=int, default=256, help="the long side worked at")
    parser.add_argument("--photographs", nargs="+", choices=PHOTOGRAPHS, default=list(PHOTOGRAPHS))
    parser.add_argument("--styles", nargs="+", choices=STYLES, default=list(SIX))
    parser.add_argument("--strengths", nargs="+", type=int, default=[10, 30, 50, 70, 90])
    parser.add_argument("--recipes", nargs="*", choices=("keras", "eager", "gatys", "johnson"), default=[])
    parser.add_argument("--pastiche", action="store_true")
    parser.add_argument("--published", action="store_true")
    parser.add_argument("--layout", action="store_true", help="paint nothing, lay out what is there")
    parser.add_argument("--busy", action="store_true", help="note no seconds, the machine is not quiet")
    Study(parser.parse_args()).run()


if __name__ == "__main__":
    main()
