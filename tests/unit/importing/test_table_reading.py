"""Lists are read as people keep them: encodings, separators, headings, spreadsheets, line numbers."""

from pathlib import Path

import openpyxl
import pytest

from shared.importing.items import read_items
from shared.importing.regions import read_regions
from shared.importing.table import TableError

HEADER = "部门,主项,事项名称,事项编码,行政区划代码,事项类型,组织机构代码"
ROW = "区民政局,社会救助,最低生活保障审核确认,511E001,511602000000,05,11511301008778298W"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "items.csv"
    file.write_text(f"{HEADER}\n{ROW}\n", encoding=encoding)
    rows = read_items(file).rows
    assert rows == [
        {
            "line": 2,
            "department": "区民政局",
            "main_item": "社会救助",
            "item_name": "最低生活保障审核确认",
            "item_code": "511E001",
            "area_code": "511602000000",
            "task_type": "05",
            "dept_code": "11511301008778298W",
        }
    ]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_any_usual_separator_is_seen(tmp_path: Path, separator: str) -> None:
    file = tmp_path / "items.csv"
    file.write_text(f"{HEADER}\n{ROW}\n".replace(",", separator), encoding="utf-8")
    assert read_items(file).rows[0]["item_code"] == "511E001"


def test_english_headings_and_foreign_columns(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text(
        "Department, item_name ,Item Code,area_code,task_type,remark\na,b,c,d,e,f\n", encoding="utf-8"
    )
    table = read_items(file)
    assert (table.rows[0]["item_code"], table.ignored) == ("c", ["remark"])


def test_line_numbers_survive_blank_lines_and_quoted_line_breaks(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    broken = ROW.replace("最低生活保障审核确认", '"最低生活\n保障"')
    file.write_text(f"{HEADER}\n\n{broken}\n{ROW}\n", encoding="utf-8")
    assert [row["line"] for row in read_items(file).rows] == [3, 5]


def test_a_short_row_is_kept_with_empty_values(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text(f"{HEADER}\n区民政局,社会救助\n", encoding="utf-8")
    assert read_items(file).rows[0]["item_code"] == ""


def test_a_spreadsheet_gives_digits_back_as_they_were(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["区民政局", None, "最低生活保障", "511E001", 511602000000, 5.0, 4148481895459659776])
    book.save(tmp_path / "items.xlsx")
    table = read_items(tmp_path / "items.xlsx")
    assert (table.rows[0]["area_code"], table.rows[0]["task_type"]) == ("511602000000", "5")
    assert [(fault.line, fault.field, fault.code) for fault in table.faults] == [
        (2, "组织机构代码", "digits_lost")
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("items.csv", b"", "is empty"),
        ("items.csv", "部门,事项名称\na,b\n".encode(), "事项编码"),
        ("items.csv", b"\x81\x00\xff\xff", "neither UTF-8"),
        ("items.xlsx", b"no zip", "is no XLSX file"),
    ],
)
def test_an_unusable_file_says_why(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=said):
        read_items(tmp_path / name)


def test_levels_of_regions_may_be_chinese(tmp_path: Path) -> None:
    file = tmp_path / "regions.csv"
    file.write_text("区划代码,名称,级别,上级代码\n990000000000,望川省,省级,\n", encoding="gb18030")
    assert read_regions(file).rows == [
        {"line": 2, "region_code": "990000000000", "name": "望川省", "level": "province", "parent_code": ""}
    ]
