"""Process logs as they come: encodings, separators, XES; every bad row named by line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.importing.process_log import read_process_log

HEADER = (
    "case:concept:name,concept:name,time:timestamp,case:startdate,case:department,case:deadline,org:resource"
)
GOOD = "c1,收件,2026-03-02 09:00:00+08:00,2026-03-01T00:00:00+08:00,审批局,2026-04-01T00:00:00+08:00,R1"


def write(folder: Path, *lines: str, encoding: str = "utf-8", name: str = "log.csv") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join([HEADER, *lines, ""]).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    log = read_process_log(write(tmp_path, GOOD, encoding=encoding))
    assert log.errors == []
    assert log.cases[0]["department"] == "审批局"
    assert log.cases[0]["events"][0]["name"] == "收件"
    assert log.encoding == ("utf-8" if encoding == "utf-8-sig" else encoding)


def test_bytes_of_no_known_encoding(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b"\xff\x80\xff")
    with pytest.raises(ValueError, match="neither UTF-8"):
        read_process_log(path)


def test_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("\n".join([HEADER.replace(",", ";"), GOOD.replace(",", ";")]), "utf-8")
    assert read_process_log(path).cases[0]["external_id"] == "c1"


def test_a_header_that_lacks_what_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ValueError, match="case:concept:name"):
        read_process_log(path)


def test_bad_rows_by_line_and_field(tmp_path: Path) -> None:
    log = read_process_log(
        write(
            tmp_path,
            GOOD,
            "c2,收件,yesterday,2026-03-01T00:00:00+08:00,审批局,,R1",
            ",收件,2026-03-02 09:00:00+08:00,,,,",
            "c3,,2026-03-02 09:00:00+08:00,soon,,,",
        )
    )
    found = {(fault.line, fault.field, fault.code) for fault in log.errors}
    assert found == {
        (3, "time:timestamp", "not_a_time"),
        (4, "case:concept:name", "required"),
        (5, "case:startdate", "not_a_time"),
        (5, "concept:name", "required"),
    }
    assert [case["external_id"] for case in log.cases] == ["c1"]
    assert log.total == 3


def test_a_time_without_offset_is_shanghais_and_said_so(tmp_path: Path) -> None:
    log = read_process_log(write(tmp_path, "c1,收件,2026-03-02 09:00:00,2026-03-01T00:00:00+08:00,局,,"))
    assert log.cases[0]["events"][0]["at"] == "2026-03-02T09:00:00+08:00"
    assert [fault.code for fault in log.warnings] == ["assumed_zone"]


def test_a_case_that_names_no_start_starts_with_its_first_event(tmp_path: Path) -> None:
    log = read_process_log(
        write(tmp_path, "c1,二,2026-03-03 09:00:00+08:00,,,,", "c1,一,2026-03-02 09:00:00+08:00,,,,")
    )
    (case,) = log.cases
    assert case["started_at"] == "2026-03-02T09:00:00+08:00"
    assert [event["name"] for event in case["events"]] == ["一", "二"]


XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/"><trace>
 <string key="concept:name" value="c1"/><string key="channel" value="Internet"/>
 <date key="startdate" value="2026-03-01T00:00:00+08:00"/>
 <date key="deadline" value="2026-04-01T00:00:00+08:00"/>
 <event><string key="concept:name" value="收件"/>
  <date key="time:timestamp" value="2026-03-02T09:00:00+08:00"/>
  <string key="org:resource" value="R1"/></event>
</trace></log>"""


def test_xes(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_text(XES, "utf-8")
    (case,) = read_process_log(path).cases
    assert (case["external_id"], case["channel"]) == ("c1", "Internet")
    assert case["deadline"] == "2026-04-01T00:00:00+08:00"
    assert case["events"][0]["resource"] == "R1"


def test_broken_xml(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_text("<log><trace>", "utf-8")
    with pytest.raises(ValueError, match="well-formed"):
        read_process_log(path)
