"""The keys of a params file, described: one line each, and the JSON Schema for editors."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, get_args, get_origin

from evalkit.schema import Model, Params
from evalkit.yamltree import read_yaml

LANGUAGES = ("zh", "en")


def part(annotation: Any) -> type[Model] | None:
    """The model in an annotation, inside a list, a mapping or an option; None if there is none."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return annotation
    return next(filter(None, map(part, get_args(annotation))), None)


def models_of(model: type[Model]) -> set[type[Model]]:
    """A model and all that are parts of it."""
    parts = (part(field.annotation) for field in model.model_fields.values())
    return {model}.union(*(models_of(each) for each in parts if each))


def model_at(path: tuple[str | int, ...], root: type[Model] = Params) -> type[Model] | None:
    """The model of the mapping at a path of a file; None where no mapping belongs.

    >>> model_at(("budget", "lines", 0)), model_at(("judgements", "A111")), model_at(("id",))
    (<class 'evalkit.schema.Line'>, <class 'evalkit.schema.Judgement'>, None)
    """
    model: type[Model] | None = root
    steps = iter(path)
    for step in steps:
        if isinstance(step, int):
            continue
        field = None if model is None else model.model_fields.get(step)
        if field is None:
            return None
        model = part(field.annotation)
        if get_origin(field.annotation) is dict:
            next(steps, None)
    return model


def description(model: type[Model], field: str, lang: str) -> str:
    """What a field is, in one line.

    >>> from evalkit.schema import Post
    >>> description(Post, "filled", "en"), description(Post, "id", "en")[:2]
    ('posts that are filled', 'id')
    """
    found = descriptions(lang)
    return next(
        found[m.__name__][field] for m in model.__mro__ if field in found.get(m.__name__, {})
    )


@cache
def descriptions(lang: str) -> dict[str, dict[str, str]]:
    """What each field is, in one line: model → field → words (``text/<lang>/fields.yaml``)."""
    source = files("evalkit") / "text" / lang / "fields.yaml"
    return read_yaml(source.read_text("utf-8"), f"text/{lang}/fields.yaml")[0].value


def json_schema_text() -> str:
    """The JSON Schema as its file, ``params/schema.json``, holds it."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a params file, for editors; each field is described in both languages."""
    schema = Params.model_json_schema()
    models = {model.__name__: model for model in models_of(Params)}
    for name, about in [("Params", schema), *schema["$defs"].items()]:
        for field, words in about.get("properties", {}).items():
            both = (description(models[name], field, lang) for lang in LANGUAGES)
            words["description"] = " / ".join(both)
            words.pop("title", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
