"""Tables as inputs: the same projects as their params files, and what is said of mistakes."""

from pathlib import Path

import pandas as pd
import pytest

from evalkit.params import load
from tests.as_tables import tables_of, write_folder, write_parquet, write_workbook

ROOT = Path(__file__).parents[1]
PROJECTS = sorted((ROOT / "params").glob("*.yaml"))


def same(found, expected):
    """Whether two inputs hold the same frames; the prose is beside the YAML files only."""
    for (name, one), (_, other) in zip(found.frames(), expected.frames(), strict=True):
        pd.testing.assert_frame_equal(one, other, obj=name)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The params files of this repository without their prose, and what they load as."""
    folder = tmp_path_factory.mktemp("yaml")
    for path in PROJECTS:
        (folder / path.name).write_bytes(path.read_bytes())
    paths = sorted(folder.glob("*.yaml"))
    return paths, load(paths)


def test_a_folder_of_csv_files_says_the_same(tmp_path, plain):
    """Every project of this repository, as CSV files named by their lists."""
    paths, expected = plain
    same(load([write_folder(tmp_path / "t", tables_of(*paths))]), expected)


def test_a_workbook_says_the_same(tmp_path, plain):
    """The same as sheets, with numbers, days and shares as Excel has them."""
    paths, expected = plain
    same(load([write_workbook(tmp_path / "t.xlsx", tables_of(*paths))]), expected)


def test_parquet_says_the_same(tmp_path, plain):
    """The same as Parquet files, with decimals."""
    pytest.importorskip("pyarrow")
    paths, expected = plain
    same(load([write_parquet(tmp_path / "t", tables_of(*paths))]), expected)
