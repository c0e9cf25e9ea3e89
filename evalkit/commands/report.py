"""``evalkit report`` (报告): the reports of each project, and how they are made."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from evalkit.commands import FAILED, FINE, Refused, cannot_write, say
from evalkit.commands.projects import evaluated, loaded_from
from evalkit.errors import NoPdf, ReportFailed
from evalkit.sentences import languages
from evalkit.words import Words

if TYPE_CHECKING:
    from evalkit.page import PageRefused


def run_report(asked: Namespace, words: Words) -> int:
    """Write the reports of each project; one that fails does not stop the others."""
    from evalkit.delivery import Recipe, deliver
    from evalkit.page import PageRefused

    recipe = Recipe(**documents_asked(asked, words))

    wanted = languages() if asked.lang == "all" else [asked.lang]
    loaded = loaded_from(asked.params, words)
    made = failed = 0
    for path, mine, project_id in evaluated(loaded, is_tried=True):
        progress = Progress(words, project_id)
        try:
            written = deliver(mine, project_id, path, wanted, asked.out, progress.show, recipe)
        except (ReportFailed, PageRefused) as failure:
            failed += 1
            progress.end()
            print(_why(words, project_id, failure), file=sys.stderr)
        except NoPdf as failure:
            failed += 1
            progress.end()
            print(say(words, failure.code, **failure.values), file=sys.stderr)
        except OSError as error:
            progress.end()
            raise Refused(cannot_write(words, asked.out / project_id, error)) from None
        else:
            made += 1
            progress.end()
            print("\n".join(map(str, written)))
    print(say(words, "report_total", projects=made + failed, made=made, failed=failed))
    return FAILED if failed else FINE


def documents_asked(asked: Namespace, words: Words) -> dict[str, Any]:
    """The formats and the template that are asked for, as a recipe has them; refused at once where
    nothing on this machine can make them."""
    formats = tuple(dict.fromkeys(each for each in asked.format if each != "html"))
    if "pdf" in formats:
        from evalkit.pdf import need_printer

        try:
            need_printer()
        except NoPdf as error:
            raise Refused(say(words, error.code, **error.values)) from None
    template = asked.template
    if template is not None:
        from evalkit.word.document import need_template

        try:
            need_template(template)
        except (OSError, ValueError):
            raise Refused(say(words, "no_template", path=str(template))) from None
        template = template.absolute()
    return {"formats": formats, "template": template}


class Progress:
    """One line on a terminal that tells what is being made; elsewhere nothing."""

    def __init__(self, words: Words, project_id: str) -> None:
        self._words, self._project_id = words, project_id
        self._is_seen = sys.stderr.isatty()

    def show(self, lang: str, section: str) -> None:
        """Say which section of which language is being made."""
        if self._is_seen:
            title = self._words.term(f"topics.{section}")
            line = say(self._words, "section", project=self._project_id, lang=lang, section=title)
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave an empty line to whatever comes next."""
        if self._is_seen:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _why(words: Words, project_id: str, failure: ReportFailed | PageRefused) -> str:
    """Why a report could not be made: where its notebook stopped, or what its page lacks."""
    if not isinstance(failure, ReportFailed):
        faults = [(f"fault_{code}", {"found": found}) for code, found in failure.faults]
        return say(words, "refused", project=project_id, faults=faults)
    about = {
        name: getattr(failure, name).strip().partition("\n")[0] or "—"
        for name in ("project_id", "source", "ename", "evalue", "notebook")
    }
    if not failure.cell:
        return say(words, "failed_to_start", **about)
    section = words.term(f"topics.{failure.section}") if failure.section else "—"
    return say(words, "failed", section=section, cell=failure.cell, **about)
