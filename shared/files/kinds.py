"""What a file is, by its content: a closed list of what an application may carry.

Not on it, on purpose: anything a browser would run (HTML, SVG, scripts), programs, and office files
with macros. A name that claims another kind than the content is refused too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from shared.files.names import extension
from shared.problems import FieldError, Problem

_OOXML = "application/vnd.openxmlformats-officedocument."
_MOST_ZIP_ENTRIES = 10_000
_SAMPLE = 64 * 1024
# Enough to keep what looks like markup or a script out of "plain text".
_ACTIVE_TEXT = re.compile(
    rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?php|\?xml|%)|^\s*#!", re.IGNORECASE
)
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13})


@dataclass(frozen=True, slots=True)
class Kind:
    media_type: str
    extensions: frozenset[str]


def _kind(media_type: str, *extensions: str) -> Kind:
    return Kind(media_type, frozenset(extensions))


PDF = _kind("application/pdf", "pdf")
PNG = _kind("image/png", "png")
JPEG = _kind("image/jpeg", "jpg", "jpeg", "jpe", "jfif")
TIFF = _kind("image/tiff", "tif", "tiff")
BMP = _kind("image/bmp", "bmp")
WEBP = _kind("image/webp", "webp")
OFD = _kind("application/ofd", "ofd")
DOCX = _kind(f"{_OOXML}wordprocessingml.document", "docx")
XLSX = _kind(f"{_OOXML}spreadsheetml.sheet", "xlsx")
PPTX = _kind(f"{_OOXML}presentationml.presentation", "pptx")
ZIP = _kind("application/zip", "zip")
OFFICE_97 = _kind("application/x-ole-storage", "doc", "xls", "ppt", "wps", "et")
TEXT = _kind("text/plain", "txt", "csv", "log", "md")

KINDS = (PDF, PNG, JPEG, TIFF, BMP, WEBP, OFD, DOCX, XLSX, PPTX, ZIP, OFFICE_97, TEXT)
_MAGIC = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OFFICE_97),
)


def kind_of(path: Path) -> Kind | None:
    """None for what is not on the list. Reads the head, and of a ZIP its table of contents."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"BM") and len(head) > 26 and head[6:10] == b"\x00" * 4:
        return BMP
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    return TEXT if _is_text(head) else None


def checked_kind(path: Path, name: str) -> Kind:
    """The kind, or the 415 problem: not on the list, or not what the name says."""
    kind = kind_of(path)
    if kind is None:
        raise _refused("unsupported_file_type", "this kind of file is not accepted")
    said = extension(name)
    claims_other = any(said in other.extensions for other in KINDS if other is not kind)
    if claims_other and not (kind is ZIP and said == "zip"):
        raise _refused(
            "file_type_mismatch", f"the name ends in .{said}, but the content is {kind.media_type}"
        )
    return kind


def _refused(code: str, detail: str) -> Problem:
    accepted = sorted(each for kind in KINDS for each in kind.extensions)
    return Problem(415, code, detail, [FieldError("file", code, detail)], extra={"accepted": accepted})


def _zip_kind(path: Path) -> Kind | None:
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
    except (BadZipFile, NotImplementedError, ValueError):
        return None
    if len(names) > _MOST_ZIP_ENTRIES or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" in names:
        parts = {name.split("/", 1)[0] for name in names if "/" in name}
        for part, kind in (("word", DOCX), ("xl", XLSX), ("ppt", PPTX)):
            if part in parts:
                return kind
        return None
    return ZIP


def _is_text(head: bytes) -> bool:
    if not head or head.translate(None, _CONTROLS) != head or _ACTIVE_TEXT.search(head):
        return False
    return any(_decodes(head, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(head: bytes, encoding: str) -> bool:
    """The sample may end inside a character: up to three bytes of it are forgiven."""
    for cut in range(4):
        try:
            head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
