"""Charts of a report on many projects (项目组合报告的图): one module a chart.

A module holds ``plot_<topic>(portfolio, words, ax=None)``, its text alternative ``alt`` and
``DATA``, the tables that hold what it shows. Charts draw the frames of a portfolio and compute
nothing.
"""
