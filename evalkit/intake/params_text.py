"""A params file and its prose as text (参数文件文本), with comments on what was assumed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from evalkit.errors import ParamsFaults
from evalkit.intake.ledger import Remark
from evalkit.intake.noted import Noted
from evalkit.intake.project import Draft
from evalkit.intake.shown import plain
from evalkit.scaffold import SCHEMA_LINE
from evalkit.textfile import HAN
from evalkit.yamltree import read_yaml

Say = Callable[[Remark], str]  # the comment for a remark
HEAD = ("evalkit", "id", "framework", "units")  # stand together
SHORT = ("units", "weights")  # mappings that stand on one line though nothing is around them
WIDEST = 100  # characters of a line that holds a whole mapping


def params_text(draft: Draft, opening: list[str], say: Say) -> str:
    """The text of a params file; ``opening`` are the lines of its first comment.

    The blocks are in the order of the schema, each with an empty line before it.
    """
    lines = [SCHEMA_LINE, *(f"# {line}" for line in opening)]
    for key, value in draft.tree.items():
        if key not in HEAD:
            lines.append("")
        lines += _entry(key, value, 0, say)
    return "\n".join([*lines, ""])


def prose_text(prose: dict[str, str]) -> tuple[str, str]:
    """The language and the text of the prose file; both empty where there is no prose.

    >>> prose_text({"goals": "# Build\\n\\nTwo bridges."})
    ('en', '## goals\\n\\n\\\\# Build\\n\\nTwo bridges.\\n')
    """
    if not prose:
        return "", ""
    body = "\n\n".join(f"## {name}\n\n{_literal(text)}" for name, text in prose.items())
    return "zh" if HAN.search(body) else "en", f"{body}\n"


def _literal(text: str) -> str:
    """A text whose signs at the start of a line and whose marks mean nothing in Markdown."""
    escaped = re.sub(r"([\\`*_<\[\]])", r"\\\1", text)
    return re.sub(r"^(\s*)([#>+~=-]|\d+[.)](?=\s))", r"\1\\\2", escaped, flags=re.MULTILINE)


def _entry(key: str, value: Any, indent: int, say: Say) -> Iterator[str]:
    """The lines of one key."""
    room = " " * indent
    comment = f"  # {say(value.remark)}" if isinstance(value, Noted) else ""
    value = value.value if isinstance(value, Noted) else value
    head = f"{room}{key}:"
    if value is None:
        yield f"{head}{comment}"
    elif isinstance(value, dict):
        flow = _flow(value)
        is_short = indent or key in SHORT
        if flow and is_short and len(head) + len(flow) < WIDEST and not comment:
            yield f"{head} {flow}"
        else:
            yield f"{head}{comment}"
            for name, each in value.items():
                yield from _entry(name, each, indent + 2, say)
    elif isinstance(value, list):
        yield from _list(head, value, indent, say)
    else:
        yield f"{head} {scalar(value)}{comment}"


def _list(head: str, values: list[Any], indent: int, say: Say) -> Iterator[str]:
    """The lines of a list: scalars on one line, mappings one below the other."""
    if not any(isinstance(each, dict) for each in values):
        yield f"{head} [{', '.join(map(scalar, values))}]"
        return
    yield head
    for each in values:
        first = True
        for name, value in each.items():
            for line in _entry(name, value, indent + 4, say):
                yield f"{' ' * (indent + 2)}- {line.lstrip()}" if first else line
                first = False


def _flow(value: dict[str, Any]) -> str:
    """A mapping of plain values on one line; empty where one of them needs more."""
    if any(isinstance(each, dict | list | Noted) for each in value.values()):
        return ""
    return "{" + ", ".join(f"{key}: {scalar(each)}" for key, each in value.items()) + "}"


def scalar(value: Any) -> str:
    """A value as YAML; a text in quotes wherever it would be read as something else.

    >>> [scalar(each) for each in (Decimal("1.50"), date(2022, 1, 1), "补贴渔船数", "100%", "12")]
    ['1.5', '2022-01-01', '补贴渔船数', '100%', '"12"']
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, int | date):
        return str(value)
    return value if _is_plain(value) else json.dumps(value, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    """Whether a text is read as itself without quotes, also within braces."""
    if not text[:1].isalnum() or "#" in text:
        return False
    try:
        tree, faults = read_yaml(f"k: {{a: {text}, b: 1}}", "")
    except ParamsFaults:
        return False
    return not faults and tree.value == {"k": {"a": text, "b": 1}}
