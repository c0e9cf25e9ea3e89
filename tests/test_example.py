"""The report that is committed as an example is the one that evalkit writes today."""

import hashlib
import json
import re
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[1] / "reports" / "minhang-logistics-2018"
STALE = "The committed example is stale. Make it anew: python run.py report {params} --out reports"
PARAMS = "params/minhang-logistics-2018.yaml"

#: Images differ by a pixel from one kind of processor to another; words and figures do not.
IMAGE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_example_page_is_fresh(delivered, lang):
    """The committed page says what a run of today says, word for word and figure for figure."""
    name = f"report.{lang}.html"
    fresh = (delivered / EXAMPLE.name / name).read_text("utf-8")

    committed = (EXAMPLE / name).read_text("utf-8")

    assert IMAGE.sub("", committed) == IMAGE.sub("", fresh), STALE.format(params=PARAMS)
    assert len(IMAGE.findall(committed)) == len(IMAGE.findall(fresh)) > 0


@pytest.mark.parametrize("name", ["facts.json", "findings.json"])
def test_example_data_is_fresh(delivered, name):
    """The committed facts and findings are those of today, byte for byte."""
    fresh = (delivered / EXAMPLE.name / name).read_bytes()

    assert (EXAMPLE / name).read_bytes() == fresh, STALE.format(params=PARAMS)


def test_example_manifest_tells_the_truth():
    """Every committed file has the digest that the committed manifest gives."""
    manifest = json.loads((EXAMPLE / "manifest.json").read_text("utf-8"))
    committed = sorted(path.name for path in EXAMPLE.iterdir() if path.suffix in {".html", ".json"})
    digests = {
        name: hashlib.sha256((EXAMPLE / name).read_bytes()).hexdigest()
        for name in committed
        if name != "manifest.json"
    }

    listed = {name: sha for name, sha in manifest["files"].items() if name in digests}

    assert listed == digests
    assert len(digests) == 4
