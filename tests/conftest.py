"""What every test stands on: no screen, no haste, a real browser."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# Also for the processes that tests start: charts are files, nothing opens a window.
os.environ["MPLBACKEND"] = "Agg"

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
def delivered(tmp_path_factory):
    """A folder with the delivered reports of two example projects, in every language."""
    from evalkit.cli import main  # not needed where no report is looked at

    out = tmp_path_factory.mktemp("reports")
    examples = [str(ROOT / "params" / f"{name}.yaml") for name in EXAMPLES]
    assert main(["report", *examples, "--out", str(out)]) == 0
    return out
