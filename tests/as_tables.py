"""Params files written as tables, for the tests: as an analyst would copy them, cell by cell.

Nothing here asks evalkit which tables or columns there are: lists become tables, keys columns.
"""

import csv
import io
from datetime import date
from decimal import Decimal

import xlsxwriter
import yaml

NESTED = {
    "prior_years": "year",
    "outputs": "id",
}  # lists with lists inside, and what names an entry
MAPPINGS = ("judgements", "weights")


class Exact(yaml.SafeLoader):
    """YAML whose numbers stay as they are written."""


Exact.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(node.value))


def tables_of(*paths):
    """The rows of each table for these params files: name → list of {heading: value}."""
    tables = {}
    for path in paths:
        tree = yaml.load(path.read_text("utf-8"), Exact)
        project = tree.pop("id")
        _rows(tables, "projects", tree, {"project_id": project})
    return tables


def _rows(tables, name, tree, first):
    row = dict(first)
    tables.setdefault(name, []).append(row)
    place = len(tables[name]) - 1
    _fill(tables, name, tree, "", row, first)
    if name == "projects":
        assert tables[name][place] is row
    return row


def _fill(tables, name, tree, prefix, row, first):
    for key, value in tree.items():
        key = "on" if key is True else key  # what YAML 1.1 makes of it
        dotted = f"{prefix}{key}"
        if key in MAPPINGS and not prefix and name == "projects":
            for code, entry in value.items():
                entry = entry if isinstance(entry, dict) else {"points": entry}
                _rows(tables, key, entry, {"project_id": row["project_id"], "code": code})
        elif isinstance(value, dict):
            _fill(tables, name, value, f"{dotted}.", row, first)
        elif isinstance(value, list) and value and _is_table(value):
            inner = {"project_id": row["project_id"]}
            title = dotted.rpartition(".")[2]
            if name in NESTED:
                inner[f"{name}.{NESTED[name]}"] = row[NESTED[name]]
                title = f"{name}.{key}"
            for entry in value:
                _rows(tables, title, entry, inner)
        elif isinstance(value, list):
            if value and isinstance(value[0], dict):
                for lang in ("zh", "en"):
                    row[f"{dotted}.{lang}"] = "; ".join(each[lang] for each in value)
            else:
                row[dotted] = ";".join(value)
        else:
            row[dotted] = value


def _is_table(entries):
    return isinstance(entries[0], dict) and not set(entries[0]) <= {"zh", "en"}


def headings(rows):
    """All headings of some rows, in the order in which they first stand."""
    return list(dict.fromkeys(heading for row in rows for heading in row))


def text(value):
    """A value as a CSV file holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def csv_text(rows, separator=","):
    """Rows as the text of a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    names = headings(rows)
    writer.writerow(names)
    writer.writerows([text(row.get(name)) for name in names] for row in rows)
    return out.getvalue()


def write_folder(folder, tables, encoding="utf-8", separator=","):
    """A folder with a CSV file for each table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        data = csv_text(rows, separator).encode(encoding)
        (folder / f"{name}.csv").write_bytes(data)
    return folder


def write_workbook(path, tables):
    """A workbook with a sheet for each table; numbers as numbers, days as days."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy/m/d"})
        percent = book.add_format({"num_format": "0.##%"})
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            names = headings(rows)
            sheet.write_row(0, 0, names)
            for line, row in enumerate(rows, start=1):
                for column, heading in enumerate(names):
                    value = row.get(heading)
                    is_share = isinstance(value, str) and value.endswith("%") and len(value) > 1
                    if heading != "text" and is_share and value[:-1].replace(".", "").isdigit():
                        share = float(Decimal(value[:-1]) / 100)
                        sheet.write_number(line, column, share, percent)
                    elif isinstance(value, bool):
                        sheet.write_boolean(line, column, value)
                    elif isinstance(value, date):
                        sheet.write_datetime(line, column, value, day)
                    elif isinstance(value, (int, Decimal)):
                        sheet.write_number(line, column, float(value))
                    elif value is not None:
                        sheet.write_string(line, column, value)
    return path


def write_parquet(folder, tables):
    """A folder with a Parquet file for each table; decimals as decimals, the rest by its type."""
    import pyarrow
    import pyarrow.parquet

    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = {}
        for heading in headings(rows):
            values = [row.get(heading) for row in rows]
            kinds = {type(value) for value in values} - {type(None)}
            if kinds <= {int, Decimal} and Decimal in kinds:
                given = [None if value is None else Decimal(value) for value in values]
                columns[heading] = pyarrow.array(given, pyarrow.decimal128(38, 6))
            elif len(kinds) > 1:
                columns[heading] = [None if value is None else text(value) for value in values]
            else:
                columns[heading] = values
        pyarrow.parquet.write_table(pyarrow.table(columns), folder / f"{name}.parquet")
    return folder
