"""Which encoding a text file is in."""

from __future__ import annotations


def decode(data: bytes) -> tuple[str, str]:
    """Text and the encoding that was found. GB 18030 is what spreadsheets in China write without a mark.

    Raises ValueError when it is none of UTF-8, UTF-16 with a mark, GB 18030.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), "utf-16"
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030"), "gb18030"
    except UnicodeDecodeError as error:
        raise ValueError("the file is neither UTF-8, UTF-16 nor GB 18030") from error
