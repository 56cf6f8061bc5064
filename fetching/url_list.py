"""The URLs to fetch: which lines count, and what is wrong with one that cannot be."""

import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from fetching.failure import FetchError, bad_url

KEPT = "!#$%&'()*+,/:;=?@[]~"  # what `quote` must not touch in a path or query


def read_lines(path: str) -> list[str]:
    """The lines of a file, or of standard input for `-`."""
    content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    return content.decode("utf-8-sig", "backslashreplace").splitlines()


def listed(lines: Iterable[str]) -> list[str]:
    """The lines that count: neither blank nor a `#` comment."""
    stripped = (line.strip() for line in lines)
    return [line for line in stripped if line and not line.startswith("#")]


def checked(url: str) -> str:
    """The URL as it goes over the wire; raises FetchError saying what is wrong."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        name = host or ""
        if not name.isascii():
            name = name.encode("idna").decode("ascii")
    except ValueError as error:
        raise bad_url(str(error)) from error
    if parts.scheme not in ("http", "https"):
        raise bad_url("it does not start with http:// or https://")
    if not name:
        raise bad_url("it names no host")
    if not url.isprintable() or " " in url:
        raise bad_url("spaces and control characters must be %-encoded")
    if parts.username is not None:
        raise FetchError("user names and passwords are not sent: take them out")
    place = f"[{name}]" if ":" in name else name
    return urlunsplit(
        (
            parts.scheme,
            place if port is None else f"{place}:{port}",
            quote(parts.path, safe=KEPT) or "/",
            quote(parts.query, safe=KEPT),
            "",
        )
    )
