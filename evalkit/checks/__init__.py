"""Checks (核对): every ``check_*`` function here is one, and its name is the finding's code.

A check takes an ``Evaluation`` and gives finding rows, made by ``rows.finding``. A row says

- ``where``: the name of a fact or of an item's column, or a ``Text``: a place in the report;
- ``unit``: of ``expected`` and ``actual``: a unit of ``formulas.yaml``, the unit of a quantity, or
  ``term`` where they are keys of the terms (``verdict.normal``);
- ``gap``: actual − expected, exact; days where the unit is a date;
- ``details``: what the sentence needs beside these, ``{placeholder: (value, unit)}``. A unit may
  also be ``texts`` (a list), ``fact`` (the name of one), ``facts`` (names), or ``sayings``
  (further variants of the topic, each with its details). ``details["variant"]`` is a plain name.

The sentence is ``## code`` or ``## code_variant`` of ``text/<lang>/findings.md``; ``## code_why``
gives the law or reason and how to mend it.
"""
