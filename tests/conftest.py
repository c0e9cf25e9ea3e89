"""What every test stands on: no screen, no haste, a real browser."""

import os
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import settings

from evalkit.garbage import collect_rarely

# Also for the processes that tests start: charts are files, nothing opens a window.
os.environ["MPLBACKEND"] = "Agg"
# Each of them would compile all that it imports, were none to keep it: most of its time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

collect_rarely()

# A busy machine is not a fault in the code.
settings.register_profile("evalkit", deadline=None)
settings.load_profile("evalkit")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def chromium_path():
    """The path of a Chromium. Its absence fails a test: a page nobody opened is not proven."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.fail(
            "These tests open reports in Chromium and found none. Debian, Ubuntu: "
            "`apt-get install chromium`; elsewhere set CHROMIUM to the path of Chromium or Chrome."
        )
    return found


ROOT = Path(__file__).parents[1]
EXAMPLES = ("minhang-logistics-2018", "canteens-2024")


@pytest.fixture(scope="session")
def delivered(tmp_path_factory, worker_id):
    """A folder with the delivered reports of every project in params/, in every language.

    Made once also where several workers run the tests: the first one makes it, the others wait.
    """
    if worker_id == "master":
        return _deliver(tmp_path_factory.mktemp("reports"))
    shared = tmp_path_factory.getbasetemp().parent / "delivered"
    done, failed = shared.with_suffix(".done"), shared.with_suffix(".failed")
    try:
        shared.mkdir()
    except FileExistsError:
        while not done.exists():
            assert not failed.exists(), "the worker that makes the reports failed"
            time.sleep(0.5)
        return shared
    try:
        _deliver(shared)
    except BaseException:
        failed.touch()
        raise
    done.touch()
    return shared


def _deliver(out):
    from evalkit.cli import main  # not needed where no report is looked at

    assert main(["report", str(ROOT / "params"), "--out", str(out)]) == 0
    return out
