"""What the commands do (命令), one module each, and what all of them say and answer.

Each imports what it needs and no more: ``check`` draws nothing.
"""

from __future__ import annotations

from pathlib import Path

from evalkit.words import Words

FINE, FAILED, WRONG = 0, 1, 2


class Refused(Exception):
    """What the user asked for cannot be done; the message is the sentence that says so."""


def say(words: Words, variant: str, **values: object) -> str:
    """A sentence of the command line, from ``text/<lang>/cli.md``."""
    return words.plain("cli", variant, {}, values)


def cannot_write(words: Words, path: Path, error: OSError) -> str:
    """The sentence that a place cannot be written, and why."""
    return say(words, "cannot_write", path=str(path), reason=error.strerror or str(error))
