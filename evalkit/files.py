"""Files in and out: the bytes of one, and writing so that a reader never meets half of one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


class Unreadable(Exception):
    """A file that cannot be read; ``code`` names the sentence that says why."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def read_file(path: Path, most: int) -> bytes:
    """The bytes of a file, at most so many.

    Raises ``Unreadable`` for what is ``missing``, ``is_folder``, ``not_a_file``, ``unreadable`` or
    ``too_large``, ``OSError`` never: a pipe is not waited for, nor a large file read to its end.
    """
    try:
        if path.is_dir():
            raise Unreadable("is_folder")
        if not path.exists():
            raise Unreadable("missing")
        if not path.is_file():
            raise Unreadable("not_a_file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise Unreadable("unreadable", reason=reason) from None
    if len(data) > most:
        raise Unreadable("too_large", limit=str(most // 1_000_000))
    return data


def write_file(path: Path, data: bytes) -> None:
    """Write a whole file or none of it: beside its place first, then moved there.

    The file gets the rights that the umask gives any new file. Raises ``OSError`` where the folder
    cannot be written; then nothing is left behind.
    """
    _write(path, data, os.replace)


def write_new_file(path: Path, data: bytes) -> None:
    """As ``write_file``, but never over a file that is there, whoever else writes just now.

    Raises ``FileExistsError`` then.
    """

    def put(made: str, place: Path) -> None:
        try:
            os.link(made, place)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            with place.open("xb"):
                os.replace(made, place)
        Path(made).unlink(missing_ok=True)

    _write(path, data, put)


def _write(path: Path, data: bytes, put: Callable[[str, Path], None]) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        put(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The umask of this process, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
