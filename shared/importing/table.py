"""Tables as people keep them: CSV of any usual encoding and separator, or the first sheet of an XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from shared.importing.encoding import decode
from shared.importing.faults import RowFault

EXACT_DIGITS = 15
"""A spreadsheet keeps that many digits of a number; what comes after is lost and shown as zeros."""


class TableError(ValueError):
    """The file as a whole can't be used; the text says what to do about it."""


@dataclass
class Table:
    """`rows`: line in the file and the values by our column names, all of them text.

    `faults` are things seen while reading that the rows alone don't show any more.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    encoding: str = ""


def read_table(path: Path, aliases: Mapping[str, Sequence[str]], required: Iterable[str]) -> Table:
    """Rows as `{line, <our name>: text, ...}`; blank lines are skipped but counted as lines.

    `aliases` gives for each of our names the headings it may stand under. Raises `TableError`,
    `OSError`.
    """
    table = Table()
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        table.encoding = "xlsx"
        lines = _sheet_lines(path, table.faults)
    else:
        lines = _text_lines(path, table)
    header = next(lines, None)
    if header is None:
        raise TableError(f"{path.name} is empty")
    names = _names(table, header[1], aliases, required, path.name)
    for line, values in lines:
        row: dict[str, Any] = {name: values[i] if i < len(values) else "" for i, name in names.items()}
        table.rows.append({"line": line, **row})
    return table


def _names(
    table: Table,
    header: Sequence[str],
    aliases: Mapping[str, Sequence[str]],
    required: Iterable[str],
    file: str,
) -> dict[int, str]:
    """Column index to our name. The first column of several under one name counts."""
    known = {_heading(alias): name for name, list_ in aliases.items() for alias in (name, *list_)}
    found: dict[int, str] = {}
    for index, heading in enumerate(header):
        name = known.get(_heading(heading))
        if name is not None and name not in table.columns:
            table.columns[name] = heading.strip()
            found[index] = name
        elif heading.strip():
            table.ignored.append(heading.strip())
    missing = [name for name in required if name not in table.columns]
    if missing:
        wanted = "; ".join("/".join((name, *aliases[name])) for name in missing)
        raise TableError(f"{file} has no column for: {wanted} (found: {', '.join(header)})")
    return found


def _heading(text: str) -> str:
    return text.strip().strip("*＊").replace(" ", "").replace("_", "").lower()


def _text_lines(path: Path, table: Table) -> Iterator[tuple[int, list[str]]]:
    """Line numbers are those where a record begins: a quoted field may span several lines."""
    try:
        text, table.encoding = decode(path.read_bytes())
    except ValueError as error:
        raise TableError(f"{path.name}: {error}") from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    begins = 1
    try:
        for values in reader:
            if any(value.strip() for value in values):
                yield begins, values
            begins = reader.line_num + 1
    except csv.Error as error:
        raise TableError(f"{path.name}, line {reader.line_num}: {error}") from error


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",\t;", key=first.count)


def _sheet_lines(path: Path, faults: list[RowFault]) -> Iterator[tuple[int, list[str]]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError) as error:
        raise TableError(f"{path.name} is no XLSX file") from error
    try:
        header: list[str] = []
        for line, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            values = [_cell(value) for value in row]
            if not any(value.strip() for value in values):
                continue
            faults += _lost_digits(line, row, header)
            header = header or values
            yield line, values
    finally:
        book.close()


def _cell(value: Any) -> str:
    """Codes that a spreadsheet took for numbers come back as digits, without `.0`."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _lost_digits(line: int, row: Sequence[Any], header: Sequence[str]) -> Iterator[RowFault]:
    for index, value in enumerate(row):
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**EXACT_DIGITS:
            column = header[index] if index < len(header) else str(index + 1)
            reason = "the cell is a number of more than 15 digits: the last ones are lost; format it as text"
            yield RowFault(line, column, "digits_lost", reason)
