"""The list of URLs, read as a stream: a million URLs take no more memory than ten."""

import codecs
import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

MARKS = {  # the first bytes of a file can name its encoding
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class UrlList:
    """The URLs of a file or of standard input; they can be read several times."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.file: BinaryIO = kept(sys.stdin.buffer) if path == "-" else open_list(path)
        start = self.file.read(512)
        marked = [name for mark, name in MARKS.items() if start.startswith(mark)]
        self.encoding = marked[0] if marked else "utf-8"
        if not marked and b"\0" in start:
            self.file.close()
            raise ValueError("it is not text in UTF-8; save it in UTF-8")

    def __iter__(self) -> Iterator[str]:
        self.file.seek(0)
        text = io.TextIOWrapper(self.file, self.encoding, "backslashreplace")
        try:
            yield from listed(text)
        finally:
            with suppress(ValueError):  # `detach` raises it if the list is closed
                text.detach()

    def close(self) -> None:
        self.file.close()


def open_list(path: str) -> BinaryIO:
    """Open the file of the list; if it is a pipe, return a copy on disk.

    The list is read several times, but a pipe can be read only once.
    """
    file = Path(path).open("rb")  # noqa: SIM115 - the list closes it
    if file.seekable():
        return file
    with file:
        return kept(file)


def kept(stream: BinaryIO) -> BinaryIO:
    """Copy a pipe, up to its end, into a temporary file; return that file."""
    import tempfile  # slow to import, seldom used

    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the list closes it
    while chunk := stream.read(65536):
        copy.write(chunk)
    copy.seek(0)
    return copy


def listed(lines: Iterable[str]) -> Iterator[str]:
    """Yield the URL of each line; skip blank lines and comments, which begin with #."""
    for line in lines:
        url = line.strip(" \t\r\n")
        if url and url[0] != "#":
            yield url
