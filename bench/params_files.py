"""Params files of invented projects, made from the committed ones: other figures, fewer items.

The same number and seed give the same file. Each is a file without mistakes; what its figures then
say of the project is for the checks to find.
"""

import random
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from ruamel.yaml import YAML  # which knows that `on` is a word

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "params").glob("*.yaml"))
#: Numbers of these keys are no quantities.
KEPT = {"evalkit", "year", "quarter", "level"}
#: Lists whose items nothing else refers to, the prose neither.
LOOSE = ("printed", "accepted")


def varied(value, draw, key=""):
    """A value with its quantities a little larger or smaller; dates, texts and flags stay."""
    if isinstance(value, dict):
        return {name: varied(each, draw, str(name)) for name, each in value.items()}
    if isinstance(value, list):
        return [varied(each, draw, key) for each in value]
    if isinstance(value, (bool, date)) or key in KEPT:
        return value
    if isinstance(value, int) and value > 9:
        return max(1, round(value * draw.uniform(0.8, 1.25)))
    if isinstance(value, float):
        return round(value * draw.uniform(0.8, 1.25), 2)
    return value


def project(number, seed):
    """One project as its file holds it, and the committed file that it was made from."""
    draw = random.Random(f"{seed}/{number}")
    source = SOURCES[number % len(SOURCES)]
    made = varied(_read(source), draw)
    for name in LOOSE:
        if name in made and draw.randrange(3) == 0:
            del made[name]
    made["id"] = f"p{number:05d}"
    return made, source


@cache
def _read(source):
    return YAML(typ="safe").load(source.read_text("utf-8"))


def write(count, folder, seed=1):
    """Write so many projects; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        made, source = project(number, seed)
        path = folder / f"{made['id']}.yaml"
        _dump(made, path)
        for prose in source.parent.glob(f"{source.stem}.??.md"):
            shutil.copy(prose, folder / prose.name.replace(source.stem, made["id"]))
        paths.append(path)
    return paths


def _dump(made, path):
    path.write_text(yaml.safe_dump(made, allow_unicode=True, sort_keys=False), "utf-8")
