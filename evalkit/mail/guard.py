"""A run that is killed ends the mail that is under way (有始有终): none is lost, none goes twice.

Between a server's taking a message over and our writing it down nobody can know that it was sent.
So the sending is done by a process of its own: where its parent is killed or interrupted, it ends
the message in its hands, writes that down and sends no other. The lock of the log keeps a new run
waiting until then.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection

from evalkit.mail.send import Outcome, Parcel, Patience, Stopped, send_all
from evalkit.mail.server import Server

END, STOPPED, FAILED, DONE = "end", "stopped", "failed", "done"


class _Alone(Exception):
    """Nobody waits for the ends any more."""


def send_guarded(
    parcels: Sequence[Parcel],
    server: Server,
    patience: Patience,
    told: Callable[[Outcome], None],
) -> None:
    """Send as ``send_all`` does, in a process that outlives this one by one message at most.

    ``told`` hears of each end. Raises ``Stopped`` and ``OSError`` as ``send_all`` does.
    """
    context = get_context("spawn")
    here, there = context.Pipe()
    worker = context.Process(target=_work, args=(there, parcels, server, patience))
    worker.start()
    there.close()
    try:
        while True:
            try:
                kind, data = here.recv()
            except EOFError:
                raise Stopped("ended") from None
            if kind == STOPPED:
                raise Stopped(*data)
            if kind == FAILED:
                raise OSError(*data)
            if kind == DONE:
                return
            told(data)
    finally:
        here.close()
        worker.join()


def _work(line: Connection, parcels: Sequence[Parcel], server: Server, patience: Patience) -> None:
    """Send, and tell each end to the parent, for as long as there is one."""
    # What is meant for the parent, such as Ctrl-C or a signal to its group, is not for the worker.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setsid"):
        os.setsid()

    def told(outcome: Outcome) -> None:
        line.send((END, outcome))
        if line.poll():  # the parent says nothing: what there is to read is its end
            raise _Alone

    def sleep(seconds: float) -> None:
        if line.poll(seconds):
            raise _Alone

    try:
        send_all(parcels, server, patience, told, sleep)
        line.send((DONE, None))
    except (_Alone, BrokenPipeError):
        return
    except Stopped as error:
        line.send((STOPPED, (error.code, error.reason)))
    except OSError as error:
        line.send((FAILED, (error.errno or 0, error.strerror or type(error).__name__)))
