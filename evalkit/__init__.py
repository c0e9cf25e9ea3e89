"""evalkit: performance tracking evaluation (绩效跟踪评价), from a params file to a report.

For scripts and notebooks::

    from evalkit.evaluate import evaluate
    from evalkit.framework import load as load_framework
    from evalkit.params import load

    inputs = load(["params/minhang-logistics-2018.yaml"])
    evaluation = evaluate(inputs, load_framework("minhang-tracking-2018"))
    evaluation.execution["execution_rate"]  # exact fractions, one row a project

``evalkit.words.Words`` prints figures and sentences in one language, ``evalkit.facts.Facts`` holds
the figures of one project by name, ``evalkit.report.open_report`` is what a report notebook opens
with, and ``evalkit.delivery.deliver`` writes a project's reports. Importing ``evalkit`` alone loads
none of them.
"""

__version__ = "0.1.0"
