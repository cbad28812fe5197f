"""Names as people send them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.files.names import LONGEST_BYTES, extension, sanitise_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("营业执照.pdf", "营业执照.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.pdf", "a.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("con.txt", "file_con.txt"),
        ("..", "file"),
        ("", "file"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
    ],
)
def test_known_tricks(sent: str, kept: str) -> None:
    assert sanitise_name(sent) == kept


def test_a_long_name_keeps_its_extension() -> None:
    name = sanitise_name("材" * 300 + ".pdf")
    assert name.endswith(".pdf")
    assert len(name.encode()) <= LONGEST_BYTES


@given(st.text())
def test_whatever_is_sent_the_result_is_a_plain_name(sent: str) -> None:
    name = sanitise_name(sent)
    assert 0 < len(name.encode()) <= LONGEST_BYTES
    assert not set(name) & set('/\\\x00\r\n"<>:|?*')
    assert name not in {".", ".."}
    assert sanitise_name(name) == name
    assert extension(name) == extension(name).lower()
