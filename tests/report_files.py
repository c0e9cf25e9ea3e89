"""Reports as files, made by hand: Word documents, PDFs, archives that mean harm."""

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(body, head="", **parts):
    """A Word document with this body; further parts of the zip by name (``__`` for a slash)."""
    xml = (
        f'<?xml version="1.0"?>{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    )
    return zipped(**{"word__document.xml": xml, **parts})


def zipped(**parts):
    """A zip with these parts; in names ``__`` stands for a slash."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return data.getvalue()


def p(text, style=""):
    """A paragraph of a Word document."""
    about = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{about}<w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(text, about=""):
    """A cell of a Word document; ``about`` holds its properties."""
    return f"<w:tc><w:tcPr>{about}</w:tcPr>{p(text)}</w:tc>"


def tbl(*rows):
    """A table of a Word document from rows of cells."""
    lines = [f"<w:tr>{''.join(row)}</w:tr>" for row in rows]
    return f"<w:tbl>{''.join(lines)}</w:tbl>"


def pdf(*pages):
    """A PDF with one line of text a page entry; a page without text draws nothing."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 "
               "/BaseFont /Helvetica >>"]  # fmt: skip
    kids = []
    for lines in pages:
        drawn = "".join(
            f"1 0 0 1 50 {700 - 20 * n} Tm ({line}) Tj " for n, line in enumerate(lines)
        )
        stream = f"BT /F1 12 Tf {drawn}ET" if lines else ""
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents "
                       f"{len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>")  # fmt: skip
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += "".join(f"{place:010} 00000 n \n" for place in places).encode()
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
    return out
