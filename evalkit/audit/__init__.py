"""The audit of a report that someone else wrote (报告审读): read, extract, link, show.

``reading`` and the readers beside it make a ``document`` of a file, ``figures`` finds what it
prints, ``context`` what stands around a figure, ``linking`` the fact that it means; ``result``
holds what came of it, ``page`` shows it. Nothing of a file is executed or fetched.
"""
