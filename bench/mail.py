"""How long a mail takes to compose, and whether a thousand arrive once, also if the run is killed.

    python bench/mail.py                       # 1,000 mails, killed once half way
    python bench/mail.py --mails 100 --kills 3 --attach none

Mails of the rendered example go to a real server on the loopback, with TLS and a login. The run is
killed with SIGKILL at moments spread over the mails, and the same command is given again until it
ends. Counted is what the server took: `lost` recipients got nothing, `doubled` got more than one,
`told apart` are those whose second one bears another Message-ID, which no mailbox could fold.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from evalkit.mail.addresses import Person
from evalkit.mail.post import Job, Manner, make

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from tests.mail_server import Lines  # noqa: E402

EXAMPLE = ROOT / "reports" / "minhang-logistics-2018"
ROUNDS = 20


def composing(attach):
    """Seconds a mail, from the folder to its bytes, in a process that is warm."""
    print(f"composing, attached {attach}, {ROUNDS} times each")
    for lang in ("zh", "en"):
        manner = Manner(lang, attach, None, True, datetime(2024, 9, 30, tzinfo=UTC))
        job = Job(EXAMPLE, (Person("", "a@example.gov.cn"),), ())
        make(job, manner)
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            ready = make(job, manner)
            times.append(time.perf_counter() - start)
        sizes = f"HTML {ready.html_size / 1000:.1f} KB, message {len(ready.data) / 1000:.0f} KB"
        middle = statistics.median(times)
        print(f"  {lang}: median {middle:.3f} s, most {max(times):.3f} s; {sizes}")


def folders(out, count):
    """So many projects, each with the page of the example and a recipient of its own."""
    lines = ["project_id,address"]
    for number in range(count):
        folder = out / f"p{number:04}"
        folder.mkdir(parents=True)
        for page in EXAMPLE.glob("report.zh.html"):
            os.link(_once(page, out), folder / page.name)
        (folder / "manifest.json").write_text(json.dumps({"project": folder.name}))
        lines.append(f"{folder.name},r{number:04}@example.gov.cn")
    people = out / "people.csv"
    people.write_text("\n".join(lines) + "\n")
    return people


def _once(page, out):
    """One copy of the page on this disk, to be linked to."""
    copy = out.parent / page.name
    if not copy.exists():
        shutil.copyfile(page, copy)
    return copy


def counting(handler):
    """Keep of each mail its recipient and Message-ID alone."""
    taken = []

    async def handle_data(server, session, envelope):
        found = re.search(rb"(?im)^Message-ID:\s*(<[^>]*>)", envelope.content)
        taken.extend((each, found[1]) for each in envelope.rcpt_tos)
        return "250 taken"

    handler.handle_DATA = handle_data
    return taken


def sending(count, kills, attach):
    """Send all, killed so many times; print what arrived."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out"
        people = folders(out, count)
        command = [sys.executable, "-m", "evalkit", "mail", str(out), "--recipients", str(people),
                   "--from", "reports@example.gov.cn", "--attach", attach, "--send"]  # fmt: skip
        with Lines(Path(place)).serving() as (handler, environ):
            taken = counting(handler)
            marks = [count * (n + 1) // (kills + 1) for n in range(kills)]
            runs, started = [], time.perf_counter()
            for mark in [*marks, None]:
                before = len(taken)
                running = subprocess.Popen(
                    command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL
                )
                while running.poll() is None:
                    if mark is not None and len(taken) >= mark:
                        running.send_signal(signal.SIGKILL)
                    time.sleep(0.001)
                runs.append((running.wait(), len(taken) - before))
            took = time.perf_counter() - started
    told(count, kills, taken, runs, took)


def told(count, kills, taken, runs, took):
    """The counts, and their ratios to what should have arrived."""
    times = Counter(address for address, _ in taken)
    ids = Counter(set(taken))
    lost = count - len(times)
    doubled = sum(each > 1 for each in times.values())
    apart = sum(each > 1 for each in Counter(address for address, _ in ids).values())
    print(f"sending {count:,} mails, {kills} kills, {took:.0f} s in all")
    print(f"  runs (exit code, arrived): {runs}")
    for name, found in (("arrived", len(times)), ("lost", lost), ("doubled", doubled),
                        ("told apart", apart)):  # fmt: skip
        print(f"  {name}: {found:,} of {count:,} ({found / count:.2%})")


def main():
    """Both measurements."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--mails", type=int, default=1000)
    asked.add_argument("--kills", type=int, default=1)
    asked.add_argument("--attach", default="html", choices=("html", "zip", "none"))
    given = asked.parse_args()
    composing(given.attach)
    sending(given.mails, 0, given.attach)
    sending(given.mails, given.kills, given.attach)


if __name__ == "__main__":
    main()
