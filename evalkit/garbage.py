"""Garbage, looked for less often than Python would (垃圾回收).

Texts, frameworks and the many libraries are there to stay, and to go through all of them again and
again takes a tenth of the time of a batch, to find next to nothing. Whoever goes through many
projects collects when some of them are done.
"""

from __future__ import annotations

import gc

#: New objects before the youngest are looked through, and how often before the older ones are.
RARELY = (20_000, 20, 100)


def collect_rarely() -> None:
    """For a process that is evalkit's own: a command, a worker. Nothing else is changed.

    >>> before = gc.get_threshold()
    >>> collect_rarely()
    >>> gc.get_threshold() == RARELY
    True
    >>> gc.set_threshold(*before)
    """
    gc.set_threshold(*RARELY)
