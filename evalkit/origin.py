"""What results are made with (生成环境): this very evalkit, and the font of its charts."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from types import MappingProxyType

from evalkit import __version__
from evalkit.charts.look import family, font_file

PACKAGE = Path(__file__).parent
#: What Python makes of the code is no part of it.
COMPILED = "__pycache__"


@cache
def made_with() -> MappingProxyType[str, str]:
    """The version, the code and the font: the same of them makes the same bytes of the same inputs.

    A checkout changes between two versions, and ``EVALKIT_FONT`` may name any font. Raises
    ``LookupError`` where there is no Chinese font.

    >>> sorted(made_with())
    ['code', 'evalkit', 'font']
    """
    path = font_file()
    font = f"{Path(path).name} {file_digest(Path(path))}" if path else family()[0]
    return MappingProxyType({"evalkit": __version__, "code": code_digest(), "font": font})


def code_digest(package: Path = PACKAGE) -> str:
    """One digest of the files of a package (代码摘要): code, texts, frameworks, templates."""
    paths = [
        path for path in sorted(package.rglob("*")) if path.is_file() and COMPILED not in path.parts
    ]
    lines = [f"{path.relative_to(package).as_posix()} {file_digest(path)}" for path in paths]
    return digest("\n".join(lines).encode())


def digest(data: bytes) -> str:
    """The SHA-256 of some bytes (摘要), in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def file_digest(path: Path) -> str:
    """The digest of a file, which may be large. Raises ``OSError`` where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
