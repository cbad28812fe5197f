"""`POST /files`: streamed, addressed by content, its kind found by content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from gateway_kit import KEY, House, problem_of

PATH = "/api/v1/files"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 10
RAW = KEY | {"Content-Type": "application/octet-stream"}


def zipped(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("sent", ["raw", "form"])
def test_a_file_is_kept_and_described_to_cases(house: House, tmp_path: Path, sent: str) -> None:
    if sent == "raw":
        response = house.post(f"{PATH}?name=营业执照.pdf", "citizen", data=PDF, headers=RAW)
    else:
        form = {"note": "x", "file": (io.BytesIO(PDF), "营业执照.pdf")}
        response = house.post(PATH, "citizen", data=form, headers=KEY)
    assert response.status_code == 201, response.text
    asked = house.remote.last
    digest = sha256(PDF).hexdigest()
    described = {"sha256": digest, "size": len(PDF), "media_type": "application/pdf", "name": "营业执照.pdf"}
    assert (asked.service, asked.operation, asked.body, asked.key) == (
        "cases",
        "register_file",
        described,
        "key-1",
    )
    assert [path.name for path in kept(tmp_path)] == [digest]
    assert kept(tmp_path)[0].read_bytes() == PDF


def test_the_same_content_is_kept_once(house: House, tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        assert house.post(f"{PATH}?name={name}", "citizen", data=PDF, headers=RAW).status_code == 201
    assert len(kept(tmp_path)) == 1


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, "image/png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0" + b"\x00" * 20, "image/jpeg"),
        ("a.ofd", zipped("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        ("a.zip", zipped("a.txt"), "application/zip"),
        ("说明.txt", "材料说明".encode("gb18030"), "text/plain"),
        ("说明.csv", ("材" * 40_000).encode(), "text/plain"),
        ("noname", b"plain words", "text/plain"),
    ],
)
def test_kinds_that_applications_carry_pass(house: House, name: str, content: bytes, media_type: str) -> None:
    response = house.post(f"{PATH}?name={name}", "citizen", data=content, headers=RAW)
    assert response.status_code == 201, response.text
    assert house.remote.last.body["media_type"] == media_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ\x90\x00" + b"\x00" * 60),
        ("a.txt", b"<html><script>alert(1)</script>"),
        ("a.txt", b"#!/bin/sh\nrm -rf /"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.txt", b"\x7fELF\x02\x01"),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("a.zip", b"PK\x03\x04 broken"),
        ("a.bin", bytes(range(256))),
    ],
)
def test_what_could_run_or_is_unknown_is_refused(
    house: House, tmp_path: Path, name: str, content: bytes
) -> None:
    response = house.post(f"{PATH}?name={name}", "citizen", data=content, headers=RAW)
    problem_of(response, 415, "unsupported_file_type")
    assert kept(tmp_path) == []
    assert house.remote.asked == []


def test_a_name_that_lies_about_the_kind_is_refused(house: House) -> None:
    response = house.post(f"{PATH}?name=photo.jpg", "citizen", data=PDF, headers=RAW)
    problem_of(response, 415, "file_type_mismatch")


def test_an_empty_file_is_refused(house: House) -> None:
    document = problem_of(house.post(PATH, "citizen", data=b"", headers=RAW), 422, "invalid_fields")
    assert document["errors"][0]["code"] == "empty"


def test_a_file_over_the_limit_leaves_nothing_behind(
    make_house: Callable[..., House], tmp_path: Path
) -> None:
    house = make_house(file_limit=1000)
    problem_of(house.post(PATH, "citizen", data=PDF, headers=RAW), 413, "too_large")
    form = {"file": (io.BytesIO(PDF), "a.pdf")}
    problem_of(house.post(PATH, "citizen", data=form, headers=KEY), 413, "too_large")
    assert kept(tmp_path) == []


def test_a_form_without_a_file_is_told(house: House) -> None:
    headers = KEY | {"Content-Type": "multipart/form-data; boundary=b"}
    body = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\n'
    problem_of(house.post(PATH, "citizen", data=body, headers=headers), 422, "invalid_fields")


def test_one_file_at_a_time(house: House, tmp_path: Path) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nwords\r\n'
    headers = KEY | {"Content-Type": "multipart/form-data; boundary=b"}
    response = house.post(PATH, "citizen", data=part + part + b"--b--\r\n", headers=headers)
    assert problem_of(response, 422, "invalid_fields")["errors"][0]["code"] == "duplicate"
    assert kept(tmp_path) == []


@pytest.mark.parametrize(
    "body",
    [
        b"no boundary at all",
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\ncut off',
        b"--b\r\nX: y\r\n\r\n1\r\n--b--\r\n",
    ],
)
def test_a_broken_form_is_malformed(house: House, tmp_path: Path, body: bytes) -> None:
    headers = KEY | {"Content-Type": "multipart/form-data; boundary=b"}
    problem_of(house.post(PATH, "citizen", data=body, headers=headers), 400, "malformed_multipart")
    assert kept(tmp_path) == []


def test_who_may_not_upload_is_told_before_sending(house: House, tmp_path: Path) -> None:
    problem_of(house.post(PATH, "supervisor", data=PDF, headers=RAW), 403, "forbidden")
    problem_of(house.post(PATH, data=PDF, headers=RAW), 401, "unauthenticated")
    problem_of(house.post(PATH, "citizen", data=PDF), 400, "idempotency_key_required")
    assert kept(tmp_path) == []
