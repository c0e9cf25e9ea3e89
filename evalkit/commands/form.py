"""``evalkit form`` (附表): the official forms of each project as a workbook."""

from __future__ import annotations

from argparse import Namespace

from evalkit.commands import FINE, Refused, cannot_write, say
from evalkit.commands.projects import loaded_from, refuse_unknown
from evalkit.sentences import languages
from evalkit.words import Words


def run_form(asked: Namespace, words: Words) -> int:
    """Write each project's official forms as a workbook; a project without any is told."""
    from evalkit.delivery import write_forms

    wanted = languages() if asked.lang == "all" else [asked.lang]
    loaded = loaded_from(asked.params, words)
    refuse_unknown(asked.framework, loaded, words)
    for some in loaded:
        inputs = some.inputs
        for project_id in map(str, inputs.projects.index):
            folder = asked.out / project_id
            try:
                made = write_forms(inputs, project_id, wanted, folder, asked.framework)
            except OSError as error:
                raise Refused(cannot_write(words, folder, error)) from None
            none = say(words, "form_none", project=project_id)
            print("\n".join(map(str, made)) if made else none)
    return FINE
