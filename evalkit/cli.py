"""The command line (命令行): ``report``, ``form``, ``check``, ``score``, ``new``, ``import``, …

Exit codes: 0 fine, 1 findings of severity error or a report that could not be made, 2 wrong usage
or input. What a user did wrong is told in a sentence; a traceback is a fault of evalkit's own.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from evalkit import __version__
from evalkit.commands import FAILED, WRONG, Refused, say
from evalkit.commands.batch import WANTED
from evalkit.commands.check import FORMATS
from evalkit.garbage import collect_rarely
from evalkit.mail.attach import KINDS as ATTACHED
from evalkit.sentences import languages
from evalkit.words import Words

INTERRUPTED = 130
DEFAULT_LANG = "zh"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    _let_streams_bear_all()
    collect_rarely()
    given = list(sys.argv[1:] if arguments is None else arguments)
    words = Words(_language(given))
    try:
        asked = command_line(words).parse_args(given)
        code = int(asked.run(asked, words))
        sys.stdout.flush()
        return code
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print(f"\n{say(words, 'interrupted')}", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Who was reading has gone; what is still in the buffer must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _let_streams_bear_all() -> None:
    """No terminal's encoding makes a sentence fail; what it cannot show is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _language(arguments: Sequence[str]) -> str:
    """The language to speak: ``--lang``, else EVALKIT_LANG, else Chinese."""
    found = re.search(r"(?:^|\0)--lang[=\0](\w+)", "\0".join(arguments))
    wanted = [found[1] if found else "", os.environ.get("EVALKIT_LANG", ""), DEFAULT_LANG]
    return next(each for each in wanted if each in languages())


class Layout(argparse.RawDescriptionHelpFormatter):
    """Help with its examples as they are written, under headings in the user's language."""

    def __init__(self, words: Words, **options: Any) -> None:
        super().__init__(**options)
        self._words = words

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """The usage line, with its heading in the user's language."""
        heading = f"{say(self._words, 'usage')} " if prefix is None else prefix
        super().add_usage(usage, actions, groups, heading)


class Parser(argparse.ArgumentParser):
    """A command, explained in the user's language by the texts that bear its name."""

    def __init__(self, words: Words, about: str, examples: str, **options: Any) -> None:
        super().__init__(
            description=say(words, about),
            epilog=say(words, examples),
            formatter_class=partial(Layout, words),
            add_help=False,
            allow_abbrev=False,
            **options,
        )
        self._words = words
        self.takes = self.add_argument_group(say(words, "arguments"))
        self.options = self.add_argument_group(say(words, "options"))
        self.options.add_argument("-h", "--help", action="help", help=say(words, "help"))

    def error(self, message: str) -> NoReturn:
        """End with the usage, one sentence and the way to the help."""
        said = say(self._words, "wrong_usage", said=message, command=self.prog)
        self.exit(WRONG, f"{self.format_usage()}{said}\n")


def command_line(words: Words) -> Parser:
    """What the command line takes."""
    top = Parser(words, "about", "examples", prog="evalkit")
    version = f"evalkit {__version__}"
    top.options.add_argument(
        "--version", action="version", version=version, help=say(words, "version")
    )
    group = top.add_subparsers(title=say(words, "commands"), metavar="COMMAND", required=True)

    def command(name: str, home: str = "") -> Parser:
        about, examples = f"about_{name}", f"examples_{name}"
        made = group.add_parser(
            name, words=words, about=about, examples=examples, help=say(words, about)
        )
        module = import_module(f"evalkit.commands.{home or name}")
        made.set_defaults(run=getattr(module, f"run_{name}"))
        return made

    report, form = command("report"), command("form")
    batch = command("batch")
    check = command("check")
    score, new = command("score"), command("new")
    importing = command("import", "importing")
    auditing = command("audit")
    mailing = command("mail")
    command("schema", "new")
    for each in (report, batch, form, check, score):
        # What a finding means is told without any project.
        number = "*" if each is check else "+"
        each.takes.add_argument(
            "params", metavar="PARAMS", nargs=number, type=Path, help=say(words, "params")
        )
    new.takes.add_argument("name", metavar="NAME", help=say(words, "name"))
    importing.takes.add_argument(
        "forms", metavar="FORM", nargs="+", type=Path, help=say(words, "forms")
    )
    auditing.takes.add_argument("report", metavar="REPORT", type=Path, help=say(words, "audited"))
    mailing.takes.add_argument(
        "folders", metavar="PROJECT_DIR", nargs="*", type=Path, help=say(words, "mail_folders")
    )
    _mail_options(mailing, words)
    _option(auditing, "--params", "audit_params", metavar="PARAMS", type=Path, required=True)
    _option(auditing, "--out", "audit_out", metavar="DIR", type=Path, default=None)
    _option(auditing, "--format", "format", choices=["text", "json"], default="text")
    _option(auditing, "--lang", "lang", choices=languages(), default=words.lang)
    _option(report, "--lang", "report_lang", choices=[*languages(), "all"], default="all")
    _option(report, "--out", "out", metavar="DIR", type=Path, default=Path("reports"))
    for each in (report, batch):
        _option(each, "--format", "report_format", metavar="FORMATS", type=_formats,
                default=("html",))  # fmt: skip
        _option(each, "--template", "template", metavar="DOCX", type=Path, default=None)
    _option(batch, "--jobs", "jobs", metavar="N", type=int, default=None)
    _option(batch, "--only", "only", choices=list(WANTED), default="changed")
    _option(batch, "--lang", "report_lang", choices=[*languages(), "all"], default="all")
    _option(batch, "--out", "out", metavar="DIR", type=Path, default=Path("reports"))
    _option(batch, "--deadline", "deadline", metavar="S", type=float, default=None)
    _option(batch, "--cell-limit", "cell_limit", metavar="S", type=float, default=300)
    _option(batch, "--memory", "memory", metavar="MB", type=int, default=None)
    _option(batch, "--engine", "engine", choices=["fork", "kernel"], default="")
    _option(batch, "--notebook", "notebook", metavar="FILE", type=Path, default=None)
    _option(batch, "--cluster", "cluster", metavar="ADDRESS", default="")
    _option(form, "--framework", "framework", metavar="NAME", nargs="+", default=[])
    _option(form, "--lang", "report_lang", choices=[*languages(), "all"], default="all")
    _option(form, "--out", "out", metavar="DIR", type=Path, default=Path("reports"))
    _option(check, "--explain", "explain", metavar="CODE", nargs="?", const="")
    _option(check, "--format", "check_format", choices=list(FORMATS), default="text")
    _option(check, "--lang", "lang", choices=languages(), default=words.lang)
    _option(score, "--framework", "framework", metavar="NAME", nargs="+", default=[])
    _option(score, "--sensitivity", "sensitivity", action="store_true")
    _option(score, "--format", "format", choices=["text", "json"], default="text")
    _option(score, "--lang", "lang", choices=languages(), default=words.lang)
    _option(new, "--lang", "lang", choices=languages(), default=words.lang)
    _option(new, "--out", "new_out", metavar="DIR", type=Path, default=Path("params"))
    _option(importing, "--id", "import_id", metavar="ID", default="")
    _option(importing, "--framework", "import_framework", metavar="NAME", nargs="+", default=[])
    _option(importing, "--out", "new_out", metavar="DIR", type=Path, default=Path("params"))
    _option(importing, "--format", "format", choices=["text", "json"], default="text")
    _option(importing, "--lang", "lang", choices=languages(), default=words.lang)
    return top


def _formats(given: str) -> tuple[str, ...]:
    """The formats of reports in a list with commas; any other is wrong usage."""
    found = tuple(each.strip() for each in given.split(","))
    if not set(found) <= {"html", "pdf", "docx"}:
        raise argparse.ArgumentTypeError(f"{given!r} (html, pdf, docx)")
    return found


def _mail_options(mailing: Parser, words: Words) -> None:
    _option(mailing, "--to", "mail_to", metavar="PERSON", action="append", default=[])
    _option(mailing, "--cc", "mail_cc", metavar="PERSON", action="append", default=[])
    _option(mailing, "--recipients", "mail_recipients", metavar="FILE", type=Path, default=None)
    _option(mailing, "--digest", "mail_digest", metavar="OUT_DIR", type=Path, default=None)
    _option(mailing, "--from", "mail_from", metavar="PERSON", dest="sender", default="")
    _option(mailing, "--attach", "mail_attach", choices=ATTACHED, default="html")
    _option(mailing, "--lang", "mail_lang", choices=languages(), default=words.lang)
    _option(mailing, "--send", "mail_send", action="store_true")
    _option(mailing, "--retries", "mail_retries", metavar="N", type=int, default=3)
    _option(mailing, "--wait", "mail_wait", metavar="S", type=float, default=60)
    _option(mailing, "--doubtful", "mail_doubtful", choices=["send", "hold"], default="send")


def _option(command: Parser, name: str, told: str, **how: Any) -> None:
    command.options.add_argument(name, help=say(command._words, told), **how)
