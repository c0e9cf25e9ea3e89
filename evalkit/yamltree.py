"""YAML text as plain values, with the line and column of every key and value.

Only what a params file needs is read: mappings, lists, texts, whole numbers, decimals, dates, true
and false. A number is taken from its text, so ``3780.92`` is exactly that; what merely resembles
one (``1e5``, ``0x1F``, ``1_000``, ``007``) stays text and is a mistake wherever a number belongs.
Anchors, merges and tags are mistakes too: they let a small file grow without bound.

The parser is libyaml's: thirty times as fast as one in Python, which decides at thousands of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib.resources.abc import Traversable
from itertools import islice
from typing import Any, NamedTuple

import yaml

from evalkit.errors import Fault, ParamsFaults

DEEPEST = 20
LONGEST_NUMBER = 40  # characters; Python reads longer ones ever more slowly
INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
#: Characters that nobody sees, that end a line for some programs only, or that turn its direction.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]


class Mark(NamedTuple):
    """A place in a file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Tree:
    """What a file says, and where: the mark of each value and of each key, by its path."""

    value: Any
    values: dict[Path, Mark] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)

    def mark(self, path: Path) -> Mark:
        """Where the value stands; for one that is not there, what would have held it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Mark(1, 1))

    def place(self, path: Path, file: str) -> str:
        """Where a reader finds the value: ``file:line`` with the name of the file alone."""
        return f"{file}:{self.mark(path).line}"

    def spot(self, path: Path, at_key: bool) -> tuple[str, Mark, dict[str, str]]:
        """Where a fault of a value or its key stands, and what more it can say.

        The file is empty where it is that of the whole tree.
        """
        mark = self.keys.get(path) if at_key else None
        return "", mark or self.mark(path), {}


def read_yaml(text: str, file: str) -> tuple[Tree, list[Fault]]:
    """The tree of a YAML text, and the mistakes that do not keep the rest from being read.

    Raises ``ParamsFaults`` where the text cannot be read on: not YAML, too deep, several documents.

    >>> tree, faults = read_yaml("budget: {approved: 3780.92}", "x.yaml")
    >>> tree.value, tree.values["budget", "approved"], faults
    ({'budget': {'approved': Decimal('3780.92')}}, Mark(line=1, column=20), [])
    """
    unseen = [_unseen(text, match, file) for match in islice(UNSEEN.finditer(text), 20)]
    if unseen:
        raise ParamsFaults(unseen)
    reader = _Reader(file)
    try:
        reader.read(text)
    except yaml.YAMLError as error:
        raise ParamsFaults([*reader.faults, _syntax(error, text, file)]) from None
    return reader.tree, reader.faults


def own_yaml(source: Traversable) -> Any:
    """The values of one of evalkit's own data files; a broken one raises ``ParamsFaults``."""
    tree, faults = read_yaml(source.read_text("utf-8"), source.name)
    if faults:
        raise ParamsFaults(tuple(faults))
    return tree.value


def plain_value(text: str) -> Any:
    """What an unquoted YAML word stands for; a text where it is nothing else.

    >>> [plain_value(each) for each in ("106800", "1.50", "2018-08-31", "true", "~", "2018-02-30")]
    [106800, Decimal('1.50'), datetime.date(2018, 8, 31), True, None, '2018-02-30']
    """
    if text in WORDS:
        return WORDS[text]
    if len(text) <= LONGEST_NUMBER:
        if INTEGER.fullmatch(text):
            return int(text)
        if DECIMAL.fullmatch(text):
            return Decimal(text)
    if DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


class _Reader:
    """Builds one tree from the events of the parser."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.tree = Tree(None)
        self.faults: list[Fault] = []
        self.events: Iterator[Any] = iter(())

    def read(self, text: str) -> None:
        """The only document of the text."""
        self.events = iter(yaml.parse(text, Loader=LOADER))
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.stop("several_documents", event)
                value = self.node(next(self.events), ())
                self.tree = Tree(value, self.tree.values, self.tree.keys)
        if self.tree.value is None:
            raise ParamsFaults([*self.faults, Fault(self.file, 0, 0, "empty_file")])

    def node(self, event: Any, path: Path) -> Any:
        """The value that starts with this event."""
        if len(path) > DEEPEST:
            self.stop("too_deep", event)
        self.tree.values[path] = _mark(event)
        if isinstance(event, yaml.AliasEvent):
            self.blame("alias", event, path, f"*{event.anchor}")
            return None
        if event.anchor is not None:
            self.blame("anchor", event, path, f"&{event.anchor}")
        if event.tag is not None:
            self.blame("tag", event, path, event.tag.replace("tag:yaml.org,2002:", "!!"))
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        if event.style in ("'", '"', "|", ">"):
            return self.seen(event, path)
        return plain_value(event.value)

    def sequence(self, path: Path) -> list[Any]:
        """The entries of a list."""
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.node(event, (*path, len(found))))
        return found

    def mapping(self, path: Path) -> dict[str, Any]:
        """The keys and values of a mapping; of a key that is there twice, the first."""
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event, path)
            where = (*path, key)
            if key in found:
                first = self.tree.keys[where].line
                self.blame("duplicate_key", event, where, key, first=str(first))
                self.node(next(self.events), (*path, f"{key} ({_mark(event).line})"))
                continue
            self.tree.keys[where] = _mark(event)
            found[key] = self.node(next(self.events), where)
        return found

    def key(self, event: Any, path: Path) -> str:
        """A key as it is written; only a text or a number can be one."""
        if not isinstance(event, yaml.ScalarEvent):
            self.blame("not_a_key", event, path, "")
            self.node(event, (*path, f"({_mark(event).line}, {_mark(event).column})"))
            return f"({_mark(event).line}:{_mark(event).column})"
        if event.value == "<<" and not event.style:
            self.blame("merge", event, path, "<<")
        if event.anchor is not None:
            self.blame("anchor", event, path, f"&{event.anchor}")
        return self.seen(event, path)

    def seen(self, event: Any, path: Path) -> str:
        """The text of a scalar; one that hides characters behind escapes is a mistake."""
        match = UNSEEN.search(event.value)
        if match:
            self.blame("unseen", event, path, f"U+{ord(match[0]):04X}")
        return UNSEEN.sub("", event.value)

    def blame(self, code: str, event: Any, path: Path, found: str, **values: str) -> None:
        """Note a mistake that does not keep the rest from being read."""
        dotted = ".".join(map(str, path))
        self.faults.append(Fault(self.file, *_mark(event), code, dotted, found, values))

    def stop(self, code: str, event: Any) -> None:
        """End at a mistake behind which nothing makes sense."""
        raise ParamsFaults([*self.faults, Fault(self.file, *_mark(event), code)])


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _unseen(text: str, match: re.Match[str], file: str) -> Fault:
    start = text.rfind("\n", 0, match.start()) + 1
    mark = Mark(text.count("\n", 0, start) + 1, match.start() - start + 1)
    return Fault(file, *mark, "unseen", "", f"U+{ord(match[0]):04X}")


#: What people write that YAML reads otherwise: the line that shows it, and the code of the mistake.
SLIPS = {
    "tab": re.compile(r"^ *\t"),
    "fullwidth_colon": re.compile(r"^\s*(?:- +)*[\w-]+："),
    "colon_without_space": re.compile(r"^\s*(?:- +)*[A-Za-z_]\w*:[^\s:]"),
}
#: What the parser says where the mistake is not where it noticed it, but where the value began.
UNFINISHED = {
    "not_closed": ("end of stream", "expected ','"),
    "no_colon": ("could not find expected ':'",),
}


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Fault:
    """The place and the likely cause of what the parser could not read."""
    problem = str(getattr(error, "problem", "") or "")
    mark = getattr(error, "problem_mark", None)
    opened = getattr(error, "context_mark", None)
    lines = [*re.split("\r\n|\r|\n", text), ""]
    if mark is None:
        return Fault(file, 0, 0, "not_yaml", "", problem)
    at = Mark(mark.line + 1, mark.column + 1)
    here = lines[mark.line]
    sign = here[mark.column : mark.column + 1]
    if "cannot start any token" in problem and sign in ("\t", "%", "@", "`"):
        found = here[mark.column :].strip()
        return Fault(file, *at, "tab" if sign == "\t" else "needs_quotes", "", found)
    for code, pattern in SLIPS.items():
        for number in (mark.line, mark.line - 1):
            if 0 <= number < len(lines) and pattern.search(lines[number]):
                return Fault(file, number + 1, 1, code, "", lines[number].strip())
    for code, words in UNFINISHED.items():
        if opened is not None and any(word in problem for word in words):
            found = lines[opened.line].strip()
            return Fault(file, opened.line + 1, opened.column + 1, code, "", found)
    return Fault(file, *at, "not_yaml", "", here.strip(), {"problem": problem})
