"""``evalkit new`` (新建): a params file to begin with; ``evalkit schema``: what one may hold."""

from __future__ import annotations

from argparse import Namespace

from evalkit.commands import FINE, Refused, cannot_write, say
from evalkit.errors import ParamsFaults
from evalkit.files import write_file
from evalkit.words import Words


def run_schema(asked: Namespace, words: Words) -> int:
    """Print the JSON Schema of params files."""
    from evalkit.fields import json_schema_text

    print(json_schema_text(), end="")
    return FINE


def run_new(asked: Namespace, words: Words) -> int:
    """Write a params file to begin with; what is there already is never touched."""
    from evalkit.scaffold import scaffold

    path = asked.out / f"{asked.name}.yaml"
    try:
        text = scaffold(asked.name, words.lang)
    except ParamsFaults:
        raise Refused(say(words, "bad_name", name=asked.name)) from None
    if path.exists():
        raise Refused(say(words, "exists", path=str(path)))
    try:
        asked.out.mkdir(parents=True, exist_ok=True)
        write_file(path, text.encode())
    except OSError as error:
        raise Refused(cannot_write(words, path, error)) from None
    print(say(words, "made", path=str(path)))
    return FINE
