"""The analyst's desk (分析台): controls for the values of a params file, and what they lead to.

The only part of evalkit that knows of ipywidgets. Nothing here computes a figure: every change goes
through the same ``evaluate`` as a report.
"""
