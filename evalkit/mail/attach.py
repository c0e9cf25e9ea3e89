"""What a mail carries (附件): the page itself, a PDF of it, or the page in a zip.

Names are ASCII: other ones are misread by old mail programs. The page is the masked one, so a
PDF that is made here is made from what may leave.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from evalkit.errors import NoPdf
from evalkit.mail.refusal import MailRefused

KINDS = ("html", "pdf", "zip", "none")
EPOCH = (1980, 1, 1, 0, 0, 0)


class Attachment(NamedTuple):
    """A file to attach, with its type."""

    name: str
    kind: str
    data: bytes


def attached(kind: str, stem: str, page: str, pdf: Path) -> tuple[Attachment, ...]:
    """The report as one of ``KINDS``, called ``stem``; ``pdf`` is taken where it is there.

    Raises ``MailRefused`` where a PDF cannot be made.
    """
    if kind == "html":
        return (Attachment(f"{stem}.html", "text/html", page.encode()),)
    if kind == "zip":
        data = zipped({f"{stem}.html": page.encode()})
        return (Attachment(f"{stem}.zip", "application/zip", data),)
    if kind == "pdf":
        data = pdf.read_bytes() if pdf.is_file() else _printed(page, pdf)
        return (Attachment(f"{stem}.pdf", "application/pdf", data),)
    return ()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive of these files; the same files give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            about = zipfile.ZipInfo(name, EPOCH)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            archive.writestr(about, data)
    return made.getvalue()


def _printed(page: str, pdf: Path) -> bytes:
    """A page as PDF, by what the machine has for it."""
    from evalkit.pdf import write_pdf  # which loads what draws: not for a mail without

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, f"{pdf.stem}.html"), Path(folder, pdf.name)
        source.write_text(page, "utf-8")
        try:
            write_pdf(source, target)
            return target.read_bytes()
        except NoPdf as error:
            raise MailRefused(error.code, **error.values) from error
        except OSError as error:
            raise MailRefused("pdf", path=pdf, reason=error.strerror or str(error)) from error
